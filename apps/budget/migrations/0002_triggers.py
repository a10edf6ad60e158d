"""Triggers of the budget: copied scope columns, the sheet's total, the roll-up's deltas, frozen snapshots."""

from django.db import migrations

SCOPE = """
CREATE FUNCTION budget_sheet_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT u.region_id, u.league_id INTO NEW.region_id, NEW.league_id FROM regions_unit u WHERE u.id = NEW.unit_id;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_sheet_scope BEFORE INSERT ON budget_budgetsheet
    FOR EACH ROW EXECUTE FUNCTION budget_sheet_scope();

CREATE FUNCTION budget_line_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT s.unit_id, s.region_id, s.league_id, s.year_id, s.round
        INTO NEW.unit_id, NEW.region_id, NEW.league_id, NEW.year_id, NEW.round
        FROM budget_budgetsheet s WHERE s.id = NEW.sheet_id;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_line_scope BEFORE INSERT ON budget_budgetline
    FOR EACH ROW EXECUTE FUNCTION budget_line_scope();
"""
SCOPE_BACK = """
DROP TRIGGER budget_line_scope ON budget_budgetline;
DROP FUNCTION budget_line_scope();
DROP TRIGGER budget_sheet_scope ON budget_budgetsheet;
DROP FUNCTION budget_sheet_scope();
"""

KEYS = (
    "l.region_id, l.league_id, l.year_id, l.round, s.state = 'accepted', l.function_id, l.department_economic_id,"
    " l.government_economic_id, l.fund_id"
)
TARGET = (
    "budget_summarydelta (region_id, league_id, year_id, round, accepted, function_id, department_economic_id,"
    " government_economic_id, fund_id, amount, prior_approved, prior_executed, line_count)"
)


def delta(source: str, sign: str) -> str:
    """Append the sums of a transition table, as come (+) or gone (-)."""
    return f"""
    INSERT INTO {TARGET}
    SELECT {KEYS}, {sign}sum(l.amount), {sign}coalesce(sum(l.prior_approved), 0),
           {sign}coalesce(sum(l.prior_executed), 0), {sign}count(*)
    FROM {source} l JOIN budget_budgetsheet s ON s.id = l.sheet_id GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;"""


def total(source: str, sign: str) -> str:
    """Move the sheets' totals; sheets in the order of their keys, so that two statements never deadlock."""
    return f"""
    PERFORM 1 FROM budget_budgetsheet WHERE id IN (SELECT sheet_id FROM {source}) ORDER BY id FOR NO KEY UPDATE;
    UPDATE budget_budgetsheet s SET total = s.total {sign} c.amount
    FROM (SELECT sheet_id, sum(amount) AS amount FROM {source} GROUP BY sheet_id) c WHERE s.id = c.sheet_id;"""


# An update is one move of the total: first minus, then plus could pass below zero and break the check.
UPDATE_TOTAL = """
    PERFORM 1 FROM budget_budgetsheet
        WHERE id IN (SELECT sheet_id FROM gone UNION SELECT sheet_id FROM come) ORDER BY id FOR NO KEY UPDATE;
    UPDATE budget_budgetsheet s SET total = s.total + c.amount
    FROM (
        SELECT sheet_id, sum(amount) AS amount
        FROM (SELECT sheet_id, amount FROM come UNION ALL SELECT sheet_id, -amount FROM gone) both_sides
        GROUP BY sheet_id
    ) c WHERE s.id = c.sheet_id AND c.amount <> 0;"""

LINES = f"""
CREATE FUNCTION budget_lines_come() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {total("come", "+")} {delta("come", "")}
    RETURN NULL;
END $$;
CREATE FUNCTION budget_lines_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {total("gone", "-")} {delta("gone", "-")}
    RETURN NULL;
END $$;
CREATE FUNCTION budget_lines_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {UPDATE_TOTAL} {delta("gone", "-")} {delta("come", "")}
    RETURN NULL;
END $$;
CREATE TRIGGER budget_lines_come AFTER INSERT ON budget_budgetline
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION budget_lines_come();
CREATE TRIGGER budget_lines_gone AFTER DELETE ON budget_budgetline
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION budget_lines_gone();
CREATE TRIGGER budget_lines_changed AFTER UPDATE ON budget_budgetline
    REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION budget_lines_changed();
"""
LINES_BACK = """
DROP TRIGGER budget_lines_come ON budget_budgetline;
DROP TRIGGER budget_lines_gone ON budget_budgetline;
DROP TRIGGER budget_lines_changed ON budget_budgetline;
DROP FUNCTION budget_lines_come();
DROP FUNCTION budget_lines_gone();
DROP FUNCTION budget_lines_changed();
"""

# A sheet that becomes accepted (or stops being so) moves its lines' sums from one side to the other.
SHEETS = f"""
CREATE FUNCTION budget_sheets_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {TARGET}
    SELECT l.region_id, l.league_id, l.year_id, l.round, side.accepted, l.function_id, l.department_economic_id,
           l.government_economic_id, l.fund_id, sum(side.sign * l.amount),
           coalesce(sum(side.sign * l.prior_approved), 0), coalesce(sum(side.sign * l.prior_executed), 0),
           sum(side.sign)
    FROM come n
    JOIN gone o ON o.id = n.id AND (o.state = 'accepted') <> (n.state = 'accepted')
    JOIN budget_budgetline l ON l.sheet_id = n.id
    CROSS JOIN LATERAL (VALUES (n.state = 'accepted', 1), (o.state = 'accepted', -1)) AS side (accepted, sign)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
    RETURN NULL;
END $$;
CREATE TRIGGER budget_sheets_moved AFTER UPDATE ON budget_budgetsheet
    REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION budget_sheets_moved();
"""
SHEETS_BACK = """
DROP TRIGGER budget_sheets_moved ON budget_budgetsheet;
DROP FUNCTION budget_sheets_moved();
"""

VIEW = """
CREATE VIEW budget_summary AS
    SELECT id, region_id, league_id, year_id, round, accepted, function_id, department_economic_id,
           government_economic_id, fund_id, amount, prior_approved, prior_executed, line_count
    FROM budget_summaryfolded
    UNION ALL
    SELECT -id, region_id, league_id, year_id, round, accepted, function_id, department_economic_id,
           government_economic_id, fund_id, amount, prior_approved, prior_executed, line_count
    FROM budget_summarydelta;
"""

FROZEN = """
CREATE FUNCTION budget_snapshot_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'budget_snapshot' AND TG_OP = 'UPDATE' THEN
        IF OLD.digest = '' THEN
            RETURN NEW;
        END IF;
    END IF;
    IF TG_TABLE_NAME = 'budget_snapshotrow' AND TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT 1 FROM budget_snapshot WHERE id = NEW.snapshot_id AND digest = '') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'compiled figures are frozen' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER budget_snapshot_is_frozen BEFORE UPDATE OR DELETE ON budget_snapshot
    FOR EACH ROW EXECUTE FUNCTION budget_snapshot_is_frozen();
CREATE TRIGGER budget_snapshotrow_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON budget_snapshotrow
    FOR EACH ROW EXECUTE FUNCTION budget_snapshot_is_frozen();
"""
FROZEN_BACK = """
DROP TRIGGER budget_snapshotrow_is_frozen ON budget_snapshotrow;
DROP TRIGGER budget_snapshot_is_frozen ON budget_snapshot;
DROP FUNCTION budget_snapshot_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("budget", "0001_initial")]
    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        migrations.RunSQL(LINES, LINES_BACK),
        migrations.RunSQL(SHEETS, SHEETS_BACK),
        migrations.RunSQL(VIEW, "DROP VIEW budget_summary"),
        migrations.RunSQL(FROZEN, FROZEN_BACK),
    ]
