"""Makers: the smallest valid person and note, every field open."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from fernkladde.accounts.models import User
from fernkladde.accounts.roles import Role

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PASSWORD = "Geber an Presse 3"

_numbers = count(1)


def person(password: str | None = None, **fields: Any) -> User:
    """Make a person past the actions, without an entry in the Kladde."""
    number = next(_numbers)
    user = User(
        **{
            "username": f"p{number}",
            "full_name": f"Person {number}",
            "role": Role.TECHNICIAN,
            "created_at": NOON,
            **fields,
        }
    )
    user.set_password(password)
    user.save()
    return user


def numbers(keys: set[str]) -> list[int]:
    """Ask the database once which of these people there are."""
    return list(User.objects.filter(pk__in=keys).values_list("pk", flat=True))
