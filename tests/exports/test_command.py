"""`fernkladde export scenario` at the terminal."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.commands.main import main
from fernkladde.journal.models import Entry
from tests import make
from tests.billing import month as billing
from tests.billing.month import local

if TYPE_CHECKING:
    from tests.installation import Installation

CASES = Path(__file__).parent.parent / "data" / "month-cases"
OCTOBER = ("--from", "2026-10-01", "--until", "2026-10-31")


def export(*arguments: str) -> int:
    return main(["export", "scenario", *arguments])


def rated(path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    assert main(["rate", str(path)]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_the_file_is_rated_to_the_preview(installation: Installation) -> None:
    scenario = json.loads((CASES / "m11.json").read_text())["scenario"]
    loaded = installation.run("import", "scenario", installation.file("m", scenario))
    assert loaded.returncode == 0, loaded.stderr
    path = str(installation.folder / "march.json")
    march = ("--from", "2026-03-01", "--until", "2026-03-31", "--out", path)

    done = installation.run("export", "scenario", *march)
    rated = installation.run("rate", path)
    preview = installation.run("month-end", "2026-03", "--json")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    [invoice] = json.loads(preview.stdout)["invoices"]
    assert list(json.loads(rated.stdout)["totals"].values()) == [invoice["net"]]


@pytest.mark.django_db
def test_the_kladde_has_the_hash_of_what_was_given_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    billing.firm()
    billing.work()
    path = tmp_path / "october.json"

    assert export(*OCTOBER, "--out", str(path)) == 0
    assert export(*OCTOBER) == 0

    assert capsys.readouterr().out == path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    entries = Entry.objects.filter(kind="exports.scenario-exported")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert [entry.facts for entry in entries] == [{"sessions": 1, "sha256": sha256}] * 2


@pytest.mark.django_db
def test_an_invoice_is_given_out_under_its_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    billing.firm()
    payer = billing.customer()
    billing.work(payer)
    billing.bill()
    invoice = billing.invoice_of(payer)
    path = tmp_path / "invoice.json"

    assert export("--invoice", invoice.number, "--out", str(path)) == 0

    assert rated(path, capsys)["totals"] == {payer.number: f"{invoice.net:.2f}"}
    [entry] = Entry.objects.filter(kind="exports.invoice-explained")
    assert entry.subject == f"invoice/{invoice.number}"


@pytest.mark.django_db
def test_late_work_and_who_is_left_out_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    billing.firm()
    dear = make.tariff(make.terms(valid_from="2027-01-01"))
    billing.work(start=local(6, month=9))
    billing.work()
    billing.work(billing.customer(number="K9", tariff=dear))

    assert export(*OCTOBER) == 0
    with_it = capsys.readouterr().err
    assert export(*OCTOBER, "--without-late") == 0
    without = capsys.readouterr().err

    assert "1 offener Einsatz von vor dem 2026-10-01 ist dabei." in with_it
    assert "1 offener Einsatz von vor dem 2026-10-01 fehlt." in without
    assert "Kunde K9 fehlt." in with_it


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Es fehlen --from und --until"),
        (("--from", "2026-03-01"), "Es fehlen --from und --until"),
        (("--from", "2026-03-02", "--until", "2026-03-01"), "liegt vor dem ersten"),
        (("--invoice", "RE-1", "--until", "2026-03-01"), "steht allein"),
        (("--invoice", "RE-1"), "keine Rechnung RE-1"),
        (OCTOBER, "kein allgemeiner Tarif"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(
    arguments: tuple[str, ...],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = export(*arguments)

    said = capsys.readouterr()
    assert (status, said.out) == (2, "")
    assert sentence in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.django_db
def test_what_cannot_be_written_is_refused_and_not_noted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    billing.firm()
    billing.work()

    status = export(*OCTOBER, "--out", "/nowhere/at/all")

    assert status == 2
    assert "/nowhere/at/all" in capsys.readouterr().err
    assert not Entry.objects.filter(kind="exports.scenario-exported").exists()


def test_a_date_is_written_as_in_iso_8601(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        export("--from", "1.3.2026")

    assert "2026-10-31" in capsys.readouterr().err
