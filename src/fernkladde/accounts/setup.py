"""The one-time code with which the first administrator makes themselves."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.journal import actions as journal

from .actions import create_user
from .models import Language, SetupCode, User
from .roles import Role

if TYPE_CHECKING:
    from datetime import datetime

VALID_FOR = timedelta(hours=72)
CODE_BYTES = 24
SUBJECT = "setup"


class SetupRefused(Exception):
    pass


class AlreadySetUp(SetupRefused):
    """There is an administrator; new people are made by them."""

    def __init__(self) -> None:
        super().__init__(
            _("Fernkladde ist schon eingerichtet: Personen legt die Administration an.")
        )


class SetupCodeInvalid(SetupRefused):
    """The code is unknown, used, replaced by a newer one, or older than 72 hours."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Dieser Einrichtungscode gilt nicht oder nicht mehr. Ein neuer entsteht"
                " mit „fernkladde setup“."
            )
        )


@transaction.atomic
def create_setup_code(*, at: datetime, recovery: bool = False) -> str:
    """Return a new code and make older ones invalid; it is shown only this once.

    `recovery` is for whoever holds the machine and has lost every administrator's
    password.
    """
    if is_set_up() and not recovery:
        raise AlreadySetUp
    code = secrets.token_urlsafe(CODE_BYTES)
    SetupCode.objects.usable(at=at).update(revoked_at=at)
    made = SetupCode.objects.create(
        code_hash=_hash(code), created_at=at, expires_at=at + VALID_FOR
    )
    journal.record(
        kind="accounts.setup-code-created",
        subject=SUBJECT,
        by=None,
        at=at,
        facts={"expires_at": made.expires_at, "recovery": recovery},
    )
    return code


@transaction.atomic
def redeem_setup_code(
    *,
    code: str,
    username: str,
    full_name: str,
    password: str,
    at: datetime,
    email: str = "",
    language: Language = Language.GERMAN,
) -> User:
    """Make the administrator; of two who redeem one code, the second is refused."""
    found = SetupCode.objects.usable(at=at).filter(code_hash=_hash(code)).first()
    if found is None:
        raise SetupCodeInvalid
    user = create_user(
        username=username,
        full_name=full_name,
        role=Role.ADMINISTRATOR,
        by=None,
        at=at,
        email=email,
        language=language,
        password=password,
    )
    if not SetupCode.objects.usable(at=at).filter(pk=found.pk).update(used_by=user):
        raise SetupCodeInvalid
    return user


def is_set_up() -> bool:
    return User.objects.active().administrators().exists()


def _hash(code: str) -> str:
    """Hash without a salt: 192 random bits cannot be guessed from their hash."""
    return sha256(code.strip().encode()).hexdigest()
