"""The kinds of table, by the word that commands and addresses have for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .contracts import Contracts
from .customers import Contacts, Customers
from .history import History
from .openings import OpeningBalances
from .plants import Plants

if TYPE_CHECKING:
    from .kind import Kind

KINDS: dict[str, Kind] = {
    kind.name.value: kind
    for kind in (
        Customers(),
        Contacts(),
        Plants(),
        Contracts(),
        OpeningBalances(),
        History(),
    )
}
