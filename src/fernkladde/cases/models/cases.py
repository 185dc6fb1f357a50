"""Cases: one matter each, and the counters that number them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from fernkladde.customers.folding import fold, folded_column

from .choices import OPEN, CaseState, Cause, Priority

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from fernkladde.accounts.models import User


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
    knows when it is outdated. `merged_into` makes it a pointer: what could move has
    moved, and nothing new is written here.
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
    priority = models.PositiveSmallIntegerField(
        choices=Priority, default=Priority.NORMAL, db_default=Priority.NORMAL
    )
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
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_cases"
    )
    # Target times, as instants, so that a list need compute nothing. While the
    # customer is waited for nothing is due, and `solve_by` moves when it goes on.
    respond_by = models.DateTimeField(null=True, blank=True)
    solve_by = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="a_case_is_not_merged_into_itself",
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
            # Most cases are done and have nothing due any more.
            models.Index(
                fields=["due_at", "id"],
                condition=Q(due_at__isnull=False),
                name="case_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"


class CaseCounter(models.Model):
    """The last number drawn in a year ("26-0412") and for sessions."""

    series = models.CharField(max_length=20, unique=True)
    value = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series} {self.value}"
