"""What `manage.py selfcheck` looks at in performance: money as the ledger has it, the latest values that count, totals."""

from django.db import connection

from apps.performance.services.money import money_apart
from apps.performance.services.totals import totals_apart
from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed

SHOWN = 5
STALE = """
SELECT t.id FROM performance_target t
LEFT JOIN LATERAL (
    SELECT v.id FROM performance_actualvalue v WHERE v.target_id = t.id ORDER BY v.as_of DESC, v.id DESC LIMIT 1
) v ON true
WHERE t.latest_id IS DISTINCT FROM v.id ORDER BY t.id LIMIT 5
"""


def money() -> str:
    """Budget and executed amount of each project's year are those of the ledger, but for what waits to be added up."""
    apart = money_apart(SHOWN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM performance_projectyear")
        (count,) = cursor.fetchone()
    if apart:
        told = (
            f"project {project} in {year}: ledger has {budget}, paid {paid}" for project, year, budget, paid in apart
        )
        raise CheckFailed("; ".join(told))
    return f"money of {count} years agrees with the ledger"


def values() -> str:
    """The value that counts is the latest one of each target."""
    with connection.cursor() as cursor:
        cursor.execute(STALE)
        stale = [pk for (pk,) in cursor.fetchall()]
        cursor.execute("SELECT count(*) FROM performance_target")
        (count,) = cursor.fetchone()
    if stale:
        raise CheckFailed(f"another value counts than the latest one of targets {stale}")
    return f"the latest value counts of {count} targets"


def totals() -> str:
    """The totals of each unit's project years are what their rows come to, but for what waits to be counted."""
    apart = totals_apart(SHOWN)
    if apart:
        told = "; ".join(f"unit {unit} in {year}" for unit, year in apart)
        raise CheckFailed(f"totals are not what the project years come to; run rebuild_totals: {told}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(sum(projects), 0) FROM performance_yeartotal")
        rows, projects = cursor.fetchone()
    return f"{rows} totals agree with {projects} years"


CHECKS = {
    "performance.money": SelfCheck("performance: money", money),
    "performance.values": SelfCheck("performance: values", values),
    "performance.totals": SelfCheck("performance: totals", totals),
}
