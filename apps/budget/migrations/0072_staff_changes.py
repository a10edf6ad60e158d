"""Head counts of units on their way to being in force."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from imbudget.kit.history import HistoryTriggers

SCOPE = """
CREATE TRIGGER budget_staffchange_scope BEFORE INSERT ON budget_staffchange
    FOR EACH ROW EXECUTE FUNCTION budget_sheet_scope();
"""
SCOPE_BACK = "DROP TRIGGER budget_staffchange_scope ON budget_staffchange;"


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0071_advance_clocks"),
        ("codes", "0015_procurement_items"),
        ("regions", "0006_more_grants"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalStaffChange",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("counts", models.JSONField(default=dict, verbose_name="head counts")),
                ("as_of", models.DateField(verbose_name="as of")),
                ("in_force", models.DateField(verbose_name="in force from")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source document")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "under approval"),
                            ("returned", "returned"),
                            ("approved", "approved, not yet in force"),
                            ("in_force", "in force"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="submitted",
                        editable=False,
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "return_reason",
                    models.TextField(blank=True, editable=False, max_length=2000, verbose_name="reason of return"),
                ),
                ("created_at", models.DateTimeField(blank=True, editable=False, verbose_name="created at")),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ended at")),
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
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "league",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="regions.region",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="regions.unit",
                        verbose_name="budget unit",
                    ),
                ),
                (
                    "year",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="codes.fiscalyear",
                        verbose_name="fiscal year",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical change of head counts",
                "verbose_name_plural": "historical changes of head counts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="StaffChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("counts", models.JSONField(default=dict, verbose_name="head counts")),
                ("as_of", models.DateField(verbose_name="as of")),
                ("in_force", models.DateField(verbose_name="in force from")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source document")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "under approval"),
                            ("returned", "returned"),
                            ("approved", "approved, not yet in force"),
                            ("in_force", "in force"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="submitted",
                        editable=False,
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "return_reason",
                    models.TextField(blank=True, editable=False, max_length=2000, verbose_name="reason of return"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ended at")),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "league",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.unit",
                        verbose_name="budget unit",
                    ),
                ),
                (
                    "year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="codes.fiscalyear",
                        verbose_name="fiscal year",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of head counts",
                "verbose_name_plural": "changes of head counts",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["league", "year", "-id"], name="staff_change_league"),
                    models.Index(fields=["region", "year", "-id"], name="staff_change_region"),
                    models.Index(
                        condition=models.Q(("state", "approved")), fields=["in_force"], name="staff_change_waits"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("submitted", "returned", "approved"))),
                        fields=("unit", "year"),
                        name="one_open_staff_change",
                        violation_error_message="Head counts of this year are under way already.",
                    )
                ],
            },
        ),
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        HistoryTriggers(
            "budget_staffchange",
            "budget_historicalstaffchange",
            [
                *(
                    "id",
                    "unit_id",
                    "region_id",
                    "league_id",
                    "year_id",
                    "counts",
                    "as_of",
                    "in_force",
                    "source",
                    "state",
                ),
                *("return_reason", "author_id", "created_at", "ended_at"),
            ],
        ),
    ]
