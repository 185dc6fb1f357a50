"""The canonical export: every row of every room, without what two runs may differ in.

Keys are replaced by what they point to, for a number rolled back is used again on
SQLite and not on PostgreSQL. Time stamps and what hangs on them (hashes, the head of
the Kladde printed on papers) are left out; the times of work are not time stamps.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from django.apps import apps
from django.db import models

from fernkladde.accounts.models import User
from fernkladde.billing.models import Settlement

Export = dict[str, Counter[str]]
Row = dict[str, Any]

ROOMS = (
    "accounts", "customers", "plants", "contracts", "cases", "connections",
    "billing", "journal",
)  # fmt: skip
TIMES_OF_WORK = {"started_at", "ended_at", "asked_at", "consented_at"}
NAMES = ("number", "code", "username", "period", "series")
# What counts how often something was tried, and what the chain of the Kladde decides.
LEFT_OUT = {
    "accounts.User": {"password"},
    "billing.Run": {"seen_entry"},
    "billing.Preview": {"net_before", "net_by_case_before"},
    "billing.Invoice": {"document_sha256"},
    "billing.Rendering": {"lease", "attempts", "pdf_sha256", "xml_sha256"},
    "journal.Entry": {
        "sequence", "hash", "previous_hash", "commitments", "clock_regression",
    },
    "journal.PersonalValue": {"salt"},
}  # fmt: skip
# The head of the Kladde printed on a paper, and the hash of that paper.
CHAINED = {"chain_head", "document_sha256", "statement_sha256"}
# Facts that are keys of rows.
KEYS = {"consent", "note"}
PERSON = re.compile(r"user/(\d+)")
STATEMENT = re.compile(r"statements/(\d+)\.pdf")
# A repeated run adds lines to the run log, and nothing else.
RUN_LOG = {"billing.month-previewed", "billing.month-approved"}


def canonical_export() -> Export:
    """Return each table's rows as a bag."""
    return _Reading().export()


class _Reading:
    """All tables as they are now, by their keys."""

    def __init__(self) -> None:
        found = [t for room in ROOMS for t in apps.get_app_config(room).get_models()]
        self.tables = [t for t in found if t._meta.label != "journal.Head"]
        self.rows: dict[type[models.Model], dict[Any, Row]] = {
            table: _rows(table) for table in self.tables
        }
        self.names: dict[tuple[type[models.Model], Any], str] = {}

    def export(self) -> Export:
        return {
            table._meta.label: Counter(
                self.plain(table, row)
                for row in self.rows[table].values()
                if row.get("kind") not in RUN_LOG
            )
            for table in self.tables
        }

    def plain(self, table: type[models.Model], row: Row) -> str:
        told = {
            field.name: self.value(field, row[field.attname])
            for field in _fields(table)
        }
        return json.dumps(told, sort_keys=True, default=str, ensure_ascii=False)

    def value(self, field: models.Field[Any, Any], value: Any) -> Any:
        if isinstance(field, models.ForeignKey):
            return None if value is None else self.name(field.related_model, value)
        if isinstance(value, str) and value.startswith("{"):
            value = json.loads(value)
        return self.scrubbed(value)

    def scrubbed(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: self.scrubbed(one)
                for name, one in value.items()
                if name not in CHAINED and not (name in KEYS and isinstance(one, int))
            }
        if isinstance(value, list):
            return [self.scrubbed(one) for one in value]
        if isinstance(value, str) and (person := PERSON.fullmatch(value)):
            return self.name(User, int(person[1]))
        if isinstance(value, str) and (paper := STATEMENT.fullmatch(value)):
            return self.name(Settlement, int(paper[1]))
        return value

    def name(self, table: Any, key: Any) -> str:
        """Name a row by its own number, else by all that stands in it."""
        if (table, key) not in self.names:
            row = self.rows[table][key]
            own = [row[column] for column in NAMES if column in row]
            self.names[table, key] = str(own[0]) if own else self.plain(table, row)
        return self.names[table, key]


def _fields(table: type[models.Model]) -> list[models.Field[Any, Any]]:
    left_out = LEFT_OUT.get(table._meta.label, set())
    return [
        field
        for field in table._meta.concrete_fields
        if not field.primary_key
        and field.name not in left_out
        and not (
            isinstance(field, models.DateTimeField) and field.name not in TIMES_OF_WORK
        )
    ]


def _rows(table: type[models.Model]) -> dict[Any, Row]:
    columns = [field.attname for field in _fields(table)]
    return {row["pk"]: row for row in table._base_manager.values("pk", *columns)}


def differences(found: Export, expected: Export) -> list[str]:
    """Say which rows are too many and which are missing."""
    told = []
    for table, rows in expected.items():
        told += [f"{table}: missing {row}" for row in (rows - found[table])]
        told += [f"{table}: too many {row}" for row in (found[table] - rows)]
    return told
