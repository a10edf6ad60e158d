"""Goals carry their points, their source and how they are scored."""

import django.core.validators
from decimal import Decimal
from django.db import migrations, models

from imbudget.kit.history import history_trigger_sql

TABLE = ("projects_goalindicator", "projects_historicalgoalindicator")
COLUMNS = ["id", "project_id", "number", "kind", "content", "nature", "value", "annual", "measure"]
BEFORE = history_trigger_sql(*TABLE, COLUMNS)
HISTORY = history_trigger_sql(*TABLE, [*COLUMNS, "weight", "source", "scoring", "is_core", "library"])


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0017_goals"),
    ]

    operations = [
        migrations.AddField(
            model_name="goalindicator",
            name="is_core",
            field=models.BooleanField(default=False, verbose_name="core indicator"),
        ),
        migrations.AddField(
            model_name="goalindicator",
            name="library",
            field=models.CharField(blank=True, max_length=30, verbose_name="code in the library"),
        ),
        migrations.AddField(
            model_name="goalindicator",
            name="scoring",
            field=models.CharField(blank=True, max_length=500, verbose_name="scoring rule"),
        ),
        migrations.AddField(
            model_name="goalindicator",
            name="source",
            field=models.CharField(
                blank=True,
                choices=[
                    ("manual", "entered with evidence"),
                    ("progress", "progress reports"),
                    ("finished", "day of completion in progress reports"),
                    ("execution", "execution rate of payments"),
                    ("paid", "amount paid"),
                    ("households", "households paid by rosters"),
                    ("area", "area paid by rosters"),
                    ("approval", "days of approval"),
                    ("review", "days of expert review"),
                    ("survey", "satisfaction survey"),
                ],
                max_length=10,
                verbose_name="source of the value",
            ),
        ),
        migrations.AddField(
            model_name="goalindicator",
            name="weight",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=5,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(Decimal("0")),
                    django.core.validators.MaxValueValidator(Decimal("100")),
                ],
                verbose_name="weight",
            ),
        ),
        migrations.AddField(
            model_name="historicalgoalindicator",
            name="is_core",
            field=models.BooleanField(default=False, verbose_name="core indicator"),
        ),
        migrations.AddField(
            model_name="historicalgoalindicator",
            name="library",
            field=models.CharField(blank=True, max_length=30, verbose_name="code in the library"),
        ),
        migrations.AddField(
            model_name="historicalgoalindicator",
            name="scoring",
            field=models.CharField(blank=True, max_length=500, verbose_name="scoring rule"),
        ),
        migrations.AddField(
            model_name="historicalgoalindicator",
            name="source",
            field=models.CharField(
                blank=True,
                choices=[
                    ("manual", "entered with evidence"),
                    ("progress", "progress reports"),
                    ("finished", "day of completion in progress reports"),
                    ("execution", "execution rate of payments"),
                    ("paid", "amount paid"),
                    ("households", "households paid by rosters"),
                    ("area", "area paid by rosters"),
                    ("approval", "days of approval"),
                    ("review", "days of expert review"),
                    ("survey", "satisfaction survey"),
                ],
                max_length=10,
                verbose_name="source of the value",
            ),
        ),
        migrations.AddField(
            model_name="historicalgoalindicator",
            name="weight",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=5,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(Decimal("0")),
                    django.core.validators.MaxValueValidator(Decimal("100")),
                ],
                verbose_name="weight",
            ),
        ),
        migrations.AlterField(
            model_name="goalindicator",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("cost_money", "cost: economic"),
                    ("cost_social", "cost: social"),
                    ("cost_nature", "cost: ecological environment"),
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
        migrations.AlterField(
            model_name="historicalgoalindicator",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("cost_money", "cost: economic"),
                    ("cost_social", "cost: social"),
                    ("cost_nature", "cost: ecological environment"),
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
        migrations.AddConstraint(
            model_name="goalindicator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("weight__isnull", True), models.Q(("weight__gte", 0), ("weight__lte", 100)), _connector="OR"
                ),
                name="goal_weight_in_points",
            ),
        ),
        migrations.RunSQL(BEFORE[1] + HISTORY[0], HISTORY[1] + BEFORE[0]),
    ]
