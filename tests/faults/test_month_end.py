"""A month's end broken at every event: nothing half, and the next run completes it.

M1, M3, N1, R1 and K5 of the invariants; fault F-01.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fernkladde.billing.models import Invoice, Settlement
from tests.billing import month

from . import busy_month
from .harness import KINDS
from .survival import all_points, chosen_points, completed_after, report, undisturbed

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow


def preview_approve_and_issue() -> Callable[[], None]:
    busy_month.prepare()
    return busy_month.end_the_month


def issue_what_is_approved() -> Callable[[], None]:
    busy_month.prepare()
    month.approve()
    return busy_month.issue_in_steps


PLAYS = [preview_approve_and_issue, issue_what_is_approved]
every_play = pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
every_kind = pytest.mark.parametrize("kind", KINDS)


def test_an_undisturbed_month_has_something_of_everything(own_database: None) -> None:
    busy_month.prepare()

    busy_month.end_the_month()

    assert Settlement.objects.count() == busy_month.SETTLED
    assert Invoice.objects.count() == busy_month.INVOICES


@every_play
@every_kind
def test_a_month_broken_at_chosen_events_is_completed_by_the_next_run(
    own_database: None, play: Callable[[], Callable[[], None]], kind: str
) -> None:
    act = play()
    whole = undisturbed(act)

    points = chosen_points(whole.counted, every=25)
    completed_after(act, points, kind, whole)

    assert len(points) > 2 * busy_month.SETTLED
    report(play.__name__, kind, len(points))


@pytest.mark.long
@every_play
@every_kind
def test_a_month_broken_at_any_event_is_completed_by_the_next_run(
    own_database: None, play: Callable[[], Callable[[], None]], kind: str
) -> None:
    act = play()
    whole = undisturbed(act)

    completed_after(act, all_points(whole.counted), kind, whole)

    # Each customer's transaction alone has more than fifteen statements.
    assert whole.counted.seen > 2 * 15 * busy_month.SETTLED
    report(play.__name__, kind, whole.counted.seen)
