"""The chain of the Kladde: one canonical form, and the hashes over it.

Pure: no Django, no clock, no chance. A verifier that stands alone needs only this
file and Python's standard library.

An entry's canonical form is JSON in UTF-8: keys sorted by code point, no blanks,
all text in NFC, nothing escaped but what JSON demands, no floats. For example, in
one line:

    {"actor":5,"actor_label":"user/5","clock_regression":false,"commitments":{},
     "facts":{"seconds":540},"happened_at":"2026-03-02T09:00:00.000000Z",
     "kind":"cases.session-stopped","sequence":17,"subject":"case/26-0412"}

    hash       = SHA-256(32 bytes of the hash before ‖ canonical form)
    commitment = SHA-256(salt as written ‖ canonical form of [field, value])

Before the first entry stand 32 zero bytes. Hashes and salts are written as 64 digits
of lower-case hexadecimal.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple

GENESIS = "0" * 64
UNWRITABLE = re.compile("[\ud800-\udfff]")

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
_TEXT = _ENCODER.encode
_FLAGS: dict[int, str] = {True: "true", False: "false"}


class NotCanonical(ValueError):
    """A fact has no single written form, so that it could not be proven later."""


class Link(NamedTuple):
    """What of an entry goes into its hash; facts and commitments are written out."""

    sequence: int
    happened_at: str
    actor: int | None
    actor_label: str
    kind: str
    subject: str
    facts: str
    commitments: str
    clock_regression: int

    def canonical(self) -> str:
        actor = "null" if self.actor is None else self.actor
        # Neither true nor false can only be a change: it must not fit the hash.
        flag = _FLAGS.get(self.clock_regression, "null")
        return (
            f'{{"actor":{actor},"actor_label":{_TEXT(self.actor_label)},'
            f'"clock_regression":{flag},"commitments":{self.commitments},'
            f'"facts":{self.facts},"happened_at":"{self.happened_at}",'
            f'"kind":{_TEXT(self.kind)},"sequence":{self.sequence},'
            f'"subject":{_TEXT(self.subject)}}}'
        )


def link_hash(previous_hash: str, link: Link) -> str:
    before = bytes.fromhex(previous_hash)
    return sha256(before + link.canonical().encode()).hexdigest()


def commitment(field: str, value: str, salt: str) -> str:
    """Bind a personal value without telling it, once its salt is gone."""
    written = canonical([field, value])
    return sha256(salt.encode() + written.encode()).hexdigest()


def canonical(value: object) -> str:
    return _ENCODER.encode(plain(value))


def instant(at: datetime) -> str:
    """Write an instant in UTC to the microsecond, so that it sorts as text."""
    if at.tzinfo is None:
        message = f"{at.isoformat()} names no time zone"
        raise NotCanonical(message)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: object) -> Any:
    """Return the value in JSON's own types, with text in NFC.

    Decimals become text with their digits as they are, dates ISO 8601. A float is
    refused: 0.1 has no exact form. So is text that PostgreSQL cannot keep (NUL) or
    UTF-8 cannot write (half a surrogate pair).
    """
    if value is None or isinstance(value, bool | int):
        return value
    for kind, written in WRITTEN:
        if isinstance(value, kind):
            return written(value)
    message = f"a {type(value).__name__} has no canonical form: {value!r}"
    raise NotCanonical(message)


def _plain_text(text: str) -> str:
    if "\0" in text or UNWRITABLE.search(text):
        message = f"text with NUL or half a surrogate pair: {text!r}"
        raise NotCanonical(message)
    return unicodedata.normalize("NFC", text)


def _plain_decimal(number: Decimal) -> str:
    if not number.is_finite():
        message = f"{number} is not a number that can be proven"
        raise NotCanonical(message)
    return f"{number:f}"


def _plain_mapping(mapping: Mapping[object, object]) -> dict[str, Any]:
    result = {}
    for key, value in mapping.items():
        if not isinstance(key, str):
            message = f"the key {key!r} is not text"
            raise NotCanonical(message)
        result[_plain_text(key)] = plain(value)
    return result


# In this order: every datetime is a date too.
WRITTEN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (str, _plain_text),
    (Decimal, _plain_decimal),
    (datetime, instant),
    (date, date.isoformat),
    (Mapping, _plain_mapping),
    ((list, tuple), lambda items: [plain(item) for item in items]),
)
