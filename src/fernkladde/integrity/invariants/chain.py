"""K1: the Kladde is one chain, and its head is its last entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.journal.as_stored import instant, instant_sql, rows
from fernkladde.journal.queries import verify

from .findings import Part

if TYPE_CHECKING:
    from .findings import Findings

TABLE = "journal_entry"


def check_chain(found: Findings) -> None:
    verified = verify()
    found.counted(Part.JOURNAL, verified.count)
    if not verified.holds:
        found.bad(Part.JOURNAL, "K1", TABLE, verified.first_bad, verified.reason)
    _check_head(found)


def _check_head(found: Findings) -> None:
    """Compare its instant, by which a clock that went back is noticed."""
    sql = (
        "SELECT head.happened_at,"  # noqa: S608
        f" {instant_sql('entry.happened_at')} FROM journal_head head"
        " LEFT JOIN journal_entry entry ON entry.sequence = head.sequence"
    )
    heads = rows(sql)
    for at, last in heads:
        if at != ("" if last is None else instant(last)):
            sentence = _("Der Kettenkopf nennt einen anderen Zeitpunkt.")
            found.bad(Part.JOURNAL, "K1", "journal_head", 1, sentence)
    if len(heads) != 1:
        sentence = _("Es gibt nicht genau einen Kettenkopf.")
        found.bad(Part.JOURNAL, "K1", "journal_head", "–", sentence)
