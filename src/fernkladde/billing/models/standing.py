"""Figures of the start page, kept so that no page has to rate a whole month."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Standing(models.Model):
    """What was given away this month, and which allowances are scarce: one row.

    Everything in it follows from other tables; `entry` and `entry_hash` name the
    last entry of the Kladde that it knows. What was touched later is rated anew by
    whoever asks (see billing/live/standing.py).
    """

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE)
    entry = models.BigIntegerField()
    entry_hash = models.CharField(max_length=64)
    day = models.DateField()
    made_at = models.DateTimeField()
    content = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_standing"),
        ]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.entry}"
