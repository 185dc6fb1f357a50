"""The Kladde: who did what to what, and when; append-only and chained."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from . import chain
from .fields import CanonicalField

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from django.contrib.auth.base_user import AbstractBaseUser

SYSTEM = "system"


class EntryUnalterable(TypeError):
    """An entry is written by `actions.record` once and stays as it is."""


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, subject: str) -> EntryQuerySet:
        return self.filter(subject=subject)

    def on_day(self, day: date, *, zone: ZoneInfo) -> EntryQuerySet:
        """Keep what happened on the local day, which has 23 to 25 hours."""
        return self.from_day(day, zone=zone).until_day(day, zone=zone)

    def from_day(self, day: date, *, zone: ZoneInfo) -> EntryQuerySet:
        return self.filter(happened_at__gte=_midnight(day, zone))

    def until_day(self, day: date, *, zone: ZoneInfo) -> EntryQuerySet:
        """Keep what happened up to the end of the day."""
        return self.filter(happened_at__lt=_midnight(day + timedelta(days=1), zone))

    def by(self, person: AbstractBaseUser | None) -> EntryQuerySet:
        """Keep the entries of one person; of the system, if None."""
        return self.filter(actor_id=person.pk if person else None)

    def of_kind(self, *kinds: str) -> EntryQuerySet:
        return self.filter(kind__in=kinds)

    def of_room(self, room: str) -> EntryQuerySet:
        return self.filter(kind__startswith=f"{room}.")

    def in_order(self) -> EntryQuerySet:
        return self.order_by("sequence")

    def newest_first(self) -> EntryQuerySet:
        return self.order_by("-sequence")


class Entry(models.Model):
    """One line of the Kladde: who did what to which subject, and when.

    Rows are only ever added. The application refuses to change them here, the
    database refuses it in migration 0002; corrections are new entries. The order is
    that of `sequence`: clocks go back, numbers do not.
    """

    sequence = models.BigIntegerField(primary_key=True)
    happened_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    # No name: what is hashed can never be erased. The person's row has the name.
    actor_label = models.CharField(max_length=60)
    kind = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    facts = CanonicalField()
    commitments = CanonicalField()
    clock_regression = models.BooleanField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sequence__gte=1), name="entries_are_counted_from_one"
            ),
            models.CheckConstraint(
                condition=~Q(sequence=1) | Q(previous_hash=chain.GENESIS),
                name="the_first_entry_follows_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "sequence"], name="entry_subject"),
            models.Index(fields=["actor", "sequence"], name="entry_actor"),
            models.Index(fields=["kind", "sequence"], name="entry_kind"),
            models.Index(fields=["happened_at"], name="entry_happened_at"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise EntryUnalterable("entries are written by journal.actions.record")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise EntryUnalterable("entries are never deleted")

    def link(self) -> chain.Link:
        return chain.Link(
            sequence=self.sequence,
            happened_at=chain.instant(self.happened_at),
            actor=self.actor_id,
            actor_label=self.actor_label,
            kind=self.kind,
            subject=self.subject,
            facts=chain.canonical(self.facts),
            commitments=chain.canonical(self.commitments),
            clock_regression=self.clock_regression,
        )


class PersonalValueQuerySet(models.QuerySet["PersonalValue"]):
    def about(self, subject: str) -> PersonalValueQuerySet:
        return self.filter(entry__subject=subject)

    def kept(self) -> PersonalValueQuerySet:
        """Keep what has not been erased."""
        return self.filter(erased_by=None)


class PersonalValue(models.Model):
    """A personal fact of an entry, outside the hash, so that it can be erased.

    The entry holds only a salted commitment to it. Erasing empties value and salt
    and names the entry that tells of the erasure; the row itself stays, so that a
    value that has merely vanished is noticed.
    """

    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="personal_values", db_index=False
    )
    field = models.CharField(max_length=60)
    value = models.TextField()
    salt = models.CharField(max_length=64)
    erased_by = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")

    objects = PersonalValueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "field"], name="one_personal_value_per_field"
            ),
            models.CheckConstraint(
                condition=Q(erased_by=None) & ~Q(value="") & ~Q(salt="")
                | Q(erased_by__isnull=False, value="", salt=""),
                name="a_personal_value_is_kept_or_erased",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.field}"


class Head(models.Model):
    """The end of the chain: one row, and the lock that keeps the writers in line."""

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=chain.GENESIS)
    # As text in the chain's own form: it is only compared with the next instant.
    happened_at = models.CharField(max_length=27, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_head")
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)
