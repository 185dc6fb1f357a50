"""Contracts and tariffs: what was agreed, and the firm's own rules of charging."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fernkladde.customers.folding import folded_column

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.models import AnonymousUser

    from fernkladde.accounts.models import User


class Tariff(models.Model):
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class TariffVersion(models.Model):
    """Prices from a date on: one document in the rating engine's vocabulary.

    `terms` has the shape of a tariff version in a scenario file. Once an invoice
    or statement rests on a version, `in_use_since` is set and the database lets
    nobody change or delete it; a new version follows instead.
    """

    tariff = models.ForeignKey(Tariff, models.PROTECT, related_name="versions")
    valid_from = models.DateField()
    terms = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    in_use_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tariff", "valid_from"], name="one_tariff_version_per_date"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tariff} {self.valid_from.isoformat()}"


class RateDeck(models.Model):
    """Telephone costs by prefix; `rates` has the shape of a scenario file's deck."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    rates = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class SpecialDay(models.Model):
    """A date whose label (holiday, half_day, …) stands in place of its weekday."""

    date = models.DateField(unique=True)
    label = models.CharField(max_length=60)
    name = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.date.isoformat()} {self.label}"


def default_hours() -> dict[str, list[str]]:
    """Return when somebody is there, until the firm says otherwise."""
    return {day: ["08:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


class Policy(models.Model):
    """The firm's rules of charging: one row."""

    timezone = models.CharField(max_length=60, default="Europe/Berlin")
    require_consent = models.BooleanField(default=False)
    # By weekday or the label of a special day: ["07:00", "17:00"]; no entry is closed.
    business_hours = models.JSONField(default=default_hours)
    default_tariff = models.ForeignKey(
        Tariff, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_policy")]

    def __str__(self) -> str:
        return self.timezone


class Covers(models.TextChoices):
    EVERYTHING = "everything", _("alles enthalten")
    ALLOWANCE = "allowance", _("Kontingent")
    NOTHING = "nothing", _("nur eigene Preise")


class AllowancePeriod(models.TextChoices):
    MONTH = "month", _("Monat")
    QUARTER = "quarter", _("Quartal")
    HALF_YEAR = "half_year", _("Halbjahr")
    YEAR = "year", _("Jahr")
    TERM = "term", _("Laufzeit")


class SurchargeOnCovered(models.TextChoices):
    IGNORE = "ignore", _("Zuschläge sind enthalten")
    WEIGHT = "weight", _("Zuschlagszeit zählt entsprechend mehr")
    CHARGE = "charge", _("Zuschlag wird berechnet")


class ContractQuerySet(models.QuerySet["Contract"]):
    def in_force(self, on: date) -> ContractQuerySet:
        """Keep contracts valid on a date; `valid_until` is the last day."""
        return self.filter(
            Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on
        )

    def visible_to(self, user: User | AnonymousUser) -> ContractQuerySet:
        """Keep what this person may see: all staff see all, who has left nothing."""
        return self.all() if user.is_active else self.none()

    def usable_by(self, customer_id: int) -> ContractQuerySet:
        """Keep the customer's own contracts and those shared with it."""
        shared = Contract.shared_with.through.objects.filter(customer_id=customer_id)
        return self.filter(
            Q(customer_id=customer_id) | Q(pk__in=shared.values("contract_id"))
        )

    def for_plant(self, plant_id: int | None) -> ContractQuerySet:
        """Keep what is not limited to plants, or names this one."""
        unlimited = Q(limited_to_plants=False)
        if plant_id is None:
            return self.filter(unlimited)
        named = Contract.plants.through.objects.filter(plant_id=plant_id)
        return self.filter(unlimited | Q(pk__in=named.values("contract_id")))


class Contract(models.Model):
    """A service contract. Empty `services` means all; plants count if limited."""

    number = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="contracts"
    )
    shared_with = models.ManyToManyField(
        "customers.Customer", blank=True, related_name="shared_contracts"
    )
    limited_to_plants = models.BooleanField(default=False)
    plants = models.ManyToManyField(
        "plants.Plant", blank=True, related_name="contracts"
    )
    services = models.JSONField(null=True, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    priority = models.IntegerField(default=100)
    tariff = models.ForeignKey(
        Tariff, models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    covers = models.CharField(max_length=10, choices=Covers)
    includes_connection = models.BooleanField(default=False)
    allowance_period = models.CharField(
        max_length=10, choices=AllowancePeriod, blank=True
    )
    allowance_minutes = models.PositiveIntegerField(null=True, blank=True)
    allowance_cases = models.PositiveIntegerField(null=True, blank=True)
    carry_over_periods = models.PositiveIntegerField(default=0)
    carry_over_term = models.BooleanField(default=False)
    carry_over_minutes = models.PositiveIntegerField(null=True, blank=True)
    surcharge_on_covered = models.CharField(
        max_length=10, choices=SurchargeOnCovered, default=SurchargeOnCovered.IGNORE
    )
    # Target times in minutes of business hours; `_down` where production stands still.
    respond_minutes = models.PositiveIntegerField(null=True, blank=True)
    solve_minutes = models.PositiveIntegerField(null=True, blank=True)
    respond_minutes_down = models.PositiveIntegerField(null=True, blank=True)
    solve_minutes_down = models.PositiveIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    search = folded_column("number", "name")

    objects = ContractQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="contract_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(covers="allowance")
                    | (
                        ~Q(allowance_period="")
                        & (
                            Q(allowance_minutes=None, allowance_cases__isnull=False)
                            | Q(allowance_minutes__isnull=False, allowance_cases=None)
                        )
                    )
                ),
                name="allowance_is_in_minutes_or_in_cases",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
