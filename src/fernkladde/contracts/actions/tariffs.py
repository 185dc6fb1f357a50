"""Tariffs in dated versions. A version in use is followed, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fernkladde.contracts.models import Tariff, TariffVersion
from fernkladde.customers import records
from fernkladde.journal.actions import record
from fernkladde.rating.faults import Fault, InvalidScenario
from fernkladde.rating.scenario import parse_tariff_version, tariff_version_document
from fernkladde.values.refusal import Refusal

if TYPE_CHECKING:
    from datetime import date, datetime

    from fernkladde.accounts.models import User


class InvalidTerms(Refusal):
    """The document breaks the rating rules; `faults` name every place."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        sentence = _("Die Tariffassung ist so nicht möglich: %(fault)s")
        super().__init__(sentence % {"fault": faults[0]}, field="terms")


class VersionExists(Refusal):
    def __init__(self, on: date) -> None:
        sentence = _("Ab dem %(date)s gibt es schon eine Fassung dieses Tarifs.")
        super().__init__(sentence % {"date": short(on)}, field="valid_from")


class VersionTooEarly(Refusal):
    """What is in use would be charged otherwise afterwards."""

    def __init__(self, in_use: date) -> None:
        sentence = _(
            "Nach der Fassung vom %(date)s wurde schon abgerechnet. Eine neue muss"
            " später beginnen."
        )
        super().__init__(sentence % {"date": short(in_use)}, field="valid_from")


class VersionInUse(Refusal):
    """An invoice rests on the version."""

    def __init__(self, version: TariffVersion) -> None:
        self.version = version
        sentence = _(
            "Nach der Fassung vom %(date)s wurde schon abgerechnet; sie bleibt, wie"
            " sie ist. Bitte eine neue Fassung anlegen."
        )
        super().__init__(sentence % {"date": short(version.valid_from)})


@transaction.atomic
def create_tariff(*, code: str, name: str, by: User | None, at: datetime) -> Tariff:
    """Take in a tariff without prices yet; its code is never changed."""
    tariff = records.insert(Tariff(code=code.strip(), name=name.strip()), key="code")
    record(
        kind="contracts.tariff-created",
        subject=subject(tariff),
        by=by,
        at=at,
        facts={"code": tariff.code, "name": tariff.name},
    )
    return tariff


@transaction.atomic
def rename_tariff(*, tariff: Tariff, name: str, by: User | None, at: datetime) -> bool:
    current = records.locked(tariff)
    changes = records.update(current, {"name": name.strip()})
    records.copy_to(tariff, current, changes)
    if changes:
        record(
            kind="contracts.tariff-renamed",
            subject=subject(tariff),
            by=by,
            at=at,
            facts={"name": changes["name"]},
        )
    return bool(changes)


@transaction.atomic
def add_tariff_version(
    *,
    tariff: Tariff,
    terms: Mapping[str, Any],
    by: User | None,
    at: datetime,
    note: str = "",
) -> TariffVersion:
    """Add the prices from the document's `valid_from` on."""
    valid_from, document = _read(terms)
    _check_place(tariff, valid_from)
    version = TariffVersion(
        tariff=tariff, valid_from=valid_from, terms=document, note=note.strip()
    )
    records.check(version)
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError:
        raise VersionExists(valid_from) from None
    record(
        kind="contracts.version-added",
        subject=subject(tariff),
        by=by,
        at=at,
        facts={"valid_from": valid_from, "terms": document, "note": version.note},
    )
    return version


@transaction.atomic
def change_tariff_version(
    *,
    version: TariffVersion,
    terms: Mapping[str, Any],
    by: User | None,
    at: datetime,
    note: str = "",
) -> bool:
    """Change a version that nothing rests on yet; return whether it differs."""
    valid_from, document = _read(terms)
    tariff = version.tariff
    current = records.locked(version)
    before = {"terms": current.terms, "note": current.note}
    after = {"terms": document, "note": note.strip()}
    if current.in_use_since:
        raise VersionInUse(current)
    if before == after:
        return False
    _check_place(tariff, valid_from)
    for name, value in (after | {"valid_from": valid_from}).items():
        setattr(version, name, value)
    records.check(version)
    _update(version)
    record(
        kind="contracts.version-changed",
        subject=subject(tariff),
        by=by,
        at=at,
        facts={"valid_from": [current.valid_from, valid_from]}
        | {name: [before[name], after[name]] for name in after},
    )
    return True


def _update(version: TariffVersion) -> None:
    """Write the version unless an invoice has come to rest on it meanwhile."""
    unused = TariffVersion.objects.filter(pk=version.pk, in_use_since=None)
    try:
        with transaction.atomic():
            changed = unused.update(
                valid_from=version.valid_from, terms=version.terms, note=version.note
            )
    except IntegrityError:
        raise VersionExists(version.valid_from) from None
    if not changed:
        raise VersionInUse(version)


def subject(tariff: Tariff) -> str:
    return f"tariff/{tariff.code}"


def short(on: date) -> str:
    return date_format(on, "SHORT_DATE_FORMAT")


def _read(terms: Mapping[str, Any]) -> tuple[date, dict[str, Any]]:
    """Return the date and the document in its one written form, numbers as text."""
    try:
        version = parse_tariff_version(_exact(terms))
    except InvalidScenario as error:
        raise InvalidTerms(error.faults) from None
    return version.valid_from, tariff_version_document(version)


def _exact(value: object) -> object:
    """Take a binary number as the decimal that is written for it."""
    match value:
        case float():
            return Decimal(repr(value))
        case Mapping():
            return {name: _exact(item) for name, item in value.items()}
        case list() | tuple():
            return [_exact(item) for item in value]
    return value


def _check_place(tariff: Tariff, valid_from: date) -> None:
    """Refuse to put a version before one that is in use.

    The lock makes a settlement wait that is about to use a version of the tariff.
    """
    versions = TariffVersion.objects.select_for_update(no_key=True).filter(
        tariff=tariff
    )
    used = [v.valid_from for v in versions if v.in_use_since]
    if used and valid_from < max(used):
        raise VersionTooEarly(max(used))
