"""What stands beside a list: kept filters, columns, export. One query for all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.urls import reverse

from fernkladde.accounts.models import KeptView

if TYPE_CHECKING:
    from fernkladde.desk.access import StaffRequest

    from .listing import Column, Listing

# What in an address is not part of a filter.
PASSING = ("page", "back")


@dataclass(frozen=True, slots=True)
class Choice:
    """A column that may be shown or left out."""

    key: str
    label: object
    is_shown: bool


class ListTools:
    """The tools of a list for the person who looks at it."""

    def __init__(self, listing: Listing, request: StaffRequest) -> None:
        self.listing = listing
        self._request = request

    @cached_property
    def _kept(self) -> list[KeptView]:
        views = KeptView.objects.filter(place=self.listing.place)
        mine = views.open_to(self._request.user).select_related("person")
        return list(mine.order_by("is_shared", "name", "pk"))

    @cached_property
    def columns(self) -> frozenset[str]:
        """The keys of the columns that are shown."""
        return frozenset(column.key for column in self.shown)

    @cached_property
    def shown(self) -> tuple[Column, ...]:
        own = next((v for v in self._kept if v.name == "" and self._is_own(v)), None)
        return self.listing.among(own.columns if own else self.listing.usual())

    @cached_property
    def extra(self) -> tuple[Column, ...]:
        """The shown columns that the page does not draw by itself."""
        return tuple(column for column in self.shown if column.extra)

    @cached_property
    def choices(self) -> list[Choice]:
        return [
            Choice(column.key, column.label, column.key in self.columns)
            for column in self.listing.columns
            if not column.fixed
        ]

    @cached_property
    def views(self) -> list[KeptView]:
        return [view for view in self._kept if view.name]

    @cached_property
    def query(self) -> str:
        """The filter and the order of now, as they are kept."""
        asked = self._request.GET.copy()
        for name in PASSING:
            asked.pop(name, None)
        for name in [name for name, value in asked.items() if not value]:
            del asked[name]
        return asked.urlencode()

    @property
    def export_address(self) -> str:
        return reverse(f"{self.listing.place}-export")

    def may_drop(self, view: KeptView) -> bool:
        return self._is_own(view) or self._request.user.may("master_data")

    def _is_own(self, view: KeptView) -> bool:
        return view.person_id == self._request.user.pk
