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


def start(folder: Path) -> subprocess.Popen[str]:
    return command(folder, *ISSUE)


def finish(folder: Path) -> None:
    """Run to the end, and fulfil a minute later what a killed process had leased."""
    last = start(folder)
    _said, complaints = last.communicate(timeout=120)
    assert (last.returncode, complaints) == (SOMEONE_PARKED, "")
    later = datetime.now(UTC) + timedelta(minutes=2)
    render_all(clock=lambda: later)


def undisturbed(folder: Path) -> tuple[Export, float, float]:
    """Return what one run makes, and between which seconds it settles customers."""
    with another_copy():
        run, began, first = start(folder), time.monotonic(), 0.0
        while run.poll() is None and Settlement.objects.count() < busy_month.SETTLED:
            if not first and Settlement.objects.exists():
                first = time.monotonic() - began
            time.sleep(0.01)
        last = time.monotonic() - began
        run.communicate(timeout=120)
        finish(folder)
        return canonical_export(), first, last


def two_runs(folder: Path, chance: random.Random, first: float, last: float) -> int:
    """Start two runs at once and kill each at a moment of its own; count the kills."""
    began = time.monotonic()
    runs = [start(folder), start(folder)]
    killed = 0
    # Two take turns, so that they need up to twice as long as one alone.
    for at in sorted(chance.uniform(0.8 * first, 2 * last) for _ in runs):
        time.sleep(max(0.0, began + at - time.monotonic()))
        run = runs.pop()
        killed += run.poll() is None
        run.kill()
        run.communicate(timeout=60)
    return killed


def killed_at_random(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, rounds: int, seed: int
) -> None:
    """Kill, look, kill again, and after a few times finish and compare."""
    monkeypatch.setattr(settings, "DOCUMENTS", folder / "documents")
    chance = random.Random(seed)
    busy_month.prepare()
    alone, first, last = undisturbed(folder)
    kills = halves = 0
    for _ in range(rounds):
        with another_copy():
            for _ in range(3):
                kills += two_runs(folder, chance, first, last)
                assert check_invariants(documents=folder / "documents") == []
                halves += 0 < Settlement.objects.count() < busy_month.SETTLED
            finish(folder)
            assert not Rendering.objects.exclude(state="done").exists()
            assert check_invariants(documents=folder / "documents") == []
            insist_that(canonical_export(), alone)
    assert kills
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
