"""Tables of what was used of allowances before the first invoice from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fernkladde.billing import opening
from fernkladde.billing.models import AllowancePosting
from fernkladde.billing.opening import Opened
from fernkladde.contracts.models import Contract
from fernkladde.imports.models import Outcome, TableKind, Trace
from fernkladde.imports.tables.cells import count, day, seconds
from fernkladde.imports.tables.fields import Field, at_column
from fernkladde.imports.tables.portions import portions
from fernkladde.imports.tables.verdicts import Judged, Verdict, refused
from fernkladde.values.refusal import Refusal

from .kind import AT_ONCE, Kind, NotUndoable
from .records import meanwhile
from .references import to_contract

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fernkladde.imports.tables.fields import Given
    from fernkladde.journal.actions import Note

    from .kind import Taking

NOTHING = Opened()


@dataclass(frozen=True, slots=True)
class Opening:
    """What a period shall have given before, and what it had when it was judged."""

    contract: int
    period_start: date
    before: Opened
    after: Opened

    def posting(self, contract: Contract) -> AllowancePosting:
        """Return the posting of the difference: the ledger only grows."""
        return AllowancePosting(
            contract=contract,
            period_start=self.period_start,
            seconds=self.after.seconds - self.before.seconds,
            cases=self.after.cases - self.before.cases,
        )


class OpeningBalances(Kind):
    name = TableKind.OPENING_BALANCES
    fields = (
        Field(
            name="contract", label=_("Vertragsnummer"), sample="V-301", is_needed=True,
            words=("Vertrag", "Vertrags-Nr.", "Vertragsnr", "Nr.", "Nummer",
                   "contract number", "contract no"),
        ),
        Field(
            name="day", label=_("Tag im Zeitraum"), sample="01.01.2026", read=day,
            is_needed=True,
            words=("Zeitraum", "Zeitraum ab", "Stichtag", "Datum", "Stand", "Beginn",
                   "period", "period start", "date"),
        ),
        Field(
            name="seconds", label=_("verbrauchte Minuten"), sample="125", read=seconds,
            words=("Minuten", "verbraucht", "Verbrauch", "genutzt", "used",
                   "used minutes", "minutes"),
        ),
        Field(
            name="cases", label=_("verbrauchte Fälle"), read=count,
            words=("Fälle", "used cases"),
        ),
    )  # fmt: skip

    def resolve(self, rows: Sequence[Given]) -> None:
        to_contract().resolve(rows)
        for given in rows:
            self._find_period(given)

    def _find_period(self, given: Given) -> None:
        if given.faults:
            return
        values = given.values
        if not {"seconds", "cases"} & values.keys():
            sentence = gettext("Es fehlt, wie viel verbraucht ist: Minuten oder Fälle.")
            given.faults.append(sentence)
            return
        try:
            values["period"] = opening.period_with(values["contract"], values["day"])
        except Refusal as refusal:
            given.faults.append(str(refusal))

    def key(self, given: Given) -> str:
        contract, start = given.values.get("contract"), given.values.get("period")
        if not isinstance(contract, Contract) or start is None:
            return ""
        return f"{contract.number}\0{start.isoformat()}"

    def judge(self, rows: Sequence[Given], *, today: date) -> Iterator[Judged]:
        keys = {g.values["contract"].pk for g in rows if not g.faults}
        so_far, settled = opening.opened(keys), opening.settled(keys)
        for given in rows:
            if given.faults:
                yield refused(given.line, given.faults, _subject(given))
            else:
                yield self._judged(given, so_far, settled, today)

    def _judged(
        self,
        given: Given,
        so_far: dict[tuple[int, date], Opened],
        settled: set[int],
        today: date,
    ) -> Judged:
        contract, start = given.values["contract"], given.values["period"]
        before = so_far.get((contract.pk, start), NOTHING)
        used = Opened(given.values.get("seconds", 0), given.values.get("cases", 0))
        if used == before:
            return Judged(Verdict(given.line, Outcome.SAME, _subject(given)))
        try:
            _check(contract, start, used, settled, today)
        except Refusal as refusal:
            return refused(given.line, [self._sentence(refusal)], _subject(given))
        outcome = Outcome.NEW if before == NOTHING else Outcome.CHANGED
        told = [f"{_shown(before)} → {_shown(used)}"] if before != NOTHING else []
        told += _hints(contract, start)
        verdict = Verdict(given.line, outcome, _subject(given), told)
        return Judged(verdict, Opening(contract.pk, start, before, used))

    def _sentence(self, refusal: Refusal) -> str:
        labels = {field.name: str(field.label) for field in self.fields}
        if refusal.field in labels:
            return at_column(labels[refusal.field], str(refusal))
        return str(refusal)

    def write(self, works: Iterable[Any], taking: Taking) -> Iterable[Note]:
        notes: list[Note] = []
        for portion in portions(works, AT_ONCE):
            notes += self._post(portion, taking)
            Trace.objects.bulk_create(
                Trace(
                    batch=taking.batch,
                    record=work.contract,
                    before=_plain(work.period_start, work.before),
                    after=_plain(work.period_start, work.after),
                )
                for work in portion
            )
        return notes

    def _post(self, works: Sequence[Opening], taking: Taking) -> Iterator[Note]:
        keys = {work.contract for work in works}
        locked = Contract.objects.select_for_update(no_key=True).filter(pk__in=keys)
        contracts = {row.pk: row for row in locked.order_by("pk")}
        so_far, settled = opening.opened(keys), opening.settled(keys)
        for work in works:
            now = so_far.get((work.contract, work.period_start), NOTHING)
            if now != work.before or work.contract in settled:
                raise meanwhile()
        for key in sorted(keys):
            mine = [w.posting(contracts[key]) for w in works if w.contract == key]
            yield opening.post_openings(
                contracts[key], mine, by=taking.by, at=taking.at
            )

    def undo(self, taking: Taking) -> Iterable[Note]:
        """Post the difference back, unless invoices have drawn on the contract."""
        notes: list[Note] = []
        traces = Trace.objects.filter(batch=taking.batch).order_by("pk")
        for portion in portions(traces.iterator(), AT_ONCE):
            works = [_turned(trace) for trace in portion]
            self._check_untouched(works)
            notes += self._post(works, taking)
        return notes

    def _check_untouched(self, works: Sequence[Opening]) -> None:
        keys = {work.contract for work in works}
        so_far, settled = opening.opened(keys), opening.settled(keys)
        numbers = dict(Contract.objects.filter(pk__in=keys).values_list("pk", "number"))
        faults = []
        for work in works:
            now = so_far.get((work.contract, work.period_start), NOTHING)
            names = {"number": numbers[work.contract]}
            if work.contract in settled:
                sentence = gettext("Aus Vertrag %(number)s ist schon abgerechnet.")
                faults.append(sentence % names)
            elif now != work.before:
                sentence = gettext("Vertrag %(number)s: wurde seither geändert.")
                faults.append(sentence % names)
        if faults:
            raise NotUndoable(list(dict.fromkeys(faults)))


def _check(
    contract: Contract, start: date, used: Opened, settled: set[int], today: date
) -> None:
    if contract.pk in settled:
        raise opening.AlreadySettled(contract)
    if start > today:
        sentence = gettext("Dieser Zeitraum hat noch nicht begonnen.")
        raise Refusal(sentence, field="day")
    opening.check_opening(contract, used)


def _hints(contract: Contract, start: date) -> list[str]:
    """Say what is easily forgotten: a rest that is carried over is used up too."""
    carries = contract.carry_over_term or contract.carry_over_periods
    if not carries or start == contract.valid_from:
        return []
    return [
        gettext(
            "Reste werden übertragen: bitte auch angeben, was in früheren Zeiträumen"
            " verbraucht wurde."
        )
    ]


def _subject(given: Given) -> str:
    contract, start = given.values.get("contract"), given.values.get("period")
    if not isinstance(contract, Contract):
        return str(contract or "")
    if start is None:
        return contract.number
    names = {"number": contract.number, "day": f"{start:%d.%m.%Y}"}
    return gettext("%(number)s, Zeitraum ab %(day)s") % names


def _shown(used: Opened) -> str:
    if used.cases:
        return gettext("%(count)d Fälle") % {"count": used.cases}
    minutes, rest = divmod(used.seconds, 60)
    return f"{minutes}:{rest:02} min" if rest else f"{minutes} min"


def _plain(start: date, used: Opened) -> list[Any]:
    return [start.isoformat(), used.seconds, used.cases]


def _turned(trace: Trace) -> Opening:
    """Return what leads back from after to before."""
    day_, *before = trace.before or []
    _day, *after = trace.after or []
    return Opening(
        contract=trace.record,
        period_start=date.fromisoformat(day_),
        before=Opened(*after),
        after=Opened(*before),
    )
