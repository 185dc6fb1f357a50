"""A worker is killed or frozen while it holds duties (F-08, F-09).

They are taken over when its lease is over; what it does late is refused, in the
database and in the folder of documents; the bytes are the same as without a fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from fernkladde.billing.models import Rendering

from .environment import small_month
from .environment.workers import (
    TAKEN_OVER,
    Reprint,
    files,
    freeze,
    frozen,
    printed_once,
    work,
)
from .harness import KILL, another_copy, broken, events_of
from .survival import chosen_points, insist_on_invariants, report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fernkladde.billing.sheets import Rendered

pytestmark = pytest.mark.slow

DOCUMENTS = 3


@pytest.fixture
def made(own_database: None, tmp_path: Path) -> Iterator[dict[str, Rendered]]:
    """Issue a month and have its documents printed, but not stored yet."""
    small_month.prepare()
    small_month.end_the_month()
    with override_settings(DOCUMENTS=tmp_path / "documents"):
        yield printed_once()


@pytest.fixture
def whole(made: dict[str, Rendered], tmp_path: Path) -> dict[str, bytes]:
    """Return the files that an undisturbed worker leaves."""
    with another_copy(), override_settings(DOCUMENTS=tmp_path / "undisturbed"):
        work(Reprint(made))
        assert states() == ["done"] * DOCUMENTS
        return files()


def states() -> list[str]:
    return list(Rendering.objects.values_list("state", flat=True))


def rows() -> list[tuple[object, ...]]:
    return sorted(Rendering.objects.values_list())


def taken_over_after_kill(
    made: dict[str, Rendered], whole: dict[str, bytes], at: int, folder: Path
) -> None:
    with another_copy(), override_settings(DOCUMENTS=folder / str(at)):
        assert broken(lambda: work(Reprint(made)), at=at, kind=KILL)
        insist_on_invariants()
        half = {name for name in files() if not name.endswith(".part")}
        assert half <= set(whole)
        work(Reprint(made))
        while work(Reprint(made), at=TAKEN_OVER):
            pass
        assert states() == ["done"] * DOCUMENTS
        assert files() == whole
        insist_on_invariants()


def killed_at(
    made: dict[str, Rendered], whole: dict[str, bytes], folder: Path, *, every: int
) -> int:
    with another_copy(), override_settings(DOCUMENTS=folder / "counted"):
        counted = events_of(lambda: work(Reprint(made)))
    points = chosen_points(counted, every=every)
    for at in points:
        taken_over_after_kill(made, whole, at, folder)
    report("rendering", KILL, len(points))
    return len(points)


def test_what_a_worker_killed_at_chosen_statements_held_is_taken_over(
    made: dict[str, Rendered], whole: dict[str, bytes], tmp_path: Path
) -> None:
    points = killed_at(made, whole, tmp_path, every=9)

    assert points > DOCUMENTS * 2


@pytest.mark.long
def test_what_a_worker_killed_at_any_statement_held_is_taken_over(
    made: dict[str, Rendered], whole: dict[str, bytes], tmp_path: Path
) -> None:
    points = killed_at(made, whole, tmp_path, every=1)

    assert points > DOCUMENTS * 6


@pytest.mark.parametrize("document", range(1, DOCUMENTS + 1))
def test_a_worker_frozen_beyond_its_lease_can_write_nothing_late(
    made: dict[str, Rendered], document: int
) -> None:
    other = {text: _of_another_release(sheet) for text, sheet in made.items()}
    late = Reprint(other, before={document: freeze})

    with frozen(lambda: work(late)):
        begun = states().count("done")
        work(Reprint(made), at=TAKEN_OVER)
        taken_over, stored = rows(), files()

    assert begun == document - 1
    assert states() == ["done"] * DOCUMENTS
    assert rows() == taken_over
    assert files() == stored
    insist_on_invariants()


def _of_another_release(sheet: Rendered) -> Rendered:
    """Make it tell: a worker of yesterday's release would print other bytes."""
    return type(sheet)(pdf=sheet.pdf + b"\n", xml=sheet.xml)
