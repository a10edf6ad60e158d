"""Versions of rows of other apps: written down by a trigger, kept for ever once they are sealed."""

import django.db.models.deletion
from django.db import migrations, models

import apps.evidence.models.entries

OPS = [("I", "inserted"), ("U", "changed"), ("D", "deleted"), ("B", "taken in")]
FORWARD = """
ALTER TABLE evidence_rowchange ALTER COLUMN at SET DEFAULT now(), ALTER COLUMN xid SET DEFAULT pg_current_xact_id(),
    ALTER COLUMN act SET DEFAULT nullif(current_setting('app.act', true), '');
ALTER TABLE evidence_rowversion ALTER COLUMN digest SET STORAGE PLAIN;

-- The zone is ours, whatever the session's is: times are printed in it.
CREATE FUNCTION evidence_row_chained() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO evidence_rowchange ("table", key, op, body)
        SELECT TG_TABLE_NAME, c.id, 'I', to_jsonb(c)::text FROM come c;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO evidence_rowchange ("table", key, op, body) SELECT TG_TABLE_NAME, g.id, 'D', '' FROM gone g;
    ELSE
        INSERT INTO evidence_rowchange ("table", key, op, body)
        SELECT TG_TABLE_NAME, c.id, 'U', c.body FROM (
            SELECT c.id, to_jsonb(c)::text AS body FROM come c EXCEPT SELECT g.id, to_jsonb(g)::text FROM gone g
        ) c;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION evidence_rowchange_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM gone g LEFT JOIN evidence_rowversion v ON v.id = g.id WHERE v.id IS NULL) THEN
        RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER evidence_rowchange_waits AFTER DELETE ON evidence_rowchange
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION evidence_rowchange_waits();
CREATE TRIGGER evidence_rowchange_is_final BEFORE UPDATE ON evidence_rowchange
    FOR EACH ROW EXECUTE FUNCTION evidence_is_final();
CREATE TRIGGER evidence_rowversion_is_final BEFORE UPDATE OR DELETE ON evidence_rowversion
    FOR EACH ROW EXECUTE FUNCTION evidence_is_final();
CREATE TRIGGER evidence_rowshape_is_final BEFORE UPDATE OR DELETE ON evidence_rowshape
    FOR EACH ROW EXECUTE FUNCTION evidence_is_final();
"""
BACK = """
DROP TRIGGER evidence_rowshape_is_final ON evidence_rowshape;
DROP TRIGGER evidence_rowversion_is_final ON evidence_rowversion;
DROP TRIGGER evidence_rowchange_is_final ON evidence_rowchange;
DROP TRIGGER evidence_rowchange_waits ON evidence_rowchange;
DROP FUNCTION evidence_rowchange_waits();
DROP FUNCTION evidence_row_chained();
"""


def _key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("evidence", "0004_verified")]

    operations = [
        migrations.CreateModel(
            name="RowShape",
            fields=[
                ("id", _key()),
                ("table", models.CharField(max_length=63, verbose_name="table")),
                ("columns", models.JSONField(default=list)),
            ],
            options={
                "verbose_name": "columns of a chained table",
                "verbose_name_plural": "columns of chained tables",
            },
        ),
        migrations.CreateModel(
            name="RowChange",
            fields=[
                ("id", _key()),
                ("table", models.CharField(max_length=63)),
                ("key", models.BigIntegerField()),
                ("op", models.CharField(choices=OPS, max_length=1)),
                ("body", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("xid", apps.evidence.models.entries.XidField()),
                ("act", models.TextField(null=True)),
            ],
            options={
                "verbose_name": "change of a chained row",
                "verbose_name_plural": "changes of chained rows",
            },
        ),
        migrations.CreateModel(
            name="RowVersion",
            fields=[
                ("id", _key()),
                ("table", models.CharField(max_length=63)),
                ("key", models.BigIntegerField()),
                ("op", models.CharField(choices=OPS, max_length=1)),
                ("at", models.DateTimeField()),
                ("xid", models.BigIntegerField()),
                ("act", models.BigIntegerField(null=True)),
                ("digest", models.BinaryField(max_length=32)),
                ("batch", models.BigIntegerField()),
                (
                    "shape",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="evidence.rowshape",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a chained row",
                "verbose_name_plural": "versions of chained rows",
                "indexes": [
                    models.Index(fields=["table", "key", "id"], name="evidence_rowversion_row"),
                    models.Index(fields=["batch", "id"], name="evidence_rowversion_batch"),
                    models.Index(
                        condition=models.Q(("act", None)), fields=["table", "key"], name="evidence_rowversion_strange"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            "entry",
            models.Index(
                condition=models.Q(("event", "evidence.rows_sealed")), fields=["id"], name="evidence_rows_sealed"
            ),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
