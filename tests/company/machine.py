"""The machine: a company is founded, and then anything may happen to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from fernkladde.billing.firm import change_company
from fernkladde.imports.scenario import SAMPLE_FIRM

from . import draws
from .base import TECHNICIANS
from .month import MonthEnd

if TYPE_CHECKING:
    from datetime import datetime


class Company(MonthEnd):
    @initialize(
        opening=draws.openings,
        zone=draws.zones,
        tariffs=st.tuples(draws.version(), draws.version(), draws.late),
        require_consent=st.sampled_from([False, False, True]),
        agreed=st.lists(draws.contract(), min_size=1, max_size=3),
        plants=st.lists(draws.warranty, max_size=2),
        cases=st.lists(draws.case(), min_size=2, max_size=4),
        done=st.lists(st.tuples(draws.ago, draws.stretches), min_size=2, max_size=3),
    )
    def found(
        self,
        opening: datetime,
        zone: str,
        tariffs: tuple[dict[str, Any], dict[str, Any], int | None],
        require_consent: bool,
        agreed: list[dict[str, Any]],
        plants: list[int | None],
        cases: list[dict[str, Any]],
        done: list[tuple[int, Any]],
    ) -> None:
        """Begin with two tariffs and customers, some agreements and some work."""
        self.now = int(opening.timestamp())
        self.facts.zone = ZoneInfo(zone)
        change_company(by=None, at=self.at, **SAMPLE_FIRM)
        self._found_tariffs(*tariffs)
        self.set_rules(require_consent=require_consent)
        for name in TECHNICIANS:
            self.hire(name)
        self.new_customer()
        self.new_customer()
        for whose, warranty in enumerate(plants):
            self.new_plant(whose, warranty, None)
        for whose, terms in enumerate(agreed):
            self.new_contract(terms, whose)
        for case in cases:
            self.new_case(**case)
        for who, (ago, stretches) in zip(TECHNICIANS, done, strict=False):
            self.write_down(who, ago, stretches)

    def _found_tariffs(
        self, first: dict[str, Any], second: dict[str, Any], late: int | None
    ) -> None:
        """Give the second tariff its prices from a later day on, now and then."""
        if late is not None:
            second = second | {"valid_from": self.day(late).isoformat()}
        self.add_tariff("T1", first)
        self.add_tariff("T2", second)
