"""Migration operations that make the database itself refuse a change.

They work on SQLite and PostgreSQL alike, also against raw SQL, and raise
`IntegrityError`; names and messages are sentences, since they are what a traceback
shows. Use them in a migration after the table's last change:

    operations = [
        guards.append_only("billing_line"),
        guards.frozen_except(
            "billing_invoice", columns=("released_by_id",), when="OLD.state = 'issued'"
        ),
        guards.refuse(
            "accounts_user", "DELETE", when="TRUE",
            message="accounts_user: people are deactivated, never deleted",
        ),
    ]

SQLite drops a table's guards whenever Django remakes the table (most changes of a
column), and a frozen table knows only the columns of its day: a migration that
changes a guarded table ends with the same guard once more. SQLite refuses to remake a
table that the guard of another one asks: there begin with `lift(guard)`.
`missing_guards` names what is not in force.

SQLite forgets rows without a word on INSERT OR REPLACE. The guard refuses it where
the primary key exists; for other unique keys it needs PRAGMA recursive_triggers=ON.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState

Event = Literal["INSERT", "UPDATE", "DELETE", "TRUNCATE"]
Vendor = Literal["sqlite", "postgresql"]
Condition = str | Callable[["BaseDatabaseWrapper"], str]

ALWAYS = "TRUE"
# PostgreSQL cuts longer names off in silence.
LONGEST_NAME = 63


class GuardNameTooLong(ValueError):
    """The name of a guard must fit into a name of PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One refusal: on this event of this table, when the condition is true."""

    name: str
    table: str
    event: Event
    when: Condition
    message: str
    only: Vendor | None = None

    def __post_init__(self) -> None:
        if len(self.name) > LONGEST_NAME:
            message = f"{self.name} has more than {LONGEST_NAME} letters; give a name="
            raise GuardNameTooLong(message)

    def belongs_to(self, connection: BaseDatabaseWrapper) -> bool:
        vendor = connection.vendor
        if self.event == "TRUNCATE" and vendor == "sqlite":
            return False
        return self.only in {None, vendor}

    def condition(self, connection: BaseDatabaseWrapper) -> str:
        return self.when if isinstance(self.when, str) else self.when(connection)

    def body(self, connection: BaseDatabaseWrapper) -> str:
        """Return what the database keeps of the guard, word for word."""
        if connection.vendor == "sqlite":
            return self._sqlite_trigger(connection)
        return self._postgres_function_body(connection)

    def create(self, connection: BaseDatabaseWrapper) -> list[str]:
        if connection.vendor == "sqlite":
            return [self.body(connection)]
        level = "STATEMENT" if self.event == "TRUNCATE" else "ROW"
        function = (
            f'CREATE OR REPLACE FUNCTION "{self.name}"() RETURNS trigger'
            f" LANGUAGE plpgsql AS $guard${self.body(connection)}$guard$"
        )
        trigger = (
            f'CREATE TRIGGER "{self.name}" BEFORE {self.event} ON "{self.table}"'
            f' FOR EACH {level} EXECUTE FUNCTION "{self.name}"()'
        )
        return [function, trigger]

    def drop(self, connection: BaseDatabaseWrapper) -> list[str]:
        if connection.vendor == "sqlite":
            return [f'DROP TRIGGER IF EXISTS "{self.name}"']
        return [
            f'DROP TRIGGER IF EXISTS "{self.name}" ON "{self.table}"',
            f'DROP FUNCTION IF EXISTS "{self.name}"()',
        ]

    def _sqlite_trigger(self, connection: BaseDatabaseWrapper) -> str:
        return (
            f'CREATE TRIGGER "{self.name}" BEFORE {self.event} ON "{self.table}"'
            f" WHEN {self.condition(connection)}"
            f" BEGIN SELECT RAISE(ABORT, {_literal(self.message)}); END"
        )

    def _postgres_function_body(self, connection: BaseDatabaseWrapper) -> str:
        row = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(self.event, "NEW")
        return (
            f" BEGIN IF {self.condition(connection)} THEN"
            f" RAISE EXCEPTION USING MESSAGE = {_literal(self.message)},"
            f" ERRCODE = 'integrity_constraint_violation'; END IF;"
            f" RETURN {row}; END "
        )


class GuardTable(Operation):
    """Put guards on a table; doing it again renews them."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, guards: Sequence[Guard]) -> None:
        self.guards = tuple(guards)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: models do not know their guards."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        connection = schema_editor.connection
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        for guard in self.guards:
            if guard.belongs_to(connection):
                for sql in guard.create(connection):
                    schema_editor.execute(sql, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for guard in self.guards:
            for sql in guard.drop(schema_editor.connection):
                schema_editor.execute(sql, params=None)

    def describe(self) -> str:
        return "Refuse: " + "; ".join(guard.message for guard in self.guards)


class LiftGuards(Operation):
    """Take guards off a table, for the length of a migration or for good."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, put: GuardTable) -> None:
        self.put = put

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: models do not know their guards."""

    def database_forwards(self, *where: Any) -> None:
        self.put.database_backwards(*where)

    def database_backwards(self, *where: Any) -> None:
        self.put.database_forwards(*where)

    def describe(self) -> str:
        return "No longer " + self.put.describe().lower()


def append_only(table: str) -> GuardTable:
    """Let rows be added, and nothing else ever happen to them."""
    return GuardTable([_never_changed(table, ALWAYS), *_never_lost(table, ALWAYS)])


def frozen_except(
    table: str,
    *,
    columns: Sequence[str] = (),
    emptied: Sequence[str] = (),
    when: str = ALWAYS,
) -> GuardTable:
    """Let only the named columns change, each once, from NULL to a value.

    `emptied` names texts that may also be emptied, but never told otherwise. `when`
    speaks of OLD and says which rows are frozen; the others are free.
    """

    def changes(connection: BaseDatabaseWrapper) -> str:
        parts = _forbidden_changes(connection, table, columns, emptied)
        return f"({when}) AND ({' OR '.join(parts)})"

    return GuardTable([_never_changed(table, changes), *_never_lost(table, when)])


def refuse(
    table: str,
    event: Event,
    *,
    when: str,
    message: str,
    name: str = "",
    only: Vendor | None = None,
) -> GuardTable:
    """Refuse the event when the condition over OLD and NEW is true.

    The condition may ask other tables. The name is made from the message.
    """
    slug = name or re.sub(r"[^a-z0-9]+", "_", message.lower()).strip("_")
    return GuardTable([Guard(slug, table, event, when, message, only)])


def lift(put: GuardTable) -> LiftGuards:
    return LiftGuards(put)


def missing_guards(connection: BaseDatabaseWrapper) -> list[str]:
    """Name the guards that migrations have set and that are not in force now."""
    return sorted(name for name, holds in guard_states(connection).items() if not holds)


def guard_states(connection: BaseDatabaseWrapper) -> Mapping[str, bool]:
    """Return all guards that migrations have set, and whether each is in force."""
    found = _guards_in_force(connection)
    expected = guards_left_by(_applied_operations(connection), connection)
    return {
        name: found.get(name) == guard.body(connection)
        for name, guard in expected.items()
    }


def _never_changed(table: str, when: Condition) -> Guard:
    message = f"{table}: rows are never changed"
    return Guard(f"{table}_rows_are_never_changed", table, "UPDATE", when, message)


def _never_lost(table: str, when: str) -> Iterator[Guard]:
    deleted = f"{table}: rows are never deleted"
    yield Guard(f"{table}_rows_are_never_deleted", table, "DELETE", when, deleted)
    emptied = f"{table}: the table is never emptied"
    yield Guard(f"{table}_is_never_emptied", table, "TRUNCATE", ALWAYS, emptied)
    replaced = f"{table}: rows are never replaced"
    yield Guard(
        f"{table}_rows_are_never_replaced",
        table,
        "INSERT",
        lambda connection: _row_exists(connection, table),
        replaced,
        only="sqlite",
    )


def _row_exists(connection: BaseDatabaseWrapper, table: str) -> str:
    with connection.cursor() as cursor:
        keys = connection.introspection.get_primary_key_columns(cursor, table) or []
    same = " AND ".join(f'"{key}" = NEW."{key}"' for key in keys)
    return f'EXISTS (SELECT 1 FROM "{table}" WHERE {same})'  # noqa: S608


def _forbidden_changes(
    connection: BaseDatabaseWrapper,
    table: str,
    columns: Sequence[str],
    emptied: Sequence[str],
) -> Iterator[str]:
    differs = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    for name in _columns_of(connection, table):
        change = f'NEW."{name}" {differs} OLD."{name}"'
        if name in columns:
            yield f'(OLD."{name}" IS NOT NULL AND {change})'
        elif name in emptied:
            yield f"""(NEW."{name}" {differs} '' AND {change})"""
        else:
            yield change


def _columns_of(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    """Name the columns; SQLite is asked itself, since Django reads all of its SQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM pragma_table_info(%s)", [table])
            return [name for (name,) in cursor.fetchall()]
        described = connection.introspection.get_table_description(cursor, table)
    return [column.name for column in described]


def _literal(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def guards_left_by(
    operations: Iterable[Operation], connection: BaseDatabaseWrapper
) -> Mapping[str, Guard]:
    """Return what these operations, one after the other, have left in force."""
    expected: dict[str, Guard] = {}
    for operation in operations:
        if isinstance(operation, LiftGuards):
            for guard in operation.put.guards:
                expected.pop(guard.name, None)
        elif isinstance(operation, GuardTable):
            ours = (g for g in operation.guards if g.belongs_to(connection))
            expected.update({guard.name: guard for guard in ours})
    return expected


def _applied_operations(connection: BaseDatabaseWrapper) -> Iterator[Operation]:
    loader = MigrationLoader(connection)
    for key in sorted(loader.applied_migrations):
        if key in loader.disk_migrations:
            yield from loader.disk_migrations[key].operations


def _guards_in_force(connection: BaseDatabaseWrapper) -> Mapping[str, str]:
    if connection.vendor == "sqlite":
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        sql = (
            "SELECT t.tgname, p.prosrc FROM pg_trigger t"
            " JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())
