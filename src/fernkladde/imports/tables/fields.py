"""The fields of a kind of table: how they are named, read, and shown as a sample."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from .cells import CellFault, is_blank, text
from .table import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django_stubs_ext import StrOrPromise

    from .cells import Cell
    from .separated import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that a row can tell. `words` are headings that mean it.

    `name` is the code's own word, which is a heading too, and what `--map` calls it.
    """

    name: str
    label: StrOrPromise
    words: tuple[str, ...] = ()
    read: Callable[[Cell], Any] = text
    sample: str = ""
    is_needed: bool = False

    @property
    def folded_words(self) -> set[str]:
        """Return all headings that mean it, its label in every language of ours."""
        labels = []
        for language, _name in settings.LANGUAGES:
            with override(language):
                labels.append(str(self.label))
        return {folded(word) for word in (self.name, *labels, *self.words)}


@dataclass(slots=True)
class Given:
    """What a row tells: values by field, and what of it cannot be read.

    An empty cell tells nothing: what a record says already stays. `occurrence` counts
    rows of one key from 1, where a second one is a second record.
    """

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    occurrence: int = 1


def given(
    row: Row, fields: Sequence[Field], columns: Mapping[str, int], headings: list[str]
) -> Given:
    """Read a row by the columns of its fields, counted from 0."""
    found = Given(row.line)
    for one in fields:
        place = columns.get(one.name)
        if place is None or place >= len(row.cells) or is_blank(row.cells[place]):
            continue
        try:
            value = one.read(row.cells[place])
        except CellFault as fault:
            found.faults.append(at_column(headings[place], str(fault)))
            continue
        if value not in ("", []):
            found.values[one.name] = value
    for one in fields:
        if one.is_needed and one.name not in found.values and not found.faults:
            sentence = _("„%(label)s“ fehlt.") % {"label": one.label}
            found.faults.append(sentence)
    return found


def at_column(heading: str, sentence: str) -> str:
    return _("„%(heading)s“: %(sentence)s") % {
        "heading": heading,
        "sentence": sentence,
    }


def all_words(fields: Iterable[Field]) -> set[str]:
    return {word for one in fields for word in one.folded_words}
