"""The database itself refuses to change or remove evidence, and numbers the transactions."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION evidence_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
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
CREATE TRIGGER evidence_entry_is_final BEFORE INSERT OR UPDATE OR DELETE ON evidence_entry
    FOR EACH ROW EXECUTE FUNCTION evidence_entry_is_final();

CREATE FUNCTION evidence_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER evidence_batch_is_final BEFORE UPDATE OR DELETE ON evidence_batch
    FOR EACH ROW EXECUTE FUNCTION evidence_is_final();
CREATE TRIGGER evidence_entry_stays BEFORE TRUNCATE ON evidence_entry
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_final();
CREATE TRIGGER evidence_batch_stays BEFORE TRUNCATE ON evidence_batch
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_final();
"""
BACK = """
DROP TRIGGER evidence_batch_stays ON evidence_batch;
DROP TRIGGER evidence_entry_stays ON evidence_entry;
DROP TRIGGER evidence_batch_is_final ON evidence_batch;
DROP FUNCTION evidence_is_final();
DROP TRIGGER evidence_entry_is_final ON evidence_entry;
DROP FUNCTION evidence_entry_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
