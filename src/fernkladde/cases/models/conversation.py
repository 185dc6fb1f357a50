"""What was said at a case: answers to a price, and notes."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .cases import Case
from .choices import NoteKind


class Consent(models.Model):
    """Who agreed to pay, or refused: when, how, on which sentence and price."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="consents")
    given = models.BooleanField()
    asked_at = models.DateTimeField()
    person = models.CharField(max_length=120)
    channel = models.CharField(max_length=40)  # phone, mail, portal, letter
    sentence = models.TextField()
    # The case at which it was given, where another one now rests on it too.
    came_from = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.case_id} {self.person}"


class NoteQuerySet(models.QuerySet["Note"]):
    def of_kind(self, kind: str) -> NoteQuerySet:
        return self.filter(kind=kind)


class Note(models.Model):
    """One entry of the conversation at a case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=10, choices=NoteKind, default=NoteKind.PHONE)
    text = models.TextField()
    written_at = models.DateTimeField()
    came_from = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
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
