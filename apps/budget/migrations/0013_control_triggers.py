"""Whose row it is, frozen control figures, and histories by statement triggers (imbudget.kit.history)."""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

TABLES = ("budget_roundplan", "budget_actday", "budget_controlfigure")
SCOPE = """
CREATE FUNCTION budget_region_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT r.league_id INTO NEW.league_id FROM regions_region r WHERE r.id = NEW.region_id;
    RETURN NEW;
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_scope BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION budget_region_scope();"
    for table in TABLES
)
SCOPE_BACK = (
    "".join(f"DROP TRIGGER {table}_scope ON {table};" for table in TABLES) + "DROP FUNCTION budget_region_scope();"
)
# Of an issued figure nothing changes but that another version replaces it.
FROZEN = """
CREATE FUNCTION budget_control_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'issued' AND NEW.state = 'replaced'
        AND to_jsonb(OLD) - '{state,updated_at}'::text[] = to_jsonb(NEW) - '{state,updated_at}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'issued control figures are frozen' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER budget_control_is_frozen BEFORE UPDATE OR DELETE ON budget_controlfigure
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION budget_control_is_frozen();
"""
FROZEN_BACK = """
DROP TRIGGER budget_control_is_frozen ON budget_controlfigure;
DROP FUNCTION budget_control_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("budget", "0012_control_figures")]
    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        migrations.RunSQL(FROZEN, FROZEN_BACK),
        HistoryTriggers(
            "budget_roundplan",
            "budget_historicalroundplan",
            [
                "id",
                "region_id",
                "league_id",
                "year_id",
                "has_first_up",
                "has_first_down",
                "has_second_up",
                "has_second_down",
                "announced_on",
                "first_up_due",
                "first_down_due",
                "second_up_due",
                "approved_on",
                "second_down_due",
                "source",
            ],
        ),
        HistoryTriggers(
            "budget_statutoryclock",
            "budget_historicalstatutoryclock",
            [
                "id",
                "code",
                "name",
                "name_zh_hans",
                "name_mvf",
                "from_act",
                "to_act",
                "days",
                "counting",
                "level",
                "basis",
                "basis_zh_hans",
                "basis_mvf",
                "is_active",
                "is_verified",
                "source",
            ],
        ),
        HistoryTriggers(
            "budget_actday",
            "budget_historicalactday",
            [
                "id",
                "region_id",
                "league_id",
                "year_id",
                "act",
                "subject",
                "day",
                "document",
            ],
        ),
        HistoryTriggers(
            "budget_controlfigure",
            "budget_historicalcontrolfigure",
            [
                "id",
                "region_id",
                "league_id",
                "year_id",
                "department_id",
                "unit_id",
                "fund_id",
                "kind",
                "number",
                "state",
                "amount",
                "reason",
                "document",
                "issued_at",
            ],
        ),
    ]
