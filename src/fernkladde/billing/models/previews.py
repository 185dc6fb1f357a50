"""What a month would come to: made any number of times, and writing only itself."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


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

    `net_by_case` says what each case comes to, `reasons` why the customer is parked;
    `net_before` and `net_by_case_before` are those of the preview it replaced: from
    them a page tells what changed. `free_value` and `held_value` are list values.
    `mark` changes with whatever is done to the customer's unbilled sessions or their
    cases (see marks.py).
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="previews")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=PreviewState)
    fingerprint = models.CharField(max_length=64)
    reasons = models.JSONField(default=list)
    net = models.DecimalField(max_digits=14, decimal_places=2)
    net_before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    net_by_case = models.JSONField(default=dict)
    net_by_case_before = models.JSONField(null=True)
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

    @property
    def changed_cases(self) -> list[tuple[str, Decimal, Decimal]]:
        """Return the cases that came to something else before: number, then, now."""
        then, now = self.net_by_case_before, self.net_by_case
        if then is None:
            return []
        return [
            (case, Decimal(then.get(case, 0)), Decimal(now.get(case, 0)))
            for case in sorted({*then, *now})
            if then.get(case) != now.get(case)
        ]
