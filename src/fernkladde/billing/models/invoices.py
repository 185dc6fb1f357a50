"""Issued documents and their lines: never changed, never deleted."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from .settlements import Settlement

if TYPE_CHECKING:
    from django.db.models.expressions import CombinedExpression

    from fernkladde.accounts.models import User


def _equals(field: str, sum_: CombinedExpression) -> Q:
    """Compare to the cent: SQLite keeps and adds amounts as binary fractions."""
    near = Decimal("0.005")
    return Q(**{f"{field}__gt": sum_ - near, f"{field}__lt": sum_ + near})


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def of_month(self, period: str) -> InvoiceQuerySet:
        """Keep the invoices of a run; late work of earlier months came with it."""
        return self.filter(settlement__run__period=period)

    def visible_to(self, user: User) -> InvoiceQuerySet:
        """Keep what this person may see: sums are not for everybody."""
        return self.all() if user.may("read_money") else self.none()


class Invoice(models.Model):
    """An issued document: never changed, never deleted.

    `document` is the canonical JSON of everything printed; PDF and XML are made
    from it at any time, byte for byte the same.
    """

    settlement = models.OneToOneField(
        Settlement, models.PROTECT, related_name="invoice"
    )
    kind = models.CharField(max_length=12, default="invoice")
    series = models.CharField(max_length=20)
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=36, unique=True)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="invoices"
    )
    issued_on = models.DateField()
    due_on = models.DateField()
    currency = models.CharField(max_length=3)
    net = models.DecimalField(max_digits=14, decimal_places=2)
    tax = models.DecimalField(max_digits=14, decimal_places=2)
    gross = models.DecimalField(max_digits=14, decimal_places=2)
    document = models.TextField()
    document_sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "sequence"], name="one_invoice_per_number"
            ),
            models.CheckConstraint(
                condition=_equals("gross", models.F("net") + models.F("tax")),
                name="gross_is_net_and_tax",
            ),
        ]
        indexes = [models.Index(fields=["-issued_on"], name="invoice_issued")]

    def __str__(self) -> str:
        return self.number


class Line(models.Model):
    """A position of an invoice, as rating computed it (see the glossary's words)."""

    # The unique key begins with the invoice, so that it needs no index of its own;
    # nobody asks for the lines of a contract or of a version.
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, related_name="lines", db_index=False
    )
    position = models.PositiveIntegerField()
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=12)
    basis = models.CharField(max_length=12)
    contract = models.ForeignKey(
        "contracts.Contract",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    version = models.ForeignKey(
        "contracts.TariffVersion", models.PROTECT, related_name="+", db_index=False
    )
    service = models.CharField(max_length=60, default="")
    skill = models.CharField(max_length=60, default="")
    band = models.CharField(max_length=200, default="")
    name = models.CharField(max_length=200, default="")
    discount_percent = models.DecimalField(max_digits=15, decimal_places=12)
    seconds = models.PositiveIntegerField(null=True)
    count = models.PositiveIntegerField(null=True)
    unit_price = models.DecimalField(max_digits=20, decimal_places=10, null=True)
    per_minutes = models.PositiveIntegerField(null=True)
    gross = models.DecimalField(max_digits=14, decimal_places=2)
    discount = models.DecimalField(max_digits=14, decimal_places=2)
    net = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "position"], name="one_line_per_position"
            ),
            models.CheckConstraint(
                condition=_equals("net", models.F("gross") - models.F("discount")),
                name="net_is_gross_without_discount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.position}"
