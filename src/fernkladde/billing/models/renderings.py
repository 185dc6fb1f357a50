"""The files of papers: who owes them, and where they lie."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .invoices import Invoice
from .settlements import Settlement


class RenderingState(models.TextChoices):
    DUE = "due", _("wird erstellt")
    DONE = "done", _("fertig")
    FAILED = "failed", _("fehlgeschlagen")


class Rendering(models.Model):
    """The duty to make the files of an invoice or a statement; the row is the truth.

    A worker claims a due row with one conditional UPDATE, under a key of its own
    and until `leased_until`, and finishes only under that key.
    """

    invoice = models.OneToOneField(
        Invoice, models.PROTECT, null=True, related_name="rendering"
    )
    # The month of a customer who has nothing to pay and wants a statement of it.
    settlement = models.OneToOneField(
        Settlement, models.PROTECT, null=True, related_name="rendering"
    )
    state = models.CharField(
        max_length=8, choices=RenderingState, default=RenderingState.DUE
    )
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, default="")
    leased_until = models.DateTimeField(null=True)
    pdf = models.CharField(max_length=200, default="")
    pdf_sha256 = models.CharField(max_length=64, default="")
    xml = models.CharField(max_length=200, default="")
    xml_sha256 = models.CharField(max_length=64, default="")
    error = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(invoice=None, settlement__isnull=False)
                | Q(invoice__isnull=False, settlement=None),
                name="a_rendering_is_of_an_invoice_or_a_statement",
            )
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="rendering_due")]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"

    @property
    def document(self) -> str:
        """Return the stored text that the files are made from."""
        if self.invoice:
            return self.invoice.document
        return self.settlement.statement if self.settlement else ""

    @property
    def name(self) -> str:
        """Return where the files lie below the folder of documents, without ending."""
        if self.invoice:
            return f"{self.invoice.issued_on.year}/{self.invoice.number}"
        # A customer's number is anybody's text; the key is a name of our own.
        return f"statements/{self.settlement_id}"
