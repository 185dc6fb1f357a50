"""How many sessions the engine rates in a second, in one process.

    python benchmarks/engine.py [--sessions 100000] [--linear]

The baseline is the bare loop that any such engine must contain: whole numbers, one
price, no dates, no rules. It is measured in the same run, on the same sessions.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from fernkladde.rating import rate
from fernkladde.rating.facts import Call, Case, Customer, Plant, Scenario, Session
from fernkladde.rating.terms import (
    Allowance,
    Band,
    ConnectionTerms,
    Contract,
    Fee,
    PriceRow,
    Rate,
    RateDeck,
    Tariff,
    TariffVersion,
)

if TYPE_CHECKING:
    from collections.abc import Callable

WEEK = ("mon", "tue", "wed", "thu", "fri")
NEW_YEAR = 1_767_222_000  # 2026-01-01T00:00:00+01:00
DAYS = 365
CUSTOMERS = 400
SESSIONS_PER_CASE = 3
SERVICES = ("remote", "phone", "onsite")
SKILLS = ("plc", "drive")


def bands() -> tuple[Band, ...]:
    percent = Decimal(50), Decimal(100)
    return (
        Band("evening", WEEK, 17 * 60, 20 * 60, percent=percent[0]),
        Band("night", WEEK, 20 * 60, 6 * 60, percent=percent[1]),
        Band("weekend", ("sat", "sun", "holiday"), 0, 24 * 60, percent=percent[1]),
    )


def version(year: int, rule: str, group_by: str, price: str) -> TariffVersion:
    return TariffVersion(
        valid_from=date(year, 1 if year < 2026 else 7, 1),
        prices=(
            PriceRow(Decimal(price), 60, next_minutes=15),
            PriceRow(
                Decimal(price) + 20, 60, skill="plc", next_minutes=15,
                tolerance_minutes=3, free_minutes=5,
            ),
        ),
        group_by=group_by,  # type: ignore[arg-type]
        band_rule=rule,  # type: ignore[arg-type]
        bands=bands(),
        fees=(Fee("dial-in", Decimal(5), "day", connections=("modem",)),),
        connection=ConnectionTerms("deck", deck="D", markup_percent=Decimal(10)),
    )  # fmt: skip


def tariffs() -> tuple[Tariff, ...]:
    rules = ("unit_start", "exact", "per_band", "highest")
    groups = ("day", "session", "case", "day")
    return tuple(
        Tariff(
            f"t{n}",
            (version(2020, rule, group, "96"), version(2026, rule, group, "104")),
        )
        for n, (rule, group) in enumerate(zip(rules, groups, strict=True))
    )


def contracts() -> tuple[Contract, ...]:
    """Half of the customers have one; a fifth of these a second one."""
    modes = ("ignore", "weight", "charge")
    found = []
    for n in range(0, CUSTOMERS, 2):
        allowance = Allowance(
            "month",
            minutes=60 * (n % 7),
            carry_over_periods=n % 3,
            surcharge_on_covered=modes[n // 2 % 3],  # type: ignore[arg-type]
        )
        found.append(
            Contract(
                f"C{n}", f"K{n}", date(2025, 3, 15), "allowance", allowance=allowance
            )
        )
        if n % 10 == 0:
            found.append(
                Contract(
                    f"E{n}", f"K{n}", date(2026, 4, 1), "everything",
                    services=("phone",), valid_until=date(2026, 9, 30),
                )
            )  # fmt: skip
    return tuple(found)


def case_of(number: int, customer: int, chance: random.Random) -> Case:
    return Case(
        f"F{number}", f"K{customer}", date(2026, 1, 1),
        plant=f"P{customer}-{chance.randrange(4)}",
        cause=chance.choice(("operator_error", "defect")),
        goodwill_percent=Decimal(30) if number % 11 == 0 else None,
    )  # fmt: skip


def session_of(
    case: int, place: int, opened: int, kind: tuple[str, str], chance: random.Random
) -> tuple[Session, int]:
    """Return one session, and when the next of its case may begin."""
    service, skill = kind
    start = opened + chance.randrange(7 * 3600, 22 * 3600)
    opened += chance.randrange(2) * 86_400
    modem = chance.random() < 0.1
    session = Session(
        f"S{place}", f"F{case}", service, start,
        start + chance.randrange(60, 3 * 3600), skill=skill,
        technician=f"T{case % 12}",
        connection="modem" if modem else "vpn",
        billable=chance.random() > 0.03,
    )  # fmt: skip
    return session, opened


def call_of(session: Session, number: int, chance: random.Random) -> Call:
    dialled = chance.choice(("+4989", "+49151", "+33")) + "55512"
    return Call(f"A{number}", session.id, session.start, dialled, 300)


def work(sessions: int) -> tuple[list[Case], list[Session], list[Call]]:
    chance = random.Random(2026)
    cases: list[Case] = []
    done: list[Session] = []
    calls: list[Call] = []
    while len(done) < sessions:
        number = len(cases)
        customer = chance.randrange(CUSTOMERS)
        opened = NEW_YEAR + chance.randrange(DAYS) * 86_400
        cases.append(case_of(number, customer, chance))
        kind = chance.choice(SERVICES), chance.choice(SKILLS)
        for _ in range(SESSIONS_PER_CASE):
            session, opened = session_of(number, len(done), opened, kind, chance)
            done.append(session)
            if session.connection == "modem":
                calls.append(call_of(session, len(calls), chance))
    return cases, done, calls


def plants() -> tuple[Plant, ...]:
    return tuple(
        Plant(
            f"P{n}-{m}",
            f"K{n}",
            warranty_until=date(2026, 12, 31) if m == 3 else None,
        )
        for n in range(CUSTOMERS)
        for m in range(4)
    )


def rate_deck() -> RateDeck:
    rates = (
        Rate("+49", Decimal("0.05"), Decimal("0.10")),
        Rate("+4915", Decimal("0.19")),
        Rate("+", Decimal("0.90")),
    )
    return RateDeck("D", rates)


def scenario(sessions: int) -> Scenario:
    cases, done, calls = work(sessions)
    return Scenario(
        timezone="Europe/Berlin",
        default_tariff="t0",
        tariffs=tariffs(),
        customers=tuple(
            Customer(f"K{n}", tariff=f"t{n % 4}") for n in range(CUSTOMERS)
        ),
        plants=plants(),
        contracts=contracts(),
        cases=tuple(cases),
        sessions=tuple(done),
        calls=tuple(calls),
        rate_decks=(rate_deck(),),
        special_days={date(2026, 5, 1): "holiday", date(2026, 12, 25): "holiday"},
    )


def bare_loop(sessions: tuple[Session, ...]) -> int:
    """Round each session up to a quarter of an hour and price it in cents."""
    cents = 0
    for session in sessions:
        worked = session.end - session.start
        cents += -(-worked // 900) * 2400
    return cents


def seconds(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Return the shortest of several runs, by the clock and of the processor.

    The other runs were disturbed; on a busy machine the two still differ.
    """
    clock, processor = [], []
    for _ in range(times):
        begun, used = time.perf_counter(), time.process_time()
        result = work()
        clock.append(time.perf_counter() - begun)
        processor.append(time.process_time() - used)
        del result  # not before: throwing it away is not rating
    return min(clock), min(processor)


def measure(sessions: int, times: int) -> dict[str, float | int]:
    facts = scenario(sessions)
    loop, _ = seconds(lambda: bare_loop(facts.sessions), times)
    engine, processor = seconds(lambda: rate(facts), times)
    with_groups, _ = seconds(lambda: rate(facts).groups, 1)
    return {
        "sessions": len(facts.sessions),
        "engine_seconds": round(engine, 3),
        "engine_per_second": round(len(facts.sessions) / engine),
        "engine_per_processor_second": round(len(facts.sessions) / processor),
        "with_groups_per_second": round(len(facts.sessions) / with_groups),
        "bare_loop_per_second": round(len(facts.sessions) / loop),
        "times_the_bare_loop": round(engine / loop, 1),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument(
        "--linear", action="store_true", help="also 10,000 and 1,000,000 sessions"
    )
    args = parser.parse_args()
    sizes = [10_000, args.sessions, 1_000_000] if args.linear else [args.sessions]
    found = [measure(size, args.times if size <= 200_000 else 1) for size in sizes]
    print(json.dumps({"benchmark": "engine", "runs": found}))
    for run in found:
        print(
            f"{run['sessions']:,} sessions: {run['engine_per_second']:,} a second"
            f" ({run['engine_per_processor_second']:,} of processor time);"
            f" bare integer loop: {run['bare_loop_per_second']:,} a second"
            f" ({run['times_the_bare_loop']} times as fast)"
        )


if __name__ == "__main__":
    main()
