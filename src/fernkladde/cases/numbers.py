"""Numbers of cases and sessions, drawn from a counter row in the same transaction.

Locks are taken in one order, so that two writers never wait for each other: the
number's row, sessions, cases, the Kladde's head.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from fernkladde.contracts.queries import local_date

from .models import Case, CaseCounter

if TYPE_CHECKING:
    from datetime import datetime


def draw(series: str) -> int:
    """Take the next number; its row stays locked until the commit."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            "UPDATE cases_casecounter SET value = value + 1 WHERE series = %s"
            " RETURNING value",
            [series],
        )
        for (value,) in cursor.fetchall():  # one or none
            return int(value)
    CaseCounter.objects.get_or_create(series=series)
    return draw(series)


def case_number(at: datetime) -> str:
    """Return the year's next number, "26-0412"; numbers given by hand are skipped."""
    year = f"{local_date(at):%y}"
    number = f"{year}-{draw(f'case-{year}'):04d}"
    while Case.objects.filter(number=number).exists():
        number = f"{year}-{draw(f'case-{year}'):04d}"
    return number


def session_number(at: datetime) -> str:
    """Return the year's next number, "E26-000731"; as text in the order of typing."""
    year = f"{local_date(at):%y}"
    return f"E{year}-{draw(f'session-{year}'):06d}"


def call_number(at: datetime) -> str:
    year = f"{local_date(at):%y}"
    return f"V{year}-{draw(f'call-{year}'):06d}"
