"""What is found of cases: all that was written, whose they are, and of which plant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from fernkladde.search.kinds import Feed, Found, Kind, Watched, feed, register
from fernkladde.search.marks import all_met, excerpt
from fernkladde.search.words import Text

from .models import Case, Note, Session

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

CASE = 5


def register_kinds() -> None:
    register(
        Kind(
            name="case",
            code=CASE,
            model=Case,
            newest=("-opened_at", "-pk"),
            links=("customer", "plant"),
            shown=_shown,
            named_by={"customer": "customer_id", "plant": "plant_id"},
            also=_by_session,
        )
    )
    case = Watched(
        table="cases_case",
        columns=(
            "number", "subject", "solution", "reported_by", "customer_id", "plant_id",
        ),
    )  # fmt: skip
    note = Watched(table="cases_note", columns=("case_id", "text"), key="{row}.case_id")
    session = Watched(
        table="cases_session",
        columns=("case_id", "note"),
        key="{row}.case_id",
        counts="{row}.note <> ''",
    )
    feed("case", Feed(read=_cases, watched=(case,)))
    feed("case", Feed(read=_notes, watched=(note,)))
    feed("case", Feed(read=_session_notes, watched=(session,)))


def _cases(keys: Collection[int]) -> Iterator[tuple[int, Text]]:
    rows = Case.objects.filter(pk__in=keys).select_related("customer", "plant")
    for row in rows:
        words = [row.subject, row.reported_by, row.solution]
        words += [row.customer.number, row.customer.name]
        if row.plant:
            words += [row.plant.number, row.plant.name, row.plant.serial_number]
        yield row.pk, Text(numbers=(row.number,), words=tuple(words))


def _notes(keys: Collection[int]) -> Iterator[tuple[int, Text]]:
    rows = Note.objects.filter(case__in=keys)
    for key, text in rows.values_list("case_id", "text"):
        yield key, Text(words=(text,))


def _session_notes(keys: Collection[int]) -> Iterator[tuple[int, Text]]:
    rows = Session.objects.filter(case__in=keys).exclude(note="")
    for key, text in rows.values_list("case_id", "note"):
        yield key, Text(words=(text,))


def _seen(case: Case) -> tuple[str, ...]:
    plant = case.plant.name if case.plant else ""
    return case.number, case.subject, case.customer.name, plant


def _by_session(typed: str) -> Q:
    """Find the case of a session by its number; none is noted in the index."""
    number = typed.strip().upper()
    return Q(pk__in=Session.objects.filter(number=number).values("case_id"))


def _shown(rows: Sequence[Case], typed: str) -> Iterator[Found]:
    excerpts = _excerpts(rows, typed)
    for row in rows:
        detail = row.customer.name
        if row.plant:
            detail += f" · {row.plant.name}"
        yield Found(
            "case",
            row.number,
            row.subject,
            detail,
            customer=row.customer.number,
            excerpt=excerpts.get(row.pk, ""),
        )


def _excerpts(rows: Sequence[Case], typed: str) -> dict[int, str]:
    """Return by case the words around a hit, where it is not seen anyway."""
    seen = {row.pk: " ".join(_seen(row)) for row in rows}
    written = {
        row.pk: [row.solution] for row in rows if not all_met(seen[row.pk], typed)
    }
    notes = Note.objects.filter(case__in=written).order_by("-written_at", "-pk")
    for key, text in notes.values_list("case_id", "text"):
        written[key].append(text)
    return {
        key: excerpt(texts, typed, seen=seen[key]) for key, texts in written.items()
    }
