"""A request is found by the beginning of its number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disbursement", "0012_flow_totals")]

    operations = [
        migrations.AddIndex(
            model_name="paymentrequest",
            index=models.Index(fields=["number"], name="request_number", opclasses=["varchar_pattern_ops"]),
        ),
    ]
