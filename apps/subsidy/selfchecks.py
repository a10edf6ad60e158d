"""What `manage.py selfcheck` looks at in rosters: they say of every payment what the payment says of itself."""

from django.db import connection

from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed

APART = """
SELECT q.number, q.paid, l.paid
FROM disbursement_paymentrequest q
JOIN subsidy_rosterpayment p ON p.request_id = q.id
LEFT JOIN (SELECT request_id, sum(amount) FILTER (WHERE outcome = 'paid') AS paid
           FROM subsidy_rosterline WHERE request_id IS NOT NULL GROUP BY request_id) l ON l.request_id = q.id
WHERE q.paid <> coalesce(l.paid, 0) ORDER BY q.id LIMIT 5
"""


def rosters() -> str:
    """What rosters have as paid is what their payment requests have as paid."""
    with connection.cursor() as cursor:
        cursor.execute(APART)
        apart = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM subsidy_rosterpayment")
        (count,) = cursor.fetchone()
    if apart:
        raise CheckFailed("; ".join(f"{number}: paid {paid}, in the roster {own}" for number, paid, own in apart))
    return f"rosters agree with {count} payment requests"


CHECKS = {"subsidy": SelfCheck("subsidy", rosters)}
