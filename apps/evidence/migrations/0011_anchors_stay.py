"""Anchors are never removed nor moved to another checkpoint; what peers told, and what did not fit, stays as it came."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION evidence_anchor_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (NEW.id, NEW.checkpoint_id, NEW.chain_id, NEW.contract, NEW.account, NEW.digest, NEW.prepared_at)
         = (OLD.id, OLD.checkpoint_id, OLD.chain_id, OLD.contract, OLD.account, OLD.digest, OLD.prepared_at)
       AND (OLD.state <> 'confirmed' OR NEW = OLD) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER evidence_anchor_is_final BEFORE UPDATE OR DELETE ON evidence_anchor
    FOR EACH ROW EXECUTE FUNCTION evidence_anchor_stays();
CREATE TRIGGER evidence_anchor_stays BEFORE TRUNCATE ON evidence_anchor
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_final();

CREATE FUNCTION evidence_peer_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (NEW.id, NEW.origin, NEW.public_key, NEW.address, NEW.folder, NEW.added_at)
         = (OLD.id, OLD.origin, OLD.public_key, OLD.address, OLD.folder, OLD.added_at)
       AND (OLD.ended_at IS NULL OR NEW.ended_at = OLD.ended_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a witness is ended, never changed or removed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER evidence_peer_stays BEFORE UPDATE OR DELETE ON evidence_peer
    FOR EACH ROW EXECUTE FUNCTION evidence_peer_stays();

CREATE TRIGGER evidence_peercheckpoint_is_final BEFORE UPDATE OR DELETE ON evidence_peercheckpoint
    FOR EACH ROW EXECUTE FUNCTION evidence_is_final();
CREATE TRIGGER evidence_peercheckpoint_stays BEFORE TRUNCATE ON evidence_peercheckpoint
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_final();
CREATE TRIGGER evidence_peerfault_is_final BEFORE UPDATE OR DELETE ON evidence_peerfault
    FOR EACH ROW EXECUTE FUNCTION evidence_is_final();
CREATE TRIGGER evidence_peerfault_stays BEFORE TRUNCATE ON evidence_peerfault
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_final();
"""
BACK = """
DROP TRIGGER evidence_peerfault_stays ON evidence_peerfault;
DROP TRIGGER evidence_peerfault_is_final ON evidence_peerfault;
DROP TRIGGER evidence_peercheckpoint_stays ON evidence_peercheckpoint;
DROP TRIGGER evidence_peercheckpoint_is_final ON evidence_peercheckpoint;
DROP TRIGGER evidence_peer_stays ON evidence_peer;
DROP FUNCTION evidence_peer_stays();
DROP TRIGGER evidence_anchor_stays ON evidence_anchor;
DROP TRIGGER evidence_anchor_is_final ON evidence_anchor;
DROP FUNCTION evidence_anchor_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0010_anchors")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
