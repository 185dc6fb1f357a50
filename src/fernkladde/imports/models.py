"""Batches: a table that was given, what was said of it, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser

    from fernkladde.accounts.models import User


class TableKind(models.TextChoices):
    CUSTOMERS = "customers", _("Kunden")
    CONTACTS = "contacts", _("Ansprechpartner")
    PLANTS = "plants", _("Anlagen")
    CONTRACTS = "contracts", _("Verträge")
    OPENING_BALANCES = "opening-balances", _("verbrauchte Kontingente")
    HISTORY = "history", _("frühere Anrufe")


class BatchState(models.TextChoices):
    GIVEN = "given", _("noch nicht geprüft")
    CHECKING = "checking", _("wird geprüft")
    CHECKED = "checked", _("geprüft")
    UNREADABLE = "unreadable", _("nicht lesbar")
    TAKING = "taking", _("wird übernommen")
    TAKEN = "taken", _("übernommen")
    UNDOING = "undoing", _("wird zurückgenommen")
    UNDONE = "undone", _("zurückgenommen")


# A duty of these states waits for a worker.
AT_WORK = (BatchState.CHECKING, BatchState.TAKING, BatchState.UNDOING)


class BatchQuerySet(models.QuerySet["Batch"]):
    def due(self, at: datetime) -> BatchQuerySet:
        """Keep duties that nobody has claimed, or whose claim ran out."""
        free = Q(leased_until=None) | Q(leased_until__lt=at)
        return self.filter(free, state__in=AT_WORK, due_at__lte=at)

    def visible_to(self, user: User | AnonymousUser) -> BatchQuerySet:
        """Keep what this person may see: all staff see all, who has left nothing."""
        return self.all() if user.is_active else self.none()


class Batch(models.Model):
    """One table, from its upload to what it became; the row is the truth.

    A worker claims a due row under a key of its own, as with renderings. `done_rows`
    says how far it is; `columns` names the column of each field, counted from 0.
    """

    kind = models.CharField(max_length=20, choices=TableKind)
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=100, blank=True)
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    told = models.JSONField(default=list)
    state = models.CharField(
        max_length=10, choices=BatchState, default=BatchState.GIVEN
    )
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Whoever wants it taken or undone: the one in whose name the worker does it.
    wanted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    # What stands in the way, in sentences for people.
    faults = models.JSONField(default=list)
    # The entry that told of the taking: what is said later of a record is after it.
    entry_sequence = models.BigIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, default="")
    leased_until = models.DateTimeField(null=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=AT_WORK),
                name="batch_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.same + self.refused

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK


class Piece(models.Model):
    """A part of the file's bytes; gone as soon as the table is taken or discarded."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="pieces")
    place = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "place"], name="one_piece_per_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.place}"


class Outcome(models.TextChoices):
    REFUSED = "refused", _("abgelehnt")
    NEW = "new", _("neu")
    CHANGED = "changed", _("geändert")
    SAME = "same", _("unverändert")


class VerdictPage(models.Model):
    """Verdicts of one outcome, a page of them: [line, subject, [sentence, …]]."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="verdict_pages")
    outcome = models.CharField(max_length=8, choices=Outcome)
    number = models.PositiveIntegerField()
    verdicts = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "outcome", "number"], name="one_page_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.outcome} {self.number}"


class Trace(models.Model):
    """A record that a batch made, or what it said before the batch changed it.

    Without it nothing could be undone. `before` is None for what is new, else the
    values by column; `after` what the batch has written there.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="traces")
    record = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.batch_id} {self.record}"


class KnownColumns(models.Model):
    """How a kind's columns were named by hand the last time: heading by field."""

    kind = models.CharField(max_length=20, unique=True)
    headings = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.kind
