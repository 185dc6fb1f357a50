"""How the Kladde tells the month's end; without sums, which not everybody may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fernkladde.journal.sentences import register, register_subject

from .period import Month

if TYPE_CHECKING:
    from collections.abc import Mapping

    Words = Mapping[str, Any]


def month_name(period: str) -> str:
    """Return "März 2026" for "2026-03"."""
    return str(date_format(Month.parse(period).first, "F Y"))


def _months(periods: set[str]) -> dict[str, str]:
    return {period: month_name(period) for period in periods}


def _invoices(numbers: set[str]) -> dict[str, str]:
    return {number: number for number in numbers}


def _customers(count: int) -> str:
    return ngettext("%(n)d Kunde", "%(n)d Kunden", count) % {"n": count}


def _of_customers(count: int) -> str:
    """Count them in the oblique case: "für 1 Kunden", "von 1 Kunden"."""
    return ngettext("%(n)d Kunden", "%(n)d Kunden", count) % {"n": count}


def _previewed(words: Words) -> str:
    text = _("{actor} macht die Vorschau für {subject}: {customers}, {parked}.")
    parked = _("keiner zurückgestellt")
    if words["parked"]:
        parked = _("{n} zurückgestellt").format(n=words["parked"])
    return text.format(
        actor=words["actor"],
        subject=words["subject"],
        customers=_customers(words["customers"]),
        parked=parked,
    )


def _approved(words: Words) -> str:
    text = _("{actor} gibt {subject} für {customers} frei.")
    return text.format(
        actor=words["actor"],
        subject=words["subject"],
        customers=_of_customers(words["customers"]),
    )


def _withdrawn(words: Words) -> str:
    text = _("{actor} nimmt die Freigabe von {customers} für {subject} zurück.")
    return text.format(
        actor=words["actor"],
        subject=words["subject"],
        customers=_of_customers(words["customers"]),
    )


def _issued(words: Words) -> str:
    text = _("{actor} stellt Rechnung {subject} an Kunde {customer} aus, für {month}.")
    return text.format(
        actor=words["actor"],
        subject=words["subject"],
        customer=words["customer"],
        month=month_name(words["period"]),
    )


def _settled(words: Words) -> str:
    text = _("{actor} schließt {month} für {subject} ohne Rechnung ab.")
    return text.format(
        actor=words["actor"],
        subject=words["subject"],
        month=month_name(words["period"]),
    )


def _repeated(words: Words) -> str:
    if "period" in words:
        text = _(
            "{actor} lässt die Aufstellung {month} für {subject} noch einmal machen."
        )
        return text.format(
            actor=words["actor"],
            subject=words["subject"],
            month=month_name(words["period"]),
        )
    text = _("{actor} lässt das Dokument zu {subject} noch einmal machen.")
    return text.format(actor=words["actor"], subject=words["subject"])


def register_sentences() -> None:
    register_subject("month", _months)
    register_subject("invoice", _invoices)
    register("billing.month-previewed", _previewed)
    register("billing.month-approved", _approved)
    register("billing.approval-withdrawn", _withdrawn)
    register("billing.invoice-issued", _issued)
    register("billing.month-settled", _settled)
    register("billing.rendering-repeated", _repeated)
    register(
        "billing.company-changed",
        gettext_lazy("{actor} ändert die Angaben zur eigenen Firma."),
    )
