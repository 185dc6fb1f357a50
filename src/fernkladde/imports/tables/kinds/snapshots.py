"""What a record says, as plain values: to see later whether it says so still."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from django.db.models import Field, ManyToManyField, Model

Snapshot = dict[str, Any]


def snapshot(row: Model, names: Collection[str] | None = None) -> Snapshot:
    """Return the values of fields by name; linked records by their sorted keys."""
    found = {
        field.name: _plain(getattr(row, field.attname))
        for field in _columns(row)
        if names is None or field.name in names
    }
    for link in _links(row):
        if names is None or link.name in names:
            found[link.name] = sorted(one.pk for one in getattr(row, link.name).all())
    return found


def restored(row: Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a snapshot's values were, records in place of their keys."""
    found: dict[str, Any] = {}
    for field in _columns(row):
        if field.name not in values:
            continue
        value = values[field.name]
        if field.is_relation and value is not None:
            found[field.name] = _records(field).get(pk=value)
        else:
            found[field.name] = field.to_python(value)
    for link in _links(row):
        if link.name in values:
            wanted = _records(link).filter(pk__in=values[link.name])
            found[link.name] = list(wanted.order_by("pk"))
    return found


def _records(field: Any) -> Any:
    return field.related_model._default_manager  # noqa: SLF001 - Django's own name


def _columns(row: Model) -> Iterator[Field[Any, Any]]:
    for field in row._meta.concrete_fields:  # noqa: SLF001
        if not field.generated and not field.primary_key:
            yield field


def _links(row: Model) -> Iterator[ManyToManyField[Any, Any]]:
    yield from row._meta.many_to_many  # noqa: SLF001


def _plain(value: object) -> object:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
