"""Performance goals of projects, and the catalogue item of what is procured."""

import django.db.models.constraints
import django.db.models.deletion
import simple_history.models
from django.db import migrations, models

from imbudget.kit.history import HistoryTriggers, history_trigger_sql

TABLE = ("projects_costline", "projects_historicalcostline")
COLUMNS = [
    *("id", "project_id", "number", "year", "content", "quantity", "measure", "price", "basis"),
    *("function_id", "department_economic_id", "government_economic_id", "is_procurement"),
]
BEFORE = history_trigger_sql(*TABLE, COLUMNS)
HISTORY = history_trigger_sql(*TABLE, [*COLUMNS, "procurement_item_id"])


class Migration(migrations.Migration):
    dependencies = [
        ("codes", "0015_procurement_items"),
        ("projects", "0007_reviewed"),
    ]

    operations = [
        migrations.AddField(
            model_name="costline",
            name="procurement_item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="codes.code",
                verbose_name="procurement item",
            ),
        ),
        migrations.AddField(
            model_name="historicalcostline",
            name="procurement_item",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="codes.code",
                verbose_name="procurement item",
            ),
        ),
        migrations.CreateModel(
            name="HistoricalGoalIndicator",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="line number")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("quantity", "output: quantity"),
                            ("quality", "output: quality"),
                            ("timeliness", "output: timeliness"),
                            ("cost", "output: cost"),
                            ("economic", "benefit: economic"),
                            ("social", "benefit: social"),
                            ("ecological", "benefit: ecological"),
                            ("lasting", "benefit: lasting effect"),
                            ("satisfaction", "satisfaction of those served"),
                        ],
                        max_length=12,
                        verbose_name="kind of indicator",
                    ),
                ),
                ("content", models.CharField(max_length=300, verbose_name="indicator")),
                (
                    "nature",
                    models.CharField(
                        blank=True,
                        choices=[("at_least", "≥"), ("at_most", "≤"), ("equal", "="), ("qualitative", "in words")],
                        max_length=11,
                        verbose_name="comparison",
                    ),
                ),
                ("value", models.CharField(max_length=60, verbose_name="target value")),
                ("annual", models.CharField(blank=True, max_length=60, verbose_name="target value of the year")),
                ("measure", models.CharField(blank=True, max_length=30, verbose_name="unit of measure")),
                ("history_address", models.CharField(blank=True, max_length=45, null=True, verbose_name="address")),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical performance goal",
                "verbose_name_plural": "historical performance goals",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="GoalIndicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="line number")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("quantity", "output: quantity"),
                            ("quality", "output: quality"),
                            ("timeliness", "output: timeliness"),
                            ("cost", "output: cost"),
                            ("economic", "benefit: economic"),
                            ("social", "benefit: social"),
                            ("ecological", "benefit: ecological"),
                            ("lasting", "benefit: lasting effect"),
                            ("satisfaction", "satisfaction of those served"),
                        ],
                        max_length=12,
                        verbose_name="kind of indicator",
                    ),
                ),
                ("content", models.CharField(max_length=300, verbose_name="indicator")),
                (
                    "nature",
                    models.CharField(
                        blank=True,
                        choices=[("at_least", "≥"), ("at_most", "≤"), ("equal", "="), ("qualitative", "in words")],
                        max_length=11,
                        verbose_name="comparison",
                    ),
                ),
                ("value", models.CharField(max_length=60, verbose_name="target value")),
                ("annual", models.CharField(blank=True, max_length=60, verbose_name="target value of the year")),
                ("measure", models.CharField(blank=True, max_length=30, verbose_name="unit of measure")),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="goals",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "performance goal",
                "verbose_name_plural": "performance goals",
                "ordering": ["project", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("project", "number"),
                        name="goal_indicator_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(BEFORE[1] + HISTORY[0], HISTORY[1] + BEFORE[0]),
        HistoryTriggers(
            "projects_goalindicator",
            "projects_historicalgoalindicator",
            ["id", "project_id", "number", "kind", "content", "nature", "value", "annual", "measure"],
        ),
    ]
