"""How sessions are written: the database decides, and its refusals get names.

Locks are taken in one order: number rows, sessions, cases, the Kladde's head.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from fernkladde.cases.clock import told
from fernkladde.cases.models import Case, CaseState, Session, SessionVersion
from fernkladde.cases.pinned import version_sha256
from fernkladde.customers import records
from fernkladde.journal.actions import label_of
from fernkladde.journal.chain import instant
from fernkladde.values.refusal import Refusal

from .reopening import check_reopening
from .targets import moved_on

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from fernkladde.accounts.models import User


# A version as the Kladde names it: session, revision, sha256.
Kept = dict[str, Any]


class TimerRuns(Refusal):
    """The technician's timer runs already; `session` is the running one."""

    def __init__(self, session: Session) -> None:
        self.session = session
        sentence = _(
            "Für Fall %(case)s läuft schon eine Uhr, seit %(since)s."
            " Bitte erst anhalten, beenden oder wechseln."
        )
        case, since = session.case.number, told(session.started_at)
        super().__init__(sentence % {"case": case, "since": since})


class SessionsOverlap(Refusal):
    """One person cannot work twice at once; `other` is what stands there already."""

    def __init__(self, other: Session) -> None:
        self.other = other
        sentence = _(
            "Überschneidet sich mit Einsatz %(number)s (Fall %(case)s, %(start)s bis"
            " %(end)s). Bitte die Zeiten ändern, oder den Einsatz als parallel"
            " kennzeichnen."
        )
        names = {
            "number": other.number,
            "case": other.case.number,
            "start": told(other.started_at),
            "end": told(other.ended_at) if other.ended_at else _("jetzt"),
        }
        super().__init__(sentence % names, field="started_at")


class KeyTaken(Refusal):
    """The page's key belongs to something else: the form was sent long ago."""

    def __init__(self) -> None:
        sentence = _("Dieses Formular ist veraltet. Bitte die Seite neu laden.")
        super().__init__(sentence)


class SessionBilled(Refusal):
    """A settlement has dealt with the session: first a Stornorechnung, then this."""

    def __init__(self, session: Session) -> None:
        self.session = session
        sentence = _(
            "Einsatz %(number)s ist abgerechnet und wird nicht mehr geändert."
            " Bitte zuerst die Rechnung stornieren."
        )
        super().__init__(sentence % {"number": session.number})


class SessionVoided(Refusal):
    def __init__(self, session: Session) -> None:
        self.session = session
        sentence = _("Einsatz %(number)s ist gestrichen.")
        super().__init__(sentence % {"number": session.number})


class ReasonMissing(Refusal):
    """What changes a record needs a reason that can be read later."""

    def __init__(self, *, field: str = "reason") -> None:
        super().__init__(_("Bitte einen Grund angeben."), field=field)


def reason_given(text: str) -> str:
    if not text.strip():
        raise ReasonMissing
    return text.strip()


def subject(case: Case) -> str:
    return f"case/{case.number}"


def session_facts(session: Session) -> dict[str, Any]:
    """Return what every entry about a session says."""
    return {
        "session": session.number,
        "technician": label_of(session.technician),
        "started_at": session.started_at,
        "ended_at": session.ended_at,
    }


def insert_session(session: Session) -> None:
    """Insert a session; what the database refuses becomes a named refusal."""
    records.check(session)
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError:
        _refuse_collision(session)
        raise


def save_session(session: Session, fields: Iterable[str]) -> None:
    records.check(session)
    try:
        with transaction.atomic():
            session.save(update_fields=list(fields))
    except IntegrityError:
        _refuse_collision(session)
        raise


def _refuse_collision(session: Session) -> None:
    """Say which other session stands in the way, if one does."""
    others = Session.objects.select_related("case").exclude(pk=session.pk)
    key = session.client_key
    if key and others.filter(client_key=key).exists():
        raise KeyTaken
    mine = others.valid().filter(technician=session.technician_id)
    running = mine.running().first()
    if session.ended_at is None and running:
        raise TimerRuns(running)
    shared = mine.filter(parallel=False).overlapping(
        session.started_at, session.ended_at
    )
    if other := shared.order_by("started_at", "pk").first():
        raise SessionsOverlap(other)


def editable(session: Session) -> Session:
    """Lock the session and return it fresh; refuse what is billed or struck out.

    The lock makes a settlement wait that is about to claim it, and the other way
    round; SQLite has one writer anyway.
    """
    rows = Session.objects.select_for_update(of=("self",), no_key=True)
    current = rows.select_related("case", "technician").get(pk=session.pk)
    if current.voided_at:
        raise SessionVoided(current)
    if Session.objects.billed().filter(pk=session.pk).exists():
        raise SessionBilled(current)
    return current


def keep_version(
    session: Session, *, reason: str, by: User | None, at: datetime
) -> Kept:
    """Keep what the session says now, before it is changed, and count it up.

    What is returned belongs into the entry of the change, below `versions`.
    """
    values = _values(session)
    SessionVersion.objects.create(
        session=session,
        revision=session.revision,
        values=values,
        changed_at=at,
        changed_by=by,
        reason=reason,
    )
    sha256 = version_sha256(
        values, changed_at=instant(at), changed_by=label_of(by), reason=reason
    )
    kept = {
        "session": session.number,
        "revision": session.revision,
        "sha256": sha256,
    }
    session.revision += 1
    return kept


def _values(session: Session) -> dict[str, Any]:
    instants = ("started_at", "ended_at", "confirmed_at")
    values: dict[str, Any] = {
        name: at.isoformat() if (at := getattr(session, name)) else None
        for name in instants
    }
    plain = ("service", "skill", "connection", "billable", "parallel", "note")
    values |= {name: getattr(session, name) for name in plain}
    goodwill = session.goodwill_percent
    values["goodwill_percent"] = None if goodwill is None else str(goodwill)
    values["case"] = session.case.number
    values["technician"] = label_of(session.technician)
    return values


def touch(*cases: Case) -> None:
    """Count a change that may bear on the price, in one order of locking."""
    for key in sorted({case.pk for case in cases}):
        Case.objects.filter(pk=key).update(revision=F("revision") + 1)


class CaseMerged(Refusal):
    """The case is only a pointer; `into` is where the matter goes on."""

    def __init__(self, case: Case, into: Case) -> None:
        self.into = into
        sentence = _(
            "Fall %(number)s ist in Fall %(into)s aufgegangen. Bitte dort weiter."
        )
        super().__init__(sentence % {"number": case.number, "into": into.number})


def locked_case(case: Case) -> Case:
    """Lock the case and return it fresh; refuse what is merged into another one.

    The lock makes a merging wait that is under way, so that nothing is written to a
    case just when it becomes a pointer.
    """
    current = records.locked(case)
    if current.merged_into:
        raise CaseMerged(case, current.merged_into)
    return current


def locked_cases(*cases: Case) -> list[Case]:
    """Lock cases in one order and return them fresh, as they were given."""
    rows = Case.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[case.pk for case in cases])}
    for case in cases:
        if into := found[case.pk].merged_into:
            raise CaseMerged(case, into)
    return [found[case.pk] for case in cases]


def take_up(case: Case, *, at: datetime, also: Iterable[Case] = ()) -> dict[str, Any]:
    """Set the case in progress and touch it and others; return that as a fact."""
    others = [other for other in also if other.pk != case.pk]
    touch(*(other for other in others if other.pk < case.pk))
    current = locked_case(case)
    before = current.state
    check_reopening(current, CaseState.IN_PROGRESS, at=at)
    goes_on: dict[str, Any] = {"state": CaseState.IN_PROGRESS, "closed_at": None}
    if before != CaseState.IN_PROGRESS:
        goes_on |= moved_on(current, CaseState.IN_PROGRESS, at=at)
    Case.objects.filter(pk=case.pk).update(revision=F("revision") + 1, **goes_on)
    touch(*(other for other in others if other.pk > case.pk))
    for name, value in goes_on.items():
        setattr(case, name, value)
    if before == CaseState.IN_PROGRESS:
        return {}
    return {"state": [before, CaseState.IN_PROGRESS.value]}
