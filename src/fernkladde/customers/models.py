"""Customers: who is billed, and whom to ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from .folding import folded_column

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from fernkladde.accounts.models import User


class CustomerQuerySet(models.QuerySet["Customer"]):
    def active(self) -> CustomerQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, user: User | AnonymousUser) -> CustomerQuerySet:
        """Keep what this person may see: all staff see all, who has left nothing."""
        return self.all() if user.is_active else self.none()


class Customer(models.Model):
    """Who is billed. `number` is the customer number printed on invoices.

    `charging_from` is the announced date before which work outside contracts
    stays free; from `consent_from` on a framework consent is on file.
    """

    number = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, default="DE")
    vat_id = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, default="de")
    buyer_reference = models.CharField(max_length=60, blank=True)
    order_number = models.CharField(max_length=60, blank=True)
    industry = models.CharField(max_length=60, blank=True)
    tariff = models.ForeignKey(
        "contracts.Tariff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    charging_from = models.DateField(null=True, blank=True)
    consent_from = models.DateField(null=True, blank=True)
    wants_statement = models.BooleanField(default=True)
    note = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    search = folded_column("number", "name", "city")

    objects = CustomerQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class ContactQuerySet(models.QuerySet["Contact"]):
    def active(self) -> ContactQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, user: User | AnonymousUser) -> ContactQuerySet:
        """Keep what this person may see: all staff see all, who has left nothing."""
        return self.all() if user.is_active else self.none()


class Contact(models.Model):
    """A person at the customer; `phone` is in E.164 form so that calls find it."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    search = folded_column("name", "email")

    objects = ContactQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["phone"], name="contact_phone")]

    def __str__(self) -> str:
        return self.name
