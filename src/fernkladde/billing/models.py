"""Billing: the month-end run, what it settled, and the invoices it issued.

A `Preview` may be made any number of times and writes only itself. A `Settlement`
is the one record that a customer's work of a month has been dealt with; claims,
allowance postings and at most one invoice hang on it. Issued means unchangeable:
the guards in migration 0002 refuse raw SQL as well.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models.expressions import CombinedExpression

    from fernkladde.accounts.models import User


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


class Run(models.Model):
    """The month-end run of one month, `period` as "2026-10".

    `open_points` is what the last preview found still to be settled, and
    `seen_entry` the last entry of the Kladde that it knew of: what was changed
    later, it has not seen.
    """

    period = models.CharField(max_length=7, unique=True)
    created_at = models.DateTimeField()
    previewed_at = models.DateTimeField(null=True)
    seen_entry = models.BigIntegerField(default=0)
    open_points = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.period


class PreviewState(models.TextChoices):
    PREVIEWED = "previewed", _("Vorschau")
    APPROVED = "approved", _("Freigegeben")
    OUTDATED = "outdated", _("Veraltet")
    PARKED = "parked", _("Zurückgestellt")
    HELD = "held", _("Zurückgehalten")


class Preview(models.Model):
    """What a customer's month would come to; `fingerprint` names the facts it saw.

    `content` holds lines, free and held rows as `rate` prints them; `reasons` why
    the customer is parked; `net_before` the sum of the preview it replaced.
    `free_value` and `held_value` are list values. `mark` changes with whatever is
    done to the customer's unbilled sessions or their cases (see marks.py).
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="previews")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=PreviewState)
    fingerprint = models.CharField(max_length=64)
    content = models.JSONField()
    reasons = models.JSONField(default=list)
    net = models.DecimalField(max_digits=14, decimal_places=2)
    net_before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    free_value = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    held_value = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    sessions = models.PositiveIntegerField(default=0)
    late_sessions = models.PositiveIntegerField(default=0)
    mark = models.CharField(max_length=40, default="")
    made_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "customer"], name="one_preview_per_customer_and_month"
            )
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.customer_id}"


class Settlement(models.Model):
    """A customer's work of a month, dealt with once.

    `content` is what rating said of it (lines, free rows, allowances, groups), as
    canonical JSON text. A later Stornorechnung sets `released_by` and so frees the
    month, the claims and the postings; nothing else ever changes.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="settlements")
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="settlements"
    )
    settled_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    content = models.TextField()
    # What a customer gets who has nothing to pay, as canonical JSON; else empty.
    statement = models.TextField(default="")
    released_by = models.ForeignKey(
        "Invoice", models.PROTECT, null=True, related_name="releases"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "customer"],
                condition=Q(released_by=None),
                name="one_live_settlement_per_customer_and_month",
            )
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.customer_id}"


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

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=12)
    basis = models.CharField(max_length=12)
    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, null=True, related_name="+"
    )
    version = models.ForeignKey(
        "contracts.TariffVersion", models.PROTECT, related_name="+"
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


class Claim(models.Model):
    """That a session, a call or a fee has been dealt with, by whom and how.

    At most one live claim per subject, held by the database: this is what makes
    double billing impossible. A claim without a settlement is an opening record.
    For a session: its basis, its group and the seconds worked and billed by it.
    """

    settlement = models.ForeignKey(
        Settlement, models.PROTECT, null=True, related_name="claims"
    )
    session = models.ForeignKey(
        "cases.Session", models.PROTECT, null=True, related_name="claims"
    )
    call = models.ForeignKey(
        "connections.Call", models.PROTECT, null=True, related_name="claims"
    )
    # A fee once per case (and service date) and tariff; the case of an opening
    # record need not exist here, so all of it is text: case, fee, tariff, date.
    fee = models.CharField(max_length=400, null=True)  # noqa: DJ001
    fee_case = models.CharField(max_length=60, default="", db_index=True)
    basis = models.CharField(max_length=12, default="")
    group = models.PositiveIntegerField(default=0)
    group_worked = models.PositiveIntegerField(default=0)
    group_billed = models.PositiveIntegerField(default=0)
    released_by = models.ForeignKey(
        Invoice, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(released_by=None),
                name="one_live_claim_per_session",
            ),
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(released_by=None),
                name="one_live_claim_per_call",
            ),
            models.UniqueConstraint(
                fields=["fee"],
                condition=Q(released_by=None),
                name="one_live_claim_per_fee",
            ),
            models.CheckConstraint(
                condition=(
                    Q(session__isnull=False, call=None, fee=None)
                    | Q(session=None, call__isnull=False, fee=None)
                    | Q(session=None, call=None, fee__isnull=False)
                ),
                name="a_claim_has_one_subject",
            ),
        ]
        indexes = [
            # Nearly all claims are to sessions and have no case of a fee: an index
            # over all of them seems useless to a database that counts its rows.
            models.Index(
                fields=["fee_case"],
                condition=Q(fee__isnull=False),
                name="claim_case_of_fee",
            )
        ]

    def __str__(self) -> str:
        return f"{self.session_id or self.call_id or self.fee}"


class AllowancePosting(models.Model):
    """What a settlement took from a period of a contract: the ledger only grows.

    `period_start` paid; `for_period` is the period of the work: where they differ
    the time was handed on. Without a settlement it is an opening record.
    """

    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, related_name="postings"
    )
    settlement = models.ForeignKey(
        Settlement, models.PROTECT, null=True, related_name="postings"
    )
    period_start = models.DateField()
    for_period = models.DateField(null=True)
    seconds = models.IntegerField(default=0)
    handed_seconds = models.IntegerField(default=0)
    cases = models.IntegerField(default=0)
    case_number = models.CharField(max_length=60, default="")
    released_by = models.ForeignKey(
        Invoice, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["contract", "period_start"], name="posting_contract_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.period_start.isoformat()}"


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
