"""Incidents with personal data and records of processing; the database lets nobody remove them (PIPL 56)."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from imbudget.kit.history import HistoryTriggers

KEPT = """
CREATE FUNCTION persons_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is kept', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER persons_incident_kept BEFORE DELETE ON persons_incident
    FOR EACH STATEMENT EXECUTE FUNCTION persons_kept();
CREATE TRIGGER persons_processing_kept BEFORE DELETE ON persons_processing
    FOR EACH STATEMENT EXECUTE FUNCTION persons_kept();
CREATE FUNCTION persons_processing_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'until' IS DISTINCT FROM to_jsonb(OLD) - 'until' THEN
        RAISE EXCEPTION 'a record of processing cannot be changed any more' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER persons_processing_fixed BEFORE UPDATE ON persons_processing
    FOR EACH ROW EXECUTE FUNCTION persons_processing_fixed();
"""
KEPT_BACK = """
DROP TRIGGER persons_incident_kept ON persons_incident;
DROP TRIGGER persons_processing_kept ON persons_processing;
DROP FUNCTION persons_kept();
DROP TRIGGER persons_processing_fixed ON persons_processing;
DROP FUNCTION persons_processing_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0001_initial"),
        ("regions", "0050_persons_grants"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalIncident",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("leaked", "leaked"), ("falsified", "falsified"), ("lost", "lost")],
                        max_length=10,
                        verbose_name="kind of incident",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="what happened")),
                ("tables", models.JSONField(default=list, verbose_name="kinds of personal data concerned")),
                ("begun_at", models.DateTimeField(verbose_name="began at")),
                ("ended_at", models.DateTimeField(verbose_name="ended at")),
                ("found_at", models.DateTimeField(verbose_name="found at")),
                ("cause", models.TextField(max_length=2000, verbose_name="cause")),
                ("harm", models.TextField(max_length=2000, verbose_name="harm that may follow")),
                ("measures", models.TextField(max_length=2000, verbose_name="what is done about it")),
                ("advice", models.TextField(max_length=2000, verbose_name="what persons can do against harm")),
                ("contact", models.CharField(max_length=200, verbose_name="whom to ask")),
                ("created_at", models.DateTimeField(blank=True, editable=False, verbose_name="created at")),
                (
                    "authority",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="authority that was told"
                    ),
                ),
                (
                    "authority_told_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="authority told at"),
                ),
                ("persons_told_at", models.DateTimeField(editable=False, null=True, verbose_name="persons told at")),
                (
                    "persons_told_how",
                    models.TextField(
                        blank=True, editable=False, max_length=2000, verbose_name="how persons were told, or why not"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "being dealt with"), ("closed", "closed")],
                        default="open",
                        editable=False,
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="closed at")),
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
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "suspect",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account through which it happened",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical incident with personal data",
                "verbose_name_plural": "historical incidents with personal data",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalProcessing",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pia", "impact assessment (PIPL 55, 56)"),
                            ("provided", "data provided to another body (PIPL 23)"),
                            ("entrusted", "processing entrusted to somebody (PIPL 21)"),
                            ("risk", "yearly risk assessment of data (Data Security Law 30)"),
                            ("training", "training and drill (PIPL 51)"),
                        ],
                        max_length=10,
                        verbose_name="kind of record",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="subject")),
                ("purpose", models.CharField(blank=True, max_length=20, verbose_name="purpose")),
                ("party", models.CharField(max_length=200, verbose_name="who gets the data, or who assessed")),
                ("basis", models.CharField(max_length=300, verbose_name="agreement or basis")),
                ("since", models.DateField(verbose_name="from")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("text", models.TextField(max_length=5000, verbose_name="result: risks, measures, what was agreed")),
                ("created_at", models.DateTimeField(blank=True, editable=False, verbose_name="created at")),
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
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical record of processing",
                "verbose_name_plural": "historical records of processing",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("leaked", "leaked"), ("falsified", "falsified"), ("lost", "lost")],
                        max_length=10,
                        verbose_name="kind of incident",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="what happened")),
                ("tables", models.JSONField(default=list, verbose_name="kinds of personal data concerned")),
                ("begun_at", models.DateTimeField(verbose_name="began at")),
                ("ended_at", models.DateTimeField(verbose_name="ended at")),
                ("found_at", models.DateTimeField(verbose_name="found at")),
                ("cause", models.TextField(max_length=2000, verbose_name="cause")),
                ("harm", models.TextField(max_length=2000, verbose_name="harm that may follow")),
                ("measures", models.TextField(max_length=2000, verbose_name="what is done about it")),
                ("advice", models.TextField(max_length=2000, verbose_name="what persons can do against harm")),
                ("contact", models.CharField(max_length=200, verbose_name="whom to ask")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "authority",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="authority that was told"
                    ),
                ),
                (
                    "authority_told_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="authority told at"),
                ),
                ("persons_told_at", models.DateTimeField(editable=False, null=True, verbose_name="persons told at")),
                (
                    "persons_told_how",
                    models.TextField(
                        blank=True, editable=False, max_length=2000, verbose_name="how persons were told, or why not"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "being dealt with"), ("closed", "closed")],
                        default="open",
                        editable=False,
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="closed at")),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "suspect",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account through which it happened",
                    ),
                ),
            ],
            options={
                "verbose_name": "incident with personal data",
                "verbose_name_plural": "incidents with personal data",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("begun_at__lte", models.F("ended_at"))),
                        name="person_incident_begins_first",
                        violation_error_message="An incident ends after it began.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(
                                ("authority_told_at__isnull", False),
                                ("closed_at__isnull", False),
                                models.Q(("persons_told_how", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="person_incident_told",
                        violation_error_message="An incident closes once authority and persons were told.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Processing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pia", "impact assessment (PIPL 55, 56)"),
                            ("provided", "data provided to another body (PIPL 23)"),
                            ("entrusted", "processing entrusted to somebody (PIPL 21)"),
                            ("risk", "yearly risk assessment of data (Data Security Law 30)"),
                            ("training", "training and drill (PIPL 51)"),
                        ],
                        max_length=10,
                        verbose_name="kind of record",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="subject")),
                ("purpose", models.CharField(blank=True, max_length=20, verbose_name="purpose")),
                ("party", models.CharField(max_length=200, verbose_name="who gets the data, or who assessed")),
                ("basis", models.CharField(max_length=300, verbose_name="agreement or basis")),
                ("since", models.DateField(verbose_name="from")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("text", models.TextField(max_length=5000, verbose_name="result: risks, measures, what was agreed")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "verbose_name": "record of processing",
                "verbose_name_plural": "records of processing",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="person_processing_ends_last",
                        violation_error_message="The last day is not before the first.",
                    )
                ],
            },
        ),
        HistoryTriggers(
            "persons_incident",
            "persons_historicalincident",
            [
                *(
                    "id",
                    "region_id",
                    "league_id",
                    "kind",
                    "title",
                    "tables",
                    "suspect_id",
                    "begun_at",
                    "ended_at",
                    "found_at",
                ),
                *("cause", "harm", "measures", "advice", "contact", "author_id", "created_at", "authority"),
                *("authority_told_at", "persons_told_at", "persons_told_how", "state", "closed_at"),
            ],
        ),
        HistoryTriggers(
            "persons_processing",
            "persons_historicalprocessing",
            [
                *("id", "region_id", "league_id", "kind", "title", "purpose", "party", "basis", "since", "until"),
                *("text", "author_id", "created_at"),
            ],
        ),
        migrations.RunSQL(KEPT, KEPT_BACK),
    ]
