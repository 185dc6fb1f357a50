"""Scenarios from the database: the rating engine reaches the same result from them.

Of open work, what a month's preview would rate; of an invoice, the facts that it was
rated from when it was issued, whatever was changed since.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.billing import facts
from fernkladde.billing.extract import Extracts
from fernkladde.billing.models import Invoice
from fernkladde.billing.period import end_of
from fernkladde.billing.shares import rate_month
from fernkladde.customers.models import Customer
from fernkladde.journal.actions import record
from fernkladde.journal.one_moment import one_moment
from fernkladde.rating.scenario import parse_scenario, scenario_document
from fernkladde.values.refusal import Refusal

from .anonymous import anonymous

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from fernkladde.accounts.models import User
    from fernkladde.billing.shares import RatedMonth, Share

Document = dict[str, Any]


class NothingThere(Refusal):
    """There is no open work in these days: an empty file would say nothing."""

    def __init__(self, until: date) -> None:
        sentence = _(
            "Bis zum %(day)s gibt es keine bestätigte, offene Arbeit. Was schon "
            "abgerechnet ist, gibt „--invoice NUMMER“ aus."
        )
        super().__init__(sentence % {"day": until.isoformat()})


class NoSuchCustomer(Refusal):
    def __init__(self, number: str) -> None:
        sentence = _("Es gibt keinen Kunden %(number)s; die Nummer steht bei ihm.")
        super().__init__(sentence % {"number": number})


class NoSuchInvoice(Refusal):
    def __init__(self, number: str) -> None:
        sentence = _(
            "Es gibt keine Rechnung %(number)s; geschrieben wird sie, wie sie auf dem "
            "Papier steht."
        )
        super().__init__(sentence % {"number": number})


class FactsNotKept(Refusal):
    """The invoice was issued by a version that did not keep them."""

    def __init__(self, number: str) -> None:
        sentence = _(
            "Zu Rechnung %(number)s sind keine Tatsachen aufbewahrt: Eine frühere "
            "Fassung hat sie ausgestellt. Ihr Rechenweg steht auf ihrer Seite."
        )
        super().__init__(sentence % {"number": number})


class NobodyHasAPrice(Refusal):
    def __init__(self, reasons: Iterable[str]) -> None:
        sentence = _("Nichts davon lässt sich berechnen. %(reasons)s")
        super().__init__(sentence % {"reasons": " ".join(reasons)})


@dataclass(frozen=True, slots=True)
class OpenWork:
    """A scenario of open work, and what of it a reader would not expect.

    `late` counts open sessions of service dates before the first day, `left_out`
    says by customer why nothing of it can be rated.
    """

    document: Document
    sessions: int
    late: int
    left_out: dict[str, list[str]]


def open_work(
    *,
    since: date,
    until: date,
    customers: Collection[str] | None = None,
    late: bool = True,
    without_numbers: bool = False,
) -> OpenWork:
    """Return what a month's end over these days would rate; writes nothing.

    Late work comes along as it does in a preview, unless `late` is false. Customers
    without a price are left out, as a preview parks them.
    """
    with one_moment():
        month, zone = _rated(until, customers)
    shares = [
        share
        for number, share in month.shares.items()
        if customers is None or number in customers
    ]
    going = [share for share in shares if not share.reasons]
    before = sum(share.sessions_before(since, zone) for share in going)
    if not late:
        going = _begun(since, zone, going)
    left_out = {s.customer.number: [r.text for r in s.reasons] for s in shares}
    left_out = {number: reasons for number, reasons in left_out.items() if reasons}
    if not going:
        _refuse(until, left_out)
    scenario = Extracts(month).of(going)
    return OpenWork(
        document=scenario_document(
            anonymous(scenario) if without_numbers else scenario
        ),
        sessions=len(scenario.sessions),
        late=before,
        left_out=left_out,
    )


def _refuse(until: date, left_out: dict[str, list[str]]) -> NoReturn:
    if left_out:
        raise NobodyHasAPrice(text for found in left_out.values() for text in found)
    raise NothingThere(until)


def _rated(
    until: date, customers: Collection[str] | None
) -> tuple[RatedMonth, ZoneInfo]:
    """Rate all open work; of some customers, with all who share an allowance."""
    agreed = facts.load_terms()
    if customers is not None:
        _insist_on(customers)
        customers = facts.related_under(agreed, customers)
        agreed = facts.limited_to(agreed, customers)
    return rate_month(agreed, until, customers), agreed.zone


def _insist_on(customers: Iterable[str]) -> None:
    for number in sorted(customers):
        if not Customer.objects.filter(number=number).exists():
            raise NoSuchCustomer(number)


def _begun(since: date, zone: ZoneInfo, shares: Iterable[Share]) -> list[Share]:
    """Leave out the work of earlier service dates."""
    start = end_of(since - timedelta(days=1), zone).timestamp()
    found = []
    for share in shares:
        sessions = [one for one in share.sessions if one.start >= start]
        named = {session.case for session in sessions}
        cases = [case for case in share.cases if case.id in named]
        found.append(replace(share, sessions=sessions, cases=cases))
    return [share for share in found if share.sessions]


def of_invoice(number: str, *, without_numbers: bool = False) -> Document:
    """Return the facts that an invoice was rated from when it was issued."""
    invoice = Invoice.objects.filter(number=number).select_related("settlement").first()
    if invoice is None:
        raise NoSuchInvoice(number)
    document = json.loads(invoice.settlement.content).get("facts")
    if not document:
        raise FactsNotKept(number)
    if without_numbers:
        return scenario_document(anonymous(parse_scenario(document)))
    kept: Document = document
    return kept


@transaction.atomic
def note_work_exported(
    *,
    work: OpenWork,
    since: date,
    until: date,
    sha256: str,
    by: User | None,
    at: datetime,
) -> None:
    """Say in the Kladde that work was given out: what, and the file's hash."""
    record(
        kind="exports.scenario-exported",
        subject=f"scenario/{since.isoformat()}..{until.isoformat()}",
        by=by,
        at=at,
        facts={"sessions": work.sessions, "sha256": sha256},
    )


@transaction.atomic
def note_invoice_explained(
    *, number: str, sha256: str, by: User | None, at: datetime
) -> None:
    record(
        kind="exports.invoice-explained",
        subject=f"invoice/{number}",
        by=by,
        at=at,
        facts={"sha256": sha256},
    )
