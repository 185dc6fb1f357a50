"""Makers: the smallest valid record of each kind, every field open.

They write rows without the Kladde; tests of actions use the actions themselves.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from fernkladde.accounts.models import User
from fernkladde.accounts.roles import Role
from fernkladde.billing.models import Claim, Invoice, Run, Settlement
from fernkladde.cases.models import (
    Attachment,
    CannedAnswer,
    Case,
    CaseLink,
    CaseTag,
    CaseTemplate,
    Consent,
    Note,
    PastCall,
    Session,
    SessionVersion,
    Watcher,
    WorkReport,
)
from fernkladde.connections.models import Call
from fernkladde.contracts.models import (
    Contract,
    Covers,
    Policy,
    RateDeck,
    SpecialDay,
    Tariff,
    TariffVersion,
)
from fernkladde.customers.models import Contact, Customer
from fernkladde.imports.models import Batch, TableKind
from fernkladde.plants.models import AccessKind, AccessPath, Plant, PlantType
from fernkladde.search.index import catch_up_all

# A Tuesday in the morning, away from any clock change; 10:00 in Berlin.
NOW = datetime(2026, 10, 6, 8, tzinfo=UTC)

_numbers = count(1)


def _next() -> int:
    return next(_numbers)


def terms(price: str = "100.00", **more: Any) -> dict[str, Any]:
    """Return a tariff version's document: each started quarter of an hour."""
    row = {"price": price, "per_minutes": 60, "next_minutes": 15}
    return {"valid_from": "2026-01-01", "prices": [row]} | more


def searchable() -> None:
    """Let the search know what was made: makers write past the actions."""
    for _done in catch_up_all():
        pass


def user(role: str = Role.TECHNICIAN, **fields: Any) -> User:
    number = _next()
    values = {
        "username": f"person{number}",
        "full_name": f"Person {number}",
        "role": role,
        "created_at": NOW - timedelta(days=400),
    }
    person = User(**values | fields)
    if not person.password:
        person.set_unusable_password()
    person.save()
    return person


def customer(**fields: Any) -> Customer:
    number = _next()
    values = {"number": f"K{number:04d}", "name": f"Kunde {number}"}
    return Customer.objects.create(**values | fields)


def contact(**fields: Any) -> Contact:
    fields["customer"] = fields.get("customer") or customer()
    return Contact.objects.create(**{"name": f"Kontakt {_next()}"} | fields)


def plant_type(**fields: Any) -> PlantType:
    return PlantType.objects.create(**{"name": f"Typ {_next()}"} | fields)


def plant(**fields: Any) -> Plant:
    number = _next()
    fields["customer"] = fields.get("customer") or customer()
    values = {"number": f"P{number:04d}", "name": f"Presse {number}"}
    return Plant.objects.create(**values | fields)


def access_path(**fields: Any) -> AccessPath:
    fields["plant"] = fields.get("plant") or plant()
    return AccessPath.objects.create(**{"kind": AccessKind.VPN} | fields)


def tariff(*documents: dict[str, Any], **fields: Any) -> Tariff:
    """Make a tariff with a version for each document, by default one."""
    number = _next()
    values = {"code": f"T{number:04d}", "name": f"Tarif {number}"}
    made = Tariff.objects.create(**values | fields)
    for document in documents or (terms(),):
        tariff_version(tariff=made, terms=document)
    return made


def tariff_version(**fields: Any) -> TariffVersion:
    fields["tariff"] = fields.get("tariff") or Tariff.objects.create(
        code=f"T{_next():04d}", name="Tarif"
    )
    document = fields.setdefault("terms", terms())
    fields.setdefault("valid_from", date.fromisoformat(document["valid_from"]))
    return TariffVersion.objects.create(**fields)


def rate_deck(**fields: Any) -> RateDeck:
    number = _next()
    values = {"code": f"D{number:04d}", "name": f"Verbindungstarif {number}"}
    return RateDeck.objects.create(**values | fields)


def special_day(**fields: Any) -> SpecialDay:
    values = {"date": date(2026, 12, 25), "label": "holiday"}
    return SpecialDay.objects.create(**values | fields)


def policy(**fields: Any) -> Policy:
    """Make the firm's rules of charging, with a default tariff."""
    if "default_tariff" not in fields:
        fields["default_tariff"] = tariff()
    made, _created = Policy.objects.update_or_create(pk=1, defaults=fields)
    return made


def contract(**fields: Any) -> Contract:
    number = _next()
    fields["customer"] = fields.get("customer") or customer()
    shared_with = fields.pop("shared_with", ())
    plants = fields.pop("plants", ())
    values = {
        "number": f"V{number:04d}",
        "name": f"Servicevertrag {number}",
        "valid_from": date(2026, 1, 1),
        "covers": Covers.EVERYTHING,
        "limited_to_plants": bool(plants),
    }
    made = Contract.objects.create(**values | fields)
    made.shared_with.set(shared_with)
    made.plants.set(plants)
    return made


def case(**fields: Any) -> Case:
    number = _next()
    fields["customer"] = fields.get("customer") or (
        fields["plant"].customer if fields.get("plant") else customer()
    )
    values = {
        "number": f"F{number:05d}",
        "subject": f"Störung {number}",
        "reported_on": date(2026, 10, 6),
        "opened_at": NOW,
    }
    return Case.objects.create(**values | fields)


def session(**fields: Any) -> Session:
    """Make an ended and confirmed session of half an hour.

    `ended_at=None` gives a running timer, `confirmed_at=None` an unconfirmed one.
    """
    fields["case"] = fields.get("case") or case()
    fields["technician"] = fields.get("technician") or user()
    start = fields.setdefault("started_at", NOW)
    end = fields.setdefault("ended_at", start + timedelta(minutes=30))
    fields.setdefault("confirmed_at", end)
    return Session.objects.create(**{"number": f"S{_next():06d}"} | fields)


def running(**fields: Any) -> Session:
    return session(ended_at=None, **fields)


def session_version(**fields: Any) -> SessionVersion:
    fields["session"] = fields.get("session") or session()
    values = {"revision": 1, "values": {}, "changed_at": NOW, "reason": "Irrtum"}
    return SessionVersion.objects.create(**values | fields)


def consent(**fields: Any) -> Consent:
    fields["case"] = fields.get("case") or case()
    values = {
        "given": True,
        "asked_at": NOW,
        "person": "Frau Schulz",
        "channel": "phone",
        "sentence": "28,00 € je angefangene 15 Minuten",
    }
    return Consent.objects.create(**values | fields)


def note(**fields: Any) -> Note:
    fields["case"] = fields.get("case") or case()
    return Note.objects.create(**{"text": "Rückruf", "written_at": NOW} | fields)


def batch(**fields: Any) -> Batch:
    values = {
        "kind": TableKind.CUSTOMERS,
        "file_name": "kunden.csv",
        "size": 100,
        "sha256": "0" * 64,
        "given_at": NOW,
    }
    return Batch.objects.create(**values | fields)


def past_call(**fields: Any) -> PastCall:
    """Make a call of the old note book, of twenty minutes."""
    if fields.get("plant"):
        fields.setdefault("customer", fields["plant"].customer)
    fields["customer"] = fields.get("customer") or customer()
    values = {"key": f"{_next():032}", "called_on": date(2024, 3, 5), "seconds": 1200}
    return PastCall.objects.create(**values | fields)


def case_tag(**fields: Any) -> CaseTag:
    fields["case"] = fields.get("case") or case()
    return CaseTag.objects.create(**{"word": f"Wort {_next()}"} | fields)


def watcher(**fields: Any) -> Watcher:
    fields["case"] = fields.get("case") or case()
    fields["person"] = fields.get("person") or user()
    return Watcher.objects.create(**fields)


def case_link(**fields: Any) -> CaseLink:
    fields["one"] = fields.get("one") or case()
    fields["other"] = fields.get("other") or case()
    return CaseLink.objects.create(**fields)


def work_report(**fields: Any) -> WorkReport:
    fields["session"] = fields.get("session") or session()
    return WorkReport.objects.create(**{"changes": "Geber getauscht"} | fields)


def case_template(**fields: Any) -> CaseTemplate:
    values = {"name": f"Vorlage {_next()}", "subject": "Störung am Antrieb"}
    return CaseTemplate.objects.create(**values | fields)


def canned_answer(**fields: Any) -> CannedAnswer:
    values = {"name": f"Antwort {_next()}", "text": "Bitte neu starten."}
    return CannedAnswer.objects.create(**values | fields)


def attachment(**fields: Any) -> Attachment:
    """Make the row of a file; the file itself is for the action to store."""
    fields["case"] = fields.get("case") or case()
    values = {
        "name": "bild.png",
        "kind": "image/png",
        "size": 3,
        "sha256": "0" * 64,
        "stored_as": "attachments/00/" + "0" * 64,
        "added_at": NOW,
    }
    return Attachment.objects.create(**values | fields)


def call(**fields: Any) -> Call:
    fields["session"] = fields.get("session") or session()
    values = {
        "number": f"C{_next():06d}",
        "started_at": fields["session"].started_at,
        "dialled": "+4971112345",
        "seconds": 120,
    }
    return Call.objects.create(**values | fields)


def settlement(**fields: Any) -> Settlement:
    fields["customer"] = fields.get("customer") or customer()
    fields["run"] = (
        fields.get("run")
        or Run.objects.get_or_create(period="2026-10", defaults={"created_at": NOW})[0]
    )
    values = {"settled_at": NOW, "content": "{}"}
    return Settlement.objects.create(**values | fields)


def invoice(**fields: Any) -> Invoice:
    fields["settlement"] = fields.get("settlement") or settlement()
    # Numbers follow each other without a gap; the database sees to it.
    number = Invoice.objects.filter(series="RE").count() + 1
    values = {
        "customer": fields["settlement"].customer,
        "series": "RE",
        "sequence": number,
        "number": f"RE-{number:06d}",
        "issued_on": date(2026, 11, 2),
        "due_on": date(2026, 11, 16),
        "currency": "EUR",
        "net": Decimal("100.00"),
        "tax": Decimal("19.00"),
        "gross": Decimal("119.00"),
        "document": "{}",
        "document_sha256": "0" * 64,
        "issued_at": NOW + timedelta(days=27),
    }
    return Invoice.objects.create(**values | fields)


def claim(**fields: Any) -> Claim:
    """Make a live claim to a session: it is billed."""
    if not {"session", "call", "fee"} & fields.keys():
        fields["session"] = session()
    return Claim.objects.create(**{"basis": "tariff"} | fields)
