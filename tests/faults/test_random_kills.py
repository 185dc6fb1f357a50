"""`fernkladde month-end --issue` killed at random, two at once; then it is finished.

M2 and M3 of the invariants, fault F-02: real processes, real SIGKILLs, and documents.
"""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from fernkladde.billing.models import Rendering, Settlement
from fernkladde.billing.rendering import render_all
from fernkladde.integrity.invariants import check_invariants
from fernkladde.journal.models import Entry
from tests.billing.month import OCTOBER

from . import busy_month
from .canonical import canonical_export
from .harness import another_copy
from .processes import command
from .survival import insist_that, report

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from .canonical import Export

pytestmark = pytest.mark.slow

ISSUE = ("month-end", str(OCTOBER), "--issue", "--date", "2026-12-02", "--json")
# Some customers stay parked, which the exit status says.
SOMEONE_PARKED = 3
# Enough that a kill seldom comes when all is done.
MORE = 20


def start(folder: Path) -> subprocess.Popen[str]:
    return command(folder, *ISSUE)


def finish(folder: Path) -> None:
    """Run to the end, and fulfil a minute later what a killed process had leased."""
    last = start(folder)
    _said, complaints = last.communicate(timeout=600)
    assert (last.returncode, complaints) == (SOMEONE_PARKED, "")
    later = datetime.now(UTC) + timedelta(minutes=2)
    render_all(clock=lambda: later)


def undisturbed(folder: Path) -> Export:
    with another_copy():
        finish(folder)
        return canonical_export()


def two_runs(folder: Path, chance: random.Random) -> int:
    """Start two runs at once and kill both after a few steps; count the kills.

    Steps are counted in the Kladde: how long a start takes depends on the machine.
    """
    enough = Entry.objects.count() + chance.randint(1, MORE)
    runs = [start(folder), start(folder)]
    while any(r.poll() is None for r in runs) and Entry.objects.count() < enough:
        time.sleep(0.002)
    killed = 0
    for run in runs:
        time.sleep(chance.uniform(0, 0.03))
        killed += run.poll() is None
        run.kill()
    for run in runs:
        run.communicate(timeout=600)
    return killed


def killed_at_random(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, rounds: int, seed: int
) -> None:
    """Kill, look, kill again, and after a few times finish and compare."""
    monkeypatch.setattr(settings, "DOCUMENTS", folder / "documents")
    chance = random.Random(seed)
    busy_month.prepare(MORE)
    alone = undisturbed(folder)
    kills = halves = 0
    while rounds > 0 or not kills:
        rounds -= 1
        with another_copy():
            for _ in range(3):
                kills += two_runs(folder, chance)
                assert check_invariants(documents=folder / "documents") == []
                halves += 0 < Settlement.objects.count() < busy_month.SETTLED + MORE
            finish(folder)
            assert not Rendering.objects.exclude(state="done").exists()
            assert check_invariants(documents=folder / "documents") == []
            insist_that(canonical_export(), alone)
    report(f"random kills, {halves} half-done states seen", "kill", kills)


def test_two_runs_killed_at_random_are_completed_by_the_next_one(
    own_database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_at_random(tmp_path, monkeypatch, rounds=1, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_many_runs_killed_at_random_are_completed_by_the_next_one(
    own_database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    killed_at_random(tmp_path, monkeypatch, rounds=8, seed=seed)
