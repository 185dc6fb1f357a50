"""The work of a company of any size: when, by whom, at which plant, over what.

Written in bulk and past the actions, as `company` does it.
"""

# ruff: noqa: PLC0415  Django is loaded only in the process that measures

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from company import Filled

    from fernkladde.accounts.models import User
    from fernkladde.customers.models import Customer
    from fernkladde.plants.models import Plant

ZONE = ZoneInfo("Europe/Berlin")
# From seven in the morning; the last slots fall into the band of the evening.
SLOT, SLOTS_A_DAY, FIRST_HOUR = timedelta(minutes=50), 15, 7
AT_ONCE = 2000


class Diary:
    """Gives out stretches of time so that no technician is in two places at once."""

    def __init__(self, days: Sequence[date], sessions: int, each: int) -> None:
        from fernkladde.accounts.models import User

        self._days, self.each = days, each
        # Pairs of cases are worked on in turn: so a pair takes a row of slots.
        self._slots = len(days) * SLOTS_A_DAY // (2 * each) * (2 * each)
        people = -(-sessions // self._slots)
        self.people: list[User] = User.objects.bulk_create(
            User(
                username=f"t{n:04}",
                full_name=f"Technikerin Nummer {n}",
                initials=f"T{n}",
                role="technician",
                password="!",
                created_at=datetime(2024, 1, 1, tzinfo=UTC),
            )
            for n in range(people)
        )

    def slot(self, case: int, session: int) -> tuple[User, datetime]:
        """Return who works when: a case's sessions follow each other within a day."""
        place = case // 2 * 2 * self.each + 2 * session + case % 2
        person, slot = divmod(place, self._slots)
        day, of_day = divmod(slot, SLOTS_A_DAY)
        start = datetime.combine(self._days[day], time(FIRST_HOUR), ZONE)
        return self.people[person], start + of_day * SLOT


CAUSES = ("operator_error", "defect", "wear", "customer_change", "request")
SERVICES = ("remote", "remote", "remote", "phone", "analysis")
DIALLED = ("+49711", "+49151", "+41444", "+55113")


def write_work(
    payers: Sequence[Customer],
    plants: Sequence[Plant],
    each: int,
    diary: Diary,
    chance: random.Random,
    filled: Filled,
) -> None:
    places = [(at, n) for n in range(each) for at in range(len(payers))]
    chance.shuffle(places)
    for first in range(0, len(places), AT_ONCE):
        some = places[first : first + AT_ONCE]
        _write(list(_cases(first, some, payers, plants, diary, chance)), filled)


def _cases(
    first: int,
    places: Sequence[tuple[int, int]],
    payers: Sequence[Customer],
    plants: Sequence[Plant],
    diary: Diary,
    chance: random.Random,
) -> Iterator[tuple[Any, list[Any], list[Any], list[Any]]]:
    """Yield each case with its sessions, calls and consents."""
    plants_each = len(plants) // len(payers)
    for number, (at, n) in enumerate(places, first):
        plant = plants[at * plants_each + n % plants_each] if plants_each else None
        case = _case(number, payers[at], plant, diary, chance)
        sessions = list(_sessions(case, number, diary, chance))
        calls = [_call(s, chance) for s in sessions if s.connection == "modem"]
        consents = [_consent(case)] if case.consented_at else []
        yield case, sessions, calls, consents


def _case(
    number: int,
    payer: Customer,
    plant: Plant | None,
    diary: Diary,
    chance: random.Random,
) -> Any:
    from fernkladde.cases.models import Case
    from fernkladde.commands.demo_company.matters import MATTERS

    opened = diary.slot(number, 0)[1] - timedelta(minutes=5)
    asked = payer.consent_from is None and chance.random() < 0.8
    given = number % 20 == 4
    return Case(
        number=f"26-{number:06}",
        customer=payer,
        plant=plant,
        subject=MATTERS[number % len(MATTERS)][0],
        reported_on=opened.astimezone(ZONE).date(),
        cause="unknown" if number % 50 == 0 else chance.choice(CAUSES),
        state="in_progress" if number % 7 == 0 else "solved",
        goodwill_percent=Decimal(50) if given else None,
        goodwill_reason="Anleitung war an dieser Stelle unklar" if given else "",
        consented_at=opened if asked or number % 30 == 1 else None,
        cost_cap=Decimal(50_000) if number % 40 == 0 else None,
        opened_at=opened,
        assigned_to=diary.slot(number, 0)[0],
    )


def _sessions(
    case: Any, number: int, diary: Diary, chance: random.Random
) -> Iterator[Any]:
    from fernkladde.cases.models import Session

    each = diary.each
    for n in range(each):
        technician, start = diary.slot(number, n)
        end = start + timedelta(seconds=chance.randrange(120, 2900))
        modem = chance.random() < 0.1
        yield Session(
            number=f"S{number * each + n:07}",
            case=case,
            technician=technician,
            service=SERVICES[(number + n) % len(SERVICES)],
            skill="plc" if number % 3 == 0 else "*",
            connection="modem" if modem else "vpn",
            started_at=start,
            ended_at=end,
            confirmed_at=end,
            billable=chance.random() > 0.03,
            note="Diagnose und Abgleich",
        )


def _call(session: Any, chance: random.Random) -> Any:
    from fernkladde.connections.models import Call

    return Call(
        number=f"A{session.number}",
        session=session,
        started_at=session.started_at,
        dialled=f"{chance.choice(DIALLED)}555012",
        seconds=chance.randrange(30, 1200),
    )


def _consent(case: Any) -> Any:
    from fernkladde.cases.models import Consent

    return Consent(
        case=case,
        given=True,
        asked_at=case.consented_at,
        person="Frau Schulz",
        channel="phone",
        sentence="28,00 € je angefangene 15 Minuten",
    )


def _write(some: Sequence[tuple[Any, Any, Any, Any]], filled: Filled) -> None:
    from fernkladde.cases.models import Case, Consent, Session
    from fernkladde.connections.models import Call

    cases = [case for case, *_ in some]
    sessions, calls, consents = (
        [row for found in some for row in found[part]] for part in (1, 2, 3)
    )
    Case.objects.bulk_create(cases, batch_size=AT_ONCE)
    Session.objects.bulk_create(sessions, batch_size=AT_ONCE)
    Call.objects.bulk_create(calls, batch_size=AT_ONCE)
    Consent.objects.bulk_create(consents, batch_size=AT_ONCE)
    filled.cases += len(cases)
    filled.sessions += len(sessions)
    filled.calls += len(calls)
    filled.consents += len(consents)
