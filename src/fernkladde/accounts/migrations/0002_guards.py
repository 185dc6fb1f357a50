from django.db import migrations

from fernkladde.journal import guards


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        guards.refuse(
            "accounts_user",
            "DELETE",
            when=guards.ALWAYS,
            message="accounts_user: people are deactivated, never deleted",
        ),
        guards.refuse(
            "accounts_user",
            "UPDATE",
            when=(
                "OLD.is_active AND OLD.role = 'administrator'"
                " AND NOT (NEW.is_active AND NEW.role = 'administrator')"
                " AND NOT EXISTS (SELECT 1 FROM accounts_user WHERE is_active"
                " AND role = 'administrator' AND id <> OLD.id)"
            ),
            message="accounts_user: the last administrator stays",
        ),
    ]
