"""Rows written past the ORM, as it would write them: for whoever writes many.

The ORM asks every single value what it is; here each column was asked once.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import connection, models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Row = Sequence[Any]
    Converter = Callable[[Any], Any]


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
                cursor.executemany(f"{self._head} VALUES {self._place}", values)
            else:
                cursor.execute(self._head + self._from_records, [self._records(values)])

    def insert_one(self, *row: Any) -> int:
        """Write a row and return its key."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"{self._head} VALUES {self._place} RETURNING id", self._written(row)
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
        return f"INSERT INTO {table} ({names})"

    @cached_property
    def _place(self) -> str:
        return f"({', '.join(['%s'] * len(self._names))})"

    @cached_property
    def _from_records(self) -> str:
        """Take any number of rows by one text, which PostgreSQL plans once.

        Types go without their lengths: a value too long must be refused by the
        column, not cut by the way.
        """
        columns = [
            f"c{at} {str(field.db_type(connection)).partition('(')[0]}"
            for at, field in enumerate(self._fields)
        ]
        names = ", ".join(f"c{at}" for at in range(len(columns)))
        return (
            f" SELECT {names} FROM json_to_recordset(%s::json)"  # noqa: S608
            f" AS record({', '.join(columns)})"
        )

    def _records(self, rows: Iterable[list[Any]]) -> str:
        names = [f"c{at}" for at in range(len(self._names))]
        records = [dict(zip(names, row, strict=True)) for row in rows]
        return json.dumps(records, ensure_ascii=False, default=str)

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
