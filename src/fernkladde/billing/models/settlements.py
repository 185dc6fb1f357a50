"""What has been dealt with: a customer's month, its claims, what it drew."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Settlement(models.Model):
    """A customer's work of a month, dealt with once.

    `content` is what rating said of it (lines, free rows, allowances, groups), as
    canonical JSON text. A later Stornorechnung sets `released_by` and so frees the
    month, the claims and the postings; nothing else ever changes.
    """

    run = models.ForeignKey("Run", models.PROTECT, related_name="settlements")
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
        "connections.Call",
        models.PROTECT,
        null=True,
        related_name="claims",
        db_index=False,
    )
    # A fee once per case (and service date) and tariff; the case of an opening
    # record need not exist here, so all of it is text: case, fee, tariff, date.
    fee = models.CharField(max_length=400, null=True)  # noqa: DJ001
    fee_case = models.CharField(max_length=60, default="")
    basis = models.CharField(max_length=12, default="")
    group = models.PositiveIntegerField(default=0)
    group_worked = models.PositiveIntegerField(default=0)
    group_billed = models.PositiveIntegerField(default=0)
    released_by = models.ForeignKey(
        "Invoice", models.PROTECT, null=True, related_name="+", db_index=False
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
                condition=Q(released_by=None, call__isnull=False),
                name="one_live_claim_per_call",
            ),
            models.UniqueConstraint(
                fields=["fee"],
                condition=Q(released_by=None, fee__isnull=False),
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
        # Nearly all claims are to sessions, and live: an index over all of them seems
        # useless to a database that counts its rows, and costs each month's end.
        indexes = [
            models.Index(
                fields=["fee_case"],
                condition=Q(fee__isnull=False),
                name="claim_case_of_fee",
            ),
            models.Index(
                fields=["call"],
                condition=Q(call__isnull=False),
                name="claim_of_call",
            ),
            models.Index(
                fields=["released_by"],
                condition=Q(released_by__isnull=False),
                name="claim_released_by",
            ),
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
        "Invoice", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["contract", "period_start"], name="posting_contract_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.period_start.isoformat()}"
