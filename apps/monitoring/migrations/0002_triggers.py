"""Copied scope; alarms keep what was seen, steps and versions in force never change; histories by statement triggers.

DB001: kept.
"""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

SCOPED = ("monitoring_rule", "monitoring_ruleversion", "monitoring_alarm", "monitoring_trial")
SCOPE = "".join(
    f"""
CREATE FUNCTION {table}_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT r.league_id INTO NEW.league_id FROM regions_region r WHERE r.id = NEW.region_id;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_scope BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_scope();
"""
    for table in SCOPED
)
SCOPE_BACK = "".join(f"DROP TRIGGER {table}_scope ON {table}; DROP FUNCTION {table}_scope();" for table in SCOPED)

KEPT = {
    "monitoring_alarm": "UPDATE OF rule_id, version_id, key, region_id, league_id, unit_id, request_id, authority_id, phase,"
    " mode, level, amount, figures, rows, raised_at OR DELETE OR TRUNCATE",
    "monitoring_alarmstep": "UPDATE OR DELETE OR TRUNCATE",
    "monitoring_alarmfile": "UPDATE OR DELETE OR TRUNCATE",
}
KEEP = "".join(
    f"""
CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what stands in {table} is kept for ever' USING ERRCODE = 'DB001';
END $$;
CREATE TRIGGER {table}_kept BEFORE {acts} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_kept();
"""
    for table, acts in KEPT.items()
)
KEEP_BACK = "".join(f"DROP TRIGGER {table}_kept ON {table}; DROP FUNCTION {table}_kept();" for table in KEPT)

# What was approved is what watches: of a version in force or ended only the state moves on.
FROZEN = """
CREATE FUNCTION monitoring_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(OLD) - 'state' - 'in_force_at') IS DISTINCT FROM (to_jsonb(NEW) - 'state' - 'in_force_at') THEN
        RAISE EXCEPTION 'a rule in force never changes: it is replaced by another version' USING ERRCODE = 'DB001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER monitoring_version_frozen BEFORE UPDATE ON monitoring_ruleversion
    FOR EACH ROW WHEN (OLD.state IN ('in_force', 'ended')) EXECUTE FUNCTION monitoring_version_frozen();
"""
FROZEN_BACK = """
DROP TRIGGER monitoring_version_frozen ON monitoring_ruleversion;
DROP FUNCTION monitoring_version_frozen();
"""

TABLES = (
    (
        "monitoring_rule",
        "monitoring_historicalrule",
        [
            "id",
            "code",
            "region_id",
            "league_id",
            "setter",
            "upper_id",
            "current_id",
            "gap",
            "gap_zh_hans",
            "gap_mvf",
            "created_at",
        ],
    ),
    (
        "monitoring_ruleversion",
        "monitoring_historicalruleversion",
        [
            "id",
            "rule_id",
            "region_id",
            "league_id",
            "number",
            "name",
            "name_zh_hans",
            "name_mvf",
            "theme",
            "theme_zh_hans",
            "theme_mvf",
            "flow",
            "mode",
            "level",
            "phase",
            "measure",
            "condition",
            "parameters",
            "text",
            "text_zh_hans",
            "text_mvf",
            "basis",
            "basis_zh_hans",
            "basis_mvf",
            "clause",
            "clause_zh_hans",
            "clause_mvf",
            "valid_from",
            "valid_to",
            "needs_evidence",
            "state",
            "return_reason",
            "author_id",
            "created_at",
            "in_force_at",
        ],
    ),
    (
        "monitoring_exemption",
        "monitoring_historicalexemption",
        ["id", "rule_id", "kind", "value", "account", "basis", "valid_from", "valid_to", "author_id", "created_at"],
    ),
    (
        "monitoring_alarm",
        "monitoring_historicalalarm",
        [
            "id",
            "rule_id",
            "version_id",
            "region_id",
            "league_id",
            "unit_id",
            "request_id",
            "authority_id",
            "phase",
            "mode",
            "level",
            "amount",
            "raised_at",
            "state",
            "violation_id",
            "finding",
            "demands",
            "refund",
            "adjust",
            "other",
            "due",
            "judged_by_id",
            "judged_at",
            "escalated_at",
            "closed_at",
        ],
    ),
)


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_initial")]

    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        migrations.RunSQL(KEEP, KEEP_BACK),
        migrations.RunSQL(FROZEN, FROZEN_BACK),
        *(HistoryTriggers(*table) for table in TABLES),
    ]
