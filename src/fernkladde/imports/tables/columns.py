"""Which column is which field: by its heading, as the last time, or by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.values.refusal import Refusal

from .table import folded, letters_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .fields import Field

LETTERS = re.compile(r"[A-Za-z]{1,2}")


class NoSuchColumn(Refusal):
    """A field was given a column that the table has not, or there is no such field."""


class ColumnsMissing(Refusal):
    """The table lacks what every row needs."""


def recognized(
    fields: Sequence[Field],
    headings: Sequence[str],
    *,
    known: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Return the column of each field that can be told by its heading.

    `known` says how a field's column was called by hand the last time.
    """
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        places.setdefault(folded(heading), place)
    found: dict[str, int] = {}
    for one in fields:
        own = folded((known or {}).get(one.name, ""))
        if own and own in places:
            found[one.name] = places[own]
    for one in fields:
        for word in (folded(str(one.label)), *sorted(one.folded_words)):
            at = places.get(word)
            if one.name in found or at is None or at in found.values():
                continue
            found[one.name] = at
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def by_hand(
    fields: Sequence[Field], headings: Sequence[str], wishes: Iterable[str]
) -> dict[str, int]:
    """Read wishes like "number=Kundennummer", "city=D" or "phone=7"."""
    named = {one.name for one in fields}
    found = {}
    for wish in wishes:
        name, _equals, column = wish.partition("=")
        name = name.strip().replace("-", "_")
        if name not in named:
            sentence = _("Das Feld „%(name)s“ gibt es nicht; es gibt: %(names)s.")
            names = ", ".join(one.name for one in fields)
            raise NoSuchColumn(sentence % {"name": name, "names": names})
        found[name] = _place(column.strip(), headings)
    return found


def _place(column: str, headings: Sequence[str]) -> int:
    for place, heading in enumerate(headings):
        if folded(heading) == folded(column) and folded(column):
            return place
    if column.isdecimal() and 0 < int(column) <= len(headings):
        return int(column) - 1
    if LETTERS.fullmatch(column):
        for place in range(len(headings)):
            if letters_of(place) == column.upper():
                return place
    sentence = _("Die Spalte „%(column)s“ gibt es nicht; es gibt: %(headings)s.")
    names = {"column": column, "headings": ", ".join(headings)}
    raise NoSuchColumn(sentence % names)


def check_needed(fields: Sequence[Field], columns: Mapping[str, int]) -> None:
    """Refuse a table without the columns that every row needs."""
    missing = [str(f.label) for f in fields if f.is_needed and f.name not in columns]
    if missing:
        sentence = _("Diese Spalten fehlen oder sind nicht zugeordnet: %(names)s.")
        raise ColumnsMissing(sentence % {"names": ", ".join(missing)})
