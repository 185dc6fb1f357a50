"""Calls: the telephone and dial-up connections that belong to sessions."""

from __future__ import annotations

from django.db import models


class Call(models.Model):
    """One connection; `dialled` in E.164 form, `cost` the real cost if known."""

    number = models.CharField(max_length=60, unique=True)
    session = models.ForeignKey(
        "cases.Session", models.PROTECT, related_name="calls"
    )
    started_at = models.DateTimeField()
    dialled = models.CharField(max_length=40)
    seconds = models.PositiveIntegerField()
    cost = models.DecimalField(
        max_digits=24, decimal_places=12, null=True, blank=True
    )
    source = models.CharField(max_length=20, default="manual")

    class Meta:
        indexes = [models.Index(fields=["session"], name="call_session")]

    def __str__(self) -> str:
        return f"{self.dialled} {self.seconds} s"
