"""The outcome of a COMMIT is unknown (F-06, T7): asking again makes nothing twice.

The wire is cut around the COMMIT: before it arrives, or after the server has done it
and before anybody hears of it. The client cannot tell the two apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import close_old_connections

from . import clock_work
from .canonical import canonical_export
from .environment import small_month
from .environment.lost import LOST, to_a_server
from .environment.proxy import AFTER, BEFORE, CUTS, proxied
from .harness import another_copy
from .survival import insist_on_invariants, insist_that, report, undisturbed

if TYPE_CHECKING:
    from collections.abc import Callable

    from .clock_work import Prepare
    from .survival import Undisturbed

pytestmark = [pytest.mark.slow, to_a_server]


def cut_off(act: Callable[[], object], *, at: int, where: str) -> None:
    """Do something that loses its wire at its n-th COMMIT."""
    with proxied() as wire:
        wire.cut_at_commit(at, where)
        with pytest.raises(LOST):
            act()
        close_old_connections()
    assert wire.commits == at


def asked_again_after(
    act: Callable[[], object], at: int, where: str, whole: Undisturbed
) -> None:
    with another_copy():
        cut_off(act, at=at, where=where)
        insist_on_invariants()
        if at == commits_of(whole) and where == AFTER:
            insist_that(canonical_export(), whole.after)
        act()
        insist_on_invariants()
        insist_that(canonical_export(), whole.after)


def commits_of(whole: Undisturbed) -> int:
    return len(whole.counted.commits) // 2


def all_cuts(act: Callable[[], object], what: str) -> int:
    """Cut at every COMMIT, both ways; return how often."""
    whole = undisturbed(act)
    cuts = [(n, where) for where in CUTS for n in range(1, commits_of(whole) + 1)]
    for number, where in cuts:
        asked_again_after(act, number, where, whole)
    report(what, "COMMIT unknown", len(cuts))
    return len(cuts)


def test_a_month_of_which_no_commit_is_ever_confirmed_has_each_invoice_once(
    own_database: None,
) -> None:
    small_month.prepare()

    cuts = all_cuts(small_month.end_the_month, "month end")

    # Preview, approval, and one for each customer.
    assert cuts == 2 * (2 + small_month.CUSTOMERS)


@pytest.mark.parametrize("where", [BEFORE, AFTER])
@pytest.mark.parametrize("play", [clock_work.start, clock_work.stop])
def test_a_clock_started_or_stopped_without_an_answer_is_so_once(
    own_database: None, play: Prepare, where: str
) -> None:
    act = play()
    whole = undisturbed(act)

    asked_again_after(act, 1, where, whole)

    assert commits_of(whole) == 1


@pytest.mark.long
@pytest.mark.parametrize("play", clock_work.PLAYS, ids=lambda play: play.__name__)
def test_all_work_at_the_clock_without_an_answer_is_done_once(
    own_database: None, play: Prepare
) -> None:
    cuts = all_cuts(play(), f"timer: {play.__name__}")

    assert cuts >= len(CUTS)
