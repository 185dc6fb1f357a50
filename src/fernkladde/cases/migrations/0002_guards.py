from typing import TYPE_CHECKING, ClassVar

from django.db import migrations

from fernkladde.journal import guards

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAME = "sessions_of_one_technician_do_not_overlap"

# Ranges alone, no extension: a technician is the range from himself to himself. A
# running timer has no end and so reaches over everything that follows.
EXCLUSION = f"""
    ALTER TABLE cases_session ADD CONSTRAINT {NAME} EXCLUDE USING gist (
        int8range(technician_id, technician_id, '[]') WITH &&,
        tstzrange(started_at, ended_at) WITH &&
    ) WHERE (NOT parallel AND voided_at IS NULL)
"""

# The others do not overlap among themselves, so the last of them that begins before
# the new end is the only one that can reach into the new session.
OVERLAPS = """
    NOT NEW.parallel AND NEW.voided_at IS NULL AND NEW.started_at < (
        SELECT coalesce(other.ended_at, '9999') FROM cases_session other
        WHERE other.technician_id = NEW.technician_id
            AND NOT other.parallel AND other.voided_at IS NULL
            AND (NEW.ended_at IS NULL OR other.started_at < NEW.ended_at)
            {but_itself}
        ORDER BY other.started_at DESC LIMIT 1
    )
"""


def add_exclusion(apps: "Apps", schema_editor: "BaseDatabaseSchemaEditor") -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(EXCLUSION)


def drop_exclusion(apps: "Apps", schema_editor: "BaseDatabaseSchemaEditor") -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE cases_session DROP CONSTRAINT {NAME}")


class Migration(migrations.Migration):
    """One person works on one thing at a time; what was recorded stays readable."""

    dependencies: ClassVar = [
        ("cases", "0001_initial"),
        ("journal", "0002_head_and_guards"),
    ]

    operations: ClassVar = [
        migrations.RunPython(add_exclusion, drop_exclusion),
        guards.refuse(
            "cases_session",
            "INSERT",
            when=OVERLAPS.format(but_itself=""),
            message=NAME,
            name=NAME,
            only="sqlite",
        ),
        guards.refuse(
            "cases_session",
            "UPDATE",
            when=OVERLAPS.format(but_itself="AND other.id <> OLD.id"),
            message=NAME,
            name=f"{NAME}_after_change",
            only="sqlite",
        ),
        guards.refuse(
            "cases_session",
            "DELETE",
            when="TRUE",
            message="cases_session: a session is struck out, never deleted",
            name="a_session_is_never_deleted",
        ),
        guards.refuse(
            "cases_session",
            "TRUNCATE",
            when="TRUE",
            message="cases_session: the table is never emptied",
            name="sessions_are_never_emptied",
        ),
        guards.refuse(
            "cases_session",
            "INSERT",
            when="EXISTS (SELECT 1 FROM cases_session WHERE id = NEW.id)",
            message="cases_session: a session is never replaced",
            name="a_session_is_never_replaced",
            only="sqlite",
        ),
        guards.append_only("cases_sessionversion"),
        guards.append_only("cases_consent"),
    ]
