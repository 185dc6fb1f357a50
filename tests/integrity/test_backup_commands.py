"""Backup and restore as one types them, from one machine to another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands.test_month_end import issue, scenario_of
from tests.installation import Installation, _own_database

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow


@pytest.fixture
def other(tmp_path: Path, installation: Installation) -> Iterator[Installation]:
    """Give a second, empty machine."""
    folder = tmp_path / "other"
    folder.mkdir()
    with _own_database() as database:
        own = {"FERNKLADDE_DATA": str(folder / "var"), **database}
        yield Installation(folder, {**installation.environment, **own})


def told(installation: Installation, *words: str) -> Any:
    done = installation.run(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_move_to_another_machine_keeps_every_invoice_and_goes_on(
    installation: Installation, other: Installation
) -> None:
    path = installation.file("m11.json", scenario_of("m11"))
    told(installation, "import", "scenario", path)
    before = issue(installation, "--date", "2026-04-02")

    made = told(installation, "backup", str(installation.folder / "kept"))
    verified = told(other, "restore", "--verify", made["path"])
    restored = told(other, "restore", made["path"])
    after = issue(other)
    checked = other.run("verify")

    assert made["documents"] == verified["documents"] == restored["documents"] == 3
    assert restored["journal"] == made["journal"]
    assert checked.returncode == 0, checked.stdout
    [old], [new] = before["invoices"], after["invoices"]
    for kind in ("pdf", "xml"):
        assert Path(new[kind]).read_bytes() == Path(old[kind]).read_bytes()
        assert Path(new[kind]).is_relative_to(other.folder)
    assert {**new, "pdf": 0, "xml": 0} == {**old, "pdf": 0, "xml": 0}


def test_refusals_are_one_sentence_and_a_status(installation: Installation) -> None:
    installation.run("setup")
    target = str(installation.folder / "one.tar")
    told(installation, "backup", "--to", target)

    twice = installation.run("backup", "--to", target)
    filled = installation.run("restore", target)
    Path(target).write_bytes(Path(target).read_bytes()[:-700])
    cut = installation.run("restore", "--verify", target)

    said = [
        (done.returncode, len(done.stderr.splitlines()))
        for done in (twice, filled, cut)
    ]
    assert said == [(2, 1), (1, 1), (1, 1)]
    assert "überschreibt nichts" in twice.stderr
    assert "schon eingerichtet" in filled.stderr
    assert "abgeschnitten" in cut.stderr


def test_by_default_backups_lie_in_the_data_folder(installation: Installation) -> None:
    installation.run("setup")

    made = told(installation, "backup")

    assert Path(made["path"]).parent == installation.folder / "var" / "backups"
