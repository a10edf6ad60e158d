"""Blocks, months, tallies and forwarding of the audit log; months are made ahead also where rows wait in the rest."""

from django.db import migrations, models

FORWARD = """
-- What no month took (the clock that makes months ahead had stopped) goes into its month: the rest is detached, the
-- months are made, its rows are written again under their numbers. Whoever writes meanwhile waits.
CREATE OR REPLACE FUNCTION audit_make_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    name text := format('audit_record_%s', to_char(month, 'YYYY_MM'));
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I PARTITION OF audit_record FOR VALUES FROM (%L) TO (%L)', name,
        month::timestamp AT TIME ZONE 'Asia/Shanghai', (month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai'
    );
    -- Triggers for rows come with the table that is divided, those for statements do not.
    EXECUTE format(
        'CREATE OR REPLACE TRIGGER audit_record_stays BEFORE TRUNCATE ON %I'
        ' FOR EACH STATEMENT EXECUTE FUNCTION audit_record_is_final()', name
    );
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION audit_take_rest() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    month date;
    moved bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM audit_record_rest) THEN
        RETURN 0;
    END IF;
    ALTER TABLE audit_record DETACH PARTITION audit_record_rest;
    ALTER TABLE audit_record_rest RENAME TO audit_record_waiting;
    FOR month IN SELECT DISTINCT date_trunc('month', recorded_at AT TIME ZONE 'Asia/Shanghai') FROM audit_record_waiting
    LOOP
        PERFORM audit_make_month(month);
    END LOOP;
    CREATE TABLE audit_record_rest PARTITION OF audit_record DEFAULT;
    CREATE OR REPLACE TRIGGER audit_record_stays BEFORE TRUNCATE ON audit_record_rest
        FOR EACH STATEMENT EXECUTE FUNCTION audit_record_is_final();
    INSERT INTO audit_record SELECT * FROM audit_record_waiting;
    GET DIAGNOSTICS moved = ROW_COUNT;
    DROP TABLE audit_record_waiting;
    RETURN moved;
END $$;

CREATE OR REPLACE FUNCTION audit_open_months(ahead integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    month date := date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai');
    made integer := 0;
BEGIN
    PERFORM audit_take_rest();
    FOR step IN 0 .. ahead LOOP
        made := made + audit_make_month(month)::integer;
        month := month + interval '1 month';
    END LOOP;
    RETURN made;
END $$;

DO $$
DECLARE
    name regclass;
BEGIN
    FOR name IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit_record'::regclass LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER audit_record_stays BEFORE TRUNCATE ON %s'
            ' FOR EACH STATEMENT EXECUTE FUNCTION audit_record_is_final()', name
        );
    END LOOP;
END $$;

CREATE TRIGGER audit_block_is_final BEFORE UPDATE OR DELETE ON audit_block
    FOR EACH ROW EXECUTE FUNCTION audit_record_is_final();

-- A month is written when it closes; afterwards only its file and its end are added, each once.
CREATE FUNCTION audit_month_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.month, NEW.rows, NEW.digest, NEW.closed_at) IS NOT DISTINCT FROM (OLD.month, OLD.rows, OLD.digest, OLD.closed_at)
        AND (OLD.file_digest = '' OR (NEW.file, NEW.file_digest) IS NOT DISTINCT FROM (OLD.file, OLD.file_digest))
        AND (OLD.dropped_at IS NULL OR NEW.dropped_at IS NOT DISTINCT FROM OLD.dropped_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a closed month of the audit log stays' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_month_is_kept BEFORE UPDATE OR DELETE ON audit_month
    FOR EACH ROW EXECUTE FUNCTION audit_month_is_kept();
"""
BACK = """
DROP TRIGGER audit_month_is_kept ON audit_month;
DROP FUNCTION audit_month_is_kept();
DROP TRIGGER audit_block_is_final ON audit_block;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="month")),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("leaves", models.BinaryField()),
                ("digest", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField(verbose_name="sealed at")),
            ],
            options={
                "verbose_name": "sealed part of the audit log",
                "verbose_name_plural": "sealed parts of the audit log",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Forwarding",
            fields=[
                ("log", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("told", models.BigIntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=400)),
            ],
        ),
        migrations.CreateModel(
            name="Month",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False, verbose_name="month")),
                ("rows", models.PositiveBigIntegerField(verbose_name="rows")),
                ("digest", models.CharField(max_length=64, verbose_name="digest (SM3)")),
                ("closed_at", models.DateTimeField(verbose_name="closed at")),
                ("file", models.CharField(blank=True, max_length=200, verbose_name="file")),
                ("file_digest", models.CharField(blank=True, max_length=64, verbose_name="digest of the file (SM3)")),
                ("dropped_at", models.DateTimeField(null=True, verbose_name="removed at")),
            ],
            options={
                "verbose_name": "month of the audit log",
                "verbose_name_plural": "months of the audit log",
                "ordering": ["-month"],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minute", models.DateTimeField()),
                ("kind", models.CharField(max_length=80)),
                ("source", models.CharField(max_length=60)),
                ("route", models.CharField(max_length=120)),
                ("count", models.PositiveIntegerField()),
                ("who", models.JSONField()),
            ],
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["kind", "-recorded_at"], name="audit_kind"),
        ),
        migrations.AddIndex(
            model_name="block",
            index=models.Index(fields=["last"], name="audit_block_last"),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.UniqueConstraint(fields=("month", "first"), name="audit_block_once"),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(fields=("minute", "kind", "source", "route"), name="audit_tally_once"),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
