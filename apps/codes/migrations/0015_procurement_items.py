"""The catalogue of government procurement is a classification of each year."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("codes", "0005_calendar"),
    ]

    operations = [
        migrations.AlterField(
            model_name="code",
            name="catalog",
            field=models.CharField(
                choices=[
                    ("function", "expenditure by function"),
                    ("economic_dept", "department economic class"),
                    ("economic_gov", "government economic class"),
                    ("fund_type", "fund type"),
                    ("procurement", "procurement item"),
                ],
                max_length=20,
                verbose_name="classification",
            ),
        ),
        migrations.AlterField(
            model_name="historicalcode",
            name="catalog",
            field=models.CharField(
                choices=[
                    ("function", "expenditure by function"),
                    ("economic_dept", "department economic class"),
                    ("economic_gov", "government economic class"),
                    ("fund_type", "fund type"),
                    ("procurement", "procurement item"),
                ],
                max_length=20,
                verbose_name="classification",
            ),
        ),
    ]
