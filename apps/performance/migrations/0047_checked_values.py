"""A value that looked like a slip keeps that somebody has confirmed it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0046_disclosed_projects"),
    ]

    operations = [
        migrations.AddField(
            model_name="actualvalue",
            name="is_checked",
            field=models.BooleanField(db_default=False, default=False, verbose_name="confirmed as right"),
        ),
    ]
