from django.db import migrations


def fill(apps, editor):
    """Watch the tables, and note as due what they hold already."""
    from fernkladde.search.index import begin_anew
    from fernkladde.search.watch import watch_again

    watch_again()
    begin_anew()


class Migration(migrations.Migration):
    """`fernkladde migrate` and the worker then read what is due."""

    dependencies = [
        ("search", "0001_initial"),
        ("customers", "0001_initial"),
        ("plants", "0001_initial"),
        ("contracts", "0002_contracts_and_their_links"),
        ("cases", "0001_initial"),
        ("connections", "0001_initial"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
