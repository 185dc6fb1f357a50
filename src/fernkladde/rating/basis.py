"""On what basis a session is billed: the first row that fits (section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .zone import day_number

if TYPE_CHECKING:
    from decimal import Decimal

    from .facts import Case, Customer, Plant, Session

NOT_BILLABLE = "not_billable"
WARRANTY = "warranty"
GOODWILL = "goodwill"
CONTRACT = "contract"  # split into the three that follow
FLAT, ALLOWANCE, OVERAGE = "flat", "allowance", "overage"
UNANNOUNCED = "unannounced"
HELD = "held"
TARIFF = "tariff"

FREE = frozenset({NOT_BILLABLE, WARRANTY, GOODWILL, UNANNOUNCED})
UNKNOWN = "unknown"
_CAUSES_UNDER_WARRANTY = frozenset({"defect", UNKNOWN})


class Matter:
    """One case with what decides about its sessions, looked up once."""

    __slots__ = (
        "_charging_from",
        "_consent_from",
        "_consented_at",
        "_require_consent",
        "case",
        "customer",
        "goodwill",
        "plant",
        "warranty",
    )

    def __init__(
        self,
        case: Case,
        customer: Customer,
        plant: Plant | None,
        *,
        require_consent: bool,
    ) -> None:
        self.case = case
        self.customer = customer
        self.plant = plant
        self.goodwill = case.goodwill_percent
        self.warranty = _in_warranty(case, plant)
        start, consent = customer.charging_from, customer.consent_from
        self._charging_from = None if start is None else day_number(start)
        self._consent_from = None if consent is None else day_number(consent)
        self._consented_at = case.consented_at
        self._require_consent = require_consent

    def basis(  # noqa: PLR0911 - the table of section 2, row by row
        self, session: Session, day: int, *, under_contract: bool
    ) -> tuple[str, Decimal | None]:
        """Return the basis and the discount that goes with it, `None` for none."""
        if not session.billable:
            return NOT_BILLABLE, None
        if self.warranty:
            return WARRANTY, None
        goodwill = session.goodwill_percent
        if goodwill is None:
            goodwill = self.goodwill
        if goodwill == 100:  # noqa: PLR2004 - per cent: all of it
            return GOODWILL, None
        if under_contract:
            return CONTRACT, goodwill or None
        if self._charging_from is not None and day < self._charging_from:
            return UNANNOUNCED, None
        if self._require_consent and not self._consented(session, day):
            return HELD, goodwill or None
        return TARIFF, goodwill or None

    def _consented(self, session: Session, day: int) -> bool:
        if self._consent_from is not None and self._consent_from <= day:
            return True
        return self._consented_at is not None and self._consented_at < session.end


def _in_warranty(case: Case, plant: Plant | None) -> bool:
    """Go by the day of the report; the last day of the warranty counts."""
    return (
        plant is not None
        and plant.warranty_until is not None
        and plant.warranty_until >= case.reported_on
        and case.cause in _CAUSES_UNDER_WARRANTY
    )
