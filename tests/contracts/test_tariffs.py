"""Tariff versions: one document each, and what is in use stays as it was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction

from fernkladde.contracts import actions
from fernkladde.contracts.models import Tariff, TariffVersion
from fernkladde.customers.records import NumberTaken
from fernkladde.journal.models import Entry
from fernkladde.rating.scenario import parse_tariff_version
from tests import make

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.django_db

NOW = make.NOW


def add(
    tariff: Tariff, terms: Mapping[str, Any] | None = None, **more: Any
) -> TariffVersion:
    document = make.terms(**more) if terms is None else terms
    return actions.add_tariff_version(
        tariff=tariff, terms=document, by=None, at=NOW, note="Preisliste 2026"
    )


def use(version: TariffVersion) -> None:
    rows = TariffVersion.objects.filter(pk=version.pk, in_use_since=None)
    assert rows.update(in_use_since=NOW) == 1


@pytest.fixture
def tariff() -> Tariff:
    return actions.create_tariff(code="standard", name="Servicetarif", by=None, at=NOW)


def test_a_version_is_kept_as_the_engine_writes_it(tariff: Tariff) -> None:
    add(tariff, make.terms(price="112.00"))

    version = TariffVersion.objects.get()
    assert version.valid_from == date(2026, 1, 1)
    assert parse_tariff_version(version.terms).prices[0].price == 112
    entry = Entry.objects.newest_first()[0]
    assert (entry.kind, entry.subject) == (
        "contracts.version-added",
        "tariff/standard",
    )
    assert entry.facts["terms"] == version.terms


def test_a_binary_number_is_taken_as_the_decimal_it_is_written_as(
    tariff: Tariff,
) -> None:
    price: dict[str, Any] = {"price": 0.1, "per_minutes": 60}
    add(tariff, {"valid_from": "2026-01-01", "prices": [price]})

    version = parse_tariff_version(TariffVersion.objects.get().terms)
    assert version.prices[0].price == Decimal("0.1")


def test_a_version_against_the_rules_is_refused_with_every_place(
    tariff: Tariff,
) -> None:
    with pytest.raises(actions.InvalidTerms) as refused:
        add(tariff, {"valid_from": "2026-02-30", "prices": [{"price": "zehn"}]})

    paths = {fault.path for fault in refused.value.faults}
    assert {"$.valid_from", "$.prices[0].price"} <= paths
    assert "Tariffassung" in str(refused.value)
    assert not TariffVersion.objects.exists()


def test_there_is_one_version_from_a_date_on(tariff: Tariff) -> None:
    add(tariff)

    with pytest.raises(actions.VersionExists, match=r"01\.01\.2026"):
        add(tariff)

    add(make.tariff(make.terms(valid_from="2025-01-01")))
    assert TariffVersion.objects.filter(valid_from="2026-01-01").count() == 2


def test_no_version_is_put_before_one_in_use(tariff: Tariff) -> None:
    use(add(tariff, valid_from="2026-03-01"))

    with pytest.raises(actions.VersionTooEarly, match=r"01\.03\.2026"):
        add(tariff, valid_from="2026-02-28")

    assert add(tariff, valid_from="2026-03-02").pk


def test_a_version_before_unused_ones_is_welcome(tariff: Tariff) -> None:
    add(tariff, valid_from="2026-03-01")

    assert add(tariff, valid_from="2026-02-01").pk


def test_an_unused_version_is_changed_before_and_after(tariff: Tariff) -> None:
    version = add(tariff)
    terms = make.terms(price="90.00", valid_from="2026-02-01")

    assert actions.change_tariff_version(
        version=version, terms=terms, note="neu", by=None, at=NOW
    )
    assert not actions.change_tariff_version(
        version=version, terms=terms, note="neu", by=None, at=NOW
    )

    saved = TariffVersion.objects.get()
    assert (saved.valid_from, saved.note) == (date(2026, 2, 1), "neu")
    facts = Entry.objects.newest_first()[0].facts
    assert facts["valid_from"] == ["2026-01-01", "2026-02-01"]
    assert facts["note"] == ["Preisliste 2026", "neu"]


def test_a_version_in_use_is_never_changed_by_an_action(tariff: Tariff) -> None:
    version = add(tariff)
    use(version)

    with pytest.raises(actions.VersionInUse, match="neue Fassung"):
        actions.change_tariff_version(
            version=version, terms=make.terms(price="1"), by=None, at=NOW
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contracts_tariffversion SET note = 'anders'",
        "UPDATE contracts_tariffversion SET in_use_since = NULL",
        "UPDATE contracts_tariffversion SET valid_from = '2026-05-01'",
        "DELETE FROM contracts_tariffversion",
    ],
)
def test_a_version_in_use_is_never_changed_by_raw_sql(
    tariff: Tariff, statement: str
) -> None:
    use(add(tariff))

    with (
        pytest.raises(IntegrityError, match="rows are never"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_version_not_in_use_may_go(tariff: Tariff) -> None:
    add(tariff).delete()

    assert not TariffVersion.objects.exists()


def test_two_versions_do_not_move_to_one_date(tariff: Tariff) -> None:
    first = add(tariff)
    add(tariff, valid_from="2026-02-01")

    with pytest.raises(actions.VersionExists):
        actions.change_tariff_version(
            version=first, terms=make.terms(valid_from="2026-02-01"), by=None, at=NOW
        )


def test_a_code_is_given_once_and_a_name_may_change(tariff: Tariff) -> None:
    with pytest.raises(NumberTaken):
        actions.create_tariff(code="standard", name="x", by=None, at=NOW)

    assert actions.rename_tariff(tariff=tariff, name="Tarif A", by=None, at=NOW)
    assert not actions.rename_tariff(tariff=tariff, name="Tarif A", by=None, at=NOW)
