"""The worked cases: what they say is right where words are not."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from fernkladde.rating import Refused, parse_scenario, rate

# The checker of the acceptance tests, as it is; it has no types.
compare = import_module("tests.data.check_rating_cases").compare

DATA = Path(__file__).parents[1] / "data"
FILES = sorted(DATA.glob("rating-cases/*.json")) + sorted(
    DATA.glob("month-cases/*.json")
)


def load(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return case


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_worked_case_comes_out_as_written(path: Path) -> None:
    case = load(path)

    if "refused" in case["expect"]:
        with pytest.raises(Refused) as refusal:
            rate(parse_scenario(case["scenario"]))
        told = str(refusal.value)
        assert [text for text in case["expect"]["refused"] if text not in told] == []
    else:
        result = rate(parse_scenario(case["scenario"])).document()
        assert compare(case["expect"], result) == []


def test_the_month_cases_name_every_row() -> None:
    """They are whole months: what they do not name must not be there."""
    for path in sorted(DATA.glob("month-cases/*.json")):
        case = load(path)

        result = rate(parse_scenario(case["scenario"])).document()

        for rows in ("lines", "free", "held", "warnings"):
            assert len(result[rows]) == len(case["expect"][rows]), (path.stem, rows)


def test_the_command_agrees_with_its_checker(tmp_path: Path) -> None:
    """The real command in a process of its own, judged as an outsider would."""
    command = f"{sys.executable} -m fernkladde rate"
    checker = [sys.executable, str(DATA / "check_rating_cases.py"), "--rate", command]
    chosen = ["c46-runs-out-inside-a-unit", "r03-all-faults-at-once", "c81"]
    paths = [str(path) for path in FILES if path.stem.startswith(tuple(chosen))]

    done = subprocess.run(
        [*checker, *paths],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(DATA.parents[1] / "src"), "PATH": ""},
        cwd=tmp_path,
    )

    assert (done.returncode, done.stdout) == (0, f"{len(paths)} passed, 0 failed\n")
