"""`fernkladde import customers …`: what it prints, takes, and how it ends."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.commands import import_data
from fernkladde.customers.models import Customer
from fernkladde.imports.models import Batch
from fernkladde.imports.tables.kinds import KINDS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db

TWO = "Nr.;Name;Ort\n1;Müller;Ulm\n2;Meier;Köln\n"
REFUSED = TWO + "3;;Bonn\n"


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    import_data.add_arguments(parser)
    return import_data.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "kunden.csv"
    path.write_text(TWO)
    return path


def test_a_table_is_taken_and_its_columns_are_told(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run("customers", table)

    printed = capsys.readouterr().out
    batch = Batch.objects.get()
    assert status == 0
    assert "  Nr. → Kundennummer (number)\n" in printed
    assert printed.endswith(
        f"Übernommen (Nr. {batch.pk}): 2 neu, 0 geändert, 0 unverändert, 0 abgelehnt.\n"
    )
    assert (batch.state, batch.file_name) == ("taken", "kunden.csv")
    assert Customer.objects.count() == 2


def test_a_dry_run_takes_nothing(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run("customers", table, "--dry-run")

    assert status == 0
    assert "Probelauf, nichts übernommen: 2 neu" in capsys.readouterr().out
    assert not Customer.objects.exists()
    assert not Batch.objects.exists()


def test_the_second_time_there_is_nothing_to_take(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("customers", table)

    status = run("customers", table)

    assert status == 0
    assert "Nichts zu übernehmen: 0 neu, 0 geändert, 2 unverändert" in (
        capsys.readouterr().out
    )


def test_refused_rows_are_named_and_it_ends_with_1(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table.write_text(REFUSED)

    status = run("customers", table)

    printed = capsys.readouterr().out
    assert status == 1
    assert "Zeile 4 (3) abgelehnt: „Name“ fehlt.\n" in printed
    assert "Nichts übernommen: 2 neu" in printed
    assert not Customer.objects.exists()


def test_a_column_is_named_by_hand(table: Path) -> None:
    table.write_text("Schlüssel;Bez.;Ort\n1;Müller;Ulm\n")

    status = run("customers", table, "--map", "number=A", "--map", "name=Bez.")

    assert status == 0
    assert Customer.objects.get().name == "Müller"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--map", "number=Z"], "Die Spalte „Z“ gibt es nicht"),
        (["--map", "colour=A"], "Das Feld „colour“ gibt es nicht"),
        (["--sheet", "Eins"], "Tabellenblätter gibt es nur in XLSX"),
    ],
)
def test_what_cannot_be_read_ends_with_2_and_one_sentence(
    table: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    status = run("customers", table, *words)

    told = capsys.readouterr().err
    assert status == 2
    assert sentence in told
    assert told.count("\n") == 1


def test_a_file_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("customers", tmp_path / "weg.csv") == 2
    assert "weg.csv: No such file" in capsys.readouterr().err


def test_the_json_has_every_verdict(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table.write_text(REFUSED)

    status = run("customers", table, "--json")

    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert status == 1
    assert [row["outcome"] for row in told["verdicts"]] == ["new", "new", "refused"]
    assert told["verdicts"][2] == {
        "line": 4, "outcome": "refused", "subject": "3", "sentences": ["„Name“ fehlt."],
    }  # fmt: skip
    assert (told["rows"], told["new"], told["refused"]) == (3, 2, 1)
    assert (told["taken"], told["batch"]) == (False, None)
    assert told["columns"] == {"number": "Nr.", "name": "Name", "city": "Ort"}


def test_the_json_is_whole_also_where_the_table_ends_in_a_fault(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table.write_text(TWO + '3;"Huber;Bonn\n')

    status = run("customers", table, "--json", "--dry-run")

    told = json.loads(capsys.readouterr().out)
    assert status == 2
    assert told["taken"] is False
    assert told["error"].startswith("Zeile 4: Hier beginnt ein Anführungszeichen")


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_template_is_a_table_that_is_understood(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, ending: str
) -> None:
    path = tmp_path / f"vorlage.{ending}"

    assert run(kind, path, "--template") == 0
    assert run(kind, path, "--template") == 2  # what is there is not replaced
    capsys.readouterr()
    status = run(kind, path, "--dry-run", "--json")

    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == 1
    assert len(told["columns"]) == len(KINDS[kind].fields)
    # Alone in an empty house only a customer can be taken in.
    assert status == (0 if kind == "customers" else 1)
    if kind != "customers":
        assert "gibt es nicht" in told["verdicts"][0]["sentences"][0]


def test_a_scenario_knows_no_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("scenario", tmp_path / "x.json", "--dry-run") == 2
    assert "Ein Szenario kennt nur --json." in capsys.readouterr().err
