"""Upkeep of the totals of project years: a trigger marks whose years changed, the clock counts these units anew.

What is marked is counted from its rows as a whole, so that nothing can drift. The marks are taken away first: who changes a
row behind that leaves another one, and counting a unit twice does no harm.
"""

from typing import Any

from django.db import connection, transaction

from apps.performance.models import GRADE_COUNTS, LAMP_COUNTS, STEP_COUNTS

LOCK = "SELECT pg_try_advisory_xact_lock(7034)"
KEYS = ("year_id", "region_id", "league_id", "unit_id", "department_id")


def _in_step(step: int) -> str:
    """Whether a score lies in a step of ten points; 100 belongs to the last."""
    last = step == len(STEP_COUNTS) - 1
    return f"y.score >= {10 * step}" + ("" if last else f" AND y.score < {10 * step + 10}")


SUMS = {
    "projects": "count(*)",
    "budget": "sum(y.budget)",
    "executed": "sum(y.executed)",
    "most_left": "max(y.budget - y.executed)",
    **{
        name: f"count(*) FILTER (WHERE y.{of}_lamp = '{lamp.value}')"
        for of, names in LAMP_COUNTS.items()
        for lamp, name in names.items()
    },
    **{name: f"count(*) FILTER (WHERE {_in_step(step)})" for step, name in enumerate(STEP_COUNTS)},
    **{name: f"count(*) FILTER (WHERE y.grade = '{grade.value}')" for grade, name in GRADE_COUNTS.items()},
}
COLUMNS = ", ".join((*KEYS, *SUMS))
_BY = ", ".join(f"y.{key}" for key in KEYS)
_SUMS = ", ".join(SUMS.values())
TAKEN = "WITH gone AS (DELETE FROM performance_staletotal RETURNING unit, year) SELECT DISTINCT unit, year FROM gone"
ASKED = "unnest(%(units)s::bigint[], %(years)s::int[]) a (unit, year)"
FOLD = (
    f"DELETE FROM performance_yeartotal t USING {ASKED} WHERE t.unit_id = a.unit AND t.year_id = a.year",  # noqa: S608
    f"""
INSERT INTO performance_yeartotal ({COLUMNS})
SELECT {_BY}, {_SUMS} FROM {ASKED} JOIN performance_projectyear y ON y.unit_id = a.unit AND y.year_id = a.year
GROUP BY {_BY}
""",  # noqa: S608 - constants
)
TIMED = """
INSERT INTO performance_totalfold (single, at) VALUES (1, now()) ON CONFLICT (single) DO UPDATE SET at = excluded.at
"""
REBUILD = (
    "DELETE FROM performance_staletotal",
    "DELETE FROM performance_yeartotal",
    f"INSERT INTO performance_yeartotal ({COLUMNS}) SELECT {_BY}, {_SUMS} FROM performance_projectyear y GROUP BY {_BY}",  # noqa: S608
)
# Read in one statement, hence as of one moment.
APART = f"""
WITH kept AS (SELECT {COLUMNS} FROM performance_yeartotal),
counted AS (SELECT {_BY}, {_SUMS} FROM performance_projectyear y GROUP BY {_BY}),
apart AS (
    (SELECT year_id, unit_id FROM (TABLE counted EXCEPT TABLE kept) missing)
    UNION (SELECT year_id, unit_id FROM (TABLE kept EXCEPT TABLE counted) wrong)
)
SELECT unit_id, year_id FROM apart
WHERE NOT EXISTS (SELECT FROM performance_staletotal s WHERE s.unit = apart.unit_id AND s.year = apart.year_id)
ORDER BY 2 DESC, 1 LIMIT %(most)s
"""  # noqa: S608 - constants


@transaction.atomic
def fold_totals() -> int:
    """Count anew what was marked; returns for how many units' years. Nobody waits for it; another fold at work does the work."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(TAKEN)
        marked = cursor.fetchall()
        if marked:
            _count(cursor, marked)
        cursor.execute(TIMED)
    return len(marked)


def _count(cursor: Any, marked: list[tuple[int, int]]) -> None:
    asked = {"units": [unit for unit, _year in marked], "years": [year for _unit, year in marked]}
    for statement in FOLD:
        cursor.execute(statement, asked)


@transaction.atomic
def rebuild_totals() -> None:
    """Count everything anew from the rows, with writers held off; the repair tool, never needed in daily work."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE performance_projectyear IN SHARE MODE")
        for statement in (*REBUILD, TIMED):
            cursor.execute(statement)


def totals_apart(most: int) -> list[tuple[int, int]]:
    """Units and years whose totals are not what their rows come to and wait for no fold."""
    with connection.cursor() as cursor:
        cursor.execute(APART, {"most": most})
        return cursor.fetchall()
