"""The firm's rules about clocks and about reopening: one row."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Rules(models.Model):
    """When a clock is asked after, when it is ended, how long a case stays itself."""

    remind_minutes = models.PositiveIntegerField(default=4 * 60)
    stop_minutes = models.PositiveIntegerField(default=12 * 60)
    reopen_days = models.PositiveIntegerField(default=14)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_row_of_case_rules"),
            models.CheckConstraint(
                condition=Q(
                    remind_minutes__gte=1, stop_minutes__gt=F("remind_minutes")
                ),
                name="a_clock_is_asked_after_before_it_is_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remind_minutes}/{self.stop_minutes} min, {self.reopen_days} d"
