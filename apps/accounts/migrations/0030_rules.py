"""The security administrator's rules, kept and chained; and a counter for all processes, which needs no log."""

import simple_history.models
from django.db import migrations, models

from apps.evidence.chained import chain_rows
from imbudget.kit.history import HistoryTriggers

COUNT = "ALTER TABLE accounts_count SET UNLOGGED; ALTER TABLE accounts_count SET (fillfactor = 50);"
COUNT_BACK = "ALTER TABLE accounts_count RESET (fillfactor); ALTER TABLE accounts_count SET LOGGED;"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_stamps"),
        ("evidence", "0020_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clearance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mac", models.CharField(blank=True, db_default="", editable=False, max_length=120)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("unit_clerk", "unit clerk"),
                            ("unit_head", "unit head"),
                            ("department_reviewer", "department reviewer"),
                            ("banner_officer", "banner budget officer"),
                            ("league_officer", "league budget officer"),
                            ("region_officer", "region budget officer"),
                            ("finance_leader", "finance leader"),
                            ("treasury_clerk", "treasury clerk"),
                            ("treasury_officer", "treasury officer"),
                            ("review_supervisor", "review supervisor"),
                            ("auditor", "auditor"),
                            ("expert", "review expert"),
                            ("system_admin", "system administrator"),
                            ("security_admin", "security administrator"),
                            ("audit_admin", "audit administrator"),
                        ],
                        max_length=30,
                        unique=True,
                        verbose_name="role",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("ordinary", "ordinary"),
                            ("important", "important"),
                            ("personal", "personal"),
                            ("sensitive", "sensitive personal"),
                        ],
                        max_length=10,
                        verbose_name="label",
                    ),
                ),
            ],
            options={
                "verbose_name": "security label of a role",
                "verbose_name_plural": "security labels of roles",
                "ordering": ["role"],
            },
        ),
        migrations.CreateModel(
            name="Count",
            fields=[
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("ends_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="HistoricalClearance",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("unit_clerk", "unit clerk"),
                            ("unit_head", "unit head"),
                            ("department_reviewer", "department reviewer"),
                            ("banner_officer", "banner budget officer"),
                            ("league_officer", "league budget officer"),
                            ("region_officer", "region budget officer"),
                            ("finance_leader", "finance leader"),
                            ("treasury_clerk", "treasury clerk"),
                            ("treasury_officer", "treasury officer"),
                            ("review_supervisor", "review supervisor"),
                            ("auditor", "auditor"),
                            ("expert", "review expert"),
                            ("system_admin", "system administrator"),
                            ("security_admin", "security administrator"),
                            ("audit_admin", "audit administrator"),
                        ],
                        db_index=True,
                        max_length=30,
                        verbose_name="role",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("ordinary", "ordinary"),
                            ("important", "important"),
                            ("personal", "personal"),
                            ("sensitive", "sensitive personal"),
                        ],
                        max_length=10,
                        verbose_name="label",
                    ),
                ),
                ("history_address", models.CharField(blank=True, max_length=45, null=True, verbose_name="address")),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical security label of a role",
                "verbose_name_plural": "historical security labels of roles",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSignatureRule",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("act", models.CharField(db_index=True, max_length=60, verbose_name="signature")),
                ("asks_again", models.BooleanField(verbose_name="asked again who signs")),
                ("history_address", models.CharField(blank=True, max_length=45, null=True, verbose_name="address")),
                ("history_user_id", models.BigIntegerField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical rule of a signature",
                "verbose_name_plural": "historical rules of signatures",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SignatureRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mac", models.CharField(blank=True, db_default="", editable=False, max_length=120)),
                ("act", models.CharField(max_length=60, unique=True, verbose_name="signature")),
                ("asks_again", models.BooleanField(verbose_name="asked again who signs")),
            ],
            options={
                "verbose_name": "rule of a signature",
                "verbose_name_plural": "rules of signatures",
                "ordering": ["act"],
            },
        ),
        HistoryTriggers("accounts_signaturerule", "accounts_historicalsignaturerule", ["id", "act", "asks_again"]),
        HistoryTriggers("accounts_clearance", "accounts_historicalclearance", ["id", "role", "level"]),
        *chain_rows("accounts_signaturerule", "accounts_clearance"),
        migrations.RunSQL(COUNT, COUNT_BACK),
    ]
