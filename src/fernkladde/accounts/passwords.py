"""What makes a password too weak: its length and how common it is, not its letters."""

from __future__ import annotations

import string
from functools import cache
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .models import User

# Hashing takes time with the length: nobody types more, an attacker sends more.
LONGEST = 1024
ORNAMENT = string.digits + string.punctuation + string.whitespace


def weaknesses(password: str, user: User) -> list[str]:
    """Say why a password is refused; an empty list takes it."""
    if len(password) > LONGEST:
        most = {"most": LONGEST}
        return [_("Das Passwort hat mehr als %(most)s Zeichen.") % most]
    try:
        validate_password(password, user)
    except ValidationError as error:
        return list(error.messages)
    core = core_of(password)
    if core in {"", user.username, "fernkladde"} or core in _common():
        return [_("Dieses Passwort errät man zu leicht.")]
    return []


def core_of(password: str) -> str:
    """Return what is left without case, repetition, and what people append.

    „Sommer2026!!“ and „sommersommer“ are both „sommer“: common words that are only
    long enough.
    """
    core = password.lower().strip(ORNAMENT)
    # The shortest repeated piece of a text is where it is found again in its double.
    return core[: (core + core).find(core, 1)] if core else ""


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
