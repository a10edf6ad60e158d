"""Keys are never deleted; what they are never changes; a destroyed one stays destroyed; decisions are final."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION vault_datakey_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'encryption keys are never deleted' USING ERRCODE = 'DB001';
    END IF;
    IF (OLD.number, OLD.algorithm, OLD.made_at, OLD.made_by) IS DISTINCT FROM
       (NEW.number, NEW.algorithm, NEW.made_at, NEW.made_by) THEN
        RAISE EXCEPTION 'number and algorithm of an encryption key never change' USING ERRCODE = 'DB001';
    END IF;
    IF OLD.state = 'destroyed'
       OR (OLD.state, NEW.state) NOT IN (('made', 'made'), ('made', 'in_use'), ('in_use', 'in_use'),
            ('in_use', 'retired'), ('retired', 'retired'), ('retired', 'destroyed')) THEN
        RAISE EXCEPTION 'an encryption key goes from made to in use, retired, destroyed' USING ERRCODE = 'DB001';
    END IF;
    IF NEW.state = 'destroyed' AND NOT EXISTS (
        SELECT FROM vault_keydestruction d WHERE d.key_id = NEW.id AND d.state = 'confirmed') THEN
        RAISE EXCEPTION 'two persons destroy an encryption key' USING ERRCODE = 'DB001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER vault_datakey_kept BEFORE UPDATE OR DELETE ON vault_datakey
    FOR EACH ROW EXECUTE FUNCTION vault_datakey_kept();
CREATE TRIGGER vault_datakey_kept_all BEFORE TRUNCATE ON vault_datakey
    FOR EACH STATEMENT EXECUTE FUNCTION vault_datakey_kept();

CREATE FUNCTION vault_keydestruction_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.state <> 'proposed'
       OR (OLD.key_id, OLD.reason, OLD.proposer_id, OLD.proposer_name, OLD.proposed_at) IS DISTINCT FROM
          (NEW.key_id, NEW.reason, NEW.proposer_id, NEW.proposer_name, NEW.proposed_at) THEN
        RAISE EXCEPTION 'what was proposed and decided about an encryption key is kept' USING ERRCODE = 'DB001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER vault_keydestruction_kept BEFORE UPDATE OR DELETE ON vault_keydestruction
    FOR EACH ROW EXECUTE FUNCTION vault_keydestruction_kept();
"""
BACK = """
DROP TRIGGER vault_keydestruction_kept ON vault_keydestruction;
DROP FUNCTION vault_keydestruction_kept();
DROP TRIGGER vault_datakey_kept_all ON vault_datakey;
DROP TRIGGER vault_datakey_kept ON vault_datakey;
DROP FUNCTION vault_datakey_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_data_keys")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
