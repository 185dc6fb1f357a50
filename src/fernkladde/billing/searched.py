"""Invoices are found by their number, or a part of it, by whoever may see money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from fernkladde.search.kinds import Found, Kind, register

from .models import Invoice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def register_kinds() -> None:
    register(
        Kind(
            name="invoice",
            code=0,
            model=Invoice,
            newest=("-issued_on", "-sequence"),
            links=("customer",),
            shown=_shown,
            also=lambda typed: Q(number__icontains=typed.strip()),
        )
    )


def _shown(rows: Sequence[Invoice], _typed: str) -> Iterator[Found]:
    for row in rows:
        yield Found(
            "invoice",
            row.number,
            row.number,
            row.customer.name,
            customer=row.customer.number,
        )
