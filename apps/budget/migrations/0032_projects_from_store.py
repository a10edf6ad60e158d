"""Whether a region budgets for stored projects only."""

from django.db import migrations, models

from imbudget.kit.history import history_trigger_sql

TABLE = ("budget_regionsetting", "budget_historicalregionsetting")
COLUMNS = ["id", "region_id", "function_level_lines", "default_fund", "source"]
BEFORE = history_trigger_sql(*TABLE, COLUMNS)
HISTORY = history_trigger_sql(*TABLE, [*COLUMNS, "projects_from_store"])


def field() -> models.BooleanField:
    return models.BooleanField(
        default=False,
        help_text="Every line of project expenditure then names a stored project of its unit.",
        verbose_name="projects come from the store",
    )


class Migration(migrations.Migration):
    dependencies = [("budget", "0031_base_triggers"), ("projects", "0007_reviewed")]
    operations = [
        migrations.AddField(model_name="historicalregionsetting", name="projects_from_store", field=field()),
        migrations.AddField(model_name="regionsetting", name="projects_from_store", field=field()),
        migrations.RunSQL(BEFORE[1] + HISTORY[0], HISTORY[1] + BEFORE[0]),
    ]
