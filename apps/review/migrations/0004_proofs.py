"""The work done for an objection counts once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("review", "0003_history")]
    operations = [
        migrations.AddField(
            model_name="objection",
            name="proof",
            field=models.CharField(default="", editable=False, max_length=200, unique=True),
            preserve_default=False,
        ),
    ]
