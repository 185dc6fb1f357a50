"""Make the head of the chain, then let the database refuse what must not happen."""

from django.db import migrations

from fernkladde.journal import guards


def make_head(apps, schema_editor):
    apps.get_model("journal", "Head").objects.create()


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunPython(make_head, migrations.RunPython.noop),
        guards.append_only("journal_entry"),
        guards.refuse(
            "journal_entry",
            "INSERT",
            when=(
                "NEW.sequence > 1 AND NOT EXISTS (SELECT 1 FROM journal_entry"
                " WHERE sequence = NEW.sequence - 1 AND hash = NEW.previous_hash)"
            ),
            message="journal_entry: an entry follows the entry before",
        ),
        # Erasing is the one change: value and salt go, the entry that tells comes.
        guards.frozen_except(
            "journal_personalvalue", columns=("erased_by_id",), emptied=("value", "salt")
        ),
        guards.refuse(
            "journal_head",
            "UPDATE",
            when="NEW.sequence < OLD.sequence",
            message="journal_head: the head only moves forward",
        ),
        guards.refuse(
            "journal_head",
            "DELETE",
            when=guards.ALWAYS,
            message="journal_head: the head is never deleted",
        ),
    ]
