"""Kinds of table whose rows are master records, checked by their own room."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from fernkladde.imports.models import Outcome, Trace
from fernkladde.imports.tables.fields import at_column
from fernkladde.imports.tables.portions import portions
from fernkladde.imports.tables.verdicts import Judged, Verdict, refused
from fernkladde.values.refusal import Refusal

from .kind import AT_ONCE, ChangedMeanwhile, Kind
from .snapshots import snapshot
from .undoing import undo_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from fernkladde.accounts.models import User
    from fernkladde.contracts.actions.contracts import Altered
    from fernkladde.customers.records import Draft
    from fernkladde.imports.tables.fields import Given
    from fernkladde.journal.actions import Note

    from .kind import Taking
    from .references import Reference


@dataclass(frozen=True, slots=True)
class Creation:
    draft: Draft[Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What a row wants of a record, and what was different when it was judged."""

    record: int
    values: Mapping[str, Any]
    altered: Altered


class RecordKind(Kind):
    """A kind whose rows are records with a key of their own."""

    model: ClassVar[type[models.Model]]
    references: ClassVar[tuple[Reference, ...]] = ()

    @abstractmethod
    def known(self, rows: Sequence[Given]) -> Mapping[str, models.Model]:
        """Return the records that these rows are about, by their key."""

    @abstractmethod
    def draft(self, values: Mapping[str, Any]) -> Draft[Any]: ...

    @abstractmethod
    def alter(self, row: Any, values: Mapping[str, Any]) -> Altered: ...

    @abstractmethod
    def created(self, draft: Draft[Any], *, by: User | None, at: datetime) -> Note: ...

    @abstractmethod
    def changed(
        self, row: Any, altered: Altered, *, by: User | None, at: datetime
    ) -> Note: ...

    @abstractmethod
    def removed(self, row: Any, *, by: User | None, at: datetime) -> Note: ...

    def with_links(self) -> models.QuerySet[Any]:
        """Return all records, with what comparing them asks for."""
        return self.model._default_manager.all()  # noqa: SLF001

    def save(self, row: Any, altered: Altered) -> None:
        row.save(update_fields=list(altered.changes))

    def link(self, drafts: Sequence[Draft[Any]]) -> None:
        """Write what new records are linked to; most kinds have no links."""

    def complete(self, given: Given) -> None:
        """Fill in what follows from other values, or note why it cannot be."""

    def resolve(self, rows: Sequence[Given]) -> None:
        for reference in self.references:
            reference.resolve(rows)
        for given in rows:
            self.complete(given)

    def judge(self, rows: Sequence[Given], *, today: date) -> Iterator[Judged]:
        sound = [given for given in rows if not given.faults]
        known = self.known(sound)
        for given in rows:
            if given.faults:
                yield refused(given.line, given.faults, self._subject(given))
            else:
                yield self._judged(given, known.get(self.key(given)))

    def _judged(self, given: Given, row: models.Model | None) -> Judged:
        subject = self._subject(given)
        try:
            if row is None:
                creation = Creation(self.draft(given.values))
                return Judged(Verdict(given.line, Outcome.NEW, subject), creation)
            values = {n: v for n, v in given.values.items() if n != "number"}
            altered = self.alter(row, values)
        except Refusal as refusal:
            return refused(given.line, self._sentences(refusal), subject)
        if not altered.changes:
            return Judged(Verdict(given.line, Outcome.SAME, subject))
        told = [
            self._told(name, *pair) for name, pair in sorted(altered.changes.items())
        ]
        verdict = Verdict(given.line, Outcome.CHANGED, subject, told)
        return Judged(verdict, Change(row.pk, values, altered))

    def _subject(self, given: Given) -> str:
        names = (given.values.get(name) for name in ("number", "name"))
        return " ".join(str(name) for name in names if name)

    def _label(self, name: str) -> str:
        return next((str(f.label) for f in self.fields if f.name == name), name)

    def _sentences(self, refusal: Refusal) -> list[str]:
        faults = getattr(refusal, "faults", None) or {refusal.field: [str(refusal)]}
        return [
            at_column(self._label(field), sentence) if field else sentence
            for field, sentences in faults.items()
            for sentence in sentences
        ]

    def _told(self, name: str, before: object, after: object) -> str:
        names = {
            "label": self._label(name),
            "before": self._shown(name, before),
            "after": self._shown(name, after),
        }
        return _("%(label)s: %(before)s → %(after)s") % names

    def _shown(self, name: str, value: object) -> str:
        if value in (None, "", []):
            return "–"
        if isinstance(value, bool):
            return _("ja") if value else _("nein")
        if isinstance(value, date):
            return f"{value:%d.%m.%Y}"
        if isinstance(value, list):
            return ", ".join(map(str, value))
        choices = dict(getattr(self.model._meta.get_field(name), "flatchoices", []))  # noqa: SLF001
        return str(choices.get(value, value))

    def write(self, works: Iterable[Any], taking: Taking) -> Iterable[Note]:
        notes: list[Note] = []
        for portion in portions(works, AT_ONCE):
            drafts = [work.draft for work in portion if isinstance(work, Creation)]
            changes = [work for work in portion if isinstance(work, Change)]
            notes += self._create(drafts, taking)
            notes += self._change(changes, taking)
        return notes

    def _create(self, drafts: Sequence[Draft[Any]], taking: Taking) -> list[Note]:
        try:
            with transaction.atomic():
                self.model._default_manager.bulk_create([d.row for d in drafts])  # noqa: SLF001
                self.link(drafts)
        except IntegrityError:
            raise meanwhile() from None
        Trace.objects.bulk_create(
            Trace(batch=taking.batch, record=d.row.pk, after=self.as_written(d.row))
            for d in drafts
        )
        return [self.created(draft, by=taking.by, at=taking.at) for draft in drafts]

    def as_written(self, row: models.Model) -> dict[str, Any]:
        return snapshot(row)

    def _change(self, changes: Sequence[Change], taking: Taking) -> list[Note]:
        rows = self.locked([change.record for change in changes])
        notes, traces = [], []
        for change in changes:
            row = rows.get(change.record)
            if row is None:
                raise meanwhile()
            names = change.altered.changes.keys()
            before = snapshot(row, names)
            altered = self.alter(row, change.values)
            if altered.changes != change.altered.changes:
                raise meanwhile()
            self.save(row, altered)
            traces.append(
                Trace(
                    batch=taking.batch,
                    record=row.pk,
                    before=before,
                    after=snapshot(row, names),
                )
            )
            notes.append(self.changed(row, altered, by=taking.by, at=taking.at))
        Trace.objects.bulk_create(traces)
        return notes

    def locked(self, keys: Sequence[int]) -> dict[int, Any]:
        """Return records, locked in the order of their keys."""
        rows = self.with_links().filter(pk__in=keys).order_by("pk")
        found = rows.select_for_update(of=("self",), no_key=True)
        return {row.pk: row for row in found}

    def undo(self, taking: Taking) -> Iterable[Note]:
        return undo_records(self, taking)


def meanwhile() -> ChangedMeanwhile:
    return ChangedMeanwhile(
        _(
            "Seit der Prüfung hat sich etwas geändert; nichts ist übernommen. Bitte"
            " noch einmal prüfen."
        )
    )
