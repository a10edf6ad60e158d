"""The transaction of each sealing, what verifications found sound, and a cheaper look at what the sealer changes."""

import apps.evidence.models
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION evidence_batch_is_dated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.xid := pg_current_xact_id();
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_batch_is_dated BEFORE INSERT ON evidence_batch
    FOR EACH ROW EXECUTE FUNCTION evidence_batch_is_dated();

CREATE TRIGGER evidence_verifiedstate_is_final BEFORE UPDATE OR DELETE ON evidence_verifiedstate
    FOR EACH ROW EXECUTE FUNCTION evidence_is_final();
CREATE TRIGGER evidence_verifiedstate_stays BEFORE TRUNCATE ON evidence_verifiedstate
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_final();

CREATE OR REPLACE FUNCTION evidence_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM evidence_log WHERE algorithm <> CASE NEW.version WHEN 3 THEN 'sha256' ELSE 'sm3' END) THEN
            RAISE EXCEPTION 'the log is hashed by another function: set EVIDENCE_HASH back'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        NEW.xid := pg_current_xact_id();
        NEW.batch_id := NULL;
        NEW.position := NULL;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.batch_id IS NULL AND NEW.batch_id IS NOT NULL THEN
        OLD.batch_id := NEW.batch_id;
        OLD.position := NEW.position;
        IF OLD *= NEW THEN  -- the same bytes in every other column
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
BACK = """
CREATE OR REPLACE FUNCTION evidence_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM evidence_log WHERE algorithm <> CASE NEW.version WHEN 3 THEN 'sha256' ELSE 'sm3' END) THEN
            RAISE EXCEPTION 'the log is hashed by another function: set EVIDENCE_HASH back'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        NEW.xid := pg_current_xact_id();
        NEW.batch_id := NULL;
        NEW.position := NULL;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.batch_id IS NULL AND NEW.batch_id IS NOT NULL
       AND (to_jsonb(OLD) - 'batch_id' - 'position') = (to_jsonb(NEW) - 'batch_id' - 'position') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER evidence_verifiedstate_stays ON evidence_verifiedstate;
DROP TRIGGER evidence_verifiedstate_is_final ON evidence_verifiedstate;
DROP TRIGGER evidence_batch_is_dated ON evidence_batch;
DROP FUNCTION evidence_batch_is_dated();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0003_log")]

    operations = [
        migrations.AddField("batch", "xid", apps.evidence.models.XidField(editable=False, null=True)),
        migrations.CreateModel(
            name="VerifiedState",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name="number")),
                ("size", models.PositiveBigIntegerField(verbose_name="entries")),
                ("since", models.PositiveBigIntegerField(verbose_name="read from")),
                ("text", models.TextField()),
                ("public_key", models.BinaryField(max_length=200)),
                ("signature", models.BinaryField(max_length=200)),
                ("made_at", models.DateTimeField(verbose_name="verified at")),
            ],
            options={
                "verbose_name": "verification of the log",
                "verbose_name_plural": "verifications of the log",
                "ordering": ["-number"],
            },
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
