"""A list as it is declared once, for its page and for its export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from fernkladde.accounts.roles import Capability
    from fernkladde.desk.access import StaffRequest

Cell = str | int | Decimal | date | datetime | timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: `value` reads what a row says in it, as what it is.

    Columns that are `extra` are shown to whoever chooses them; `fixed` ones always,
    since they lead to the thing itself.
    """

    key: str
    label: StrOrPromise
    value: Callable[[Any], Cell]
    fixed: bool = False
    extra: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of the desk. `place` is the name of its page.

    `found` returns what the address asks for, in its order; `rows` reads some of it
    into what the columns read, with few queries however many they are.
    """

    place: str
    word: Capability
    title: StrOrPromise
    columns: tuple[Column, ...]
    found: Callable[[StaffRequest], QuerySet[Any]]
    rows: Callable[[QuerySet[Any], StaffRequest], Iterable[Any]]

    def usual(self) -> list[str]:
        return [column.key for column in self.columns if not column.extra]

    def among(self, chosen: Collection[str]) -> tuple[Column, ...]:
        """Return the columns that were chosen, in the list's own order."""
        return tuple(
            column for column in self.columns if column.fixed or column.key in chosen
        )
