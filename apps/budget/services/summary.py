"""Upkeep of the roll-up: fold what the triggers appended, or compute everything anew."""

from typing import Any

from django.db import connection, transaction

SCOPE = ("region_id", "league_id", "year_id", "round", "accepted", "kind")
SUMS = ("amount", "prior_approved", "prior_executed", "line_count")
# Each folded table with the codes its rows stand for; all of them hold the same money.
TABLES = {
    "summaryfolded": ("summary_folded_key", ("function_id", "department_economic_id", "government_economic_id")),
    "summaryfunction": ("summary_function_key", ("function_id",)),
    "summaryeconomic": ("summary_economic_key", ("department_economic_id", "government_economic_id")),
}
LOCK = "SELECT pg_try_advisory_xact_lock(7002)"


def _keys(codes: tuple[str, ...]) -> str:
    return ", ".join((*SCOPE, *codes, "fund_id"))


def _merged(table: str, constraint: str, codes: tuple[str, ...]) -> str:
    """One table's part of the fold: add the sums that have gone from the delta table; those that came to nothing."""
    keys, sums = _keys(codes), ", ".join(SUMS)
    return f"""
    {table} AS (
        INSERT INTO budget_{table} AS f ({keys}, {sums})
        SELECT {keys}, {", ".join(f"sum({name})" for name in SUMS)} FROM gone GROUP BY {keys}
        HAVING ({", ".join(f"sum({name})" for name in SUMS)}) <> (0, 0, 0, 0)
        ON CONFLICT ON CONSTRAINT {constraint} DO UPDATE SET {", ".join(f"{n} = f.{n} + excluded.{n}" for n in SUMS)}
        RETURNING id, line_count
    )"""


FOLD = f"""
WITH gone AS (DELETE FROM budget_summarydelta RETURNING {_keys(TABLES["summaryfolded"][1])}, {", ".join(SUMS)}),
{",".join(_merged(table, *rest) for table, rest in TABLES.items())}
{" UNION ALL ".join(f"SELECT '{table}', id FROM {table} WHERE line_count = 0" for table in TABLES)}
"""


def _rebuilt(table: str, codes: tuple[str, ...]) -> str:
    """One table computed from the lines."""
    keys = ", ".join(f"l.{code}" for code in (*codes, "fund_id"))
    return f"""
INSERT INTO budget_{table} ({_keys(codes)}, {", ".join(SUMS)})
SELECT l.region_id, l.league_id, l.year_id, l.round, s.state = 'accepted', l.kind, {keys}, sum(l.amount),
       coalesce(sum(l.prior_approved), 0), coalesce(sum(l.prior_executed), 0), count(*)
FROM budget_budgetline l JOIN budget_budgetsheet s ON s.id = l.sheet_id
GROUP BY l.region_id, l.league_id, l.year_id, l.round, s.state = 'accepted', l.kind, {keys}
ORDER BY l.year_id, l.round, l.region_id, s.state = 'accepted', l.kind, {keys}"""


@transaction.atomic
def fold_summary() -> bool:
    """Fold the delta table; False when another fold is at work. Readers see the same sums before and after.

    Nobody waits for it: writers only append to the delta table, readers read what was committed.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(FOLD)
        _drop(cursor, cursor.fetchall())
    return True


def _drop(cursor: Any, ended: list[tuple[str, int]]) -> None:
    """Take away the sums that no line is left of."""
    for table in TABLES:
        ids = [pk for name, pk in ended if name == table]
        if ids:
            cursor.execute(f"DELETE FROM budget_{table} WHERE id = ANY(%s)", [ids])


@transaction.atomic
def rebuild_summary() -> None:
    """Compute the summary anew from the lines, with writers held off; the repair tool, never needed in daily work."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")  # millions of lines are grouped and sorted in memory
        cursor.execute("LOCK TABLE budget_budgetline, budget_budgetsheet IN SHARE MODE")
        cursor.execute("DELETE FROM budget_summarydelta")
        for table, (_constraint, codes) in TABLES.items():
            cursor.execute(f"DELETE FROM budget_{table}")
            cursor.execute(_rebuilt(table, codes))
