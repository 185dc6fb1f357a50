"""How long the server takes for a page, at one connection, and with how many queries.

    python benchmarks/pages.py [--customers 2000] [--only sqlite|postgres]

In a company with 20,000 cases and 100,000 sessions, the last month previewed and not
billed yet, with something decided about twenty customers' work since.
Each page as an administrator opens it, without a clock and while a clock runs at a
customer whose allowance is nearly empty (its meter is on every page); the search as
one types, with five times the cases. Beside them, in the same run, the least that a
list of fifty rows can be in Django.
"""

# ruff: noqa: PLC0415  Django is loaded only in the process that measures

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent))

from clocks import summary, timed
from scratch import on_both, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from fernkladde.accounts.models import User

LIST, CASE, START, OTHER = 20, 15, 40, 100
MOST_QUERIES = 30
RUNS = 11
CASES_EACH, SESSIONS_EACH = 10, 5
MONTHS = 20
SEARCHED_CASES = 100_000
TYPED = ("pr", "presswerk 17", "geber", "storung um", "26-0123", "0711 555")
AT_ONCE = 2000
TOUCHED = 20
LONG_AGO = date(2025, 1, 7)


def fill(customers: int, last: tuple[int, int]) -> None:
    """Write the company, and what of it a firm has done by then."""
    import company
    from django.db import transaction

    company.fill(
        customers=customers,
        cases_each=CASES_EACH,
        sessions_each=SESSIONS_EACH,
        last=last,
        months=MONTHS,
    )
    with transaction.atomic():
        settle_before(*last)
        write_the_kladde()
        write_invoices()


def settle_before(year: int, month: int) -> None:
    """Bill all but the last month, as an opening record does it."""
    from fernkladde.billing.models import Claim
    from fernkladde.cases.models import Session
    from fernkladde.connections.models import Call

    until = datetime(year, month, 1, tzinfo=UTC)
    done = Session.objects.filter(started_at__lt=until).values_list("pk", flat=True)
    Claim.objects.bulk_create(
        (Claim(session_id=key, basis="tariff") for key in done), batch_size=AT_ONCE
    )
    calls = Call.objects.filter(session__started_at__lt=until)
    Claim.objects.bulk_create(
        (Claim(call_id=key) for key in calls.values_list("pk", flat=True)),
        batch_size=AT_ONCE,
    )


def write_the_kladde() -> None:
    """Tell of the last cases what an action tells."""
    from fernkladde.cases.models import Case
    from fernkladde.journal.actions import Note, record_many

    newest = Case.objects.select_related("assigned_to").order_by("-pk")[:AT_ONCE]
    record_many(
        Note(
            kind="cases.case-opened",
            subject=f"case/{case.number}",
            by=case.assigned_to,
            at=case.opened_at,
            facts={"subject": case.subject, "reported_on": case.reported_on},
        )
        for case in reversed(newest)
    )


def write_invoices() -> None:
    from fernkladde.billing.models import Run
    from fernkladde.customers.models import Customer
    from tests import make

    run = Run.objects.create(period="2024-12", created_at=make.NOW)
    nothing = json.dumps({"free": [], "lines": []})
    for customer in Customer.objects.order_by("pk")[:60]:
        settled = make.settlement(customer=customer, run=run, content=nothing)
        make.invoice(settlement=settled)


def preview(year: int, month: int, at: datetime) -> None:
    """Preview the month, let the worker do its duty, and go on with the work."""
    from fernkladde.billing.live.standing import keep_figures
    from fernkladde.billing.period import Month
    from fernkladde.billing.preview import preview_month

    preview_month(month=Month.parse(f"{year}-{month:02}"), by=None, at=at)
    keep_figures(at=at)
    work_on(at)


def work_on(at: datetime) -> None:
    """Decide something about the work of some customers, not billed yet."""
    from fernkladde.cases.actions import decide_cause
    from fernkladde.cases.models import Case, Cause

    newest = Case.objects.order_by("-opened_at", "-pk")[:TOUCHED]
    for number, case in enumerate(newest):
        causes = [cause for cause in Cause.values if cause != case.cause]
        cause = causes[number % len(causes)]
        decide_cause(case=case, cause=cause, by=None, at=at, reason="–")


def pages(person: User, period: str) -> Iterator[tuple[str, str, int]]:
    """Yield a page's name, address, and within how many milliseconds it must be."""
    from django.urls import reverse

    from fernkladde.cases.models import Case, Session
    from fernkladde.contracts.models import TariffVersion

    case = Case.objects.filter(
        customer__contracts__covers="allowance", plant__isnull=False
    ).order_by("-opened_at")[0]
    contract = case.customer.contracts.first()
    session = Session.objects.filter(case=case)[0]
    version = TariffVersion.objects.select_related("tariff").order_by("-pk")[0]
    assert contract
    assert case.plant
    for name, limit, arguments in (
        ("start", START, ()),
        ("start-sums", OTHER, ()),
        ("case-list", LIST, ()),
        ("customer-list", LIST, ()),
        ("plant-list", LIST, ()),
        ("contract-list", LIST, ()),
        ("invoice-list", LIST, ()),
        ("journal", OTHER, ()),
        ("case", CASE, (case.number,)),
        ("session", OTHER, (session.number,)),
        ("customer", OTHER, (case.customer.number,)),
        ("plant", OTHER, (case.plant.number,)),
        ("contract", OTHER, (contract.number,)),
        ("tariff-version", OTHER, (version.tariff.code, version.valid_from)),
        ("month-list", OTHER, ()),
        ("month", OTHER, (period,)),
        ("month-customer", OTHER, (period, case.customer.number)),
        ("settings-people", OTHER, ()),
        ("timer", OTHER, ()),
    ):
        yield name, reverse(name, args=arguments), limit
    new_call, all_cases = reverse("new-call"), reverse("case-list")
    yield "new-call", f"{new_call}?plant={case.plant.number}", OTHER
    yield "case-list, all", f"{all_cases}?state=all", LIST
    yield "case-list, page 200", f"{all_cases}?state=all&page=200", OTHER
    yield "case-list, searched", f"{all_cases}?state=all&text=presswerk+17", OTHER


def measured(client: Client, address: str, **headers: str) -> dict[str, Any]:
    """Return times and the number of queries of one page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def once() -> None:
        answer = client.get(address, **headers)  # type: ignore[arg-type]
        assert answer.status_code == 200, (address, answer.status_code)

    once()
    with CaptureQueriesContext(connection) as queries:
        once()
        number = len(queries)
    times = [timed(once) for _ in range(RUNS)]
    return {**summary(times), "queries": number}


def baseline(person: User) -> dict[str, Any]:
    import bare
    from django.test import Client, override_settings

    with override_settings(ROOT_URLCONF=bare.__name__, MIDDLEWARE=bare.MIDDLEWARE):
        client = Client(HTTP_HOST="localhost")
        client.force_login(person)
        return measured(client, "/bare/")


def run_a_clock(person: User, at: datetime) -> None:
    """Let the clock run elsewhere, at a customer with an allowance."""
    from fernkladde.cases.actions import start_timer
    from fernkladde.cases.models import Case

    case = Case.objects.filter(
        customer__contracts__allowance_minutes__isnull=False
    ).order_by("opened_at")[0]
    begun = at - timedelta(minutes=17)
    start_timer(case=case, technician=person, by=person, at=begun, connection="vpn")


def searches(client: Client) -> dict[str, Any]:
    """Type into the search, with many more cases."""
    from urllib.parse import urlencode

    from django.urls import reverse

    more_cases()
    return {
        text: measured(
            client,
            f"{reverse('search')}?{urlencode({'q': text})}",
            HTTP_HX_REQUEST="true",
        )
        for text in TYPED
    }


def more_cases() -> None:
    """Write older cases without work, with the subjects that are there."""
    from fernkladde.cases.models import Case

    known = list(Case.objects.values("customer_id", "plant_id", "subject", "opened_at"))
    missing = SEARCHED_CASES - len(known)
    rows = (
        Case(**case, number=f"25-{number:06}", state="closed", reported_on=LONG_AGO)
        for number, case in zip(range(missing), cycle(known), strict=False)
    )
    Case.objects.bulk_create(rows, batch_size=AT_ONCE)


def measure(customers: int) -> dict[str, Any]:
    """Measure in the database that the environment names."""
    set_up()
    from django.test import Client

    from tests import make

    now = datetime.now(UTC).replace(microsecond=0)
    year, month = divmod(now.year * 12 + now.month - 2, 12)
    last = (year, month + 1)
    fill(customers, last)
    preview(*last, now)
    person = make.user("administrator")
    client = Client(HTTP_HOST="localhost")
    client.force_login(person)
    chosen = list(pages(person, f"{last[0]}-{last[1]:02}"))
    each = {"without_clock": partial(run_a_clock, person, now), "with_clock": None}
    found: dict[str, Any] = {"baseline": baseline(person)}
    for state, then in each.items():
        found[state] = {
            name: {**measured(client, address), "aim_ms": aim}
            for name, address, aim in chosen
        }
        if then:
            then()
    found["search"] = {
        text: {**row, "aim_ms": OTHER} for text, row in searches(client).items()
    }
    return found


def lines(name: str, found: dict[str, Any]) -> Iterator[str]:
    if "not_measured" in found:
        yield f"pages on {name}: not measured: {found['not_measured']}"
        return
    bare = found["baseline"]
    yield (
        f"pages on {name}; a bare list of fifty rows: {bare['p50_ms']} ms"
        f" (processor {bare['cpu_ms']}), {bare['queries']} queries"
    )
    for state in ("without_clock", "with_clock", "search"):
        yield f"  {state.replace('_', ' ')}"
        for page, row in found[state].items():
            late = row["cpu_ms"] > row["aim_ms"] or row["queries"] > MOST_QUERIES
            yield (
                f"    {page:20} {row['p50_ms']:8} ms (processor {row['cpu_ms']:7},"
                f" aim {row['aim_ms']:3}) {row['queries']:3} queries"
                f"{'  beyond' if late else ''}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=2000, help="10 cases each")
    parser.add_argument("--only", choices=("sqlite", "postgres"), default="")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.here:
        print(json.dumps(measure(args.customers)))
        return
    found = on_both(
        __file__, "--here", "--customers", str(args.customers), only=args.only
    )
    for name, result in found.items():
        print("\n".join(lines(name, result)))
    print(json.dumps({"benchmark": "pages", **found}))


if __name__ == "__main__":
    main()
