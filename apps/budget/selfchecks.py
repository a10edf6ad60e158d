"""What `manage.py selfcheck` looks at in sums that the database keeps."""

from django.db import connection

from apps.budget.services.waiting import reports_without_case, sheets_without_case
from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed

CODES = {
    "budget_summary": "function_id, department_economic_id, government_economic_id",
    "budget_summary_by_function": "function_id",
    "budget_summary_by_economic": "department_economic_id, government_economic_id",
}


def _different(view: str, codes: str) -> str:
    """How many sums of a view differ from the lines; one statement, so that both sides come from the same moment."""
    keys = f"region_id, league_id, year_id, round, accepted, kind, {codes}, fund_id"
    listed = ", ".join(f"l.{code}" for code in f"{codes}, fund_id".split(", "))
    places = ", ".join(str(number + 1) for number in range(keys.count(",") + 1))
    return f"""
WITH kept AS (
    SELECT {keys}, sum(amount) AS amount, sum(prior_approved) AS approved, sum(prior_executed) AS executed,
           sum(line_count) AS lines
    FROM {view} GROUP BY {places}
), computed AS (
    SELECT l.region_id, l.league_id, l.year_id, l.round, s.state = 'accepted' AS accepted, l.kind, {listed},
           sum(l.amount) AS amount, coalesce(sum(l.prior_approved), 0) AS approved,
           coalesce(sum(l.prior_executed), 0) AS executed, count(*) AS lines
    FROM budget_budgetline l JOIN budget_budgetsheet s ON s.id = l.sheet_id GROUP BY {places}
), kept_really AS (
    SELECT * FROM kept WHERE (amount, approved, executed, lines) <> (0, 0, 0, 0)
)
SELECT count(*) FROM (
    (TABLE kept_really EXCEPT TABLE computed) UNION ALL (TABLE computed EXCEPT TABLE kept_really)
) different
"""


WRONG_TOTALS = """
SELECT count(*) FROM budget_budgetsheet s
LEFT JOIN (SELECT sheet_id, sum(amount) AS amount FROM budget_budgetline GROUP BY sheet_id) l ON l.sheet_id = s.id
WHERE s.total <> coalesce(l.amount, 0)
"""


def summary() -> str:
    """The summary and the sheets' totals equal the sums of the lines."""
    with connection.cursor() as cursor:
        different = 0
        for view, codes in CODES.items():
            cursor.execute(_different(view, codes))
            different += cursor.fetchone()[0]
        cursor.execute(WRONG_TOTALS)
        wrong = cursor.fetchone()[0]
        cursor.execute("SELECT count(*), coalesce(sum(amount), 0) FROM budget_budgetline")
        lines, amount = cursor.fetchone()
    if different or wrong:
        raise CheckFailed(f"{different} sums of the summary and {wrong} totals of sheets differ from the lines")
    return f"equals the {lines} lines, {amount:,.2f} yuan in all"


# Parts in force that come to more than the figure they are parts of; a pool is the part of nothing.
OVERDRAWN = """
SELECT count(*) FROM (
    SELECT p.region_id, p.year_id, CASE WHEN p.unit_id IS NOT NULL THEN p.department_id END AS department_id, p.fund_id,
           p.kind, sum(p.amount) AS amount
    FROM budget_controlfigure p WHERE p.state = 'issued' AND p.department_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5
) given
LEFT JOIN budget_controlfigure u ON u.state = 'issued' AND u.unit_id IS NULL AND u.region_id = given.region_id
    AND u.year_id = given.year_id AND u.department_id IS NOT DISTINCT FROM given.department_id
    AND u.fund_id = given.fund_id AND u.kind = given.kind
WHERE given.amount > coalesce(u.amount, 0)
"""


def control() -> str:
    """No region's pool and no department has given away more control figures than it has."""
    with connection.cursor() as cursor:
        cursor.execute(OVERDRAWN)
        wrong = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM budget_controlfigure WHERE state = 'issued'")
        issued = cursor.fetchone()[0]
    if wrong:
        raise CheckFailed(f"{wrong} control figures are given away for more than they are")
    return f"{issued} control figures in force, each level within the one above"


def handed_in() -> str:
    """Whatever was handed in is under way, so that somebody decides on it."""
    sheets, reports = sheets_without_case().count(), reports_without_case().count()
    if sheets or reports:
        raise CheckFailed(
            f"{sheets} sheets and {reports} reports were handed in and wait for nobody; see: manage.py begin_cases"
        )
    return "everything that was handed in is under way"


CHECKS = {
    "handed_in": SelfCheck("budgets handed in", handed_in),
    "summary": SelfCheck("summary", summary),
    "control": SelfCheck("control figures", control),
}
