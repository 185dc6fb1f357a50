from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_guards")]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("fee__isnull", False)),
                fields=["fee_case"],
                name="claim_case_of_fee",
            ),
        ),
    ]
