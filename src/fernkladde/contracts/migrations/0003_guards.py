from typing import ClassVar

from django.db import migrations

from fernkladde.journal import guards


class Migration(migrations.Migration):
    """What an invoice rests on stays as it was, `in_use_since` included."""

    dependencies: ClassVar = [
        ("contracts", "0002_contracts_and_their_links"),
        ("journal", "0002_head_and_guards"),
    ]

    operations: ClassVar = [
        guards.frozen_except(
            "contracts_tariffversion", when="OLD.in_use_since IS NOT NULL"
        ),
    ]
