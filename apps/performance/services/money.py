"""Money of projects by year, read from the ledger: acts append whose money moved, a fold adds up what stands there.

Figures are of executable authority. What the year's end cleared away counts on: it was the budget of this year.
"""

from typing import Any

from django.db import connection, transaction

from apps.ledger.models import AuthorityDocument, AuthorityState, AuthorityType, Event, Side, Source
from apps.performance.services.lamps import light_by_today

LOCK = "SELECT pg_try_advisory_xact_lock(7033)"
WORDS: dict[str, str | int] = {
    "executable": AuthorityState.EXECUTABLE.value,
    "carried": AuthorityType.CARRIED_OVER.value,
    "initial": Source.INITIAL.value,
    "cleared": Event.CLEARED_EXECUTABLE.value,
    "debit": Side.DEBIT.value,
}
# One statement in the act's own transaction: the row is there when its money is, and nobody waits for it.
SETTLED = """
INSERT INTO performance_stalemoney (project, year)
SELECT DISTINCT project_id, year_id FROM ledger_authority WHERE id = ANY(%s) AND project_id IS NOT NULL
"""
POSTED = """
INSERT INTO performance_stalemoney (project, year)
SELECT project_id, year_id FROM ledger_authority WHERE document_id = %(document)s AND project_id IS NOT NULL
UNION
SELECT a.project_id, a.year_id FROM ledger_documentline l JOIN ledger_authority a ON a.id = l.origin_id
WHERE l.document_id = %(document)s AND a.project_id IS NOT NULL
UNION
SELECT a.project_id, a.year_id FROM ledger_documentline l JOIN ledger_authority a ON a.id = l.target_id
WHERE l.document_id = %(document)s AND a.project_id IS NOT NULL
"""
SUMS = """
    coalesce(sum(b.amount) FILTER (WHERE a.source = %(initial)s AND a.authority_type <> %(carried)s), 0) AS initial,
    coalesce(sum(b.amount + b.increased - b.decreased + c.amount), 0) AS budget,
    coalesce(sum(b.spent), 0) AS executed,
    coalesce(sum(b.amount + b.increased - b.decreased + c.amount) FILTER (WHERE a.authority_type = %(carried)s), 0)
        AS carried_over
"""
BALANCES = """
ledger_authority a JOIN ledger_balance b ON b.authority_id = a.id
CROSS JOIN LATERAL (
    SELECT CASE WHEN b.decreased > 0 THEN coalesce((
        SELECT sum(e.amount) FROM ledger_entry e JOIN ledger_posting p ON p.id = e.posting_id
        WHERE e.authority_id = a.id AND e.side = %(debit)s AND p.event = %(cleared)s), 0) ELSE 0 END AS amount
) c
"""
# The queue is emptied and the balances are read in one statement, hence as of one moment: what comes later has a row of its own.
FOLD = f"""
WITH gone AS (
    DELETE FROM performance_stalemoney RETURNING project, year
), held AS (
    SELECT y.id, y.project_id, y.year_id, p.code
    FROM (SELECT DISTINCT project, year FROM gone) g
    JOIN performance_projectyear y ON y.project_id = g.project AND y.year_id = g.year
    JOIN projects_project p ON p.id = y.project_id
    ORDER BY y.id FOR NO KEY UPDATE OF y
)
UPDATE performance_projectyear y
SET initial = f.initial, budget = f.budget, executed = f.executed, carried_over = f.carried_over, money_at = now()
FROM held h CROSS JOIN LATERAL (
    SELECT {SUMS} FROM {BALANCES}
    WHERE a.project_code = h.code AND a.project_code <> '' AND a.year_id = h.year_id AND a.project_id = h.project_id
      AND a.state = %(executable)s  -- the index of projects is partial
) f
WHERE y.id = h.id
RETURNING y.id
"""  # noqa: S608 - constants
# All years whose figures are not what the ledger says.
APART = f"""
SELECT y.project_id, y.year_id, f.budget, f.executed FROM performance_projectyear y
LEFT JOIN (
    SELECT a.project_id, a.year_id, {SUMS} FROM {BALANCES}
    WHERE a.project_id IS NOT NULL AND a.state = %(executable)s GROUP BY 1, 2
) f ON f.project_id = y.project_id AND f.year_id = y.year_id
WHERE (y.initial, y.budget, y.executed, y.carried_over) IS DISTINCT FROM
      (coalesce(f.initial, 0), coalesce(f.budget, 0), coalesce(f.executed, 0), coalesce(f.carried_over, 0))
"""  # noqa: S608 - constants
WAITING = "NOT EXISTS (SELECT FROM performance_stalemoney s WHERE s.project = y.project_id AND s.year = y.year_id)"


def payment_settled(request: Any) -> None:
    """The bank has answered a payment request: its money, and that of the payment it changes, is added up anew."""
    moved = [request.authority_id, *([request.about.authority_id] if request.about_id else [])]
    with connection.cursor() as cursor:
        cursor.execute(SETTLED, [moved])


def document_posted(actor: Any, document: AuthorityDocument) -> None:
    """A document has moved authority: that of the projects it names is added up anew."""
    with connection.cursor() as cursor:
        cursor.execute(POSTED, {"document": document.pk})


@transaction.atomic
def fold_money() -> int:
    """Add up what waits and light the budget lamps of what moved; returns how many projects' years.

    Nobody waits for it; another fold at work does the work.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(FOLD, WORDS)
        moved = [row[0] for row in cursor.fetchall()]
    if moved:
        light_by_today(moved)
    return len(moved)


@transaction.atomic
def refresh_money() -> int:
    """The nightly pass over all years: what differs from the ledger is put into the queue and folded. Returns how many."""
    statement = f"INSERT INTO performance_stalemoney (project, year) SELECT project_id, year_id FROM ({APART}) apart"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, WORDS)
    return fold_money()


def money_apart(most: int) -> list[tuple[int, int, Any, Any]]:
    """Years whose figures differ from the ledger and wait for no fold: (project, year, budget, executed) of the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(f"{APART} AND {WAITING} ORDER BY y.id LIMIT {most:d}", WORDS)
        return cursor.fetchall()
