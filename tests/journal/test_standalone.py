"""A chain that was written out is verified by three files and plain Python."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fernkladde.journal import actions, chain, queries
from fernkladde.journal.models import PersonalValue
from fernkladde.journal.proof import Fault, walk_along
from tests.journal import make
from tests.journal.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines() -> list[str]:
    for number in range(1, 6):
        personal = {"caller": f"Müller {number}"} if number % 2 else {}
        make.entry(subject=f"case/{number}", personal=personal)
    values = PersonalValue.objects.about("case/3")
    actions.erase(values=values, subject="case/3", by=None, at=NOON, reason="Frist")
    return list(queries.written_out())


def test_what_is_written_out_holds(lines: list[str]) -> None:
    walk = walk_along(lines)

    assert (walk.bad, walk.count) == (None, 6)
    assert (walk.sequence, walk.hash) == (6, queries.head().hash)


def test_a_part_of_the_chain_holds_by_itself(lines: list[str]) -> None:
    walk = walk_along(queries.written_out(start=4))

    assert (walk.bad, walk.count, walk.sequence) == (None, 3, 6)


@pytest.mark.parametrize(
    ("line", "old", "new", "bad"),
    [
        (1, '"seconds":540', '"seconds":541', (2, Fault.CONTENT)),
        (2, "case/3", "case/8", (3, Fault.CONTENT)),
        (4, "Müller 5", "Müller 6", (5, Fault.PERSONAL)),
        (6, '"sequence": 6', '"sequence": 7', (7, Fault.MISSING)),
    ],
)
def test_a_changed_line_is_named(
    lines: list[str], line: int, old: str, new: str, bad: tuple[int, Fault]
) -> None:
    assert old in lines[line]
    lines[line] = lines[line].replace(old, new)

    walk = walk_along(lines)

    assert (walk.bad, walk.fault) == bad


@pytest.mark.parametrize(("gone", "bad"), [(0, 1), (3, 4), (5, 6), (6, 7)])
def test_a_line_that_is_gone_is_named(lines: list[str], gone: int, bad: int) -> None:
    del lines[gone]

    walk = walk_along(lines)

    assert walk.bad == (bad if gone else None)
    # A chain that begins later is believed from there on; the count tells.
    assert walk.count == {0: 5, 3: 3, 5: 5, 6: 6}[gone]


def test_nothing_at_all_is_no_proof() -> None:
    assert walk_along([]).bad == 1


def test_each_line_holds_the_canonical_form(lines: list[str]) -> None:
    entry = json.loads(lines[1])["entry"]

    assert chain.canonical(entry) in lines[1]


def test_the_verifier_needs_no_fernkladde(lines: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "verifier"
    folder.mkdir()
    for module in ("chain", "proof", "standalone"):
        source = Path(chain.__file__).with_name(f"{module}.py")
        shutil.copy(source, folder)
    book = tmp_path / "kladde.jsonl"
    book.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "-S", "-E", "-m", "verifier.standalone", str(book)]

    holds = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    changed = "\n".join(lines).replace('"seconds":540', '"seconds":9', 1)
    book.write_text(changed, encoding="utf-8")
    fails = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    head = queries.head()
    assert holds.stdout == f"6 entries hold; head 6 {head.hash}\n"
    assert (fails.returncode, fails.stdout) == (1, "entry 1 does not hold: content\n")
