"""What all invoices of one issue run share, read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fernkladde.contracts.models import Contract, TariffVersion

from .extract import Extracts
from .unchanged import Known, Ledger, known_from

if TYPE_CHECKING:
    from datetime import date, datetime

    from fernkladde.accounts.models import User

    from .models import Run
    from .ready import ReadyMonth
    from .shares import RatedMonth


@dataclass(frozen=True, slots=True)
class Order:
    """What all invoices of one issue run share; primary keys by number, read once."""

    run: Run
    series: str
    issued_on: date
    by: User | None
    at: datetime
    rated: RatedMonth
    extracts: Extracts
    known: Known
    ledger: Ledger
    contracts: dict[str, int]
    versions: dict[tuple[str, date], int]
    in_use: set[int]  # keys of versions that are marked and so can never change


def make_order(
    ready: ReadyMonth, run: Run, *, issued_on: date, by: User | None, at: datetime
) -> Order:
    columns = ("tariff__code", "valid_from", "pk", "in_use_since")
    versions = list(TariffVersion.objects.values_list(*columns))
    return Order(
        run=run,
        series=f"{ready.desk.company.invoice_prefix}-{issued_on.year}",
        issued_on=issued_on,
        by=by,
        at=at,
        rated=ready.rated,
        extracts=Extracts(ready.rated),
        known=known_from(ready.rated.scenario),
        ledger=Ledger(ready.agreed.contracts),
        contracts=dict(Contract.objects.values_list("number", "pk")),
        versions={(code, day): pk for code, day, pk, _ in versions},
        in_use={pk for *_, pk, since in versions if since is not None},
    )
