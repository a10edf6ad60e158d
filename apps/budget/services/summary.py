"""Upkeep of the roll-up: fold what the triggers appended, or compute everything anew."""

from django.db import connection, transaction

KEYS = "region_id, league_id, year_id, round, accepted, function_id, department_economic_id, government_economic_id, fund_id"
SUMS = "amount, prior_approved, prior_executed, line_count"
FOLD = f"""
WITH gone AS (DELETE FROM budget_summarydelta RETURNING {KEYS}, {SUMS}),
     sums AS (
         SELECT {KEYS}, sum(amount) AS amount, sum(prior_approved) AS prior_approved,
                sum(prior_executed) AS prior_executed, sum(line_count) AS line_count
         FROM gone GROUP BY {KEYS}
     )
INSERT INTO budget_summaryfolded AS f ({KEYS}, {SUMS}) SELECT {KEYS}, {SUMS} FROM sums
ON CONFLICT ON CONSTRAINT summary_folded_key DO UPDATE SET
    amount = f.amount + excluded.amount,
    prior_approved = f.prior_approved + excluded.prior_approved,
    prior_executed = f.prior_executed + excluded.prior_executed,
    line_count = f.line_count + excluded.line_count
"""
REBUILD = f"""
INSERT INTO budget_summaryfolded ({KEYS}, {SUMS})
SELECT l.region_id, l.league_id, l.year_id, l.round, s.state = 'accepted', l.function_id, l.department_economic_id,
       l.government_economic_id, l.fund_id, sum(l.amount), coalesce(sum(l.prior_approved), 0),
       coalesce(sum(l.prior_executed), 0), count(*)
FROM budget_budgetline l JOIN budget_budgetsheet s ON s.id = l.sheet_id
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""
LOCK = "SELECT pg_try_advisory_xact_lock(7002)"


@transaction.atomic
def fold_summary() -> bool:
    """Fold the delta table; False when another fold is at work. Readers see the same sums before and after."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(FOLD)
        cursor.execute("DELETE FROM budget_summaryfolded WHERE line_count = 0 AND amount = 0")
    return True


@transaction.atomic
def rebuild_summary() -> None:
    """Compute the summary anew from the lines, with writers held off; the repair tool, never needed in daily work."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE budget_budgetline, budget_budgetsheet IN SHARE MODE")
        cursor.execute("DELETE FROM budget_summarydelta")
        cursor.execute("DELETE FROM budget_summaryfolded")
        cursor.execute(REBUILD)
