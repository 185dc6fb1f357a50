"""Plants: the machines and lines of the customers, and the ways to reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from fernkladde.customers.folding import folded_column

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from fernkladde.accounts.models import User


class PlantType(models.Model):
    """A kind of machine; `check_first` holds one question to a line."""

    name = models.CharField(max_length=120, unique=True)
    check_first = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def questions(self) -> list[str]:
        return [line.strip() for line in self.check_first.splitlines() if line.strip()]


class PlantQuerySet(models.QuerySet["Plant"]):
    def active(self) -> PlantQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, user: User | AnonymousUser) -> PlantQuerySet:
        """Keep what this person may see: all staff see all, who has left nothing."""
        return self.all() if user.is_active else self.none()


class Plant(models.Model):
    """A machine or line; `warranty_until` is the last day, inclusive."""

    number = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="plants"
    )
    plant_type = models.ForeignKey(
        PlantType, models.PROTECT, null=True, blank=True, related_name="plants"
    )
    serial_number = models.CharField(max_length=80, blank=True)
    site = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, default="DE")
    control = models.CharField(max_length=120, blank=True)
    warranty_until = models.DateField(null=True, blank=True)
    tariff = models.ForeignKey(
        "contracts.Tariff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    search = folded_column("number", "name", "serial_number", "site")

    objects = PlantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["serial_number"], name="plant_serial_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class AccessKind(models.TextChoices):
    VPN = "vpn", _("VPN")
    MODEM = "modem", _("Modem")
    ROUTER = "router", _("Router")
    TOOL = "tool", _("Fernwartungsprogramm")
    PHONE = "phone", _("Telefon")


class AccessPath(models.Model):
    """A way to reach a plant.

    `identifier` is a number, gateway or name. Passwords and keys have no place
    here: `reference` says where they are kept ("KeePass: Kunde / Presse 3").
    """

    plant = models.ForeignKey(Plant, models.CASCADE, related_name="access_paths")
    kind = models.CharField(max_length=10, choices=AccessKind)
    identifier = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    approval = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.identifier}"
