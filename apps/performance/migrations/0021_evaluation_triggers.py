"""Copied scope; steps, files, draws and lowerings are kept for ever; histories by statement triggers.

DB001: kept.
"""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

LEAGUE = ("performance_monitoringcall",)
# Copied from the project's year, so that no service can give them otherwise.
OF_YEAR = {
    "performance_monitoringform": ("region_id", "league_id", "unit_id", "department_id"),
    "performance_rectification": ("region_id", "league_id", "unit_id", "department_id"),
    "performance_evaluation": ("region_id", "league_id", "unit_id", "department_id", "year_id"),
    "performance_resultuse": ("region_id", "league_id", "unit_id", "year_id"),
}
SCOPE = (
    "".join(
        f"""
CREATE FUNCTION {table}_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT r.league_id INTO NEW.league_id FROM regions_region r WHERE r.id = NEW.region_id;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_scope BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_scope();
"""
        for table in LEAGUE
    )
    + "".join(
        f"""
CREATE FUNCTION {table}_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT {", ".join(f"y.{column}" for column in columns)}
      INTO {", ".join(f"NEW.{column}" for column in columns)}
      FROM performance_projectyear y WHERE y.id = NEW.of_id;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_scope BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_scope();
"""
        for table, columns in OF_YEAR.items()
    )
    + """
CREATE FUNCTION performance_spotcheck_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT e.region_id, e.league_id, e.unit_id INTO NEW.region_id, NEW.league_id, NEW.unit_id
      FROM performance_evaluation e WHERE e.id = NEW.evaluation_id;
    RETURN NEW;
END $$;
CREATE TRIGGER performance_spotcheck_scope BEFORE INSERT ON performance_spotcheck
    FOR EACH ROW EXECUTE FUNCTION performance_spotcheck_scope();
"""
)
SCOPE_BACK = "".join(
    f"DROP TRIGGER {table}_scope ON {table}; DROP FUNCTION {table}_scope();"
    for table in (*LEAGUE, *OF_YEAR, "performance_spotcheck")
)

KEPT = {
    "performance_rectificationstep": "UPDATE OR DELETE OR TRUNCATE",
    "performance_rectificationfile": "UPDATE OR DELETE OR TRUNCATE",
    "performance_spotdraw": "UPDATE OR DELETE OR TRUNCATE",
    "performance_lowering": "UPDATE OR DELETE OR TRUNCATE",
    "performance_rectification": "UPDATE OF of_id, origin, key, problem, opened_at OR DELETE OR TRUNCATE",
    "performance_evaluation": "DELETE OR TRUNCATE",
    "performance_monitoringform": "DELETE OR TRUNCATE",
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

# Of an approved evaluation nothing of a line changes but what a spot check lowers.
FROZEN = """
CREATE FUNCTION performance_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(OLD) - 'lowered') IS DISTINCT FROM (to_jsonb(NEW) - 'lowered') AND EXISTS (
        SELECT FROM performance_evaluation e WHERE e.id = OLD.evaluation_id AND e.state = 'approved'
    ) THEN
        RAISE EXCEPTION 'the lines of an approved evaluation are kept' USING ERRCODE = 'DB001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER performance_line_frozen BEFORE UPDATE ON performance_evaluationline
    FOR EACH ROW EXECUTE FUNCTION performance_line_frozen();
"""
FROZEN_BACK = """
DROP TRIGGER performance_line_frozen ON performance_evaluationline;
DROP FUNCTION performance_line_frozen();
"""

TABLES = (
    (
        "performance_schedulecurve",
        "performance_historicalschedulecurve",
        ["id", "shares", "source", "of_id", "category_id"],
    ),
    (
        "performance_monitoringform",
        "performance_historicalmonitoringform",
        [
            "id",
            "month",
            "due",
            "initial",
            "budget",
            "executed",
            "expected",
            "share",
            "reason",
            "words",
            "goal_lamp",
            "budget_lamp",
            "state",
            "return_reason",
            "submitted_at",
            "looked_at",
            "call_id",
            "of_id",
            "region_id",
            "league_id",
            "unit_id",
            "department_id",
            "author_id",
            "looked_by_id",
        ],
    ),
    (
        "performance_rectification",
        "performance_historicalrectification",
        [
            "id",
            "origin",
            "problem",
            "demands",
            "due",
            "holds",
            "state",
            "opened_at",
            "closed_at",
            "escalated_at",
            "of_id",
            "region_id",
            "league_id",
            "unit_id",
            "department_id",
            "author_id",
            "checked_by_id",
        ],
    ),
    (
        "performance_evaluation",
        "performance_historicalevaluation",
        [
            "id",
            "kind",
            "due",
            "initial",
            "budget",
            "executed",
            "carried_over",
            "execution_weight",
            "execution_score",
            "execution_reason",
            "expected_goal",
            "actual_goal",
            "analysis",
            "computed",
            "score",
            "unscored",
            "grade",
            "state",
            "return_reason",
            "submitted_at",
            "approved_at",
            "of_id",
            "year_id",
            "scheme_id",
            "region_id",
            "league_id",
            "unit_id",
            "department_id",
            "author_id",
        ],
    ),
    (
        "performance_evaluationline",
        "performance_historicalevaluationline",
        [
            "id",
            "number",
            "weight",
            "computed",
            "gap",
            "given",
            "lowered",
            "is_over",
            "is_off",
            "reason",
            "evaluation_id",
            "target_id",
            "item_id",
            "value_id",
        ],
    ),
    (
        "performance_spotcheck",
        "performance_historicalspotcheck",
        [
            "id",
            "state",
            "before",
            "after",
            "opinion",
            "view",
            "viewed_at",
            "closed_at",
            "draw_id",
            "evaluation_id",
            "region_id",
            "league_id",
            "unit_id",
            "examiner_id",
        ],
    ),
    (
        "performance_resultuse",
        "performance_historicalresultuse",
        [
            "id",
            "score",
            "grade",
            "computed",
            "computed_percent",
            "decision",
            "percent",
            "base",
            "reason",
            "feedback",
            "due",
            "state",
            "decided_at",
            "told_at",
            "of_id",
            "year_id",
            "region_id",
            "league_id",
            "unit_id",
            "decided_by_id",
        ],
    ),
)


class Migration(migrations.Migration):
    dependencies = [("performance", "0020_evaluation")]

    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        migrations.RunSQL(KEEP, KEEP_BACK),
        migrations.RunSQL(FROZEN, FROZEN_BACK),
        *(HistoryTriggers(*table) for table in TABLES),
    ]
