"""R5: what allowances gave stands in the settlements, and no period gave too much."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from fernkladde.journal.as_stored import rows

from .findings import Part
from .tables import text
from .told import ALLOWANCE_OPENED, entries
from .written import decimal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .findings import Findings
    from .settled import Case
    from .tables import Posted, Row

TABLE = "billing_allowanceposting"


def check_postings(case: Case, postings: Sequence[Posted], found: Findings) -> None:
    found.counted(Part.ALLOWANCES, len(postings))
    expected = Counter(_expected(case.content))
    for posting in postings:
        if posting.released_by != case.settlement.released_by:
            sentence = _("Anders freigegeben als ihre Abrechnung.")
            found.bad(Part.ALLOWANCES, "N3", TABLE, posting.pk, sentence)
        if posting[2:9] not in expected:
            sentence = _("Der Inhalt der Abrechnung weiß davon nichts.")
            found.bad(Part.ALLOWANCES, "R5", TABLE, posting.pk, sentence)
    missing = expected - Counter(posting[2:9] for posting in postings)
    if missing or expected.total() != len(postings):
        sentence = _("Abrechnung %(key)s: Es sind nicht die Buchungen ihres Inhalts.")
        names = {"key": case.settlement.pk}
        found.bad(Part.ALLOWANCES, "R5", TABLE, "–", sentence % names)
    check_balances(case, found)


def _expected(content: Mapping[str, Any]) -> Iterator[Row]:
    for contract, start, for_period, case, seconds, cases in content["postings"]:
        handed = seconds if for_period != start else 0
        yield contract, start, for_period, seconds, handed, cases, case


def check_balances(case: Case, found: Findings) -> None:
    """Look whether a period ever gave more than it had: 0 ≤ used, 0 ≤ left."""
    for row in case.content["allowances"]:
        if decimal(row["used"]) < 0 or decimal(row["left"]) < 0:
            sentence = _("Vertrag %(number)s, Zeitraum ab %(day)s: überzogen.")
            names = {"number": row["contract"], "day": row["period_start"]}
            sentence = sentence % names
            key = case.settlement.pk
            found.bad(Part.ALLOWANCES, "R5", "billing_settlement", key, sentence)


def check_opening_postings(found: Findings) -> None:
    """Compare what was taken over from before with the entries that tell of it."""
    told: Counter[Row] = Counter()
    for entry in entries(ALLOWANCE_OPENED):
        number = entry.subject.removeprefix("contract/")
        told.update((number, *period) for period in entry.facts.get("periods", ()))
    for key, row in _opening_postings():
        found.counted(Part.ALLOWANCES)
        if told[row] > 0:
            told[row] -= 1
            continue
        sentence = _("Die Kladde weiß nichts von dieser Übernahme.")
        found.bad(Part.ALLOWANCES, "R5", TABLE, key, sentence)
    for number, start, *_more in (row for row, count in told.items() if count):
        sentence = _("Vertrag %(number)s, Zeitraum ab %(day)s: Die Übernahme fehlt.")
        names = {"number": number, "day": start}
        found.bad(Part.ALLOWANCES, "R5", TABLE, "–", sentence % names)


def _opening_postings() -> Iterator[tuple[int, Row]]:
    sql = (
        f"SELECT p.id, contract.number, {text('p.period_start')}, p.seconds,"  # noqa: S608
        " p.handed_seconds, p.cases, p.case_number, p.for_period IS NULL,"
        " p.released_by_id FROM billing_allowanceposting p"
        " LEFT JOIN contracts_contract contract ON contract.id = p.contract_id"
        " WHERE p.settlement_id IS NULL ORDER BY p.id"
    )
    for key, *row, of_no_period, released_by in rows(sql):
        # Neither can be of what was opened: then it fits no entry.
        strange: list[Any] = [] if of_no_period and released_by is None else [None]
        yield key, tuple(row + strange)


def check_sums(found: Findings) -> None:
    """Look at the ledger alone: no period's live postings are below nothing."""
    sql = (
        "SELECT contract_id, MAX(id) FROM billing_allowanceposting"
        " WHERE released_by_id IS NULL GROUP BY contract_id, period_start"
        " HAVING SUM(seconds) < 0 OR SUM(cases) < 0"
        " OR SUM(handed_seconds) > SUM(seconds) ORDER BY 2 LIMIT 1"
    )
    for _contract, key in rows(sql):
        sentence = _("Ein Zeitraum des Vertrags hat weniger als nichts gegeben.")
        found.bad(Part.ALLOWANCES, "R5", TABLE, key, sentence)
