"""The clock: stretches of work, and what each said before it was corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .cases import Case
from .choices import Connection, Service

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser

    from fernkladde.accounts.models import User


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
    # Where it was before it was moved or its case merged; what it was split from.
    came_from = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="split_off"
    )
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
            # What a person's clock shows on every page: running or to be confirmed.
            models.Index(
                fields=["technician"],
                condition=Q(confirmed_at=None, voided_at=None),
                name="session_of_technician_waits",
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
