"""Two years at the demo company, told through the actions of the product."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fernkladde.billing.issue import issue_month
from fernkladde.billing.period import Month
from fernkladde.billing.preview import approve_previews, preview_month
from fernkladde.billing.ready import get_month_ready
from fernkladde.cases.actions.cases import NewCase, add_note, change_state, open_case
from fernkladde.cases.actions.decisions import decide_cause
from fernkladde.cases.actions.intake import Answer, Goodwill, take_call
from fernkladde.cases.actions.starting import Work
from fernkladde.cases.actions.timers import (
    pause_timer,
    start_timer,
    stop_forgotten_timers,
    stop_timer,
)
from fernkladde.cases.models import CaseState, NoteKind
from fernkladde.connections.actions import add_call

from .market import BRAZIL, FRAMEWORK_CONSENT, NO_CONTRACT, NOT_CHARGED_YET
from .matters import GOODWILL, MATTERS
from .people import ABROAD

if TYPE_CHECKING:
    from collections.abc import Callable

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case, Session
    from fernkladde.plants.models import Plant

    from .people import Cast

    Said = tuple[Answer | None, Goodwill | None]

ZONE = ZoneInfo("Europe/Berlin")
SEED = 1984
CALLS_A_MONTH = 28
# Those who are parked began lately, so that not too much waits for them.
ABROAD_SINCE_MONTHS = 3
EVENING = 0.12
GIVEN_AWAY = 0.07
SATURDAY = 5
NEW_PRICES = datetime(2026, 1, 1, tzinfo=ZONE)
PRICE_SENTENCE = (
    "Ab jetzt {price} € zuzüglich Umsatzsteuer je angefangene 15 Minuten. "
    "Sind Sie einverstanden?"
)


@dataclass(slots=True)
class Story:
    """Who is busy until when; `now` is the moment the demo is made."""

    cast: Cast
    now: datetime
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311
    busy: dict[str, datetime] = field(default_factory=dict)
    told: Callable[[str], None] = lambda text: None

    @property
    def this_month(self) -> Month:
        return Month.of(self.now.astimezone(ZONE).date())

    def tell(self, months: int) -> None:
        """Live through the months, closing each but the last and the running one."""
        ready_to_close = self.this_month.previous
        month = ready_to_close
        for _ in range(months):
            month = month.previous
        while month <= self.this_month:
            self._work_through(month)
            if month < ready_to_close:
                self._close(month)
            self.told(str(month))
            month = month.next
        self._this_morning()

    def _work_through(self, month: Month) -> None:
        """Take the month's calls in their order, and let a few ends stay open."""
        open_end = self._evening_near_the_end(month)
        leaves_open = month == self.this_month.previous
        for began in sorted(self._moments(month)):
            if leaves_open and began > open_end:
                self._leave_open_ends(open_end)
                leaves_open = False
            if began < self.now - timedelta(hours=4):
                self._call(began)
        if leaves_open:
            self._leave_open_ends(open_end)

    def _moments(self, month: Month) -> list[datetime]:
        days = [
            month.first + timedelta(days=offset)
            for offset in range((month.last - month.first).days + 1)
        ]
        weekdays = [day for day in days if day.weekday() < SATURDAY]
        return [self._moment(weekdays, days) for _ in range(CALLS_A_MONTH)]

    def _moment(self, weekdays: list[date], days: list[date]) -> datetime:
        late = self.dice.random() < EVENING
        day = self.dice.choice(days if late else weekdays)
        hour = self.dice.randint(17, 21) if late else self.dice.randint(7, 15)
        clock = time(hour, self.dice.randrange(60), self.dice.randrange(60))
        return datetime.combine(day, clock, ZONE).astimezone(UTC)

    def _call(self, began: datetime) -> None:
        plant = self._plant(began)
        technician = self._free_technician(began)
        if technician is None:
            return
        subject, cause, solution, minutes, service, skill = self.dice.choice(MATTERS)
        seconds = round(minutes * 60 * self.dice.uniform(0.6, 1.5))
        answer, goodwill = self._price(plant, began)
        taken = take_call(
            about=NewCase(
                customer=plant.customer,
                plant=plant,
                subject=subject,
                reported_by=self.cast.contact_of[plant.customer.number],
            ),
            technician=technician,
            work=Work(
                service=service, skill=skill, connection=self._way(plant, service)
            ),
            answer=answer,
            goodwill=goodwill,
            by=technician,
            at=began,
        )
        session = taken.session
        if session is None:
            return
        ended = began + timedelta(seconds=seconds)
        stop_timer(session=session, by=technician, at=ended)
        self.busy[technician.username] = ended
        self._write_up(taken.case, session, cause, solution, ended)

    def _plant(self, began: datetime) -> Plant:
        """Draw who calls; customers abroad have been served for a short time."""
        since = self.this_month
        for _ in range(ABROAD_SINCE_MONTHS):
            since = since.previous
        young = Month.of(began.astimezone(ZONE).date()) < since
        plants = [
            plant
            for plant in self.cast.plants
            if not (young and plant.customer.number in ABROAD)
        ]
        return self.dice.choice(plants)

    def _free_technician(self, began: datetime) -> User | None:
        people = self.cast.technicians
        free = [
            person
            for person in people
            if self.busy.get(person.username, began) <= began
        ]
        return self.dice.choice(free) if free else None

    def _way(self, plant: Plant, service: str) -> str:
        if service == "phone":
            return "phone"
        return self.cast.way_of[plant.number]

    def _price(self, plant: Plant, began: datetime) -> Said:
        """Say the price first where the call may cost money; some is goodwill."""
        number = plant.customer.number
        if self.dice.random() < GIVEN_AWAY:
            return None, Goodwill(reason=self.dice.choice(GOODWILL))
        if number in self.cast.under_contract or number in FRAMEWORK_CONSENT:
            return None, None
        price = "28,00" if began >= NEW_PRICES else "26,00"
        answer = Answer(
            given=True,
            person=self.cast.contact_of[number],
            sentence=PRICE_SENTENCE.format(price=price),
        )
        return answer, None

    def _write_up(
        self, case: Case, session: Session, cause: str, solution: str, at: datetime
    ) -> None:
        technician = session.technician
        if session.connection == "modem":
            self._dial(session, at)
        add_note(case=case, kind=NoteKind.PHONE, text=solution, by=technician, at=at)
        if cause != "unknown":
            decide_cause(case=case, cause=cause, by=technician, at=at)
        change_state(
            case=case, state=CaseState.SOLVED, solution=solution, by=technician, at=at
        )

    def _dial(self, session: Session, ended: datetime) -> None:
        plant = session.case.plant
        if plant is None:
            return
        number = self.cast.modem_of[plant.number]
        add_call(
            session=session,
            started_at=session.started_at + timedelta(seconds=40),
            dialled=number,
            seconds=int((ended - session.started_at).total_seconds()) - 50,
            by=session.technician,
            at=ended,
        )

    def _close(self, month: Month) -> None:
        """Close a month on the second day after it, as the clerk would."""
        day = month.next.first + timedelta(days=1)
        at = datetime.combine(day, time(9, 30), ZONE).astimezone(UTC)
        clerk = self.cast.clerk
        preview_month(month=month, by=clerk, at=at)
        approve_previews(month=month, customers=None, by=clerk, at=at)
        issue_month(get_month_ready(month), issued_on=day, by=clerk, at=at)

    def _evening_near_the_end(self, month: Month) -> datetime:
        """Return the late afternoon of the last weekday but one or so."""
        days = (month.last - timedelta(days=back) for back in range(1, 8))
        day = next(day for day in days if day.weekday() < SATURDAY)
        return datetime.combine(day, time(16, 40), ZONE).astimezone(UTC)

    def _leave_open_ends(self, at: datetime) -> None:
        """Leave to the clerk what every real month has left open."""
        for person in self.cast.technicians[1:3]:
            at = max(at, self.busy.get(person.username, at))
            self.busy[person.username] = at + timedelta(hours=14)
        self._forgotten_timer(at)
        self._without_consent(at + timedelta(minutes=35))
        self._unknown_number(at + timedelta(minutes=80))

    def _forgotten_timer(self, at: datetime) -> None:
        plant = self.cast.plant_of("10010")
        technician = self.cast.technicians[1]
        take_call(
            about=NewCase(
                customer=plant.customer, plant=plant,
                subject="Pressenkraft schwankt im Dauerlauf",
                reported_by=self.cast.contact_of["10010"],
            ),
            technician=technician, work=Work(connection="vpn"), by=technician, at=at,
        )  # fmt: skip
        stop_forgotten_timers(at=at + timedelta(hours=13))

    def _without_consent(self, at: datetime) -> None:
        """Help on the phone before anybody has spoken of money: it is held."""
        plant = self.cast.plant_of(NO_CONTRACT)
        session = self._short_call(
            plant, "Beratung zur Nachrüstung der Messerwelle", "phone", at
        )
        stop_timer(
            session=session, by=session.technician, at=at + timedelta(minutes=26)
        )

    def _unknown_number(self, at: datetime) -> None:
        """Dial a plant by a line that the price list of connections does not know."""
        plant = self.cast.plant_of(BRAZIL)
        session = self._short_call(plant, "Einwahl über Ersatzmodem", "modem", at)
        ended = at + timedelta(minutes=12)
        stop_timer(session=session, by=session.technician, at=ended)
        add_call(
            session=session, started_at=at, dialled="+862155501234", seconds=655,
            by=session.technician, at=ended,
        )  # fmt: skip

    def _short_call(
        self, plant: Plant, subject: str, connection: str, at: datetime
    ) -> Session:
        technician = self.cast.technicians[2]
        taken = take_call(
            about=NewCase(
                customer=plant.customer,
                plant=plant,
                subject=subject,
                reported_by=self.cast.contact_of[plant.customer.number],
                cause="request",
            ),
            technician=technician,
            work=Work(
                service="phone" if connection == "phone" else "remote",
                connection=connection,
            ),
            by=technician,
            at=at,
        )
        assert taken.session is not None  # noqa: S101  nobody refused
        return taken.session

    def _this_morning(self) -> None:
        """Let one clock run and one be paused, so that the bar shows something."""
        technician = self.cast.technicians[0]
        first, second = self.cast.plant_of("10040"), self.cast.plant_of("10050")
        earlier = self._open(second, "Querschneider meldet Messerbruch", technician, 70)
        if earlier:
            pause_timer(session=earlier, by=technician, at=self._ago(52))
        self._open(first, "Haspel zieht Band nicht straff", technician, 17)
        urgent = self.cast.plants_of(NOT_CHARGED_YET)[0]
        self._open(urgent, "Presse startet nicht nach Schichtwechsel", None, 9)

    def _ago(self, minutes: float) -> datetime:
        return self.now - timedelta(minutes=minutes)

    def _open(
        self, plant: Plant, subject: str, technician: User | None, minutes: float
    ) -> Session | None:
        at = self._ago(minutes)
        case = open_case(
            customer=plant.customer,
            plant=plant,
            subject=subject,
            reported_by=self.cast.contact_of[plant.customer.number],
            assigned_to=technician,
            by=technician or self.cast.dispatcher,
            at=at,
        )
        if technician is None:
            return None
        return start_timer(
            case=case, technician=technician, connection="vpn", by=technician, at=at
        )
