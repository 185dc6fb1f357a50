"""The clock broken at every event: the work and its entry are there, or neither (K5).

Whoever asks once more gets the same as without the fault (T7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import clock_work
from .harness import ERROR, KILL, KINDS
from .survival import all_or_nothing, all_points, chosen_points, report, undisturbed

if TYPE_CHECKING:
    from .clock_work import Prepare

pytestmark = pytest.mark.slow
every_play = pytest.mark.parametrize(
    "play", clock_work.PLAYS, ids=lambda play: play.__name__
)


@every_play
def test_work_at_the_clock_broken_at_chosen_events_is_done_or_not_done(
    own_database: None, play: Prepare
) -> None:
    act = play()
    whole = undisturbed(act)

    for kind, every in ((ERROR, 7), (KILL, 19)):
        all_or_nothing(act, chosen_points(whole.counted, every=every), kind, whole)

    assert len(whole.counted.commits) == 2
    assert whole.after["journal.Entry"] > whole.before["journal.Entry"]


@pytest.mark.long
@every_play
@pytest.mark.parametrize("kind", KINDS)
def test_work_at_the_clock_broken_at_any_event_is_done_or_not_done(
    own_database: None, play: Prepare, kind: str
) -> None:
    act = play()
    whole = undisturbed(act)

    all_or_nothing(act, all_points(whole.counted), kind, whole)

    assert whole.counted.seen >= 10
    report(f"timer: {play.__name__}", kind, whole.counted.seen)
