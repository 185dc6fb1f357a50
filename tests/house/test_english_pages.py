"""Who reads English finds no German on a page, but for what people typed in."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import date, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.apps import apps
from django.urls import NoReverseMatch, reverse

from fernkladde.accounts.models import User
from fernkladde.accounts.roles import Role
from fernkladde.billing.models import Invoice, Run
from fernkladde.cases.models import Session
from fernkladde.contracts.models import Contract, Covers
from fernkladde.plants.models import AccessKind
from tests import make
from tests.billing import month
from tests.billing.month import AT, local, work
from tests.desk.matrix import ROUTES
from tests.desk.test_access import World
from tests.downloads import put_away

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.test import Client

    from fernkladde.cases.models import Case
    from fernkladde.customers.models import Customer

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Words that German sentences hardly do without and English ones do not have, and
# the words of the glossary. "die", "man", "war" are English words too.
GERMAN = re.compile(
    r"\b(?:und|oder|der|das|dem|den|des|ein|eine|einen|nicht|kein|keine|keiner|nichts"
    r"|ist|sind|wird|werden|wurde|hat|haben|gibt|fehlt|mit|von|vom|auf|ab|bis|bitte"
    r"|noch|schon|ohne|zum|zur|bei|beim|nach|seit|aus|je|wer|wie|sie|ihr|ich|alle"
    r"|alles|neu|neue|neuer|jetzt|heute|Kunden?|Anlagen?|Fall|Fälle|Einsatz|Einsätze"
    r"|Uhr|Vertrag|Verträge|Rechnung|Rechnungen|Tarife?|Kulanz|Kontingent|Zustimmung"
    r"|Monatslauf|Kladde|Personen?|Regeln|Preis|Preise|Takt|Nummer|Zeitraum)\b"
    r"|\w*[äöüß]\w*",
    re.IGNORECASE,
)
# Names of their own in any language.
NAMES = (
    "Fernkladde", "Deutsch", "Amtsgericht Ulm, HRB 1234", "Baden-Württemberg",
    "Thüringen", "Person", "Türkiye",
)  # fmt: skip
SPOKEN_ATTRIBUTES = "alt|aria-label|content|data-label|placeholder|title"


def seen(markup: str) -> str:
    """Return what of a page people see or hear."""
    body = re.sub(r"<script.*?</script>", " ", markup, flags=re.DOTALL)
    heard = re.findall(rf'\b(?:{SPOKEN_ATTRIBUTES})="([^"]*)"', body)
    return unescape(" \n".join([re.sub(r"<[^>]*>", " \n", body), *heard]))


def typed_in() -> list[str]:
    """Return all words that stand in records."""
    found: set[str] = set()
    for model in apps.get_models():
        for values in model._default_manager.values_list():
            found.update(_words(values))
    return [one for one in found if len(one) > 1]


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _words(json.loads(value)) if value[:1] in "{[" and value else [value]
    elif isinstance(value, dict):
        yield from _words(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _words(one)


def without(typed: Iterable[str]) -> re.Pattern[str]:
    """Match what is a record's or a name's own, the longest first."""
    known = sorted({*NAMES, *typed}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)")


def left_over(markup: str, own: re.Pattern[str]) -> list[str]:
    text = own.sub(" ", seen(markup))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if GERMAN.search(line)]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Let it be the 2nd of December 2026, in the morning."""
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.user(Role.ADMINISTRATOR, language="en"))
    return client


def german_on(desk: Client, *addresses: str) -> dict[str, list[str]]:
    """Open pages one after the other and return what of them is German."""
    own = without(typed_in())
    found = {}
    for address in addresses:
        response = desk.get(address, follow=True)
        assert response.status_code == 200, address
        assert response.headers["Content-Language"] == "en"
        if "Content-Disposition" in response.headers:  # a download is no page
            put_away(response)
            continue
        found[address] = left_over(response.content.decode(), own)
    return {address: lines for address, lines in found.items() if lines}


def test_german_is_noticed() -> None:
    page = '<p title="Kein Fall">All is well.</p><b class="und">Zum Kunden</b>'

    assert left_over(page, without([])) == ["Zum Kunden", "Kein Fall"]
    assert left_over(page, without(["Zum Kunden"])) == ["Kein Fall"]


# The style guide shows invented German cases; who is logged in sees no login.
ELSEWHERE = {"styleguide", "login", "setup"}
PAGES = sorted(
    name for name, route in ROUTES.items() if route.get == 200 and name not in ELSEWHERE
)


def test_empty_pages_speak_english(desk: Client) -> None:
    assert german_on(desk, *without_arguments()) == {}


def without_arguments() -> Iterator[str]:
    for name in PAGES:
        with suppress(NoReverseMatch):
            yield reverse(name)


def test_every_page_speaks_english(desk: Client) -> None:
    world = World()

    assert german_on(desk, *(world.address(name) for name in PAGES)) == {}


def test_refusals_speak_english(desk: Client) -> None:
    world = World()
    forms = [name for name in PAGES if name.endswith(("-new", "-edit", "-company"))]
    own, found = without(typed_in()), {}

    for name in forms:
        response = desk.post(world.address(name), {"amount": "x", "email": "x"})
        found[name] = left_over(response.content.decode(), own)

    assert {name: lines for name, lines in found.items() if lines} == {}


class House:
    """A firm in the middle of its work: all bases, a band, a fee, calls, consents."""

    def __init__(self) -> None:
        self.firm()
        self.customer = month.customer(language="en", charging_from=date(2026, 10, 2))
        self.capped = month.customer(language="en")
        self.nowhere = make.customer(language="en")
        self.abroad = month.customer(
            language="en", country="AT", consent_from=date(2026, 1, 1)
        )
        kind = make.plant_type(check_first="Power on?\nDoor shut?")
        self.plant = make.plant(
            customer=self.customer, plant_type=kind, warranty_until=date(2026, 12, 31)
        )
        make.contact(customer=self.customer, phone="+4971112345", email="a@b.example")
        for access in AccessKind.values:
            make.access_path(
                plant=self.plant, kind=access, identifier="x", reference="y"
            )
        self.contract()
        self.cases = list(self.work())

    def firm(self) -> None:
        row = {"price": "100.00", "per_minutes": 60, "next_minutes": 15}
        first = {"first_minutes": 30, "first_price": "80.00", "skill": "plc"}
        night = {"name": "late", "days": ["tue"], "from": "09:10", "until": "24:00"}
        self.tariff = make.tariff(
            make.terms(
                prices=[row, row | first | {"free_minutes": 5, "tolerance_minutes": 2}],
                bands=[night | {"percent": "50"}],
                band_rule="exact",
                fees=[{"name": "dial-in", "amount": "5.00", "per": "case"}],
                connection={"mode": "at_cost", "markup_percent": "10"},
            )
        )
        month.firm(default_tariff=self.tariff, require_consent=True)

    def contract(self) -> None:
        self.agreed = make.contract(
            customer=self.customer,
            covers=Covers.ALLOWANCE,
            allowance_period="month",
            allowance_minutes=45,
            carry_over_periods=1,
            surcharge_on_covered="charge",
            services=["remote"],
        )
        make.contract(
            customer=self.customer, covers=Covers.EVERYTHING, services=["hmi"]
        )
        make.contract(
            customer=self.customer,
            covers=Covers.ALLOWANCE,
            allowance_period="quarter",
            allowance_cases=3,
            services=["phone"],
        )

    def work(self) -> Iterator[Case]:
        payer = self.customer
        for service in ("remote", "hmi", "phone", "analysis"):
            case = make.case(customer=payer, solution="Sensor renewed")
            make.call(session=work(case=case, service=service, minutes=40))
            yield case
        for fields in (
            {"plant": self.plant},
            {"goodwill_percent": 30, "goodwill_reason": "late"},
            {"goodwill_percent": 100, "goodwill_reason": "late"},
            {"cost_cap": 1, "cause": "wear", "customer": self.capped},
        ):
            case = make.case(**{"customer": payer, "consented_at": local(1)} | fields)
            make.consent(case=case, asked_at=local(1))
            make.note(case=case)
            work(case=case, service="onsite", minutes=40)
            yield case
        early = make.case(customer=payer)
        work(case=early, start=local(1), service="onsite")
        yield early
        for customer in (self.nowhere, self.abroad):
            case = make.case(customer=customer, consented_at=local(1))
            work(case=case)
            yield case

    def clocks(self, person: User) -> None:
        """Let one timer run, one be paused and one have an end that is doubtful."""
        first, second, third = self.cases[:3]
        mine = {"technician": person, "service": "remote"}
        make.session(
            case=first, started_at=AT - timedelta(hours=5), is_paused=True, **mine
        )
        make.session(
            case=second, started_at=AT - timedelta(hours=9), confirmed_at=None, **mine
        )
        make.running(case=third, started_at=AT - timedelta(minutes=17), **mine)

    def customers(self) -> list[Customer]:
        return [self.customer, self.capped, self.nowhere, self.abroad]

    def pages(self) -> Iterator[str]:
        yield from (reverse(name) for name in ("start", "start-sums", "journal"))
        yield from (reverse("case", args=[case.number]) for case in self.cases)
        for session in Session.objects.all():
            yield reverse("session", args=[session.number])
        for customer in self.customers():
            yield reverse("customer", args=[customer.number])
            yield reverse("new-call") + f"?customer={customer.number}"
        yield reverse("plant", args=[self.plant.number])
        yield reverse("new-call") + f"?plant={self.plant.number}"
        yield reverse("new-call") + "?q=nobody"
        yield reverse("search") + "?q=nobody"
        for contract in Contract.objects.all():
            yield reverse("contract", args=[contract.number])
        yield reverse("tariff", args=[self.tariff.code])
        yield reverse("tariff-version-edit", args=[self.tariff.code, "2026-01-01"])

    def month(self) -> Iterator[str]:
        yield reverse("month-list")
        for query in ("", "?show=parked", "?show=settled"):
            yield reverse("month", args=["2026-10"]) + query
        for customer in self.customers():
            yield reverse("month-customer", args=["2026-10", customer.number])
        yield reverse("invoice-list")
        for invoice in Invoice.objects.all():
            yield reverse("invoice", args=[invoice.number])


def test_a_lived_in_house_speaks_english(desk: Client) -> None:
    house = House()
    house.clocks(User.objects.get(language="en"))

    assert german_on(desk, *house.pages()) == {}


def test_the_months_end_speaks_english(desk: Client) -> None:
    house = House()
    found = german_on(desk, reverse("month", args=["2026-10"]))

    for step in ("preview", "approve", "issue"):
        made = Run.objects.filter(period="2026-10").values_list("previewed_at")
        seen = [at.isoformat() for (at,) in made if at]
        given = {"all": "1", "issued_on": "2026-12-02", "seen": seen}
        answer = desk.post(reverse(f"month-{step}", args=["2026-10"]), given)
        assert answer.status_code == 302
        found |= german_on(desk, *house.month())

    assert Invoice.objects.exists()
    assert found == {}
