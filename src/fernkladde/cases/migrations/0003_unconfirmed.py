from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_guards")]

    operations = [
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("confirmed_at", None), ("voided_at", None)),
                fields=["started_at", "id"],
                name="session_unconfirmed",
            ),
        ),
    ]
