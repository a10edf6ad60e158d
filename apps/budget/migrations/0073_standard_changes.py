"""Expenditure standards on their way to being in force."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from imbudget.kit.history import HistoryTriggers


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0072_staff_changes"),
        ("regions", "0006_more_grants"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalStandardChange",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("staff", "staff expenditure"), ("public", "public funds by standard")],
                        max_length=6,
                        verbose_name="kind of standard",
                    ),
                ),
                ("economic", models.CharField(max_length=21, verbose_name="department economic class")),
                (
                    "nature",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("administrative", "administrative body"),
                            ("civil_servant_ref", "body managed like the civil service"),
                            ("institution_full", "institution with full funding"),
                            ("institution_partial", "institution with partial funding"),
                            ("other", "other unit"),
                        ],
                        max_length=20,
                        verbose_name="nature of unit",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=20, verbose_name="amount a year")),
                (
                    "before",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        editable=False,
                        max_digits=20,
                        null=True,
                        verbose_name="amount before",
                    ),
                ),
                ("valid_from", models.PositiveSmallIntegerField(verbose_name="valid from year")),
                ("valid_to", models.PositiveSmallIntegerField(default=9999, verbose_name="valid to year")),
                ("source", models.CharField(max_length=300, verbose_name="source document")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "under approval"),
                            ("returned", "returned"),
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
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="budget.staffcategory",
                        verbose_name="staff category",
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
            ],
            options={
                "verbose_name": "historical change of an expenditure standard",
                "verbose_name_plural": "historical changes of expenditure standards",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="StandardChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("staff", "staff expenditure"), ("public", "public funds by standard")],
                        max_length=6,
                        verbose_name="kind of standard",
                    ),
                ),
                ("economic", models.CharField(max_length=21, verbose_name="department economic class")),
                (
                    "nature",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("administrative", "administrative body"),
                            ("civil_servant_ref", "body managed like the civil service"),
                            ("institution_full", "institution with full funding"),
                            ("institution_partial", "institution with partial funding"),
                            ("other", "other unit"),
                        ],
                        max_length=20,
                        verbose_name="nature of unit",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=20, verbose_name="amount a year")),
                (
                    "before",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        editable=False,
                        max_digits=20,
                        null=True,
                        verbose_name="amount before",
                    ),
                ),
                ("valid_from", models.PositiveSmallIntegerField(verbose_name="valid from year")),
                ("valid_to", models.PositiveSmallIntegerField(default=9999, verbose_name="valid to year")),
                ("source", models.CharField(max_length=300, verbose_name="source document")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "under approval"),
                            ("returned", "returned"),
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
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budget.staffcategory",
                        verbose_name="staff category",
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
            ],
            options={
                "verbose_name": "change of an expenditure standard",
                "verbose_name_plural": "changes of expenditure standards",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["league", "-id"], name="standard_change_league"),
                    models.Index(fields=["region", "-id"], name="standard_change_region"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("submitted", "returned"))),
                        fields=("region", "economic", "category", "nature", "valid_from"),
                        name="one_open_standard_change",
                        nulls_distinct=False,
                        violation_error_message="This standard is under way already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)),
                        name="standard_change_not_below_zero",
                        violation_error_message="The amount must not be below zero.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                        name="standard_change_years_in_order",
                        violation_error_message="The last year lies before the first one.",
                    ),
                ],
            },
        ),
        HistoryTriggers(
            "budget_standardchange",
            "budget_historicalstandardchange",
            [
                *("id", "region_id", "league_id", "kind", "economic", "category_id", "nature", "amount", "before"),
                *("valid_from", "valid_to", "source", "state", "return_reason", "author_id", "created_at", "ended_at"),
            ],
        ),
    ]
