"""Numbers of invoices: drawn from a counter row in the transaction that uses them."""

from __future__ import annotations

from django.db import connection

from .models import Counter


def next_number(series: str) -> int:
    """Draw the next number: the row is locked until the commit, so no gap can be."""
    drawn = _drawn(series)
    if drawn is None:
        Counter.objects.get_or_create(series=series)
        drawn = _drawn(series)
    assert drawn is not None  # noqa: S101  the counter is there now
    return drawn


def _drawn(series: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE billing_counter SET value = value + 1 WHERE series = %s"
            " RETURNING value",
            [series],
        )
        found = cursor.fetchall()
    return int(found[0][0]) if found else None
