"""Letting people in: right password, and not too many wrong ones.

Tries are counted in the database, per account and per address, so that several web
processes count together. Nobody is locked out for ever: a try that is refused does
not count.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from .models import LoginFailure, User
from .passwords import LONGEST

log = logging.getLogger(__name__)

FAILURES = 10
WINDOW = timedelta(minutes=15)
# Argon2id takes 100 MiB for each password: a flood of logins must not fill the
# memory of a small machine.
HASHING = threading.BoundedSemaphore(4)


class LoginRefused(Exception):
    pass


class WrongCredentials(LoginRefused):
    """Name or password is wrong, or the person has left: nobody is told which."""

    def __init__(self) -> None:
        super().__init__(_("Name oder Passwort stimmt nicht."))


class TooManyTries(LoginRefused):
    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(
            _("Zu viele Fehlversuche. In %(minutes)s Minuten geht es wieder.")
            % {"minutes": WINDOW // timedelta(minutes=1)}
        )


def authenticate_person(
    *, username: str, password: str, address: str, at: datetime
) -> User:
    """Return who may log in with this short name or e-mail address.

    An unknown name takes the same work as a known one. Call it outside any
    transaction: a failed try must stay counted.
    """
    user = User.objects.named(username).first()
    account = _account_key(user, username)
    _count_try(account=account, address=_address_key(address), at=at)
    if not _password_fits(user, password) or user is None or not user.is_active:
        raise WrongCredentials
    LoginFailure.objects.filter(account=account).delete()
    return user


def _count_try(*, account: str, address: str, at: datetime) -> None:
    """Count the try as failed before it is made, and refuse one too many.

    Counted first, so that a hundred tries at the same moment are not all let in.
    """
    with transaction.atomic(durable=True):
        LoginFailure.objects.filter(failed_at__lte=at - WINDOW).delete()
        this = LoginFailure.objects.create(
            account=account, address=address, failed_at=at
        )
    earlier = LoginFailure.objects.exclude(pk=this.pk).order_by("-failed_at", "-pk")
    for tries in (earlier.filter(account=account), earlier.filter(address=address)):
        if tenth := tries[FAILURES - 1 : FAILURES].first():
            this.delete()
            log.warning("login refused: too many failures of an account or an address")
            raise TooManyTries(until=tenth.failed_at + WINDOW)


def _password_fits(user: User | None, password: str) -> bool:
    if len(password) > LONGEST:
        return False
    with HASHING:
        if user:
            return user.check_password(password)
        User().set_password(password)
        return False


def _account_key(user: User | None, username: str) -> str:
    """Return one key for an account, whether it is called by name or by address."""
    return _key(f"user/{user.pk}" if user else f"name/{username.strip().lower()}")


def _address_key(address: str) -> str:
    """Return the key of a caller; of IPv6 the /64, which one caller owns whole."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return _key(f"address/{address}")
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return _key(f"address/{mapped or ip_network((parsed, 64), strict=False)}")
    return _key(f"address/{parsed}")


def _key(text: str) -> str:
    return salted_hmac("fernkladde.login", text, algorithm="sha256").hexdigest()
