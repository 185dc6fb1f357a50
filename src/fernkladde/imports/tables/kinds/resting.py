"""What refers to records: for as long as something does, they stay."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from django.db.models import Model
    from django_stubs_ext import StrOrPromise

NOUNS: Mapping[str, StrOrPromise] = {
    "customers.contact": _("Ansprechpartner"),
    "plants.plant": _("Anlagen"),
    "plants.accesspath": _("Zugänge"),
    "contracts.contract": _("Verträge"),
    "contracts.contract_shared_with": _("Verträge"),
    "contracts.contract_plants": _("Verträge"),
    "cases.case": _("Fälle"),
    "cases.pastcall": _("frühere Anrufe"),
    "billing.allowanceposting": _("Buchungen des Kontingents"),
    "billing.preview": _("Vorschauen"),
    "billing.settlement": _("Abrechnungen"),
}


def resting_on(model: type[Model], keys: Collection[int]) -> dict[int, list[str]]:
    """Return by record what refers to it, in words."""
    found: dict[int, list[str]] = defaultdict(list)
    places = {label: place for place, label in enumerate(NOUNS)}
    relations = sorted(
        _relations(model),
        key=lambda one: (places.get(one[0]._meta.label_lower, len(places)), one[1]),  # noqa: SLF001
    )
    for other, column in relations:
        rows = other._default_manager.filter(**{f"{column}__in": keys})  # noqa: SLF001
        noun = str(NOUNS.get(other._meta.label_lower, _("andere Angaben")))  # noqa: SLF001
        for key in rows.order_by().values_list(column, flat=True).distinct():
            if noun not in found[key]:
                found[key].append(noun)
    return found


def _relations(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    """Name the tables and columns that point here, but for the record's own links."""
    meta = model._meta  # noqa: SLF001
    own = {link.remote_field.through for link in meta.many_to_many}
    for relation in meta.get_fields(include_hidden=True):
        one_to = getattr(relation, "one_to_many", False) or getattr(
            relation, "one_to_one", False
        )
        if not (relation.auto_created and not relation.concrete and one_to):
            continue
        pointing: Any = relation
        if pointing.related_model not in own:
            yield pointing.related_model, pointing.field.name
