"""The machine's rules about what is agreed: customers, plants, contracts, prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from fernkladde.contracts.actions import (
    add_tariff_version,
    create_contract,
    create_tariff,
    set_policy,
)
from fernkladde.contracts.models import Tariff
from fernkladde.customers.actions import add_contact, change_customer, create_customer
from fernkladde.journal import actions as journal
from fernkladde.journal.models import PersonalValue
from fernkladde.plants.actions import create_plant
from fernkladde.plants.models import Plant
from fernkladde.values.periods import add_months

from . import draws
from .base import Base
from .facts import new_customer

if TYPE_CHECKING:
    from datetime import date

ADDRESS = {"street": "Hauptstraße 5", "postcode": "70173", "city": "Stuttgart"}
MOST_CUSTOMERS, MOST_CONTRACTS = 4, 5


class Agreements(Base):
    def add_tariff(self, code: str, version: dict[str, Any]) -> None:
        tariff = create_tariff(code=code, name=f"Tarif {code}", by=None, at=self.at)
        add_tariff_version(tariff=tariff, terms=version, by=None, at=self.at)
        self.facts.tariffs[code] = [version]

    def set_rules(self, *, require_consent: bool) -> None:
        set_policy(
            timezone=str(self.facts.zone),
            require_consent=require_consent,
            default_tariff=Tariff.objects.get(code="T1"),
            by=None,
            at=self.at,
        )
        self.facts.require_consent = require_consent

    @precondition(lambda self: len(self.facts.customers) < MOST_CUSTOMERS)
    @rule(
        tariff=draws.tariff,
        charging=draws.maybe(st.integers(-40, 40)),
        consent=draws.maybe(st.integers(-40, 40)),
        address=draws.rarely(False),
    )
    def new_customer(
        self,
        tariff: str | None = None,
        charging: int | None = None,
        consent: int | None = None,
        address: bool = True,
    ) -> None:
        number = f"K{len(self.facts.customers) + 1}"
        row = new_customer(
            number,
            tariff=tariff,
            charging_from=None if charging is None else self.day(charging),
            consent_from=None if consent is None else self.day(consent),
            address=address,
        )

        def made() -> None:
            create_customer(
                number=number,
                name=f"Kunde {number}",
                tariff=Tariff.objects.get(code=tariff) if tariff else None,
                charging_from=row["charging_from"],
                consent_from=row["consent_from"],
                by=None,
                at=self.at,
                **(ADDRESS if address else {}),  # type: ignore[arg-type]
            )

        self.act(made)
        self.facts.customers[number] = row

    @precondition(
        lambda self: not all(c["address"] for c in self.facts.customers.values())
    )
    @rule()
    def an_address_is_found(self) -> None:
        row = next(c for c in self.facts.customers.values() if not c["address"])
        self.act(
            lambda: change_customer(
                customer=self.customer(row["number"]),
                by=None,
                at=self.at,
                **ADDRESS,  # type: ignore[arg-type]
            )
        )
        row["address"] = True

    @rule(
        whose=draws.pick,
        warranty=draws.warranty,
        tariff=draws.tariff,
    )
    def new_plant(self, whose: int, warranty: int | None, tariff: str | None) -> None:
        owner = self.chosen(list(self.facts.customers), whose)
        number = f"P{len(self.facts.plants) + 1}"
        until = None if warranty is None else self.day(warranty)
        self.act(
            lambda: create_plant(
                number=number,
                name=f"Presse {number}",
                customer=self.customer(owner),
                warranty_until=until,
                tariff=Tariff.objects.get(code=tariff) if tariff else None,
                by=None,
                at=self.at,
            )
        )
        self.facts.plants[number] = {
            "customer": owner,
            "warranty_until": until,
            "tariff": tariff,
        }

    @precondition(lambda self: len(self.facts.contracts) < MOST_CONTRACTS)
    @rule(
        terms=draws.contract(),
        whose=draws.pick,
        shared=draws.maybe(draws.pick),
        on_plants=st.booleans(),
    )
    def new_contract(
        self,
        terms: dict[str, Any],
        whose: int,
        shared: int | None = None,
        on_plants: bool = False,
    ) -> None:
        row = self.contract_row(terms, whose, shared, on_plants)
        self.act(lambda: self._make_contract(row))
        self.facts.contracts[row["id"]] = row

    def contract_row(
        self,
        terms: dict[str, Any],
        whose: int,
        shared: int | None = None,
        on_plants: bool = False,
    ) -> dict[str, Any]:
        customers = list(self.facts.customers)
        owner = self.chosen(customers, whose)
        other = owner if shared is None else self.chosen(customers, shared)
        start = self._month(-terms["months_ago"])
        long = terms["months_long"]
        end = None if long is None else add_months(start, long)
        users = [owner] if other == owner else [owner, other]
        owned = [n for n, p in self.facts.plants.items() if p["customer"] in users]
        return {
            "id": f"V{len(self.facts.contracts) + 1}",
            "customer": owner,
            "shared_with": users[1:],
            "plants": owned if on_plants and owned else None,
            "valid_from": start,
            "valid_until": end,
            **{
                name: terms[name]
                for name in ("covers", "allowance", "services", "priority", "tariff",
                             "includes_connection")
            },
        }  # fmt: skip

    def _month(self, offset: int) -> date:
        """Return a day some months off, often the last of a month."""
        day = add_months(self.today, offset)
        assert day is not None
        return day

    def _make_contract(self, row: dict[str, Any]) -> None:
        allowance = row["allowance"] or {}
        carry = allowance.get("carry_over_periods", 0)
        create_contract(
            number=row["id"],
            name=f"Servicevertrag {row['id']}",
            customer=self.customer(row["customer"]),
            shared_with=[self.customer(other) for other in row["shared_with"]],
            plants=list(Plant.objects.filter(number__in=row["plants"] or ())),
            limited_to_plants=row["plants"] is not None,
            services=row["services"],
            valid_from=row["valid_from"],
            valid_until=row["valid_until"],
            priority=row["priority"],
            tariff=Tariff.objects.get(code=row["tariff"]) if row["tariff"] else None,
            covers=row["covers"],
            includes_connection=row["includes_connection"],
            allowance_period=allowance.get("period", ""),
            allowance_minutes=allowance.get("minutes"),
            allowance_cases=allowance.get("cases"),
            carry_over_term=carry == "term",
            carry_over_periods=0 if carry == "term" else carry,
            carry_over_minutes=allowance.get("carry_over_minutes"),
            by=None,
            at=self.at,
        )

    @rule(
        code=st.sampled_from(["T1", "T2"]),
        version=draws.version(),
        offset=st.integers(-40, 20),
    )
    def new_version(self, code: str, version: dict[str, Any], offset: int) -> None:
        """Change prices from a day on; what was billed keeps the old ones."""
        version = version | {"valid_from": self.day(offset).isoformat()}
        refusal = ""
        if version["valid_from"] < self.facts.last_version_in_use(code):
            refusal = "VersionTooEarly"
        elif version["valid_from"] in self.facts.versions_from(code):
            refusal = "VersionExists"
        tariff = Tariff.objects.get(code=code)
        self.act(
            lambda: add_tariff_version(
                tariff=tariff, terms=version, by=None, at=self.at
            ),
            refusal=refusal,
        )
        if not refusal:
            self.facts.tariffs[code].append(version)

    @rule(require=st.sampled_from([False, False, True]))
    def change_policy(self, require: bool) -> None:
        self.set_rules(require_consent=require)

    @rule(whose=draws.pick)
    def a_contact_is_added_and_erased(self, whose: int) -> None:
        """Forget a person for good; the chain holds, and no sum is moved."""
        number = self.chosen(list(self.facts.customers), whose)
        self.act(
            lambda: add_contact(
                customer=self.customer(number), name="Frau Schulz", by=None, at=self.at
            )
        )
        values = PersonalValue.objects.about(f"customer/{number}")
        journal.erase(
            values=values,
            subject=f"customer/{number}",
            by=None,
            at=self.at,
            reason="Löschwunsch",
        )
        assert not values.kept().exists()
