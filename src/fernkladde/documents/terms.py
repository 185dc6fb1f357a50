"""Terms of payment for people: the machine's Skonto line becomes a sentence."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from .printable import lines

if TYPE_CHECKING:
    from .formats import Formats
    from .words import Words

_SKONTO = re.compile(r"#SKONTO#TAGE=([0-9]+)#PROZENT=([0-9]+\.[0-9]{2})#.*")


def readable_terms(terms: str, words: Words, formats: Formats) -> list[str]:
    return [_readable(line, words, formats) for line in lines(terms)]


def _readable(line: str, words: Words, formats: Formats) -> str:
    found = _SKONTO.fullmatch(line.replace("\u200b", ""))
    if found is None:
        return line
    days, percent = found.groups()
    return words.skonto.format(percent=formats.percent(Decimal(percent)), days=days)
