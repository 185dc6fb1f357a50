"""The machine's rules about what is agreed anew while work is still unbilled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from fernkladde.cases.actions import change_case
from fernkladde.contracts.actions import change_contract
from fernkladde.contracts.models import Contract, Tariff
from fernkladde.customers.actions import change_customer
from fernkladde.plants.actions import change_plant
from fernkladde.plants.models import Plant

from . import draws
from .agreements import Agreements
from .allowance import period_start
from .decisions import Decisions

if TYPE_CHECKING:
    from .facts import Row

offset = draws.maybe(st.integers(-40, 40))


class Changes(Agreements, Decisions):
    @rule(whose=draws.pick, charging=offset, consent=offset)
    def a_customer_agrees_anew(
        self, whose: int, charging: int | None, consent: int | None
    ) -> None:
        row = self.facts.customers[self.chosen(list(self.facts.customers), whose)]
        fields: Row = {
            "charging_from": None if charging is None else self.day(charging),
            "consent_from": None if consent is None else self.day(consent),
        }
        self.act(
            lambda: change_customer(
                customer=self.customer(row["number"]), by=None, at=self.at, **fields
            )
        )
        row.update(fields)

    @precondition(lambda self: self.facts.plants)
    @rule(which=draws.pick, warranty=draws.warranty, tariff=draws.tariff)
    def a_plant_changes(
        self, which: int, warranty: int | None, tariff: str | None
    ) -> None:
        number = self.chosen(list(self.facts.plants), which)
        until = None if warranty is None else self.day(warranty)

        def changed() -> bool:
            return change_plant(
                plant=Plant.objects.get(number=number),
                warranty_until=until,
                tariff=Tariff.objects.get(code=tariff) if tariff else None,
                by=None,
                at=self.at,
            )

        self.act(changed)
        self.facts.plants[number] |= {"warranty_until": until, "tariff": tariff}

    @precondition(lambda self: self.facts.cases)
    @rule(about=draws.pick, to=draws.pick, ago=draws.maybe(st.integers(-1, 40)))
    def a_case_was_another_customers(
        self, about: int, to: int, ago: int | None
    ) -> None:
        """Move what was not billed yet; a plant stays with its own customer."""
        row = self._some_case(about)
        new = row | {"customer": self.chosen(list(self.facts.customers), to)}
        if ago is not None:
            new["reported_on"] = self.day(-ago)
        refusal = self._wrong_case(row, new)

        def changed() -> bool:
            return change_case(
                case=self.case(row["number"]),
                customer=self.customer(new["customer"]),
                reported_on=new["reported_on"],
                by=None,
                at=self.at,
            )

        self.act(changed, refusal=refusal)
        if not refusal:
            row.update(new)

    def _wrong_case(self, row: Row, new: Row) -> str:
        cases = {self.facts.sessions[n]["case"] for n in self.facts.claimed}
        if new["customer"] != row["customer"] and row["number"] in cases:
            return "CaseBilled"
        plant = self.facts.plants.get(row["plant"])
        if plant and plant["customer"] != new["customer"]:
            return "PlantOfAnother"
        return "InvalidRecord" if new["reported_on"] > self.today else ""

    @precondition(lambda self: self.facts.contracts)
    @rule(
        which=draws.pick,
        end=draws.maybe(st.integers(-60, 60)),
        priority=st.sampled_from([100, 50]),
        minutes=draws.maybe(st.sampled_from([60, 240])),
    )
    def a_contract_changes(
        self, which: int, end: int | None, priority: int, minutes: int | None
    ) -> None:
        """Let it end on a day, be asked earlier, or grant another allowance."""
        row = self.chosen(list(self.facts.contracts.values()), which)
        new = row | {"priority": priority, "allowance": row["allowance"]}
        new["valid_until"] = None if end is None else self.day(end)
        if minutes is not None and "minutes" in (row["allowance"] or {}):
            new["allowance"] = row["allowance"] | {"minutes": minutes}
        refusal = self._wrong_contract(row, new)
        self.act(lambda: self._change_contract(new), refusal=refusal)
        if not refusal:
            row.update(new)

    def _change_contract(self, new: Row) -> None:
        fields: Any = {name: new[name] for name in ("priority", "valid_until")}
        if new["allowance"] is not None:
            fields["allowance_minutes"] = new["allowance"].get("minutes")
        contract = Contract.objects.get(number=new["id"])
        change_contract(contract=contract, by=None, at=self.at, **fields)

    def _wrong_contract(self, row: Row, new: Row) -> str:
        end = new["valid_until"]
        if end is not None and end < new["valid_from"]:
            return "InvalidRecord"
        drawn = [index for name, index in self.facts.used if name == row["id"]]
        drawn = [index for index in drawn if self.facts.used[row["id"], index]]
        later = end and any(period_start(row, index) > end for index in drawn)
        return "ContractInUse" if later and end != row["valid_until"] else ""
