"""R11: fees that earlier invoices carry are those that the Kladde took over."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.journal.as_stored import rows

from .findings import Part
from .told import FEES_OPENED, entries

if TYPE_CHECKING:
    from .findings import Findings

TABLE = "billing_claim"
SQL = (
    'SELECT id, fee, fee_case, session_id, call_id, basis, "group", group_worked,'
    " group_billed, released_by_id FROM billing_claim WHERE settlement_id IS NULL"
    " ORDER BY id"
)
NOTHING_ELSE = (None, None, "", 0, 0, 0, None)


def check_opening_fees(found: Findings) -> None:
    # A fee's key is the JSON text of case, fee, tariff and date.
    told = Counter(
        (fee, json.loads(fee)[0])
        for entry in entries(FEES_OPENED)
        for fee in entry.facts.get("fees", ())
    )
    for key, fee, case, *more in rows(SQL):
        found.counted(Part.CLAIMS)
        if told[fee, case] > 0 and tuple(more) == NOTHING_ELSE:
            told[fee, case] -= 1
            continue
        sentence = _("Die Kladde weiß nichts von dieser Übernahme.")
        found.bad(Part.CLAIMS, "R11", TABLE, key, sentence)
    for fee, _case in told.elements():
        sentence = _("Die übernommene Gebühr %(fee)s fehlt.") % {"fee": fee}
        found.bad(Part.CLAIMS, "R11", TABLE, "–", sentence)
