"""Where each second, fee and call goes: lines, free or held work (sections 6, 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .basis import ALLOWANCE, FLAT, FREE, HELD
from .lines import CONNECTION, FEE, SURCHARGE, TIME, LineKey, Sums
from .serving import calls_basis

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
            self.sums.lines[key].add(group.number, seconds)
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
        for seconds, price in cover.parts:
            worth = self.sums.free[group.matter.case.id, cover.basis, contract, TIME]
            worth.add_time(seconds, *cover.list_price(price))
            surcharge = cover.surcharge(price)
            if surcharge:
                key = _time_key(group, price.band, surcharge, price.per)._replace(
                    kind=SURCHARGE, basis=ALLOWANCE, contract=contract
                )
                self.sums.lines[key].add(group.number, seconds)
                charged = True
        return charged

    def fee(self, group: Gathered, due: DueFee) -> None:
        key = LineKey(
            matter=group.matter,
            kind=FEE,
            basis=group.money_basis,
            contract=group.contract,
            edition=group.plan.edition,
            unit=due.amount,
            name=due.fee.name,
            discount=group.discount,
        )
        self.sums.lines[key].add(group.number, count=due.times)

    def calls(
        self, group: Gathered, priced: Iterable[tuple[Call, int]], *, always: bool
    ) -> None:
        """Book the calls of a group, each with its amount."""
        count = seconds = total = 0
        for call, amount in priced:
            count += 1
            seconds += call.seconds
            total += amount
        if not count:
            return
        basis, case = calls_basis(group, always=always), group.matter.case.id
        if basis == HELD:
            self.sums.held[case, CONNECTION].add_calls(seconds, total)
        elif basis == FLAT:
            includes = group.agreements[0].contract.id
            self.sums.free[case, FLAT, includes, CONNECTION].add_calls(seconds, total)
        elif basis in FREE:
            worth = self.sums.free[case, basis, group.contract, CONNECTION]
            worth.add_calls(seconds, total)
        else:
            line = LineKey(
                matter=group.matter,
                kind=CONNECTION,
                basis=basis,
                contract=group.contract,
                edition=group.plan.edition,
                service=group.plan.service,
                discount=group.discount,
            )
            self.sums.lines[line].add(group.number, seconds, count=count, amount=total)


def _time_key(group: Gathered, band: str | None, unit: int, per: int) -> LineKey:
    plan = group.plan
    # By position: this is made for every run of every group.
    return LineKey(
        group.matter,
        TIME,
        group.money_basis,
        group.contract,
        plan.edition,
        group.discount,
        plan.service,
        plan.skill,
        band,
        unit,
        per,
    )
