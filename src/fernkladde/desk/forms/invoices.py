"""What one looks for among the invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.billing.models import Run
from fernkladde.billing.period import Month
from fernkladde.desk.templatetags.formats import day

from .fields import text_field

if TYPE_CHECKING:
    from collections.abc import Iterator


class InvoiceFilter(forms.Form):
    month = forms.ChoiceField(label=_("Leistungsmonat"), required=False)
    customer = text_field(_("Kunde oder Nummer"), 120, type="search")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        month = self.fields["month"]
        assert isinstance(month, forms.ChoiceField)  # noqa: S101  narrows the type
        month.choices = [("", _("alle")), *_billed_months()]


def _billed_months() -> Iterator[tuple[str, str]]:
    """List the months that were ever run, the newest first."""
    for period in Run.objects.order_by("-period").values_list("period", flat=True):
        yield period, day(Month.parse(period).first, "month")
