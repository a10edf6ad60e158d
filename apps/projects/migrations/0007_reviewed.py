"""What an expert review left of a project's total."""

from django.db import migrations, models

from imbudget.kit.history import history_trigger_sql

COLUMNS = [
    "id",
    "code",
    "name",
    "unit_id",
    "region_id",
    "league_id",
    "department_id",
    "kind",
    "category_id",
    "level",
    "upper_id",
    "origin",
    "continues_id",
    "setup_year",
    "start_year",
    "end_year",
    "responsible",
    "phone",
    "total",
    "overview",
    "necessity",
    "feasibility",
    "organisation",
    "risks",
    "is_capital",
    "is_research",
    "is_procurement",
    "is_service",
    "answer_id",
    "urgency",
    "state",
    "return_reason",
    "version",
    "author_id",
    "submitted_at",
    "stored_at",
    "created_at",
]
BEFORE = history_trigger_sql("projects_project", "projects_historicalproject", COLUMNS)
HISTORY = history_trigger_sql("projects_project", "projects_historicalproject", [*COLUMNS, "reviewed"])


def field() -> models.DecimalField:
    return models.DecimalField(
        blank=True,
        decimal_places=2,
        editable=False,
        help_text="In yuan; what its expert review left of the total. It caps what can be budgeted.",
        max_digits=20,
        null=True,
        verbose_name="amount after review",
    )


class Migration(migrations.Migration):
    dependencies = [("projects", "0006_region_figures")]
    operations = [
        migrations.AddField(model_name="historicalproject", name="reviewed", field=field()),
        migrations.AddField(model_name="project", name="reviewed", field=field()),
        migrations.RunSQL(BEFORE[1] + HISTORY[0], HISTORY[1] + BEFORE[0]),
    ]
