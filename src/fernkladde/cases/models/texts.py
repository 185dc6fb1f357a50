"""Words that are not typed twice: templates for cases, and canned answers."""

from __future__ import annotations

from django.db import models

from .choices import Cause, Priority


class CaseTemplate(models.Model):
    """How a case of a well-known kind begins."""

    name = models.CharField(max_length=80, unique=True)
    subject = models.CharField(max_length=200)
    cause = models.CharField(max_length=60, choices=Cause, default=Cause.UNKNOWN)
    priority = models.PositiveSmallIntegerField(
        choices=Priority, default=Priority.NORMAL
    )
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class CannedAnswer(models.Model):
    """A text for a note, to be chosen and then changed."""

    name = models.CharField(max_length=80, unique=True)
    text = models.TextField()

    def __str__(self) -> str:
        return self.name
