"""Less to write at the month's end: few indexes, no content of previews."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import PROTECT, ForeignKey, Q

# As Django named them; dropped by name, because altering the columns would remake the
# tables on SQLite, with all their guards and those of sessions and calls.
SUPERFLUOUS = (
    "billing_claim_call_id_c39d57b5",
    "billing_claim_fee_case_b5a361ef",
    "billing_claim_fee_case_b5a361ef_like",  # PostgreSQL alone has it
    "billing_claim_released_by_id_e0e4fc2b",
    "billing_line_contract_id_2c51220b",
    "billing_line_invoice_id_e75ab6dd",
    "billing_line_version_id_a625713c",
)


def _key(to: str, name: str, *, null: bool = False) -> ForeignKey:
    return ForeignKey(to, PROTECT, db_index=False, null=null, related_name=name)


def store_as_is(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let PostgreSQL keep long texts unpacked: packing took as long as all the rest."""
    if editor.connection.vendor == "postgresql":
        for table, column in (
            ("billing_settlement", "content"),
            ("billing_settlement", "statement"),
            ("billing_invoice", "document"),
        ):
            editor.execute(
                f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL"
            )


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0003_case_of_fee"),
        ("connections", "0001_initial"),
        ("contracts", "0003_guards"),
    ]

    operations = [
        migrations.RemoveField("preview", "content"),
        migrations.AddField(
            "preview", "net_by_case", models.JSONField(default=dict)
        ),
        migrations.AddField(
            "preview", "net_by_case_before", models.JSONField(null=True)
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [f"DROP INDEX IF EXISTS {name}" for name in SUPERFLUOUS],
                    migrations.RunSQL.noop,
                )
            ],
            state_operations=[
                migrations.AlterField(
                    "claim", "call", _key("connections.call", "claims", null=True)
                ),
                migrations.AlterField(
                    "claim", "fee_case", models.CharField(default="", max_length=60)
                ),
                migrations.AlterField(
                    "claim", "released_by", _key("billing.invoice", "+", null=True)
                ),
                migrations.AlterField(
                    "line", "contract", _key("contracts.contract", "+", null=True)
                ),
                migrations.AlterField(
                    "line", "invoice", _key("billing.invoice", "lines")
                ),
                migrations.AlterField(
                    "line", "version", _key("contracts.tariffversion", "+")
                ),
            ],
        ),
        migrations.RemoveConstraint("claim", "one_live_claim_per_call"),
        migrations.RemoveConstraint("claim", "one_live_claim_per_fee"),
        migrations.AddConstraint(
            "claim",
            models.UniqueConstraint(
                condition=Q(released_by=None, call__isnull=False),
                fields=("call",),
                name="one_live_claim_per_call",
            ),
        ),
        migrations.AddConstraint(
            "claim",
            models.UniqueConstraint(
                condition=Q(released_by=None, fee__isnull=False),
                fields=("fee",),
                name="one_live_claim_per_fee",
            ),
        ),
        migrations.AddIndex(
            "claim",
            models.Index(
                condition=Q(call__isnull=False), fields=["call"], name="claim_of_call"
            ),
        ),
        migrations.AddIndex(
            "claim",
            models.Index(
                condition=Q(released_by__isnull=False),
                fields=["released_by"],
                name="claim_released_by",
            ),
        ),
        migrations.RunPython(store_as_is, migrations.RunPython.noop),
    ]
