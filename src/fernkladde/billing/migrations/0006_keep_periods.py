"""Forget kept figures that have scarce periods only: the worker makes them anew."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_standing")]

    operations = [
        migrations.RunSQL("DELETE FROM billing_standing", migrations.RunSQL.noop)
    ]
