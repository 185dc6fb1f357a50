"""Calls: the telephone and dial-up connections that belong to sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from fernkladde.accounts.models import User


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: User | AnonymousUser) -> CallQuerySet:
        """Keep what this person may see: all staff see all, who has left nothing."""
        return self.all() if user.is_active else self.none()


class Call(models.Model):
    """One connection; `dialled` in E.164 form, `cost` the real cost if known."""

    number = models.CharField(max_length=60, unique=True)
    session = models.ForeignKey("cases.Session", models.PROTECT, related_name="calls")
    started_at = models.DateTimeField()
    dialled = models.CharField(max_length=40)
    seconds = models.PositiveIntegerField()
    cost = models.DecimalField(max_digits=24, decimal_places=12, null=True, blank=True)
    source = models.CharField(max_length=20, default="manual")

    objects = CallQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["session"], name="call_session")]

    def __str__(self) -> str:
        return f"{self.dialled} {self.seconds} s"
