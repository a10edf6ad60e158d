"""Attachments of projects, with their history."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from imbudget.kit.history import HistoryTriggers


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0002_triggers"),
        ("projects", "0003_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalProjectAttachment",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("approval", "document of approval"),
                            ("feasibility", "feasibility study"),
                            ("estimate", "basis of the calculation"),
                            ("minutes", "minutes of a meeting"),
                            ("evaluation", "report of the evaluation before the act"),
                            ("other", "other attachment"),
                        ],
                        max_length=12,
                        verbose_name="kind of attachment",
                    ),
                ),
                ("added_at", models.DateTimeField(blank=True, editable=False, verbose_name="attached at")),
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
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="file",
                    ),
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
                "verbose_name": "historical attachment of a project",
                "verbose_name_plural": "historical attachments of projects",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ProjectAttachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("approval", "document of approval"),
                            ("feasibility", "feasibility study"),
                            ("estimate", "basis of the calculation"),
                            ("minutes", "minutes of a meeting"),
                            ("evaluation", "report of the evaluation before the act"),
                            ("other", "other attachment"),
                        ],
                        max_length=12,
                        verbose_name="kind of attachment",
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="attached at")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment of a project",
                "verbose_name_plural": "attachments of projects",
                "ordering": ["project", "kind", "pk"],
            },
        ),
        HistoryTriggers(
            "projects_projectattachment",
            "projects_historicalprojectattachment",
            ["id", "project_id", "kind", "file_id", "author_id", "added_at"],
        ),
    ]
