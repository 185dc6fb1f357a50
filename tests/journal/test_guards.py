from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState

from fernkladde.journal import guards
from tests.journal import make

if TYPE_CHECKING:
    from fernkladde.journal.guards import GuardTable, LiftGuards

pytestmark = pytest.mark.django_db

on_sqlite = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="only SQLite replaces rows"
)
on_postgres = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="only PostgreSQL truncates"
)


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def refused(sql: str, rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        run(sql)


def rows(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
        found: list[tuple[object, ...]] = cursor.fetchall()
    return found


def put(operation: GuardTable | LiftGuards, *, back: bool = False) -> None:
    state = ProjectState()
    editor = connection.schema_editor()
    do = operation.database_backwards if back else operation.database_forwards
    do("tests", editor, state, state)


@pytest.fixture
def papers() -> str:
    """Make a table of papers: 1 is a draft, 2 and 3 are issued, 3 is released."""
    run(
        "CREATE TABLE papers (id integer PRIMARY KEY, state varchar(8), total numeric,"
        " note varchar(20), released_by_id integer)"
    )
    run(
        "INSERT INTO papers VALUES (1, 'draft', 10, '', NULL),"
        " (2, 'issued', 20, 'x', NULL), (3, 'issued', 30, NULL, 2)"
    )
    return "papers"


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("UPDATE journal_entry SET kind = 'a.b'", "rows are never changed"),
        ("UPDATE journal_entry SET hash = hash", "rows are never changed"),
        ("DELETE FROM journal_entry", "rows are never deleted"),
        ("UPDATE journal_personalvalue SET value = 'x'", "rows are never changed"),
        ("DELETE FROM journal_personalvalue", "rows are never deleted"),
        ("UPDATE journal_head SET sequence = 0", "only moves forward"),
        ("DELETE FROM journal_head", "never deleted"),
    ],
)
def test_raw_sql_does_not_change_the_kladde(sql: str, rule: str) -> None:
    make.entry(personal={"caller": "Müller"})

    refused(sql, rule)


@on_sqlite
@pytest.mark.parametrize("recursive_triggers", ["ON", "OFF"])
def test_sqlite_does_not_replace_an_entry(recursive_triggers: str) -> None:
    make.entry()
    run(f"PRAGMA recursive_triggers = {recursive_triggers}")

    sql = "INSERT OR REPLACE INTO journal_entry SELECT * FROM journal_entry"

    try:
        refused(sql, "rows are never replaced")
    finally:
        run("PRAGMA recursive_triggers = ON")


@on_postgres
@pytest.mark.parametrize(
    "sql",
    [
        "TRUNCATE journal_entry CASCADE",
        "TRUNCATE journal_personalvalue",
        "TRUNCATE journal_personalvalue, journal_entry",
    ],
)
def test_postgres_does_not_empty_the_kladde(sql: str) -> None:
    make.entry(personal={"caller": "Müller"})
    run("SET CONSTRAINTS ALL IMMEDIATE")

    refused(sql, "the table is never emptied")


def test_an_entry_that_follows_none_is_not_inserted() -> None:
    make.entry()
    columns = (
        "happened_at, actor_id, actor_label, kind, subject, facts, commitments,"
        " clock_regression, previous_hash, hash"
    )

    for sequence in (2, 3):
        refused(
            f"INSERT INTO journal_entry (sequence, {columns})"
            f" SELECT {sequence}, {columns} FROM journal_entry",
            "an entry follows the entry before",
        )


def test_rows_of_an_append_only_table_stay(papers: str) -> None:
    put(guards.append_only(papers))

    run("INSERT INTO papers VALUES (4, 'draft', 1, '', NULL)")
    refused(
        "UPDATE papers SET total = 0 WHERE id = 1", "papers: rows are never changed"
    )
    refused("DELETE FROM papers WHERE id = 1", "papers: rows are never deleted")


def test_guards_can_be_taken_back_and_renewed(papers: str) -> None:
    operation = guards.append_only(papers)
    put(operation)
    put(operation)

    put(operation, back=True)

    run("UPDATE papers SET total = 0")
    run("DELETE FROM papers")


def test_guards_can_be_lifted_and_the_lifting_taken_back(papers: str) -> None:
    operation = guards.append_only(papers)
    put(operation)

    put(guards.lift(operation))
    run("UPDATE papers SET total = 0")
    put(guards.lift(operation), back=True)

    refused("UPDATE papers SET total = 1", "rows are never changed")


def test_guards_that_were_lifted_are_not_missed() -> None:
    lines, papers = guards.append_only("lines"), guards.append_only("papers")
    steps = [lines, papers, guards.lift(lines), papers]

    left = guards.guards_left_by(steps, connection)

    assert {guard.table for guard in left.values()} == {"papers"}


def test_a_migration_plan_tells_what_will_be_refused() -> None:
    put = guards.append_only("papers")

    assert "papers: rows are never changed" in put.describe()
    assert "no longer refuse: papers: rows" in guards.lift(put).describe().lower()


@pytest.mark.parametrize(
    "change",
    [
        "total = 21",
        "total = NULL",
        "note = ''",
        "note = NULL",
        "state = 'draft'",
        "id = 9",
        "total = 21, released_by_id = 3",
    ],
)
def test_a_frozen_row_does_not_change(papers: str, change: str) -> None:
    put(guards.frozen_except(papers, columns=("released_by_id",)))

    refused(f"UPDATE papers SET {change} WHERE id = 2", "rows are never changed")


def test_a_named_column_of_a_frozen_row_is_written_once(papers: str) -> None:
    put(guards.frozen_except(papers, columns=("released_by_id",)))

    run("UPDATE papers SET released_by_id = 3 WHERE id = 2")

    refused("UPDATE papers SET released_by_id = 1 WHERE id = 2", "never changed")
    refused("UPDATE papers SET released_by_id = NULL WHERE id = 2", "never changed")
    run("UPDATE papers SET released_by_id = 3, total = 20 WHERE id = 2")


def test_a_row_freezes_when_the_condition_holds(papers: str) -> None:
    put(guards.frozen_except(papers, when="OLD.state = 'issued'"))

    run("UPDATE papers SET total = 11 WHERE id = 1")
    run("UPDATE papers SET state = 'issued' WHERE id = 1")

    refused("UPDATE papers SET total = 12 WHERE id = 1", "rows are never changed")
    refused("DELETE FROM papers WHERE id = 1", "rows are never deleted")


def test_a_row_that_is_not_frozen_may_go(papers: str) -> None:
    put(guards.frozen_except(papers, when="OLD.state = 'issued'"))

    run("DELETE FROM papers WHERE id = 1")

    assert [row[0] for row in rows(papers)] == [2, 3]


@on_sqlite
def test_sqlite_does_not_replace_a_frozen_row(papers: str) -> None:
    put(guards.frozen_except(papers, when="OLD.state = 'issued'"))

    refused(
        "INSERT OR REPLACE INTO papers VALUES (2, 'draft', 0, '', NULL)",
        "rows are never replaced",
    )


@on_postgres
def test_postgres_does_not_empty_a_frozen_table(papers: str) -> None:
    put(guards.frozen_except(papers, when="OLD.state = 'issued'"))

    refused("TRUNCATE papers", "the table is never emptied")


def test_an_event_is_refused_by_what_other_rows_say(papers: str) -> None:
    put(
        guards.refuse(
            papers,
            "INSERT",
            when=(
                "EXISTS (SELECT 1 FROM papers"
                " WHERE state = NEW.state AND total = NEW.total)"
            ),
            message="papers: the shop's papers differ",
        )
    )

    run("INSERT INTO papers VALUES (4, 'issued', 10, '', NULL)")
    refused(
        "INSERT INTO papers VALUES (5, 'issued', 10, '', NULL)",
        "papers: the shop's papers differ",
    )


def test_a_guard_may_be_meant_for_one_engine(papers: str) -> None:
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"

    put(
        guards.refuse(
            papers,
            "INSERT",
            when=guards.ALWAYS,
            message="papers: never here",
            only=other,  # type: ignore[arg-type]
        )
    )

    run("INSERT INTO papers VALUES (4, 'draft', 1, '', NULL)")


def test_a_name_that_postgres_would_cut_is_refused() -> None:
    with pytest.raises(guards.GuardNameTooLong):
        guards.refuse(
            "papers", "UPDATE", when="TRUE", message="papers: " + "very " * 12
        )


def test_no_guard_of_any_room_is_missing() -> None:
    assert guards.missing_guards(connection) == []


def test_a_guard_that_is_gone_is_named() -> None:
    table = " ON journal_entry" if connection.vendor == "postgresql" else ""

    run(f"DROP TRIGGER journal_entry_rows_are_never_changed{table}")

    expected = ["journal_entry_rows_are_never_changed"]
    assert guards.missing_guards(connection) == expected


def test_a_guard_that_was_softened_is_named() -> None:
    name = "journal_entry_rows_are_never_deleted"
    if connection.vendor == "sqlite":
        run(f"DROP TRIGGER {name}")
        run(f"CREATE TRIGGER {name} BEFORE DELETE ON journal_entry BEGIN SELECT 1; END")
    else:
        run(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN OLD; END $$"
        )

    assert guards.missing_guards(connection) == [name]


@on_postgres
def test_a_guard_that_is_switched_off_is_named() -> None:
    run("ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_is_never_emptied")

    assert guards.missing_guards(connection) == ["journal_entry_is_never_emptied"]
