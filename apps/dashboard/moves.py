"""How the figures of the apps below came about, day by day: from the days of payments, postings and alarms, and from histories."""

from apps.projects.models import ProjectState
from imbudget.kit.pastsql import moves_of_history

# What is not counted among the projects any more, and how a statement says so.
OUT = (ProjectState.REFUSED, ProjectState.TERMINATED, ProjectState.ABANDONED)
IS_COUNTED = f"state NOT IN ({', '.join(repr(str(state)) for state in OUT)})"

# Counted as the flows are: what is given back takes away, a correction moves no cash out of the region's account.
PAID = """
SELECT q.year_id, q.region_id, p.paid_on,
    CASE q.business WHEN 'refund' THEN -p.amount WHEN 'correct' THEN 0 ELSE p.amount END
FROM disbursement_paymentrow p JOIN disbursement_paymentrequest q ON q.id = p.request_id
WHERE p.outcome = 'paid' AND p.paid_on IS NOT NULL
"""
SUBSIDY = """
SELECT q.year_id, q.region_id, p.paid_on, p.amount
FROM disbursement_paymentrow p JOIN disbursement_paymentrequest q ON q.id = p.request_id
WHERE p.outcome = 'paid' AND p.paid_on IS NOT NULL AND q.business = 'subsidy'
"""
HELD = moves_of_history(
    "disbursement_historicalpaymentrequest",
    "h.year_id",
    "h.total",
    "h.business <> 'refund' AND h.state IN ('submitted', 'stopped', 'approved')",
)
# What the year's end clears away was issued in this year all the same.
ISSUED = """
SELECT g.year_id, g.region_id, (g.posted_at AT TIME ZONE 'Asia/Shanghai')::date, e.side * e.amount
FROM ledger_entry e JOIN ledger_posting g ON g.id = e.posting_id JOIN ledger_account a ON a.id = e.account_id
WHERE a.role IN ('executable', 'reserved', 'spent') AND g.event <> 'clear_exec'
"""
ALARMS = """
SELECT extract(year FROM a.raised_at AT TIME ZONE 'Asia/Shanghai')::int, a.region_id,
    (step.at AT TIME ZONE 'Asia/Shanghai')::date, step.value
FROM monitoring_alarm a CROSS JOIN LATERAL (
    VALUES (a.raised_at, 1), (CASE WHEN a.state IN ('normal', 'closed') THEN coalesce(a.closed_at, a.judged_at) END, -1)
) AS step (at, value)
WHERE step.at IS NOT NULL
"""


def _projects(value: str, counts: str) -> str:
    return moves_of_history("projects_historicalproject", "h.setup_year", value, counts)


IN_LIBRARY = f"h.{IS_COUNTED}"
PROJECT_COUNT = _projects("1", IN_LIBRARY)
PROJECTS = _projects("h.total", IN_LIBRARY)
STORED = _projects("h.total", "h.state = 'stored'")


def budget(round_: str) -> str:
    """Lines as they were entered, changed and taken out; the round is that of their sheet, which never changes it."""
    sheets = "JOIN (SELECT DISTINCT id, round FROM budget_historicalbudgetsheet) s ON s.id = h.sheet_id"
    return moves_of_history("budget_historicalbudgetline", "h.year_id", "h.amount", f"s.round = '{round_}'", sheets)
