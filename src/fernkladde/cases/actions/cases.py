"""Opening a case and what happens to it, but for the decisions about money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fernkladde.cases.models import (
    DONE,
    Case,
    CaseState,
    Cause,
    Note,
    NoteKind,
    Priority,
    Session,
)
from fernkladde.cases.numbers import case_number
from fernkladde.contracts.queries import local_date
from fernkladde.customers import records
from fernkladde.journal import actions as journal
from fernkladde.plants.secrets import refuse_secrets
from fernkladde.values.refusal import Refusal

from .reopening import check_reopening
from .targets import due_values, moved_on
from .writing import KeyTaken, locked_case, subject, touch

if TYPE_CHECKING:
    from datetime import date, datetime

    from fernkladde.accounts.models import User
    from fernkladde.customers.models import Customer
    from fernkladde.plants.models import Plant

# What decides about the price; the rest of a case may change without a new preview.
PRICED = frozenset({"customer", "plant", "reported_on"})


class PlantOfAnother(Refusal):
    """A case is about a plant of its own customer, or about none."""

    def __init__(self, plant: Plant) -> None:
        sentence = _("Anlage %(plant)s gehört einem anderen Kunden.")
        super().__init__(sentence % {"plant": plant.number}, field="plant")


class CaseBilled(Refusal):
    """Work of the case is on an invoice of its customer."""

    def __init__(self, case: Case) -> None:
        sentence = _(
            "Von Fall %(number)s ist schon etwas abgerechnet. Der Kunde bleibt;"
            " für einen anderen Kunden bitte einen eigenen Fall anlegen."
        )
        super().__init__(sentence % {"number": case.number}, field="customer")


class StateUnchanged(Refusal):
    """The case is in that state already, or somebody was quicker."""

    def __init__(self, case: Case) -> None:
        sentence = _("Fall %(number)s steht schon auf „%(state)s“.")
        names = {"number": case.number, "state": case.get_state_display()}
        super().__init__(sentence % names, field="state")


class CaseHasRunningTimer(Refusal):
    """Work goes on; the case cannot be done."""

    def __init__(self, session: Session) -> None:
        self.session = session
        sentence = _("Für diesen Fall läuft noch die Uhr von %(name)s.")
        super().__init__(sentence % {"name": session.technician}, field="state")


class HasLeft(Refusal):
    """Work is given to people who are there."""

    def __init__(self, person: User) -> None:
        sentence = _("%(name)s ist nicht mehr aktiv.")
        super().__init__(sentence % {"name": person}, field="assigned_to")


class Matter(TypedDict):
    """What a new case is about; `NewCase` has the defaults."""

    customer: Customer
    subject: str
    plant: NotRequired[Plant | None]
    reported_by: NotRequired[str]
    reported_on: NotRequired[date | None]
    cause: NotRequired[str]
    assigned_to: NotRequired[User | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """`reported_on` decides about warranty; it is today unless told otherwise.

    `text` becomes the first note.
    """

    customer: Customer
    subject: str
    plant: Plant | None = None
    reported_by: str = ""
    reported_on: date | None = None
    cause: str = Cause.UNKNOWN
    assigned_to: User | None = None
    priority: int = Priority.NORMAL
    text: str = ""

    def row(self, *, at: datetime, client_key: str | None) -> Case:
        return Case(
            customer=self.customer,
            plant=self.plant,
            subject=self.subject.strip(),
            reported_on=self.reported_on or local_date(at),
            reported_by=self.reported_by.strip(),
            cause=self.cause,
            assigned_to=self.assigned_to,
            priority=self.priority,
            opened_at=at,
            client_key=client_key or None,
        )


class CaseChanges(TypedDict, total=False):
    customer: Customer
    plant: Plant | None
    subject: str
    reported_on: date
    reported_by: str
    solution: str


def open_case(
    *,
    by: User | None,
    at: datetime,
    number: str | None = None,
    client_key: str | None = None,
    **matter: Unpack[Matter],
) -> Case:
    """Open a case; without `number` it gets the year's next one ("26-0412").

    The same key of a page gives the case of the first click.
    """
    if earlier := opened_with(client_key):
        return earlier
    case = NewCase(**matter).row(at=at, client_key=client_key)
    case.number = number or ""
    try:
        with transaction.atomic():
            case, note = opened(case, by=by, at=at)
            journal.record_many([note])
    except KeyTaken:
        if earlier := opened_with(client_key):
            return earlier
        raise
    return case


def opened_with(client_key: str | None) -> Case | None:
    """Return the case that an earlier click with the same key has opened."""
    if not client_key:
        return None
    return next(iter(Case.objects.filter(client_key=client_key)), None)


def opened(case: Case, *, by: User | None, at: datetime) -> tuple[Case, journal.Note]:
    """Insert a new case; return it and what the Kladde shall say."""
    _check_plant(case.customer_id, case.plant)
    _check_date(case.reported_on, at=at)
    case.number = case.number or case_number(at)
    for name, value in due_values(case).items():
        setattr(case, name, value)
    _insert(case)
    facts = {
        "customer": case.customer.number,
        "plant": case.plant.number if case.plant else None,
        "subject": case.subject,
        "reported_on": case.reported_on,
        "cause": case.cause,
    }
    note = journal.Note(
        kind="cases.case-opened",
        subject=subject(case),
        by=by,
        at=at,
        facts=facts,
        personal={"reported_by": case.reported_by} if case.reported_by else {},
    )
    return case, note


def _insert(case: Case) -> None:
    try:
        records.insert(case)
    except IntegrityError:
        if opened_with(case.client_key):
            raise KeyTaken from None
        raise


@transaction.atomic
def change_case(
    *, case: Case, by: User | None, at: datetime, **fields: Unpack[CaseChanges]
) -> bool:
    """Write what differs; return whether anything did."""
    current = locked_case(case)
    values = records.strip(fields)
    customer = values.get("customer", current.customer)
    if customer != current.customer and _is_billed(current):
        raise CaseBilled(current)
    _check_plant(customer.pk, values.get("plant", current.plant))
    if "reported_on" in values:
        _check_date(values["reported_on"], at=at)
    changes = records.update(current, values)
    records.copy_to(case, current, changes)
    if not changes:
        return False
    if PRICED & changes.keys():
        touch(case)
        Case.objects.filter(pk=case.pk).update(**due_values(current))
    facts, personal = records.changes_told_apart(changes, {}, "reported_by", "solution")
    journal.record(
        kind="cases.case-changed",
        subject=subject(case),
        by=by,
        at=at,
        facts=facts,
        personal=personal,
    )
    return True


@transaction.atomic
def change_state(
    *,
    case: Case,
    state: str,
    by: User | None,
    at: datetime,
    solution: str | None = None,
) -> Case:
    """Move a case on. A done case has no running timer and no paused one either."""
    current = locked_case(case)
    before, state = current.state, CaseState(state)
    if before == state and solution in {None, current.solution}:
        raise StateUnchanged(current)
    check_reopening(current, state, at=at)
    dropped = _end_pauses(current) if state in DONE else []
    values: dict[str, Any] = {
        "state": state,
        "closed_at": _closed_at(current, state, at),
        **moved_on(current, state, at=at),
    }
    if solution is not None:
        values["solution"] = solution.strip()
    records.update(current, values)
    records.copy_to(case, current, values)
    facts = {"state": [before, state.value], "paused_dropped": dropped}
    journal.record(
        kind="cases.state-changed",
        subject=subject(case),
        by=by,
        at=at,
        facts=facts,
        personal={"solution": values["solution"]} if values.get("solution") else None,
    )
    return case


def _closed_at(case: Case, state: CaseState, at: datetime) -> datetime | None:
    return (case.closed_at or at) if state in DONE else None


def _end_pauses(case: Case) -> list[str]:
    """Refuse while a timer runs; return the paused sessions that stay ended."""
    sessions = Session.objects.filter(case=case)
    running = sessions.running().select_related("technician").first()
    if running:
        raise CaseHasRunningTimer(running)
    paused = sessions.paused()
    numbers = list(paused.order_by("number").values_list("number", flat=True))
    paused.update(is_paused=False)
    return numbers


@transaction.atomic
def assign(*, case: Case, to: User | None, by: User | None, at: datetime) -> bool:
    """Give the case to a person, or to nobody; return whether that is new."""
    if to and not to.is_active:
        raise HasLeft(to)
    current = locked_case(case)
    before = current.assigned_to
    if before == to:
        return False
    Case.objects.filter(pk=case.pk).update(assigned_to=to)
    case.assigned_to = to
    people = [journal.label_of(person) if person else None for person in (before, to)]
    journal.record(
        kind="cases.case-assigned",
        subject=subject(case),
        by=by,
        at=at,
        facts={"assigned_to": people},
    )
    return True


@transaction.atomic
def add_note(
    *,
    case: Case,
    text: str,
    by: User | None,
    at: datetime,
    kind: str = NoteKind.PHONE,
    no_secret: bool = False,
) -> Note:
    """Write into the conversation; what looks like a password is refused once."""
    if not no_secret:
        refuse_secrets(text=text)
    locked_case(case)
    note, told = noted(case, text, by=by, at=at, kind=kind)
    journal.record_many([told])
    return note


def noted(
    case: Case,
    text: str,
    *,
    by: User | None,
    at: datetime,
    kind: str = NoteKind.PHONE,
) -> tuple[Note, journal.Note]:
    """Insert a note; return it and what the Kladde shall say."""
    note = Note(case=case, kind=kind, text=text.strip(), written_at=at, author=by)
    records.check(note)
    note.save(force_insert=True)
    told = journal.Note(
        kind="cases.note-added",
        subject=subject(case),
        by=by,
        at=at,
        facts={"note": note.pk, "kind": note.kind},
        personal={"text": note.text},
    )
    return note, told


def _check_plant(customer_id: int, plant: Plant | None) -> None:
    if plant and plant.customer_id != customer_id:
        raise PlantOfAnother(plant)


def _check_date(reported_on: date, *, at: datetime) -> None:
    if reported_on > local_date(at):
        sentence = _("Das Meldedatum liegt in der Zukunft.")
        raise records.invalid("reported_on", sentence)


def _is_billed(case: Case) -> bool:
    return Session.objects.billed().filter(case=case).exists()
