"""What the Kladde tells of the month's end: everything but the sums."""

from __future__ import annotations

import pytest

from fernkladde.billing.preview import withdraw_approvals
from fernkladde.journal.models import Entry
from fernkladde.journal.queries import readable

from . import month
from .month import AT, OCTOBER, work

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    entries = Entry.objects.of_room("billing").in_order()
    return [line.text for line in readable(entries)]


def test_every_step_of_the_run_is_a_sentence_without_a_sum() -> None:
    month.firm()
    payer = month.customer(number="K-7", name="Brandl KG")
    giver = month.customer(number="K-8", name="Oberland eG")
    work(payer)
    work(giver, billable=False)
    month.approve()
    withdraw_approvals(month=OCTOBER, customers=["K-7"], by=None, at=AT)
    month.bill()

    previewed = "Das System macht die Vorschau für Oktober 2026: 2 Kunden,"
    assert told() == [
        "Das System ändert die Angaben zur eigenen Firma.",
        f"{previewed} keiner zurückgestellt.",
        "Das System gibt Oktober 2026 für 2 Kunden frei.",
        "Das System nimmt die Freigabe von 1 Kunden für Oktober 2026 zurück.",
        f"{previewed} keiner zurückgestellt.",
        "Das System gibt Oktober 2026 für 1 Kunden frei.",
        "Das System stellt Rechnung RE-2026-0001 an Kunde K-7 aus, für Oktober 2026.",
        "Das System schließt Oktober 2026 für K-8 Oberland eG ohne Rechnung ab.",
    ]
