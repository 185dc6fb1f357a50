"""Rows written past the ORM, as it would write them: for whoever writes many.

The ORM asks every single value what it is; here each column was asked once.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import connection, models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Row = Sequence[Any]
    Converter = Callable[[Any], Any]

# PostgreSQL reads a statement of any length, but not any length quickly.
AT_ONCE = 500


class Columns:
    """Some columns of a table, in the order in which rows give their values.

    A column left out becomes NULL; databases know no defaults of models.
    """

    def __init__(self, model: type[models.Model], *names: str) -> None:
        self._model = model
        self._names = names

    def insert(self, rows: Iterable[Row]) -> None:
        values = [self._written(row) for row in rows]
        if not values:
            return
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.executemany(self._head + self._place, values)
                return
            for first in range(0, len(values), AT_ONCE):
                some = values[first : first + AT_ONCE]
                places = ", ".join([self._place] * len(some))
                cursor.execute(
                    self._head + places, [value for row in some for value in row]
                )

    def insert_one(self, *row: Any) -> int:
        """Write a row and return its key."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"{self._head}{self._place} RETURNING id", self._written(row)
            )
            [(key,)] = cursor.fetchall()
        return int(key)

    def _written(self, row: Row) -> list[Any]:
        values = list(row)
        for place, convert in self._converters:
            if values[place] is not None:
                values[place] = convert(values[place])
        return values

    @cached_property
    def _fields(self) -> list[models.Field[Any, Any]]:
        of_model = {
            field.attname: field
            for field in self._model._meta.concrete_fields  # noqa: SLF001
        }
        return [of_model[name] for name in self._names]

    @cached_property
    def _head(self) -> str:
        quote = connection.ops.quote_name
        names = ", ".join(quote(str(field.column)) for field in self._fields)
        table = quote(self._model._meta.db_table)  # noqa: SLF001
        return f"INSERT INTO {table} ({names}) VALUES "  # noqa: S608

    @cached_property
    def _place(self) -> str:
        return f"({', '.join(['%s'] * len(self._names))})"

    @cached_property
    def _converters(self) -> list[tuple[int, Converter]]:
        found = [(at, _converter(field)) for at, field in enumerate(self._fields)]
        return [(at, convert) for at, convert in found if convert is not None]


def _converter(field: models.Field[Any, Any]) -> Converter | None:
    """Return what a value of this column has to go through; nothing for most."""
    if isinstance(field, models.DecimalField):
        form = f".{field.decimal_places}f"
        return lambda value: format(value, form)
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    return None
