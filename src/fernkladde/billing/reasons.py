"""Why a customer is parked: a sentence, and the field where it is mended."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fernkladde.einvoice.checks import Fault

CUSTOMER, COMPANY, CASE, TARIFFS = "customer", "company", "case", "tariffs"


@dataclass(frozen=True, slots=True)
class Reason:
    """`place` is the kind of page that mends it, `subject` its number there."""

    text: str
    place: str = ""
    subject: str = ""
    field: str = ""

    def row(self) -> dict[str, str]:
        return asdict(self)


def of_fault(fault: Fault, customer: str) -> Reason:
    """Say what a check of the document found; it names fields of parties and lines."""
    party, _dot, field = fault.field.partition(".")
    if party == CUSTOMER:
        return Reason(fault.sentence, CUSTOMER, customer, field)
    if party == COMPANY:
        return Reason(fault.sentence, COMPANY, "", field)
    return Reason(fault.sentence)
