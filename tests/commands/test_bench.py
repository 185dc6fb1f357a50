"""What holds of `fernkladde bench` whatever the figures are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fernkladde.commands import bench
from fernkladde.commands.main import main

if TYPE_CHECKING:
    from pathlib import Path

SMALL = "--with=--sessions 300 --times 1"


@pytest.mark.parametrize("what", bench.PROGRAMS)
def test_each_benchmark_has_its_program(what: str) -> None:
    assert (bench.FOLDER / f"{what.replace('-', '_')}.py").exists()


@pytest.mark.slow
def test_for_machines_there_is_one_json_document_with_its_baseline(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["bench", "engine", "--json", SMALL])

    [run] = json.loads(capsys.readouterr().out)["runs"]
    assert status == 0
    assert run["engine_per_second"] > 0
    assert run["bare_loop_per_second"] > run["engine_per_second"]


@pytest.mark.slow
def test_for_people_there_are_lines_without_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["bench", "engine", SMALL])

    told = capsys.readouterr().out
    assert "a second" in told
    assert "{" not in told


def test_an_installed_package_says_where_the_programs_are(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bench, "FOLDER", tmp_path)

    status = main(["bench", "pages"])

    assert status == bench.NOT_HERE
    assert "pages.py fehlt" in capsys.readouterr().err
