"""Tables of past calls: what stood in the old note book or in a spreadsheet.

They are marked as what they are and never billed; see `cases.PastCall`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fernkladde.cases.actions.past_calls import (
    draft_past_call,
    insert_past_calls,
    remove_past_calls,
)
from fernkladde.cases.models import PastCall
from fernkladde.imports.models import BatchState, Outcome, TableKind, Trace
from fernkladde.imports.tables.cells import clock, day, has_clock, seconds
from fernkladde.imports.tables.fields import Field, at_column
from fernkladde.imports.tables.portions import portions
from fernkladde.imports.tables.seen import digest
from fernkladde.imports.tables.verdicts import Judged, Verdict, refused
from fernkladde.values.refusal import Refusal

from .kind import AT_ONCE, HISTORY_ROWS, Kind, NotUndoable
from .records import meanwhile
from .references import to_customer, to_plant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, time

    from fernkladde.imports.tables.cells import Cell
    from fernkladde.imports.tables.fields import Given
    from fernkladde.journal.actions import Note

    from .kind import Taking

COMPARED = ("seconds", "note")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the time of day where the same cell tells one."""

    day: date
    began: time | None


def moment(cell: Cell) -> Moment:
    return Moment(day(cell), clock(cell) if has_clock(cell) else None)


class History(Kind):
    name = TableKind.HISTORY
    most_rows = HISTORY_ROWS
    is_large = True
    fields = (
        Field(
            name="called_on", label=_("Datum"), sample="05.03.2024", read=moment,
            is_needed=True,
            words=("Tag", "am", "Anruf am", "Leistungsdatum", "date", "day"),
        ),
        Field(
            name="began", label=_("Beginn"), sample="14:10", read=clock,
            words=("Uhrzeit", "von", "Zeit", "Start", "time", "start time"),
        ),
        Field(
            name="ended", label=_("Ende"), read=clock,
            words=("bis", "Ende Uhrzeit", "end", "end time"),
        ),
        Field(
            name="customer", label=_("Kundennummer"), sample="10001",
            words=("Kunde", "Kunden-Nr.", "Kd.-Nr.", "Kundennr", "KdNr", "Firma",
                   "Debitor", "customer number", "company"),
        ),
        Field(
            name="plant", label=_("Anlagennummer"), sample="A-2001",
            words=("Anlage", "Anlagen-Nr.", "Maschine", "Maschinennummer",
                   "Fabriknummer", "Seriennummer", "plant number", "machine"),
        ),
        Field(
            name="seconds", label=_("Minuten"), sample="25", read=seconds,
            words=("Dauer", "Dauer (Minuten)", "Min.", "Zeitaufwand", "Aufwand",
                   "Stunden", "duration", "minutes"),
        ),
        Field(
            name="technician", label=_("Techniker"), sample="J. Weber",
            words=("Technik", "Mitarbeiter", "Bearbeiter", "wer", "Kürzel",
                   "employee", "agent", "handled by"),
        ),
        Field(
            name="note", label=_("Notiz"), sample="Geber an Achse 2 getauscht",
            words=("Bemerkung", "Beschreibung", "Text", "Problem", "Grund", "Was",
                   "Betreff", "Lösung", "description", "subject", "comment", "notes"),
        ),
    )  # fmt: skip

    def resolve(self, rows: Sequence[Given]) -> None:
        to_customer().resolve(rows)
        to_plant().resolve(rows)
        for given in rows:
            if not given.faults:
                _complete(given)

    def key(self, given: Given) -> str:
        """Join day, time, customer, plant and technician: that is one call."""
        if given.faults:
            return ""
        values = given.values
        plant, began = values.get("plant"), values.get("began")
        return "\0".join(
            (
                values["called_on"].isoformat(),
                began.isoformat() if began else "",
                values["customer"].number,
                plant.number if plant else "",
                values.get("technician", "").casefold(),
            )
        )

    def may_repeat(self, given: Given) -> bool:
        """Let a note book without times have two calls of one kind on a day."""
        return "began" not in given.values

    def judge(self, rows: Sequence[Given], *, today: date) -> Iterator[Judged]:
        keys = {g.line: _stored_key(self.key(g), g) for g in rows if not g.faults}
        known = PastCall.objects.in_bulk(list(keys.values()), field_name="key")
        for given in rows:
            if given.faults:
                yield refused(given.line, given.faults, _subject(given))
                continue
            key = keys[given.line]
            yield self._judged(given, key, known.get(key), today)

    def _judged(
        self, given: Given, key: str, row: PastCall | None, today: date
    ) -> Judged:
        values = {n: v for n, v in given.values.items() if n != "ended"}
        subject = _subject(given)
        try:
            drafted = draft_past_call(today=today, key=key, **values)
        except Refusal as refusal:
            return refused(given.line, [self._sentence(refusal)], subject)
        if row is None:
            return Judged(Verdict(given.line, Outcome.NEW, subject), _as_row(drafted))
        told = [n for n in COMPARED if n in values and _differs(n, row, drafted)]
        if not told:
            return Judged(Verdict(given.line, Outcome.SAME, subject))
        wanted = {name: getattr(drafted, name) for name in told}
        before = {name: getattr(row, name) for name in told}
        sentences = [self._told(name, before[name], wanted[name]) for name in told]
        verdict = Verdict(given.line, Outcome.CHANGED, subject, sentences)
        return Judged(verdict, [row.pk, before, wanted])

    def _sentence(self, refusal: Refusal) -> str:
        labels = {field.name: str(field.label) for field in self.fields}
        if refusal.field in labels:
            return at_column(labels[refusal.field], str(refusal))
        return str(refusal)

    def _told(self, name: str, before: Any, after: Any) -> str:
        if name == "seconds":
            return f"{before // 60} → {after // 60} min"
        names = {"before": before[:60] or "–", "after": after[:60]}
        return gettext("Notiz: %(before)s → %(after)s") % names

    def write(self, works: Iterable[Any], taking: Taking) -> Iterable[Note]:
        """Write rows of new calls, and what is different of known ones.

        No note for each: they were nobody's work here, the batch's entry tells.
        """
        batch = taking.batch.pk
        for portion in portions(works, AT_ONCE):
            is_new = [isinstance(work[0], str) for work in portion]
            new = [w for w, so in zip(portion, is_new, strict=True) if so]
            known = [w for w, so in zip(portion, is_new, strict=True) if not so]
            try:
                with transaction.atomic():
                    insert_past_calls((*work, batch) for work in new)
            except IntegrityError:
                raise meanwhile() from None
            self._change(known, taking)
        return ()

    def _change(self, works: Sequence[Any], taking: Taking) -> None:
        for key, before, after in works:
            if not PastCall.objects.filter(pk=key, **before).update(**after):
                raise meanwhile()
        Trace.objects.bulk_create(
            Trace(batch=taking.batch, record=key, before=before, after=after)
            for key, before, after in works
        )

    def undo(self, taking: Taking) -> Iterable[Note]:
        _check_no_later_batch(taking)
        for trace in Trace.objects.filter(batch=taking.batch).iterator():
            mine = PastCall.objects.filter(pk=trace.record, **(trace.after or {}))
            if not mine.update(**(trace.before or {})):
                sentence = gettext("Ein früherer Anruf wurde seither geändert.")
                raise NotUndoable([sentence])
        remove_past_calls(taking.batch.pk)
        return ()


def _check_no_later_batch(taking: Taking) -> None:
    """Refuse while a later table has changed calls that this one brought."""
    mine = PastCall.objects.filter(batch=taking.batch).values("pk")
    later = Trace.objects.filter(
        batch__pk__gt=taking.batch.pk,
        batch__kind=TableKind.HISTORY,
        batch__state=BatchState.TAKEN,
        record__in=mine,
    )
    names = later.values_list("batch__file_name", flat=True).distinct()
    if found := sorted(names):
        sentence = gettext("„%(name)s“ hat daran später etwas geändert.")
        raise NotUndoable([sentence % {"name": name} for name in found])


def _complete(given: Given) -> None:
    """Let the cells of a row become one call; note what is lacking."""
    values = given.values
    found: Moment = values["called_on"]
    values["called_on"] = found.day
    if found.began and "began" not in values:
        values["began"] = found.began
    if "seconds" not in values:
        _count_span(given)
    if plant := values.get("plant"):
        values.setdefault("customer", plant.customer)
    if "customer" not in values:
        given.faults.append(
            gettext("Es fehlt, bei welchem Kunden oder welcher Anlage.")
        )


def _count_span(given: Given) -> None:
    began, ended = given.values.get("began"), given.values.get("ended")
    if began is None or ended is None:
        given.faults.append(gettext("Es fehlt die Dauer, oder Beginn und Ende."))
        return
    on = given.values["called_on"]
    span = datetime.combine(on, ended) - datetime.combine(on, began)
    if span < timedelta():  # past midnight
        span += timedelta(days=1)
    given.values["seconds"] = int(span.total_seconds())


def _stored_key(key: str, given: Given) -> str:
    return digest(f"{key}\0{given.occurrence}").hex()


def _differs(name: str, row: PastCall, drafted: PastCall) -> bool:
    return bool(getattr(row, name) != getattr(drafted, name))


def _as_row(call: PastCall) -> list[Any]:
    """Return what `insert_past_calls` writes, but for the batch."""
    return [
        call.key,
        call.customer_id,
        call.plant_id,
        call.called_on.isoformat(),
        call.began.isoformat() if call.began else None,
        call.seconds,
        call.technician,
        call.note,
    ]


def _subject(given: Given) -> str:
    values = given.values
    on = values.get("called_on")
    on = on.day if isinstance(on, Moment) else on
    parts = [f"{on:%d.%m.%Y}" if on else ""]
    for name in ("customer", "plant"):
        named = values.get(name)
        parts.append(str(getattr(named, "number", named) or ""))
    parts.append(values.get("technician", ""))
    return ", ".join(part for part in parts if part)
