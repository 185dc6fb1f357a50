"""Where each second, fee and call goes: lines, free or held work (sections 6, 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .basis import ALLOWANCE, FLAT, FREE, HELD
from .lines import CONNECTION, FEE, SURCHARGE, TIME, LineKey, Sums
from .serving import calls_basis, first_contract, money_basis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .bands import Run
    from .facts import Call
    from .fees import DueFee
    from .groups import Gathered
    from .serving import Cover


class Booking:
    """Adds up what the groups come to."""

    def __init__(self) -> None:
        self.sums = Sums()

    def time(
        self, group: Gathered, covers: Iterable[Cover], rest: Iterable[Run]
    ) -> bool:
        """Book the billed time; tell whether a second of it costs money."""
        charged = False
        for cover in covers:
            charged |= self._covered(group, cover)
        if group.basis in FREE or group.basis == HELD:
            self._given(group, rest)
            return False
        for seconds, price in rest:
            key = _time_key(group, price.band, price.unit, price.per)
            self.sums.lines[key].add(group.number, seconds=seconds)
            charged = True
        return charged

    def _given(self, group: Gathered, rest: Iterable[Run]) -> None:
        case = group.matter.case.id
        for seconds, price in rest:
            if group.basis == HELD:
                worth = self.sums.held[case, TIME]
            else:
                worth = self.sums.free[case, group.basis, None, TIME]
            worth.add_time(seconds, price.unit, price.per)

    def _covered(self, group: Gathered, cover: Cover) -> bool:
        """Book what a contract took over; tell whether a surcharge is charged."""
        contract = cover.agreement.contract.id
        charged = False
        for part in cover.parts:
            worth = self.sums.free[group.matter.case.id, cover.basis, contract, TIME]
            worth.add_time(part.seconds, *cover.list_price(part))
            price, surcharge = part.price, cover.surcharge(part)
            if surcharge:
                key = _time_key(group, price.band, surcharge, price.per)._replace(
                    kind=SURCHARGE, basis=ALLOWANCE, contract=contract
                )
                self.sums.lines[key].add(group.number, seconds=part.seconds)
                charged = True
        return charged

    def fee(self, group: Gathered, due: DueFee) -> None:
        key = LineKey(
            matter=group.matter,
            kind=FEE,
            basis=money_basis(group),
            contract=first_contract(group),
            edition=group.plan.edition,
            unit=due.amount,
            name=due.fee.name,
            discount=group.discount,
        )
        self.sums.lines[key].add(group.number, count=due.count)

    def call(self, group: Gathered, call: Call, amount: int, *, always: bool) -> None:
        basis, case = calls_basis(group, always=always), group.matter.case.id
        if basis == HELD:
            self.sums.held[case, CONNECTION].add_call(call.seconds, amount)
        elif basis == FLAT or basis in FREE:
            key = (case, basis, first_contract(group), CONNECTION)
            self.sums.free[key].add_call(call.seconds, amount)
        else:
            line = LineKey(
                matter=group.matter,
                kind=CONNECTION,
                basis=basis,
                contract=first_contract(group),
                edition=group.plan.edition,
                service=group.plan.service,
                discount=group.discount,
            )
            self.sums.lines[line].add(
                group.number, seconds=call.seconds, count=1, amount=amount
            )


def _time_key(group: Gathered, band: str | None, unit: int, per: int) -> LineKey:
    return LineKey(
        matter=group.matter,
        kind=TIME,
        basis=money_basis(group),
        contract=first_contract(group),
        edition=group.plan.edition,
        service=group.plan.service,
        skill=group.plan.skill,
        band=band,
        unit=unit,
        per=per,
        discount=group.discount,
    )
