"""Upkeep of the sums of payments: what the trigger appended is joined, so that readers find a row a key."""

from django.db import connection, transaction

LOCK = "SELECT pg_try_advisory_xact_lock(7015)"
# One statement: readers see the rows that go or the row that comes.
FOLD = """
WITH several AS (
    SELECT year_id, region_id, fund_id, category, business FROM disbursement_flowtotal
    GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1
), gone AS (
    DELETE FROM disbursement_flowtotal t USING several s
    WHERE t.year_id = s.year_id AND t.region_id = s.region_id AND t.fund_id IS NOT DISTINCT FROM s.fund_id
      AND t.category = s.category AND t.business = s.business
    RETURNING t.*
)
INSERT INTO disbursement_flowtotal (year_id, region_id, fund_id, category, business, held, paid, failed)
SELECT year_id, region_id, fund_id, category, business, sum(held), sum(paid), sum(failed)
FROM gone GROUP BY 1, 2, 3, 4, 5
"""


@transaction.atomic
def fold_flows() -> bool:
    """Join the rows of each key; False when another fold is at work. Nobody waits for it."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(FOLD)
    return True
