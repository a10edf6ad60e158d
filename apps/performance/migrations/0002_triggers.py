"""Values reached are kept as they were recorded; histories by statement triggers.

DB001: kept.
"""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

KEPT = ("performance_actualvalue", "performance_actualfile")
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

TABLES = (
    (
        "performance_scheme",
        "performance_historicalscheme",
        [
            "id",
            "name",
            "name_zh_hans",
            "name_mvf",
            "kind",
            "valid_from",
            "valid_to",
            "decision",
            "process",
            "cost",
            "output",
            "benefit",
            "satisfaction",
            "execution",
            "without_satisfaction",
            "excellent",
            "good",
            "fair",
            "over_achieved",
            "off_target",
            "red_below",
            "yellow_below",
            "blue_from",
            "fair_cut",
            "poor_cut",
            "feedback_days",
            "rectify_days",
            "is_verified",
            "source",
            "region_id",
        ],
    ),
    (
        "performance_projectyear",
        "performance_historicalprojectyear",
        [
            "id",
            "version",
            "initial",
            "budget",
            "executed",
            "carried_over",
            "goal_lamp",
            "budget_lamp",
            "lamp_month",
            "self_score",
            "score",
            "grade",
            "state",
            "opened_at",
            "project_id",
            "year_id",
            "region_id",
            "league_id",
            "unit_id",
            "department_id",
            "category_id",
        ],
    ),
    (
        "performance_target",
        "performance_historicaltarget",
        [
            "id",
            "number",
            "kind",
            "content",
            "nature",
            "value",
            "words",
            "measure",
            "weight",
            "source",
            "scoring",
            "is_core",
            "library",
            "of_id",
            "latest_id",
        ],
    ),
)


class Migration(migrations.Migration):
    dependencies = [("performance", "0001_initial")]

    operations = [migrations.RunSQL(KEEP, KEEP_BACK), *(HistoryTriggers(*table) for table in TABLES)]
