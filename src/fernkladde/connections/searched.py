"""Calls are found at their case: by their own number, and by the one dialled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fernkladde.search.kinds import Feed, Watched, feed
from fernkladde.search.words import Text

from .models import Call

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

CASE_OF_SESSION = "(SELECT case_id FROM cases_session WHERE id = {row}.session_id)"


def feed_cases() -> None:
    call = Watched(
        table="connections_call",
        columns=("number", "dialled", "session_id"),
        key=CASE_OF_SESSION,
    )
    feed("case", Feed(read=_calls, watched=(call,)))


def _calls(keys: Collection[int]) -> Iterator[tuple[int, Text]]:
    rows = Call.objects.filter(session__case__in=keys)
    for key, number, dialled in rows.values_list(
        "session__case_id", "number", "dialled"
    ):
        yield key, Text(words=(number,), phones=(dialled,))
