"""What is published is kept as it was published; its scope is copied; its history is written by triggers.

DB001: kept.
"""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

SCOPE = """
CREATE FUNCTION performance_disclosure_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT r.league_id INTO NEW.league_id FROM regions_region r WHERE r.id = NEW.region_id;
    RETURN NEW;
END $$;
CREATE TRIGGER performance_disclosure_scope BEFORE INSERT ON performance_disclosure
    FOR EACH ROW EXECUTE FUNCTION performance_disclosure_scope();
"""
SCOPE_BACK = """
DROP TRIGGER performance_disclosure_scope ON performance_disclosure; DROP FUNCTION performance_disclosure_scope();
"""
KEPT = ("performance_disclosedline", "performance_disclosedresult")
KEEP = "".join(
    f"""
CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what stands in {table} is kept for ever' USING ERRCODE = 'DB001';
END $$;
CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_kept();
"""
    for table in KEPT
)
KEEP_BACK = "".join(f"DROP TRIGGER {table}_kept ON {table}; DROP FUNCTION {table}_kept();" for table in KEPT)


class Migration(migrations.Migration):
    dependencies = [("performance", "0030_disclosure")]

    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        migrations.RunSQL(KEEP, KEEP_BACK),
        HistoryTriggers(
            "performance_disclosure",
            "performance_historicaldisclosure",
            [
                "id",
                "number",
                "source",
                "approved",
                "adjusted",
                "executed",
                "scored",
                "digest",
                "as_of",
                "changed_at",
                "state",
                "withdrawal",
                "region_id",
                "league_id",
                "year_id",
                "publisher_id",
            ],
        ),
    ]
