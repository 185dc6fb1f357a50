"""What is found of contracts: their own names and numbers, and whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fernkladde.search.kinds import Feed, Found, Kind, Watched, register
from fernkladde.search.words import Text

from .models import Contract

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

CONTRACT = 4


def register_kinds() -> None:
    watched = Watched(
        table="contracts_contract", columns=("number", "name", "customer_id")
    )
    register(
        Kind(
            name="contract",
            code=CONTRACT,
            model=Contract,
            newest=("-valid_from", "number"),
            links=("customer",),
            shown=_shown,
            named_by={"customer": "customer_id"},
            feeds=[Feed(read=_contracts, watched=(watched,))],
        )
    )


def _contracts(keys: Collection[int]) -> Iterator[tuple[int, Text]]:
    for row in Contract.objects.filter(pk__in=keys).select_related("customer"):
        yield (
            row.pk,
            Text(
                numbers=(row.number,),
                names=(row.name,),
                words=(row.customer.number, row.customer.name),
            ),
        )


def _shown(rows: Sequence[Contract], _typed: str) -> Iterator[Found]:
    for row in rows:
        yield Found(
            "contract",
            row.number,
            row.name,
            row.customer.name,
            customer=row.customer.number,
        )
