"""What is issued stays as it was, and what it rests on with it.

The guards on sessions and calls ask billing_claim: a later migration that remakes
that table on SQLite drops them first and sets them again.
"""

from typing import TYPE_CHECKING, ClassVar

from django.db import migrations

from fernkladde.journal import guards
from fernkladde.journal.guards import ALWAYS, Guard, GuardTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

SESSION = (
    "number", "case_id", "technician_id", "service", "skill", "connection",
    "started_at", "ended_at", "confirmed_at", "billable", "goodwill_percent",
    "voided_at",
)  # fmt: skip
CALL = ("number", "session_id", "started_at", "dialled", "seconds", "cost")
LIVE_CLAIM = (
    "EXISTS (SELECT 1 FROM billing_claim"
    " WHERE {subject}_id = OLD.id AND released_by_id IS NULL)"
)


def changed_while_claimed(
    subject: str, columns: "Sequence[str]"
) -> "Callable[[BaseDatabaseWrapper], str]":
    """Return the condition: a column that bears on the bill changes, and is billed."""

    def condition(connection: "BaseDatabaseWrapper") -> str:
        differs = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
        changes = " OR ".join(
            f'NEW."{name}" {differs} OLD."{name}"' for name in columns
        )
        return f"({changes}) AND {LIVE_CLAIM.format(subject=subject)}"

    return condition


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("billing", "0001_initial"),
        ("cases", "0002_guards"),
        ("connections", "0001_initial"),
        ("journal", "0002_head_and_guards"),
    ]

    operations: ClassVar = [
        guards.append_only("billing_invoice"),
        guards.append_only("billing_line"),
        guards.frozen_except("billing_settlement", columns=("released_by_id",)),
        guards.frozen_except("billing_claim", columns=("released_by_id",)),
        guards.frozen_except("billing_allowanceposting", columns=("released_by_id",)),
        guards.frozen_except("billing_rendering", when="OLD.state = 'done'"),
        guards.refuse(
            "billing_invoice",
            "INSERT",
            when=(
                "NEW.sequence > 1 AND NOT EXISTS (SELECT 1 FROM billing_invoice"
                " WHERE series = NEW.series AND sequence = NEW.sequence - 1)"
            ),
            message="billing_invoice: numbers follow each other without a gap",
        ),
        guards.refuse(
            "billing_counter",
            "UPDATE",
            when="NEW.value < OLD.value OR NEW.series <> OLD.series",
            message="billing_counter: a counter only moves forward",
        ),
        guards.refuse(
            "billing_counter",
            "DELETE",
            when=ALWAYS,
            message="billing_counter: a counter is never deleted",
        ),
        guards.refuse(
            "billing_claim",
            "INSERT",
            when=(
                "NEW.session_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cases_session"
                " WHERE id = NEW.session_id"
                " AND confirmed_at IS NOT NULL AND voided_at IS NULL)"
            ),
            message="billing_claim: only confirmed sessions are settled",
        ),
        GuardTable(
            [
                Guard(
                    "a_settled_session_is_never_changed",
                    "cases_session",
                    "UPDATE",
                    changed_while_claimed("session", SESSION),
                    "cases_session: a settled session is never changed",
                )
            ]
        ),
        GuardTable(
            [
                Guard(
                    "a_settled_call_is_never_changed",
                    "connections_call",
                    "UPDATE",
                    changed_while_claimed("call", CALL),
                    "connections_call: a settled call is never changed",
                ),
                Guard(
                    "a_settled_call_is_never_deleted",
                    "connections_call",
                    "DELETE",
                    "EXISTS (SELECT 1 FROM billing_claim WHERE call_id = OLD.id)",
                    "connections_call: a settled call is never deleted",
                ),
            ]
        ),
    ]
