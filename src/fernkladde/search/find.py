"""One search for everything that rooms have announced.

Each kind is asked in the rows that a person may see: what nobody may read is neither
shown nor counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, IntegerField, Q, Value, When

from .kinds import kind_of
from .queries import (
    BY_NUMBER,
    BY_WORDS,
    EXACTLY,
    fitting,
    matching,
    newest_matching,
    rank_of,
)
from .words import digits_dialled, joined

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from .kinds import Found, Kind, Name

SHORTEST = 2
EACH = 8
EVERYTHING: tuple[Name, ...] = (
    "case", "customer", "plant", "contact", "contract", "invoice", "past-call",
)  # fmt: skip
MOST_NEWEST = 500


def find(
    text: str, *, user: object, kinds: Iterable[Name] = EVERYTHING, limit: int = EACH
) -> list[Found]:
    """Return at most `limit` things of each kind, the best fits first.

    First what has the number, then what begins so, then what has all the words; what
    fits equally well is ordered as its kind says. A kind that has the very number
    comes before the others.
    """
    if len(joined(text)) < SHORTEST:
        return []
    heaps = [(kind, _rows(kind, text, user, limit)) for kind in map(kind_of, kinds)]
    heaps.sort(key=lambda heap: not any(row.fits == EXACTLY for row in heap[1]))
    return [found for kind, rows in heaps for found in kind.shown(rows, text)]


def caller(number: str, *, user: object) -> list[Found]:
    """Return whose number rings: contacts first, then firms and plants."""
    if not digits_dialled(number):
        return []
    return find(number, user=user, kinds=("contact", "customer", "plant"), limit=5)


def numbered(text: str, *, user: object, kind: Name, limit: int = EACH) -> list[Found]:
    """Return what has this number or one that begins so, whatever words are in it."""
    if len(joined(text)) < SHORTEST:
        return []
    chosen = kind_of(kind)
    found = _best(chosen, chosen.visible_to(user), text, limit)
    return list(chosen.shown(found, text))


def _rows(kind: Kind, text: str, user: object, limit: int) -> list[Any]:
    rows = kind.visible_to(user)
    if not kind.feeds:
        return _without_index(kind, rows, text, limit)
    if kind.has_many:
        return _of_many(kind, rows, text, limit)
    ways = fitting(kind, text)
    found = rows.filter(matching(kind.name, text)).annotate(fits=rank_of(ways))
    return list(found.order_by("fits", *kind.newest)[:limit])


def _without_index(kind: Kind, rows: QuerySet[Any], text: str, limit: int) -> list[Any]:
    if kind.also is None or not any(map(str.isdigit, text)):
        return []
    itself = When(number__iexact=text.strip(), then=Value(EXACTLY))
    fits = Case(itself, default=Value(BY_NUMBER), output_field=IntegerField())
    found = rows.filter(kind.also(text)).annotate(fits=fits)
    return list(found.order_by("fits", *kind.newest)[:limit])


def _of_many(kind: Kind, rows: QuerySet[Any], text: str, limit: int) -> list[Any]:
    """Return the best fits, then the newest that match."""
    best = _best(kind, rows, text, limit)
    if len(best) == limit:
        return best
    keys = {row.pk for row in best}
    others = _newest(kind, rows.annotate(fits=Value(BY_WORDS)), text, limit)
    return [*best, *(row for row in others if row.pk not in keys)][:limit]


def _newest(kind: Kind, rows: QuerySet[Any], text: str, limit: int) -> list[Any]:
    """Return the newest matches among these rows.

    Of a word that is common, the newest of those that were written last. If not
    enough of them are among these rows, all matches are gone through.
    """
    keys = newest_matching(kind, text, MOST_NEWEST)
    found = list(rows.filter(pk__in=keys).order_by(*kind.newest)[:limit])
    if len(found) == limit or len(keys) < MOST_NEWEST:
        return found
    matches = rows.filter(matching(kind.name, text))
    return list(matches.order_by(*kind.newest)[:limit])


def _best(kind: Kind, rows: QuerySet[Any], text: str, limit: int) -> list[Any]:
    """Return what has the number, then what begins so; words have no number."""
    if not any(map(str.isdigit, text)):
        return []
    ways = fitting(kind, text)[:2]
    fits = Q(*(condition for _rank, condition in ways), _connector=Q.OR)
    if kind.also is not None:
        fits |= kind.also(text)
    found = rows.filter(fits).annotate(fits=rank_of(ways))
    return list(found.order_by("fits", *kind.newest)[:limit])
