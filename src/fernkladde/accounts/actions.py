"""What is done to people: each change is one transaction and one entry.

Names and addresses go into the Kladde as personal values, so that they can be
erased when a person has left.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fernkladde.journal import actions as journal
from fernkladde.journal.models import PersonalValue

from .models import Language, Theme, User
from .passwords import weaknesses
from .roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

ANONYMIZED = "accounts.user-anonymized"
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


class PersonRefused(Exception):
    """A change to a person that is not made; the text tells the person why."""


class UsernameUnusable(PersonRefused):
    pass


class NameMissing(PersonRefused):
    pass


class UsernameTaken(PersonRefused):
    pass


class AddressTaken(PersonRefused):
    pass


class WeakPassword(PersonRefused):
    pass


class LastAdministrator(PersonRefused):
    pass


class StillActive(PersonRefused):
    pass


@transaction.atomic
def create_user(
    *,
    username: str,
    full_name: str,
    role: Role,
    by: User | None,
    at: datetime,
    email: str = "",
    language: Language = Language.GERMAN,
    password: str | None = None,
) -> User:
    """Add a person; without a password they cannot log in yet.

    A password that somebody else has chosen must be changed at the first login.
    """
    user = User(
        username=usable_username(username),
        full_name=_present(full_name),
        initials=initials_of(full_name),
        email=email.strip(),
        role=Role(role),
        language=Language(language),
        created_at=at,
    )
    _put_password(user, password)
    user.must_change_password = password is not None and by is not None
    _save_new(user)
    facts = {"role": user.role, "language": user.language}
    _note("user-created", user=user, by=by, at=at, facts=facts, personal=_details(user))
    return user


def usable_username(text: str) -> str:
    """Return the short name in the one way it is kept: lower case, no blanks."""
    name = User.normalize_username(text.strip()).lower()
    if not USERNAME.fullmatch(name):
        raise UsernameUnusable(
            _(
                "„%(name)s“ taugt nicht als Kurzname: 2 bis 32 Zeichen, Kleinbuchstaben"
                " a–z, Ziffern, Punkt, Binde- und Unterstrich."
            )
            % {"name": name}
        )
    return name


def initials_of(full_name: str) -> str:
    """Return the first letters of the first and the last name: „JW“."""
    words = full_name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@transaction.atomic
def change_details(
    *, user: User, full_name: str, initials: str, email: str, by: User, at: datetime
) -> None:
    before = _details(user)
    user.full_name = _present(full_name)
    user.initials = initials.strip() or initials_of(full_name)
    user.email = email.strip()
    changed = {
        field: value
        for field, value in _details(user).items()
        if value != before[field]
    }
    if not changed:
        return
    _save_unless_taken(user, ["full_name", "initials", "email"])
    facts = {"fields": sorted(changed)}
    _note("details-changed", user=user, by=by, at=at, facts=facts, personal=changed)


@transaction.atomic
def change_role(*, user: User, role: Role, by: User, at: datetime) -> None:
    before = _current(user)
    if before.role == role:
        return
    leaves_office = before.is_active and before.role == Role.ADMINISTRATOR
    if leaves_office:
        _keep_an_administrator(besides=user)
    User.objects.filter(pk=user.pk).update(role=Role(role))
    user.role = role
    facts = {"from": before.role, "to": role}
    _note("role-changed", user=user, by=by, at=at, facts=facts)
    if leaves_office:
        _keep_an_administrator(besides=user)


@transaction.atomic
def deactivate(*, user: User, by: User, at: datetime) -> None:
    """Let a person in no more; running login sessions end with the next request."""
    before = _current(user)
    if not before.is_active:
        return
    leaves_office = before.role == Role.ADMINISTRATOR
    if leaves_office:
        _keep_an_administrator(besides=user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.is_active = False
    _note("user-deactivated", user=user, by=by, at=at)
    if leaves_office:
        _keep_an_administrator(besides=user)


@transaction.atomic
def reactivate(*, user: User, by: User, at: datetime) -> None:
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        user.is_active = True
        _note("user-reactivated", user=user, by=by, at=at)


@transaction.atomic
def set_password(*, user: User, password: str, by: User, at: datetime) -> None:
    """Give a person a new password; their other login sessions end with it."""
    _put_password(user, password)
    user.must_change_password = by.pk != user.pk
    user.save(update_fields=["password", "must_change_password"])
    facts = {"by_themselves": by.pk == user.pk}
    _note("password-set", user=user, by=by, at=at, facts=facts)


@transaction.atomic
def change_preferences(
    *,
    user: User,
    by: User,
    at: datetime,
    language: Language | None = None,
    theme: Theme | None = None,
    single_letter_keys: bool | None = None,
) -> None:
    """Change what is given; None leaves a preference as it is."""
    wanted = {
        "language": language and Language(language),
        "theme": theme and Theme(theme),
        "single_letter_keys": single_letter_keys,
    }
    changed = {
        field: value
        for field, value in wanted.items()
        if value is not None and value != getattr(user, field)
    }
    if not changed:
        return
    for field, value in changed.items():
        setattr(user, field, value)
    user.save(update_fields=list(changed))
    _note("preferences-changed", user=user, by=by, at=at, facts=changed)


@transaction.atomic
def anonymize(*, user: User, by: User, at: datetime, reason: str) -> None:
    """Take a person's name out of the house, from the Kladde too.

    The row stays for what refers to it (N10), the chain stays valid (K4).
    """
    if _current(user).is_active:
        raise StillActive(_("Erst deaktivieren, dann anonymisieren."))
    _take_name_out(user, by, at, reason)


@transaction.atomic
def anonymize_again(*, user: User, at: datetime, reason: str) -> None:
    """Take a name out that a backup has brought back; whoever has left stays out."""
    user.is_active = False
    _take_name_out(user, None, at, reason)


def _take_name_out(user: User, by: User | None, at: datetime, reason: str) -> None:
    user.username = f"left-{user.pk}"
    user.full_name = _("Ausgeschieden (%(number)s)") % {"number": user.pk}
    user.initials = user.email = ""
    user.set_unusable_password()
    user.save()
    subject = journal.label_of(user)
    values = PersonalValue.objects.about(subject)
    journal.erase(values=values, subject=subject, by=by, at=at, reason=reason)
    journal.record(kind=ANONYMIZED, subject=subject, by=by, at=at, facts={})


def _note(
    thing: str,
    *,
    user: User,
    by: User | None,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    personal: Mapping[str, str] | None = None,
) -> None:
    journal.record(
        kind=f"accounts.{thing}",
        subject=journal.label_of(user),
        by=by,
        at=at,
        facts=facts or {},
        personal=personal,
    )


def _details(user: User) -> dict[str, str]:
    return {
        "username": user.username,
        "full_name": user.full_name,
        "initials": user.initials,
        "email": user.email,
    }


def _present(full_name: str) -> str:
    name = " ".join(full_name.split())
    if not name:
        raise NameMissing(_("Der Name fehlt."))
    return name


def _current(user: User) -> User:
    """Return the person as the database knows them in this transaction."""
    return User.objects.only("role", "is_active").get(pk=user.pk)


def _put_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    if reasons := weaknesses(password, user):
        raise WeakPassword(" ".join(reasons))
    user.set_password(password)


def _save_new(user: User) -> None:
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        if User.objects.filter(username=user.username).exists():
            raise UsernameTaken(
                _("Den Kurznamen „%(name)s“ gibt es schon.") % {"name": user.username}
            ) from error
        raise _address_taken(user) from error


def _save_unless_taken(user: User, fields: list[str]) -> None:
    try:
        with transaction.atomic():
            user.save(update_fields=fields)
    except IntegrityError as error:
        raise _address_taken(user) from error


def _address_taken(user: User) -> AddressTaken:
    return AddressTaken(
        _("Die Adresse %(email)s gehört schon jemandem.") % {"email": user.email}
    )


def _keep_an_administrator(*, besides: User) -> None:
    """Refuse to be left without an active administrator.

    Asked before the change, to refuse in plain words, and once more after its entry:
    from the head of the Kladde on writers stand in line, so that two administrators
    who remove each other at the same moment cannot both succeed.
    """
    others = User.objects.active().administrators().exclude(pk=besides.pk)
    if not others.exists():
        raise LastAdministrator(
            _(
                "Jemand muss verwalten können: Erst einer anderen Person die Rolle"
                " Administration geben."
            )
        )
