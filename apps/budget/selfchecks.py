"""What `manage.py selfcheck` looks at in sums that the database keeps."""

from django.db import connection

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


CHECKS = {"summary": SelfCheck("summary", summary)}
