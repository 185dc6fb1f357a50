"""The demo company's records before its first call: firm, people, market."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from fernkladde.accounts.actions import create_user
from fernkladde.accounts.roles import Role
from fernkladde.billing.firm import change_company
from fernkladde.contracts.actions.contracts import create_contract
from fernkladde.contracts.actions.firm import fill_holidays, set_policy
from fernkladde.contracts.actions.rates import save_rate_deck
from fernkladde.contracts.actions.tariffs import add_tariff_version, create_tariff
from fernkladde.customers.actions import add_contact, change_customer, create_customer
from fernkladde.plants.actions import add_access_path, create_plant, create_plant_type

from . import firm, market

if TYPE_CHECKING:
    from fernkladde.accounts.models import User
    from fernkladde.contracts.models import Tariff
    from fernkladde.customers.models import Customer
    from fernkladde.plants.models import Plant, PlantType

STATE = "BW"
ABROAD = ("20010", "20020", "30010")
WAYS = ("vpn", "vpn", "vpn", "tool")


@dataclass(slots=True)
class Cast:
    """Everybody and everything the story needs to name."""

    people: dict[str, User] = field(default_factory=dict)
    tariffs: dict[str, Tariff] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    plants: list[Plant] = field(default_factory=list)
    contact_of: dict[str, str] = field(default_factory=dict)
    way_of: dict[str, str] = field(default_factory=dict)
    modem_of: dict[str, str] = field(default_factory=dict)
    under_contract: set[str] = field(default_factory=set)

    @property
    def technicians(self) -> list[User]:
        return [self.people[name] for name in firm.TECHNICIANS]

    @property
    def clerk(self) -> User:
        return self.people["lorenz"]

    @property
    def dispatcher(self) -> User:
        return self.people["sommer"]

    def plants_of(self, customer: str) -> list[Plant]:
        return [plant for plant in self.plants if plant.customer.number == customer]

    def plant_of(self, customer: str) -> Plant:
        return self.plants_of(customer)[0]


def found_company(*, opened_on: date, today: date) -> Cast:
    """Make everything that was there before the first call."""
    at = datetime.combine(opened_on, time(6), UTC)
    cast = Cast()
    _take_on_people(cast, at)
    change_company(by=cast.people["admin"], at=at, **firm.FIRM)
    _agree_prices(cast, opened_on, today, at)
    _win_customers(cast, today, at)
    _build_plants(cast, today, at)
    _sign_contracts(cast, today, at)
    return cast


def _take_on_people(cast: Cast, at: datetime) -> None:
    for username, name, _initials, role in firm.PEOPLE:
        cast.people[username] = create_user(
            username=username,
            full_name=name,
            role=Role(role),
            email=f"{username}@hartmann-umformtechnik.example",
            password=firm.PASSWORD,
            by=None,
            at=at,
        )


def _agree_prices(cast: Cast, opened_on: date, today: date, at: datetime) -> None:
    manager = cast.people["hartmann"]
    save_rate_deck(
        code="fern", name="Fernverbindungen", rates=firm.RATES, by=manager, at=at
    )
    for code, name, versions in firm.TARIFFS:
        tariff = create_tariff(code=code, name=name, by=manager, at=at)
        cast.tariffs[code] = tariff
        for valid_from, terms in versions:
            document = {"valid_from": valid_from, **terms}
            add_tariff_version(tariff=tariff, terms=document, by=manager, at=at)
    for year in range(opened_on.year, today.year + 2):
        fill_holidays(year=year, state=STATE, label="holiday", by=manager, at=at)
    set_policy(
        timezone="Europe/Berlin",
        require_consent=True,
        default_tariff=cast.tariffs["standard"],
        by=manager,
        at=at,
    )


def _win_customers(cast: Cast, today: date, at: datetime) -> None:
    clerk = cast.clerk
    for row in market.CUSTOMERS:
        number, name, street, postcode, city, country, vat_id, area, trade, *who = row
        contact, role = who
        customer = create_customer(
            number=number, name=name, street=street, postcode=postcode, city=city,
            country=country, vat_id=vat_id, industry=trade, phone=f"{area}1100",
            email=f"rechnung@kunde-{number}.example",
            language="de" if country in {"DE", "CH"} else "en",
            by=clerk, at=at,
        )  # fmt: skip
        add_contact(
            customer=customer, name=contact, role=role, phone=f"{area}1142", by=clerk,
            at=at,
        )  # fmt: skip
        cast.customers[number] = customer
        cast.contact_of[number] = contact
    for number in market.FRAMEWORK_CONSENT:
        change_customer(
            customer=cast.customers[number], consent_from=at.date(), by=clerk, at=at
        )
    change_customer(
        customer=cast.customers[market.NOT_CHARGED_YET],
        charging_from=months_from(today.replace(day=1), 2),
        by=clerk,
        at=at,
    )


def months_from(day: date, months: int) -> date:
    """Return the same day some months on, the last of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _build_plants(cast: Cast, today: date, at: datetime) -> None:
    by = cast.dispatcher
    types = {
        name: create_plant_type(name=name, check_first=questions, by=by, at=at)
        for name, questions in market.PLANT_TYPES.items()
    }
    count: dict[str, int] = {}
    for customer, kind, number, warranty in market.PLANTS:
        for _ in range(number):
            count[kind] = count.get(kind, 0) + 1
            _build_plant(cast, customer, types[kind], count[kind], warranty, today, at)


def _build_plant(
    cast: Cast,
    customer: str,
    kind: PlantType,
    count: int,
    warranty: int | None,
    today: date,
    at: datetime,
) -> None:
    owner = cast.customers[customer]
    number = f"{kind.name[:2].upper()}-{2000 + 17 * len(cast.plants)}"
    brazil = customer == market.BRAZIL and kind.name == "Transferpresse"
    plant = create_plant(
        number=number,
        name=f"{kind.name} {count}",
        customer=owner,
        plant_type=kind,
        serial_number=f"HU{20 + count}{4100 + len(cast.plants)}",
        site="São Paulo" if brazil else owner.city,
        country="BR" if brazil else owner.country,
        control="SIMATIC S7-1500" if count % 2 else "SIMATIC S7-300",
        warranty_until=None if warranty is None else months_from(today, warranty),
        by=cast.dispatcher,
        at=at,
    )
    cast.plants.append(plant)
    way = "modem" if brazil else WAYS[len(cast.plants) % len(WAYS)]
    cast.way_of[number] = way
    if brazil:
        cast.modem_of[number] = f"+5511555{1000 + count}"
    add_access_path(
        plant=plant,
        kind=way,
        identifier=cast.modem_of.get(number, f"gateway-{number.lower()}"),
        reference=f"KeePass: {owner.name} / {plant.name}",
        approval="Schichtleitung gibt den Zugang am Schlüsselschalter frei",
        by=cast.dispatcher,
        at=at,
    )


def _sign_contracts(cast: Cast, today: date, at: datetime) -> None:
    for number, name, customer, agreed in market.CONTRACTS:
        terms = dict(agreed)
        shared = [cast.customers[other] for other in terms.pop("shared", [])]
        tariff = terms.pop("tariff", None)
        # Whole quarters back, so that the month to be closed ends one.
        young = customer in ABROAD
        create_contract(
            number=number,
            name=name,
            customer=cast.customers[customer],
            valid_from=months_from(today.replace(day=1), -3 if young else -27),
            shared_with=shared,
            tariff=cast.tariffs[tariff] if tariff else None,
            by=cast.people["hartmann"],
            at=at,
            **terms,
        )
        cast.under_contract |= {customer, *(other.number for other in shared)}
