"""`fernkladde verify` and `export journal`, as the operator runs them."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.integrity.settled import CASES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.installation import Installation

pytestmark = pytest.mark.slow

ON_SQLITE = not os.environ.get("FERNKLADDE_DATABASE_URL", "").startswith("postgresql:")


@pytest.fixture
def loaded(installation: Installation) -> Installation:
    document = json.loads((CASES / "m05.json").read_text(encoding="utf-8"))
    file = installation.file("m05.json", document["scenario"])
    assert installation.run("import", "scenario", file).returncode == 0
    return installation


def test_a_billed_month_holds_until_a_document_is_gone(loaded: Installation) -> None:
    done = loaded.run("month-end", "2026-03", "--issue", "--date", "2026-11-02")
    assert done.returncode == 0, done.stderr

    well = loaded.run("verify")
    told = json.loads(loaded.run("verify", "--json").stdout)
    chain = json.loads(loaded.run("verify", "--journal-only", "--json").stdout)
    [file] = (loaded.folder / "var" / "documents").rglob("*.xml")
    file.unlink()
    gone = loaded.run("verify")

    assert well.returncode == 0, well.stdout
    assert well.stdout.endswith("Alles stimmt.\n")
    assert told["holds"] is True
    assert told["violations"] == []
    assert (told["checked"]["invoices"], told["checked"]["documents"]) == (1, 2)
    assert chain["checked"] == {"journal": told["checked"]["journal"]}
    assert gone.returncode == 1
    assert f"Die Datei 2026/{file.name} fehlt." in gone.stdout


@pytest.mark.skipif(not ON_SQLITE, reason="speaks of SQLite's file")
def test_without_a_database_it_says_so_and_makes_none(
    installation: Installation,
) -> None:
    said = installation.run("verify")

    assert said.returncode == 2
    assert "gibt es nicht" in said.stderr
    assert not list(installation.folder.rglob("*.sqlite3"))


@pytest.mark.skipif(not ON_SQLITE, reason="makes SQLite's file")
def test_a_database_of_another_version_is_named(installation: Installation) -> None:
    folder = installation.folder / "var"
    folder.mkdir(mode=0o700)
    sqlite3.connect(folder / "fernkladde.sqlite3").close()

    said = installation.run("verify")

    assert said.returncode == 2
    assert "fernkladde migrate" in said.stderr


def test_the_kladde_that_was_given_out_is_verified_by_python_alone(
    loaded: Installation, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("auditor")
    file, folder = elsewhere / "kladde.jsonl", elsewhere / "check"
    given = ("export", "journal", "--out", str(file), "--verifier", str(folder))

    done = loaded.run(*given)
    again = loaded.run(*given)

    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert again.returncode == 2
    assert "gibt es schon" in again.stderr
    text = file.read_text(encoding="utf-8")
    count = len(text.splitlines()) - 1
    assert f"{count} entries hold; head {count} " in verified(elsewhere).stdout
    file.write_text(text.replace('"K3"', '"K4"', 1), encoding="utf-8")
    changed = verified(elsewhere)
    assert changed.returncode == 1
    assert "does not hold: content" in changed.stdout


def test_giving_it_out_stands_in_the_kladde(loaded: Installation) -> None:
    first = loaded.run("export", "journal").stdout.splitlines()

    second = loaded.run("export", "journal").stdout.splitlines()
    beyond = loaded.run("export", "journal", "--start", "99999")

    last = json.loads(second[-2])["entry"]
    assert len(second) == len(first) + 1
    assert last["kind"] == "exports.journal-exported"
    assert last["facts"]["sequence"] == last["sequence"] - 1
    assert beyond.returncode == 2
    assert "Die Kladde endet bei Eintrag" in beyond.stderr


def verified(folder: Path) -> subprocess.CompletedProcess[str]:
    """Verify outside the repository, in a Python that sees nothing but itself."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "check", "kladde.jsonl"],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
