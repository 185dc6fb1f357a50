"""The check before each commit: an independent sum of what is about to be issued.

It stays on in production. What it finds is a fault of the program, so the customer
is parked and nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from .shares import Share


class SumsDiffer(Exception):
    """The invoice and the sum of its sessions do not agree; the message says where."""


def check_share(share: Share, net: Decimal | None) -> None:
    """Compare groups with sessions, lines with groups and the total with lines."""
    _sessions_lie_in_one_group_each(share)
    _seconds_are_kept(share)
    _lines_bill_what_was_charged(share)
    for line in share.lines:
        if line.net != line.gross - line.discount:
            _differ(f"Fall {line.case}: eine Position", line.net, line.gross)
    if net is not None and net != share.net:
        _differ("die Nettosumme", net, share.net)


def _sessions_lie_in_one_group_each(share: Share) -> None:
    grouped = sorted(number for group in share.groups for number in group.sessions)
    rated = sorted(session.id for session in share.sessions)
    if grouped != rated:
        _differ("die Zahl der Einsätze", len(grouped), len(rated))


def _seconds_are_kept(share: Share) -> None:
    worked = sum(session.end - session.start for session in share.sessions)
    grouped = sum(group.worked for group in share.groups)
    if worked != grouped:
        _differ("die gearbeitete Zeit in Sekunden", grouped, worked)
    for group in share.groups:
        dealt_with = group.covered + group.charged + group.free + group.held
        if group.billed != dealt_with:
            _differ(f"Fall {group.case}: die Zeit", dealt_with, group.billed)


def _lines_bill_what_was_charged(share: Share) -> None:
    charged = sum(group.charged for group in share.groups)
    billed = sum(line.seconds or 0 for line in share.lines if line.kind == "time")
    if charged != billed:
        _differ("die berechnete Zeit in Sekunden", billed, charged)


def _differ(what: str, found: object, expected: object) -> None:
    message = f"Sicherheitsprüfung: {what} ist {found}, erwartet war {expected}."
    raise SumsDiffer(message)
