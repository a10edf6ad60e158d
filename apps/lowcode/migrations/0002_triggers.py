"""Triggers of lowcode: copied league, frozen versions, and the history of a case that only grows."""

from django.db import migrations

SCOPE = "".join(
    f"""
CREATE FUNCTION {table}_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT r.league_id INTO NEW.league_id FROM regions_region r WHERE r.id = NEW.region_id;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_scope BEFORE INSERT ON {table}
    FOR EACH ROW WHEN (NEW.league_id IS NULL) EXECUTE FUNCTION {table}_scope();
"""
    for table in ("lowcode_answer", "lowcode_case")
)
SCOPE_BACK = "".join(
    f"DROP TRIGGER {table}_scope ON {table}; DROP FUNCTION {table}_scope();"
    for table in ("lowcode_answer", "lowcode_case")
)

# A running document keeps the version it began with, so a version must say for ever what it said when it was published.
FROZEN = """
CREATE FUNCTION lowcode_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN RAISE EXCEPTION 'a published version cannot be deleted'; END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND (NEW.state = 'draft' OR NEW.body IS DISTINCT FROM OLD.body
        OR NEW.digest IS DISTINCT FROM OLD.digest OR NEW.number <> OLD.number
        OR NEW.definition_id <> OLD.definition_id) THEN
        RAISE EXCEPTION 'a published version cannot be changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lowcode_formversion_frozen BEFORE UPDATE OR DELETE ON lowcode_formversion
    FOR EACH ROW EXECUTE FUNCTION lowcode_version_frozen();
CREATE TRIGGER lowcode_flowversion_frozen BEFORE UPDATE OR DELETE ON lowcode_flowversion
    FOR EACH ROW EXECUTE FUNCTION lowcode_version_frozen();
"""
FROZEN_BACK = """
DROP TRIGGER lowcode_formversion_frozen ON lowcode_formversion;
DROP TRIGGER lowcode_flowversion_frozen ON lowcode_flowversion;
DROP FUNCTION lowcode_version_frozen();
"""

EVENTS = """
CREATE FUNCTION lowcode_caseevent_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a case only grows';
END $$;
CREATE TRIGGER lowcode_caseevent_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON lowcode_caseevent
    FOR EACH STATEMENT EXECUTE FUNCTION lowcode_caseevent_kept();
"""
EVENTS_BACK = """
DROP TRIGGER lowcode_caseevent_kept ON lowcode_caseevent;
DROP FUNCTION lowcode_caseevent_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("lowcode", "0001_initial")]
    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        migrations.RunSQL(FROZEN, FROZEN_BACK),
        migrations.RunSQL(EVENTS, EVENTS_BACK),
    ]
