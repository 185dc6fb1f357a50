"""People of the firm, and what their login needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .roles import CAPABILITIES, Capability, Role, may

if TYPE_CHECKING:
    from datetime import datetime


class Language(models.TextChoices):
    GERMAN = "de", "Deutsch"
    ENGLISH = "en", "English"


class Theme(models.TextChoices):
    AUTO = "auto", _("wie das System")
    LIGHT = "light", _("hell")
    DARK = "dark", _("dunkel")


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def administrators(self) -> UserQuerySet:
        return self.filter(role=Role.ADMINISTRATOR)

    def named(self, name: str) -> UserQuerySet:
        """Keep who logs in under this short name or this e-mail address."""
        name = User.normalize_username(name.strip()).lower()
        if "@" in name:
            return self.filter(email__iexact=name)
        return self.filter(username=name)

    def get_by_natural_key(self, username: str) -> User:
        """Answer Django's own question for whoever logs in under this name."""
        return self.get(username=username)

    def by_name(self) -> UserQuerySet:
        return self.order_by("full_name", "pk")


class User(AbstractBaseUser):
    """A person of the firm; never deleted, since the Kladde speaks of it."""

    username = models.CharField(_("Kurzname"), max_length=32, unique=True)
    full_name = models.CharField(_("Name"), max_length=120)
    initials = models.CharField(_("Kürzel"), max_length=6, blank=True)
    email = models.EmailField(_("E-Mail"), blank=True)
    role = models.CharField(_("Rolle"), max_length=16, choices=Role)
    language = models.CharField(
        _("Sprache"), max_length=2, choices=Language, default=Language.GERMAN
    )
    theme = models.CharField(
        _("Darstellung"), max_length=5, choices=Theme, default=Theme.AUTO
    )
    single_letter_keys = models.BooleanField(_("Tasten ohne Strg"), default=True)
    is_active = models.BooleanField(_("aktiv"), default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = UserQuerySet.as_manager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(username=Lower("username")),
                name="short_names_are_lower_case",
            ),
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="one_person_per_address"
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="a_person_has_a_known_role"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.initials or self.username

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Whoever has left may nothing."""
        return CAPABILITIES[Role(self.role)] if self.is_active else frozenset()

    def may(self, capability: Capability) -> bool:
        return may(self.role, capability) and self.is_active


class LoginFailure(models.Model):
    """One failed try, kept only as long as it counts.

    Account and address are keyed hashes: who mistypes a password into the field for
    the name must not leave it here.
    """

    account = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    failed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "failed_at"], name="login_failure_account"),
            models.Index(fields=["address", "failed_at"], name="login_failure_address"),
            models.Index(fields=["failed_at"], name="login_failure_failed_at"),
        ]

    def __str__(self) -> str:
        return self.failed_at.isoformat()


class SetupCodeQuerySet(models.QuerySet["SetupCode"]):
    def usable(self, *, at: datetime) -> SetupCodeQuerySet:
        return self.filter(used_by=None, revoked_at=None, expires_at__gt=at)


class SetupCode(models.Model):
    """The one-time code that makes the first administrator; only its hash is kept."""

    code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_by = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = SetupCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="a_setup_code_expires_after_it_is_made",
            ),
        ]

    def __str__(self) -> str:
        return self.created_at.isoformat()


class KeptViewQuerySet(models.QuerySet["KeptView"]):
    def open_to(self, person: User) -> KeptViewQuerySet:
        """Keep a person's own views and those that others share."""
        return self.filter(Q(person=person) | Q(is_shared=True))


class KeptView(models.Model):
    """How a person looks at a list: a named filter, or the columns.

    `place` names the list's page, `query` is its address from the question mark on.
    The row without a name holds the columns that the person has chosen.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="kept_views")
    place = models.CharField(max_length=30)
    name = models.CharField(max_length=60, blank=True)
    query = models.CharField(max_length=1000, blank=True)
    columns = models.JSONField(default=list, blank=True)
    is_shared = models.BooleanField(default=False)

    objects = KeptViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "place", "name"], name="one_kept_view_per_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.name}"
