"""Records that a row names by their number: found in bulk, told where they are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fernkladde.contracts.models import Contract, Tariff
from fernkladde.customers.models import Customer
from fernkladde.imports.tables.fields import at_column
from fernkladde.plants.models import Plant, PlantType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.db.models import Model, QuerySet
    from django_stubs_ext import StrOrPromise

    from fernkladde.imports.tables.fields import Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A field that names other records, by `column` or, where unique, by `also`."""

    field: str
    label: StrOrPromise
    rows: Callable[[], QuerySet[Any]]
    column: str
    missing: StrOrPromise
    also: str = ""
    many: bool = False

    def resolve(self, rows: Sequence[Given]) -> None:
        found = self._found({name for given in rows for name in self._names(given)})
        for given in rows:
            if self.field in given.values:
                self._put(given, found)

    def _names(self, given: Given) -> list[str]:
        value = given.values.get(self.field, [])
        return value if isinstance(value, list) else [value]

    def _put(self, given: Given, found: Mapping[str, Model | None]) -> None:
        names = self._names(given)
        for name in names:
            if found.get(name) is None:
                sentence = self._why_not(name, known=name in found)
                given.faults.append(at_column(str(self.label), sentence))
        if any(found.get(name) is None for name in names):
            del given.values[self.field]
            return
        records = list(dict.fromkeys(found[name] for name in names))
        given.values[self.field] = records if self.many else records[0]

    def _why_not(self, name: str, *, known: bool) -> str:
        if known:
            sentence = _("„%(name)s“ heißen mehrere. Bitte die Nummer angeben.")
            return sentence % {"name": name}
        return str(self.missing) % {"name": name}

    def _found(self, names: set[str]) -> dict[str, Model | None]:
        """Return the record of each name; None where a name fits several."""
        found = self._by(self.column, names)
        if self.also and (rest := names - found.keys()):
            found |= self._by(self.also, rest)
        return found

    def _by(self, column: str, names: Iterable[str]) -> dict[str, Model | None]:
        found: dict[str, Model | None] = {}
        for row in self.rows().filter(**{f"{column}__in": names}).order_by("pk"):
            name = getattr(row, column)
            found[name] = None if name in found else row
        return found


def to_customer(field: str = "customer", *, many: bool = False) -> Reference:
    return Reference(
        field=field,
        label=gettext_lazy("Konzernkunden") if many else gettext_lazy("Kunde"),
        rows=Customer.objects.all,
        column="number",
        also="name",
        missing=gettext_lazy("Einen Kunden „%(name)s“ gibt es nicht."),
        many=many,
    )


def to_plant(field: str = "plant", *, many: bool = False) -> Reference:
    return Reference(
        field=field,
        label=gettext_lazy("Anlagen") if many else gettext_lazy("Anlage"),
        rows=lambda: Plant.objects.select_related("customer"),
        column="number",
        also="serial_number",
        missing=gettext_lazy("Eine Anlage „%(name)s“ gibt es nicht."),
        many=many,
    )


def to_contract() -> Reference:
    return Reference(
        field="contract",
        label=gettext_lazy("Vertrag"),
        rows=lambda: Contract.objects.select_related("customer"),
        column="number",
        missing=gettext_lazy("Einen Vertrag „%(name)s“ gibt es nicht."),
    )


def to_tariff() -> Reference:
    return Reference(
        field="tariff",
        label=gettext_lazy("Tarif"),
        rows=Tariff.objects.all,
        column="code",
        also="name",
        missing=gettext_lazy("Einen Tarif „%(name)s“ gibt es nicht."),
    )


def to_plant_type() -> Reference:
    return Reference(
        field="plant_type",
        label=gettext_lazy("Anlagentyp"),
        rows=PlantType.objects.all,
        column="name",
        missing=gettext_lazy(
            "Einen Anlagentyp „%(name)s“ gibt es nicht. Bitte zuerst anlegen."
        ),
    )
