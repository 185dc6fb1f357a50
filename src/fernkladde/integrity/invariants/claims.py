"""R1: each session, call and fee is dealt with once, as the settlement's content says.

The work behind live claims is still the work that was settled.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from fernkladde.billing.pinned import work_sha256_of
from fernkladde.journal.as_stored import rows

from .findings import Part
from .written import amount, flag, seconds_since_1970

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .findings import Findings
    from .settled import Case
    from .tables import Claimed, Row

HELD = "held"
TABLE = "billing_claim"
TWICE = (
    "SELECT {0}, MAX(id) FROM billing_claim WHERE released_by_id IS NULL"
    " AND {0} IS NOT NULL GROUP BY {0} HAVING COUNT(*) > 1 ORDER BY 2 LIMIT 1"
)
COLUMNS = ("session_id", "call_id", "fee")
CONFIRMED, VOIDED = 8, 9


def check_claims(case: Case, claims: Sequence[Claimed], found: Findings) -> None:
    found.counted(Part.CLAIMS, len(claims))
    expected = Counter(_expected(case.content))
    for claim in claims:
        _check_release(case, claim, found)
        if _written(claim) in expected:
            expected.subtract([_written(claim)])
            expected += Counter()
        else:
            sentence = _("Der Inhalt der Abrechnung weiß davon nichts.")
            found.bad(Part.CLAIMS, "R1", TABLE, claim.pk, sentence)
    if expected:
        missing = next(iter(expected))
        sentence = _("Abrechnung %(key)s: %(what)s ist nicht als abgerechnet vermerkt.")
        what = next(part for part in missing[:3] if part is not None)
        names = {"key": case.settlement.pk, "what": what}
        found.bad(Part.CLAIMS, "R1", TABLE, "–", sentence % names)
    _check_work(case, claims, found)


def _check_release(case: Case, claim: Claimed, found: Findings) -> None:
    if claim.released_by != case.settlement.released_by:
        sentence = _("Anders freigegeben als seine Abrechnung.")
        found.bad(Part.CLAIMS, "N3", TABLE, claim.pk, sentence)


def _written(claim: Claimed) -> Row:
    return tuple(claim[2:10])


def _expected(content: Mapping[str, Any]) -> list[Row]:
    sessions = [
        (
            number,
            None,
            None,
            "",
            group["basis"],
            group["number"],
            group["worked"],
            group["billed"],
        )
        for group in content["groups"]
        if group["basis"] != HELD
        for number in group["sessions"]
    ]
    nothing = ("", 0, 0, 0)
    calls = [(None, number, None, "", *nothing) for number in content["calls"]]
    fees = [(None, None, fee, case, *nothing) for fee, case in content["fees"]]
    return [*sessions, *calls, *fees]


def _check_work(case: Case, claims: Sequence[Claimed], found: Findings) -> None:
    """Compare the settled work with its hash; once released it may be corrected."""
    if case.settlement.released_by is not None:
        return
    sessions = [_session(c) for c in claims if c.session is not None]
    calls = [_call(c) for c in claims if c.call is not None]
    if work_sha256_of(sessions, calls) != case.told.facts.get("work_sha256"):
        sentence = _("Die Einsätze sind nicht mehr die, die abgerechnet wurden.")
        found.bad(Part.CLAIMS, "T3", "cases_session", _row_of(case), sentence)
    for claim in claims:
        if claim.session is None:
            continue
        if not claim.session_work[CONFIRMED] or claim.session_work[VOIDED]:
            sentence = _("Abgerechnet, aber nicht bestätigt oder gestrichen.")
            found.bad(Part.CLAIMS, "T3", "cases_session", claim.session, sentence)


def _row_of(case: Case) -> str:
    return _("von Abrechnung %(key)s") % {"key": case.settlement.pk}


def _session(claim: Claimed) -> list[Any]:
    case, service, start, end, skill, connection, billable, goodwill, *_more = (
        claim.session_work
    )
    return [
        claim.session,
        case,
        service,
        seconds_since_1970(start),
        seconds_since_1970(end),
        skill,
        connection,
        flag(billable),
        amount(goodwill),
    ]


def _call(claim: Claimed) -> list[Any]:
    session, start, seconds, cost = claim.call_work
    return [claim.call, session, seconds_since_1970(start), seconds, amount(cost)]


def check_nothing_twice(found: Findings) -> None:
    """At most one live claim per subject; the unique keys hold that, unless dropped."""
    for column in COLUMNS:
        for subject, key in rows(TWICE.format(column)):
            sentence = _("%(subject)s ist zweimal abgerechnet.") % {"subject": subject}
            found.bad(Part.CLAIMS, "R1", TABLE, key, sentence)
