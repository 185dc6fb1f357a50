"""What stood in the old note book: calls from before there was a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from fernkladde.customers.folding import folded_column

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from fernkladde.accounts.models import User


class PastCallQuerySet(models.QuerySet["PastCall"]):
    def newest_first(self) -> PastCallQuerySet:
        return self.order_by("-called_on", "-began", "-pk")

    def visible_to(self, user: User | AnonymousUser) -> PastCallQuerySet:
        """Keep what this person may see: all staff see all, who has left nothing."""
        return self.all() if user.is_active else self.none()


class PastCall(models.Model):
    """A call that was taken over from elsewhere: read, counted, and never billed.

    No session and no case, on purpose: what is rated are sessions, and nothing leads
    from here to one. `key` is what makes it that call and no other: taking the same
    table in again finds it.
    """

    key = models.CharField(max_length=32, unique=True)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="past_calls"
    )
    plant = models.ForeignKey(
        "plants.Plant", models.PROTECT, null=True, blank=True, related_name="past_calls"
    )
    called_on = models.DateField()
    began = models.TimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField()
    technician = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    batch = models.ForeignKey(
        "imports.Batch", models.PROTECT, null=True, related_name="past_calls"
    )
    search = folded_column("technician", "note")

    objects = PastCallQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "called_on"], name="past_call_customer"),
            models.Index(fields=["plant", "called_on"], name="past_call_plant"),
        ]

    def __str__(self) -> str:
        return f"{self.called_on.isoformat()} {self.technician}"
