"""The two logs as one view, and what the desk needs of the evidence to find its newest rows by time, person, kind, region."""

from django.db import migrations, models

# Plain columns of the same types on both sides: conditions and order reach the indexes of each log.
FORWARD = """
CREATE VIEW audit_trail AS
SELECT
    id * 2 AS id, 'evidence' AS log, id AS number, recorded_at, event AS kind, right(event, 7) <> '_failed' AS succeeded,
    actor_id, actor_name, post_label, address, region_code, subject_type, subject_id, subject_label,
    ''::varchar AS reason, facts, ''::varchar AS trace
FROM evidence_entry
UNION ALL
SELECT
    id * 2 + 1, 'audit', id, recorded_at, kind, succeeded,
    actor_id, actor_name, post_label, address, region_code, subject_type, subject_id, subject_label,
    reason, facts, trace
FROM audit_record;

CREATE INDEX evidence_entry_time ON evidence_entry (recorded_at DESC);
CREATE INDEX evidence_entry_actor ON evidence_entry (actor_id, recorded_at DESC);
CREATE INDEX evidence_entry_event ON evidence_entry (event, recorded_at DESC);
CREATE INDEX evidence_entry_place ON evidence_entry (region_code, recorded_at DESC);
"""
BACK = """
DROP INDEX evidence_entry_time;
DROP INDEX evidence_entry_actor;
DROP INDEX evidence_entry_event;
DROP INDEX evidence_entry_place;
DROP VIEW audit_trail;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_keeping"), ("evidence", "0003_log")]

    operations = [
        migrations.CreateModel(
            name="Trail",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "log",
                    models.CharField(
                        choices=[("evidence", "evidence"), ("audit", "audit")], max_length=8, verbose_name="log"
                    ),
                ),
                ("number", models.BigIntegerField(verbose_name="number")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("kind", models.CharField(max_length=80, verbose_name="operation")),
                ("succeeded", models.BooleanField(verbose_name="done")),
                ("actor_id", models.CharField(max_length=40)),
                ("actor_name", models.CharField(max_length=150, verbose_name="person")),
                ("post_label", models.CharField(max_length=250, verbose_name="post")),
                ("address", models.CharField(max_length=45, verbose_name="address")),
                ("region_code", models.CharField(max_length=9, verbose_name="region")),
                ("subject_type", models.CharField(max_length=80)),
                ("subject_id", models.CharField(max_length=40)),
                ("subject_label", models.CharField(max_length=400, verbose_name="subject")),
                ("reason", models.CharField(max_length=400, verbose_name="reason")),
                ("facts", models.JSONField(verbose_name="facts")),
                ("trace", models.CharField(max_length=32, verbose_name="request")),
            ],
            options={
                "verbose_name": "row of the audit trail",
                "verbose_name_plural": "audit trail",
                "db_table": "audit_trail",
                "ordering": ["-recorded_at", "-id"],
                "managed": False,
            },
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
