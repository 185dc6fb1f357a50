"""What is found of plants: names, numbers, ways to reach them, whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.search.kinds import Feed, Found, Kind, Watched, feed, register
from fernkladde.search.words import Text

from .models import AccessPath, Plant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

PLANT = 3


def register_kinds() -> None:
    register(
        Kind(
            name="plant",
            code=PLANT,
            model=Plant,
            newest=("-is_active", "name", "pk"),
            links=("customer",),
            shown=_shown,
            named_by={"customer": "customer_id"},
        )
    )
    plant = Watched(
        table="plants_plant",
        columns=("number", "name", "serial_number", "site", "control", "customer_id"),
        passed_on=("number", "name", "serial_number"),
    )
    path = Watched(
        table="plants_accesspath",
        columns=("plant_id", "identifier"),
        key="{row}.plant_id",
        counts="{row}.identifier <> ''",
    )
    feed("plant", Feed(read=_plants, watched=(plant,)))
    feed("plant", Feed(read=_access_paths, watched=(path,)))


def _plants(keys: Collection[int]) -> Iterator[tuple[int, Text]]:
    for row in Plant.objects.filter(pk__in=keys).select_related("customer"):
        owner = row.customer
        yield (
            row.pk,
            Text(
                numbers=(row.number, row.serial_number),
                names=(row.name,),
                words=(row.site, row.control, owner.number, owner.name),
            ),
        )


def _access_paths(keys: Collection[int]) -> Iterator[tuple[int, Text]]:
    rows = AccessPath.objects.filter(plant__in=keys).exclude(identifier="")
    for key, identifier in rows.values_list("plant_id", "identifier"):
        if identifier.startswith("+"):
            yield key, Text(phones=(identifier,))
        else:
            yield key, Text(words=(identifier,))


def _shown(rows: Sequence[Plant], _typed: str) -> Iterator[Found]:
    for row in rows:
        detail = row.customer.name
        if row.serial_number:
            detail += " · " + _("Nr. %(serial)s") % {"serial": row.serial_number}
        yield Found(
            "plant",
            row.number,
            row.name,
            detail,
            row.is_active,
            customer=row.customer.number,
        )
