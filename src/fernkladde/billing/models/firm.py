"""The firm itself, and the numbers of its invoices."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Company(models.Model):
    """The firm itself, as it stands on its invoices: one row."""

    name = models.CharField(max_length=200, default="")
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, default="DE")
    vat_id = models.CharField(max_length=20, blank=True)
    tax_number = models.CharField(max_length=30, blank=True)
    register_entry = models.CharField(max_length=200, blank=True)
    managers = models.CharField(max_length=200, blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    website = models.CharField(max_length=120, blank=True)
    bank_name = models.CharField(max_length=120, blank=True)
    iban = models.CharField(max_length=34, blank=True)
    bic = models.CharField(max_length=11, blank=True)
    payment_days = models.PositiveSmallIntegerField(default=14)
    invoice_prefix = models.CharField(max_length=10, default="RE")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_company")]

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """The last invoice number drawn in a series; drawn with the invoice's commit."""

    series = models.CharField(max_length=20, unique=True)
    value = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series} {self.value}"
