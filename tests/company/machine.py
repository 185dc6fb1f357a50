"""The machine: a company is founded, and then anything may happen to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from fernkladde.accounts.actions import create_user
from fernkladde.accounts.roles import Role
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
        tariffs=st.tuples(draws.version(), draws.version()),
        late=st.sampled_from([None, None, 10]),
        require_consent=st.booleans(),
        agreed=st.lists(draws.contract(), max_size=2),
    )
    def found(
        self,
        opening: datetime,
        zone: str,
        tariffs: tuple[dict[str, Any], dict[str, Any]],
        late: int | None,
        require_consent: bool,
        agreed: list[dict[str, Any]],
    ) -> None:
        """Begin with two tariffs, two customers, and perhaps a contract or two."""
        self.now = int(opening.timestamp())
        self.facts.zone = ZoneInfo(zone)
        change_company(by=None, at=self.at, **SAMPLE_FIRM)
        self.add_tariff("T1", tariffs[0])
        second = tariffs[1]
        if late is not None:
            second = second | {"valid_from": self.day(late).isoformat()}
        self.add_tariff("T2", second)
        self.set_rules(require_consent=require_consent)
        for name in TECHNICIANS:
            create_user(
                username=name,
                full_name=name.title(),
                role=Role.TECHNICIAN,
                by=None,
                at=self.at,
            )
        self.new_customer()
        self.new_customer()
        for terms in agreed:
            self.new_contract(terms, 0)
        self.new_case(whose=0, plant=0, ago=3, cause="wear")
        self.new_case(whose=1, plant=0, ago=0, cause="unknown")
