"""The roll-up knows the kind of expenditure and keeps two margins: triggers, views and the sums themselves anew."""

from django.db import migrations

SUMS = "amount, prior_approved, prior_executed, line_count"
SCOPE = "region_id, league_id, year_id, round, accepted"
FUNCTION, ECONOMIC = "function_id", "department_economic_id, government_economic_id"


def delta(source: str, sign: str, kind: bool) -> str:
    """Append the sums of a transition table, as come (+) or gone (-)."""
    target = f"{SCOPE}, {'kind, ' if kind else ''}{FUNCTION}, {ECONOMIC}, fund_id"
    keys = (
        f"l.region_id, l.league_id, l.year_id, l.round, s.state = 'accepted', {'l.kind, ' if kind else ''}l.function_id,"
        " l.department_economic_id, l.government_economic_id, l.fund_id"
    )
    places = ", ".join(str(number + 1) for number in range(10 if kind else 9))
    return f"""
    INSERT INTO budget_summarydelta ({target}, {SUMS})
    SELECT {keys}, {sign}sum(l.amount), {sign}coalesce(sum(l.prior_approved), 0),
           {sign}coalesce(sum(l.prior_executed), 0), {sign}count(*)
    FROM {source} l JOIN budget_budgetsheet s ON s.id = l.sheet_id GROUP BY {places};"""


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


def touched(source: str, other: str, kind: bool) -> str:
    """The rows of an update whose sums or keys changed: a line that was only numbered anew moves no sum.

    EXCEPT and not a join: a plan made for one row would compare thousands of rows with each other.
    """
    names = (
        f"id, sheet_id, region_id, league_id, year_id, round, {'kind, ' if kind else ''}{FUNCTION}, {ECONOMIC}, fund_id"
    )
    names += ", amount, prior_approved, prior_executed"
    return f"(SELECT {names} FROM {source} EXCEPT SELECT {names} FROM {other})"


def functions(kind: bool) -> str:
    """The bodies of the four triggers: with the kind of expenditure, or as they were before."""
    bodies = {
        "budget_lines_come": total("come", "+") + delta("come", "", kind),
        "budget_lines_gone": total("gone", "-") + delta("gone", "-", kind),
        "budget_lines_changed": UPDATE_TOTAL
        + delta(touched("gone", "come", kind), "-", kind)
        + delta(touched("come", "gone", kind), "", kind),
        "budget_sheets_moved": moved(kind),
    }
    return "\n".join(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN {body}\n"
        "    RETURN NULL;\nEND $$;"
        for name, body in bodies.items()
    )


# The sheets that became accepted, and those that stopped being so; EXCEPT for the same reason as above.
ACCEPTED = "SELECT id FROM {} WHERE state = 'accepted'"
MOVED = (
    f"(SELECT id, true AS accepted FROM ({ACCEPTED.format('come')} EXCEPT {ACCEPTED.format('gone')}) c"
    f" UNION ALL SELECT id, false FROM ({ACCEPTED.format('gone')} EXCEPT {ACCEPTED.format('come')}) g)"
)


def moved(kind: bool) -> str:
    """A sheet that becomes accepted (or stops being so) moves its lines' sums from one side to the other."""
    places = ", ".join(str(number + 1) for number in range(10 if kind else 9))
    return f"""
    IF NOT EXISTS (SELECT FROM {MOVED} m) THEN
        RETURN NULL; -- most updates move no sum: the lines need not be looked at
    END IF;
    INSERT INTO budget_summarydelta ({SCOPE}, {"kind, " if kind else ""}{FUNCTION}, {ECONOMIC}, fund_id, {SUMS})
    SELECT l.region_id, l.league_id, l.year_id, l.round, side.accepted, {"l.kind, " if kind else ""}l.function_id,
           l.department_economic_id, l.government_economic_id, l.fund_id, sum(side.sign * l.amount),
           coalesce(sum(side.sign * l.prior_approved), 0), coalesce(sum(side.sign * l.prior_executed), 0),
           sum(side.sign)
    FROM {MOVED} m
    JOIN budget_budgetline l ON l.sheet_id = m.id
    CROSS JOIN LATERAL (VALUES (m.accepted, 1), (NOT m.accepted, -1)) AS side (accepted, sign)
    GROUP BY {places};"""


def view(name: str, folded: str, columns: str) -> str:
    """What is folded and what is not yet, as one."""
    shown = f"{SCOPE}, {columns}, fund_id, {SUMS}"
    return (
        f"CREATE VIEW {name} AS SELECT id, {shown} FROM {folded}"
        f" UNION ALL SELECT -id, {shown} FROM budget_summarydelta;"
    )


def rebuilt(table: str, columns: str) -> str:
    """One folded table computed from the lines."""
    keys = ", ".join(f"l.{column}" for column in columns.split(", "))
    places = ", ".join(str(number + 1) for number in range(6 + len(columns.split(", "))))
    return f"""
    INSERT INTO {table} ({SCOPE}, {columns}, fund_id, {SUMS})
    SELECT l.region_id, l.league_id, l.year_id, l.round, s.state = 'accepted', {keys}, l.fund_id, sum(l.amount),
           coalesce(sum(l.prior_approved), 0), coalesce(sum(l.prior_executed), 0), count(*)
    FROM budget_budgetline l JOIN budget_budgetsheet s ON s.id = l.sheet_id GROUP BY {places};"""


KINDS = {
    "budget_summaryfolded": ("budget_summary", f"kind, {FUNCTION}, {ECONOMIC}"),
    "budget_summaryfunction": ("budget_summary_by_function", f"kind, {FUNCTION}"),
    "budget_summaryeconomic": ("budget_summary_by_economic", f"kind, {ECONOMIC}"),
}
VIEWS = "".join(view(name, table, columns) for table, (name, columns) in KINDS.items())
VIEWS_BACK = "".join(f"DROP VIEW {name};" for name, _columns in KINDS.values())
FILL = "".join(rebuilt(table, columns) for table, (_name, columns) in KINDS.items())
EMPTY = "DELETE FROM budget_summarydelta; DELETE FROM budget_summaryfolded;"  # 0005, backwards, computes it anew
# Sums move often and in place; the delta table is filled and emptied all day, its dead rows must not pile up.
STORAGE = """
ALTER TABLE budget_summaryfolded SET (fillfactor = 85);
ALTER TABLE budget_summaryfunction SET (fillfactor = 85);
ALTER TABLE budget_summaryeconomic SET (fillfactor = 85);
ALTER TABLE budget_summarydelta SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
"""
STORAGE_BACK = """
ALTER TABLE budget_summaryfolded RESET (fillfactor);
ALTER TABLE budget_summarydelta RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
"""


class Migration(migrations.Migration):
    dependencies = [("budget", "0006_summary_margins")]
    operations = [
        migrations.RunSQL(functions(kind=True), functions(kind=False)),
        migrations.RunSQL(VIEWS, VIEWS_BACK),
        migrations.RunSQL(STORAGE, STORAGE_BACK),
        migrations.RunSQL(FILL, EMPTY),
    ]
