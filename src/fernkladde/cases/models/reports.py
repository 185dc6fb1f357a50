"""What was done at a plant, in fields: the session record stands on it."""

from __future__ import annotations

from django.db import models

from .sessions import Session


class WorkReport(models.Model):
    """What a session changed, on whose request, and who opened and closed the access.

    One per session; what it said before a change is in the Kladde.
    """

    session = models.OneToOneField(Session, models.PROTECT, related_name="report")
    requested_by = models.CharField(max_length=120, blank=True)
    released_by = models.CharField(max_length=120, blank=True)
    closed_by = models.CharField(max_length=120, blank=True)
    tools = models.CharField(max_length=200, blank=True)
    changes = models.TextField(blank=True)
    program_before = models.CharField(max_length=120, blank=True)
    program_after = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.session_id}"
