"""Standards of assets, and which kinds of people they are counted by."""

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.db import migrations, models

from imbudget.kit.history import HistoryTriggers, history_trigger_sql

TABLE = ("budget_staffcategory", "budget_historicalstaffcategory")
COLUMNS = ["id", "code", "name", "name_zh_hans", "name_mvf", "order", "is_active", "source"]
BEFORE = history_trigger_sql(*TABLE, COLUMNS)
HISTORY = history_trigger_sql(*TABLE, [*COLUMNS, "in_post"])


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0041_urges"),
        ("regions", "0006_more_grants"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalstaffcategory",
            name="in_post",
            field=models.BooleanField(
                default=False, help_text="Asset standards are counted by the people in post.", verbose_name="in post"
            ),
        ),
        migrations.AddField(
            model_name="staffcategory",
            name="in_post",
            field=models.BooleanField(
                default=False, help_text="Asset standards are counted by the people in post.", verbose_name="in post"
            ),
        ),
        migrations.CreateModel(
            name="HistoricalAssetStandard",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "item",
                    models.CharField(
                        help_text="A code of the procurement catalogue, or the beginning of several.",
                        max_length=21,
                        validators=[django.core.validators.RegexValidator("^[0-9A-Z]{1,21}$")],
                        verbose_name="procurement item",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
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
                        help_text="Empty: units of every nature.",
                        max_length=20,
                        verbose_name="nature of unit",
                    ),
                ),
                (
                    "per_person",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Empty: the number is not limited.",
                        max_digits=8,
                        null=True,
                        verbose_name="pieces a person",
                    ),
                ),
                (
                    "price",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="In yuan. Empty: not limited.",
                        max_digits=20,
                        null=True,
                        verbose_name="highest unit price",
                    ),
                ),
                ("valid_from", models.PositiveSmallIntegerField(default=2000, verbose_name="valid from year")),
                ("valid_to", models.PositiveSmallIntegerField(default=9999, verbose_name="valid to year")),
                ("is_verified", models.BooleanField(default=False, verbose_name="verified")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source document")),
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
                    "region",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Empty: everywhere. Otherwise this region and all below it.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical asset standard",
                "verbose_name_plural": "historical asset standards",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="AssetStandard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.CharField(
                        help_text="A code of the procurement catalogue, or the beginning of several.",
                        max_length=21,
                        validators=[django.core.validators.RegexValidator("^[0-9A-Z]{1,21}$")],
                        verbose_name="procurement item",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
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
                        help_text="Empty: units of every nature.",
                        max_length=20,
                        verbose_name="nature of unit",
                    ),
                ),
                (
                    "per_person",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Empty: the number is not limited.",
                        max_digits=8,
                        null=True,
                        verbose_name="pieces a person",
                    ),
                ),
                (
                    "price",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="In yuan. Empty: not limited.",
                        max_digits=20,
                        null=True,
                        verbose_name="highest unit price",
                    ),
                ),
                ("valid_from", models.PositiveSmallIntegerField(default=2000, verbose_name="valid from year")),
                ("valid_to", models.PositiveSmallIntegerField(default=9999, verbose_name="valid to year")),
                ("is_verified", models.BooleanField(default=False, verbose_name="verified")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source document")),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: everywhere. Otherwise this region and all below it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "verbose_name": "asset standard",
                "verbose_name_plural": "asset standards",
                "ordering": ["item", "region", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("region", "item", "nature", "valid_from"),
                        name="asset_standard_once",
                        nulls_distinct=False,
                        violation_error_message="There is such a standard from this year on already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("per_person", None), ("per_person__gte", 0), _connector="OR"),
                            models.Q(("price", None), ("price__gte", 0), _connector="OR"),
                        ),
                        name="asset_standard_not_below_zero",
                        violation_error_message="The amount must not be below zero.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                        name="asset_standard_years_in_order",
                        violation_error_message="The last year lies before the first one.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(BEFORE[1] + HISTORY[0], HISTORY[1] + BEFORE[0]),
        HistoryTriggers(
            "budget_assetstandard",
            "budget_historicalassetstandard",
            [
                *("id", "region_id", "item", "name", "nature", "per_person", "price", "valid_from", "valid_to"),
                *("is_verified", "source"),
            ],
        ),
    ]
