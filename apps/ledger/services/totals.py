"""Upkeep of the accounts' totals: what the trigger appended is joined, so that readers find a row an account."""

from django.db import connection, transaction

LOCK = "SELECT pg_try_advisory_xact_lock(7014)"
# One statement: readers see the rows that go or the row that comes.
FOLD = """
WITH several AS (
    SELECT year_id, region_id, account_id FROM ledger_accounttotal GROUP BY 1, 2, 3 HAVING count(*) > 1
), gone AS (
    DELETE FROM ledger_accounttotal t USING several s
    WHERE t.year_id = s.year_id AND t.region_id = s.region_id AND t.account_id = s.account_id
    RETURNING t.year_id, t.region_id, t.account_id, t.debit, t.credit
)
INSERT INTO ledger_accounttotal (year_id, region_id, account_id, debit, credit)
SELECT year_id, region_id, account_id, sum(debit), sum(credit) FROM gone GROUP BY 1, 2, 3
"""
REBUILD = """
INSERT INTO ledger_accounttotal (year_id, region_id, account_id, debit, credit)
SELECT p.year_id, p.region_id, e.account_id, coalesce(sum(e.amount) FILTER (WHERE e.side = 1), 0),
       coalesce(sum(e.amount) FILTER (WHERE e.side = -1), 0)
FROM ledger_entry e JOIN ledger_posting p ON p.id = e.posting_id GROUP BY 1, 2, 3
"""


@transaction.atomic
def fold_totals() -> bool:
    """Join the rows of each account; False when another fold is at work. Nobody waits for it."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(FOLD)
    return True


@transaction.atomic
def rebuild_totals() -> None:
    """Compute the totals anew from the entries, with writers held off; the repair tool, never needed in daily work."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE ledger_entry IN SHARE MODE")
        cursor.execute("DELETE FROM ledger_accounttotal")
        cursor.execute(REBUILD)
