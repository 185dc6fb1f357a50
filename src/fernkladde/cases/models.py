"""Cases and the clock: one matter, and the stretches of work on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fernkladde.customers.folding import fold, folded_column

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser

    from fernkladde.accounts.models import User


class CaseState(models.TextChoices):
    NEW = "new", _("Neu")
    IN_PROGRESS = "in_progress", _("In Arbeit")
    WAITING_CUSTOMER = "waiting_customer", _("Wartet auf Kunde")
    WAITING_US = "waiting_us", _("Wartet auf uns")
    SOLVED = "solved", _("Gelöst")
    CLOSED = "closed", _("Abgeschlossen")


DONE = (CaseState.SOLVED, CaseState.CLOSED)
OPEN = tuple(state for state in CaseState if state not in DONE)


class Cause(models.TextChoices):
    UNKNOWN = "unknown", _("noch unklar")
    DEFECT = "defect", _("Mangel der Anlage")
    OPERATOR_ERROR = "operator_error", _("Bedienfehler")
    CUSTOMER_CHANGE = "customer_change", _("Eingriff des Kunden")
    THIRD_PARTY = "third_party", _("Fremdverschulden")
    WEAR = "wear", _("Verschleiß")
    REQUEST = "request", _("Änderungswunsch")


class Service(models.TextChoices):
    """Kinds of work; a tariff may name others, these are offered in forms."""

    REMOTE = "remote", _("Fernwartung")
    PHONE = "phone", _("Telefonberatung")
    ANALYSIS = "analysis", _("Analyse")
    ONSITE = "onsite", _("Vor Ort")


class Connection(models.TextChoices):
    NONE = "none", _("keine")
    VPN = "vpn", _("VPN")
    MODEM = "modem", _("Modem")
    TOOL = "tool", _("Fernwartungsprogramm")
    PHONE = "phone", _("Telefon")


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> CaseQuerySet:
        return self.filter(state__in=OPEN)

    def matching(self, text: str) -> CaseQuerySet:
        """Keep cases in whose number or subject every typed word occurs."""
        found = self
        for word in fold(text).split():
            found = found.filter(search__contains=word)
        return found

    def visible_to(self, user: User | AnonymousUser) -> CaseQuerySet:
        """Keep what this person may see: all staff see all, who has left nothing."""
        return self.all() if user.is_active else self.none()


class Case(models.Model):
    """One matter of a customer, about at most one plant.

    `revision` counts every change that can bear on the price, so that a preview
    knows when it is outdated.
    """

    number = models.CharField(max_length=60, unique=True)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="cases"
    )
    plant = models.ForeignKey(
        "plants.Plant", models.PROTECT, null=True, blank=True, related_name="cases"
    )
    subject = models.CharField(max_length=200)
    reported_on = models.DateField()
    reported_by = models.CharField(max_length=120, blank=True)
    cause = models.CharField(max_length=60, default=Cause.UNKNOWN)
    state = models.CharField(max_length=20, choices=CaseState, default=CaseState.NEW)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    solution = models.TextField(blank=True)
    goodwill_percent = models.DecimalField(
        max_digits=15, decimal_places=12, null=True, blank=True
    )
    goodwill_reason = models.CharField(max_length=200, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    cost_cap = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    # The page's own id: a double click finds the case that the first one opened.
    client_key = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    search = folded_column("number", "subject")

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(goodwill_percent=None)
                | Q(goodwill_percent__gte=0, goodwill_percent__lte=100),
                name="case_goodwill_is_between_0_and_100",
            ),
            # Only over keys that are there: most rows have none, and SQLite would
            # think badly of an index that is full of nothing.
            models.UniqueConstraint(
                fields=["client_key"],
                condition=Q(client_key__isnull=False),
                name="one_case_per_client_key",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "opened_at", "id"], name="case_state_opened"),
            # `search` rides along, so that a search reads no row that does not match.
            models.Index(fields=["opened_at", "id", "search"], name="case_opened"),
            models.Index(fields=["plant", "opened_at", "id"], name="case_plant_opened"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"


class SessionQuerySet(models.QuerySet["Session"]):
    def running(self) -> SessionQuerySet:
        return self.filter(ended_at=None, voided_at=None)

    def paused(self) -> SessionQuerySet:
        return self.filter(is_paused=True, voided_at=None)

    def valid(self) -> SessionQuerySet:
        return self.filter(voided_at=None)

    def confirmed(self) -> SessionQuerySet:
        return self.filter(voided_at=None, confirmed_at__isnull=False)

    def started_before(self, instant: datetime) -> SessionQuerySet:
        return self.filter(started_at__lt=instant)

    def overlapping(self, start: datetime, end: datetime | None) -> SessionQuerySet:
        """Keep what shares time with [start, end); without an end, all that follows.

        A running timer has no end yet either.
        """
        later = Q(ended_at=None) | Q(ended_at__gt=start)
        earlier = Q() if end is None else Q(started_at__lt=end)
        return self.filter(later, earlier)

    def billed(self) -> SessionQuerySet:
        """Keep what a settlement has dealt with and no Stornorechnung released."""
        return self.filter(claims__isnull=False, claims__released_by=None)

    def visible_to(self, user: User | AnonymousUser) -> SessionQuerySet:
        """Keep what this person may see: all staff see all, who has left nothing."""
        return self.all() if user.is_active else self.none()


class Session(models.Model):
    """One uninterrupted stretch of work; without an end, the timer still runs.

    A pause ends a session and marks it `is_paused`, so that the work can be taken
    up again. Only what is confirmed is ever billed: a forgotten timer waits.
    """

    number = models.CharField(max_length=60, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="sessions")
    technician = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sessions"
    )
    service = models.CharField(max_length=60, default=Service.REMOTE)
    skill = models.CharField(max_length=60, default="*")
    connection = models.CharField(max_length=60, default=Connection.NONE)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    is_paused = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    billable = models.BooleanField(default=True)
    goodwill_percent = models.DecimalField(
        max_digits=15, decimal_places=12, null=True, blank=True
    )
    goodwill_reason = models.CharField(max_length=200, blank=True)
    parallel = models.BooleanField(default=False)
    source = models.CharField(max_length=10, default="timer")  # timer, manual, import
    note = models.CharField(max_length=300, blank=True)
    # The page's own id for a start: a double click finds the session of the first.
    client_key = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    voided_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gt=F("started_at")),
                name="session_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(ended_at__isnull=False),
                name="only_an_ended_session_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(goodwill_percent=None)
                | Q(goodwill_percent__gte=0, goodwill_percent__lte=100),
                name="session_goodwill_is_between_0_and_100",
            ),
            models.UniqueConstraint(
                fields=["technician"],
                condition=Q(ended_at=None, voided_at=None),
                name="one_running_timer_per_technician",
            ),
            models.UniqueConstraint(
                fields=["client_key"],
                condition=Q(client_key__isnull=False),
                name="one_session_per_client_key",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "started_at"], name="session_case_started"),
            models.Index(fields=["started_at"], name="session_started"),
            models.Index(
                fields=["technician", "started_at"], name="session_technician_started"
            ),
            models.Index(
                fields=["technician"],
                condition=Q(is_paused=True),
                name="session_paused",
            ),
            # What waits for a person is rare, and asked for on every start page.
            models.Index(
                fields=["started_at", "id"],
                condition=Q(confirmed_at=None, voided_at=None),
                name="session_unconfirmed",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def seconds(self) -> int:
        """Elapsed seconds of an ended session, 0 while it runs."""
        return self.seconds_at(self.started_at)

    def seconds_at(self, at: datetime) -> int:
        """Elapsed seconds; a running timer is counted up to `at`."""
        end = self.ended_at or max(at, self.started_at)
        return int((end - self.started_at).total_seconds())


class SessionVersion(models.Model):
    """What a session said before a correction: kept for ever, with who and why."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="versions")
    revision = models.PositiveIntegerField()
    values = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "revision"], name="one_version_per_session_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.session_id} r{self.revision}"


class Consent(models.Model):
    """Who agreed to pay, or refused: when, how, on which sentence and price."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="consents")
    given = models.BooleanField()
    asked_at = models.DateTimeField()
    person = models.CharField(max_length=120)
    channel = models.CharField(max_length=40)  # phone, mail, portal, letter
    sentence = models.TextField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.case_id} {self.person}"


class NoteKind(models.TextChoices):
    PHONE = "phone", _("Telefonnotiz")
    INTERNAL = "internal", _("Interne Notiz")
    CHANGE = "change", _("Änderung an der Anlage")


class NoteQuerySet(models.QuerySet["Note"]):
    def of_kind(self, kind: str) -> NoteQuerySet:
        return self.filter(kind=kind)


class Note(models.Model):
    """One entry of the conversation at a case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=10, choices=NoteKind, default=NoteKind.PHONE)
    text = models.TextField()
    written_at = models.DateTimeField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "written_at"], name="note_case_written")
        ]

    def __str__(self) -> str:
        return self.text[:40]


class CaseCounter(models.Model):
    """The last number drawn in a year ("26-0412") and for sessions."""

    series = models.CharField(max_length=20, unique=True)
    value = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series} {self.value}"
