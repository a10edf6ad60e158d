"""Indexes of the lists: a round of a league and of all regions by the newest line; single keys that begin another go."""

import django.db.models.deletion
from django.db import migrations, models

# A year has one or two rounds, a unit one region and one league: without this the planner takes them for chance and
# expects a tenth of the rows.
STATISTICS = (
    "CREATE STATISTICS {table}_keys (dependencies) ON year_id, round, unit_id, region_id, league_id FROM {table}"
)
TABLES = ("budget_budgetline", "budget_budgetsheet")


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0008_snapshot_rows"),
        ("codes", "0004_search_initials"),
        ("regions", "0003_search_initials"),
    ]

    operations = [
        migrations.AlterField(
            model_name="budgetline",
            name="league",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
            ),
        ),
        migrations.AlterField(
            model_name="budgetline",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
            ),
        ),
        migrations.AlterField(
            model_name="budgetline",
            name="sheet",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="budget.budgetsheet",
                verbose_name="budget sheet",
            ),
        ),
        migrations.AlterField(
            model_name="budgetline",
            name="year",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="codes.fiscalyear",
            ),
        ),
        migrations.AddIndex(
            model_name="budgetline",
            index=models.Index(fields=["league", "year", "round", "-id"], name="line_league_round"),
        ),
        migrations.AddIndex(
            model_name="budgetline",
            index=models.Index(fields=["year", "round", "-id"], name="line_round"),
        ),
        migrations.AddIndex(
            model_name="budgetsheet",
            index=models.Index(
                fields=["league", "year", "round", "-updated_at", "-id"], name="sheet_league_round_updated"
            ),
        ),
        migrations.RunSQL(
            [STATISTICS.format(table=table) for table in TABLES],
            [f"DROP STATISTICS {table}_keys" for table in TABLES],
        ),
    ]
