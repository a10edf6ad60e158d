"""The whole region for benchmarks: the demonstration's generator on a fresh durable server.

    python -m benchmarks.regionfill [--units 15000] [--lines 60] [--years 5]

fills, and prints one JSON line with the rows, the times of each step, the database's size and the memory used.
"""

import argparse
import json
import re
import resource
import sys
import time
from contextlib import contextmanager
from typing import Any

from benchmarks import harness


def fill_region(units: int = 15_000, lines_per_unit: int = 60, years: int = 5, say: Any = None) -> int:
    """The real regions and classifications, units, sheets and lines of all years; returns the number of lines.

    Past years are accepted in round second_down, 2027 is in mixed states in first_up (about 8 % have not handed in).
    """
    from apps.budget.demo import data, region
    from apps.budget.demo.statements import step, tidy

    size = region.Size(units, lines_per_unit, years)
    say = say or (lambda text: print(text, file=sys.stderr, flush=True))
    with step(say, "regions and classifications"):
        data.load_places()
        data.load_classification(size.all_years)
    lines = region.fill(size, say)
    with step(say, "statistics"):
        tidy()
    return lines


@contextmanager
def region_product(units: int = 15_000, lines: int = 60, years: int = 5) -> Any:
    """Django on a fresh durable cluster filled so (`lines` a unit and year); yields the number of lines."""
    with harness.server():
        yield fill_region(units, lines, years)


def main() -> None:
    """Fill and print the figures."""
    parser = argparse.ArgumentParser()
    for name, value in (("units", 15_000), ("lines", 60), ("years", 5)):
        parser.add_argument(f"--{name}", type=int, default=value)
    asked = parser.parse_args()
    steps: dict[str, float] = {}
    with harness.server():
        began = time.monotonic()
        lines = fill_region(asked.units, asked.lines, asked.years, lambda text: _note(steps, text))
        seconds = time.monotonic() - began
        values = {"claim": "region.fill", "lines": lines, "seconds": round(seconds, 1), "steps": steps, **_sizes()}
        print(json.dumps(values), flush=True)


def _note(steps: dict[str, float], text: str) -> None:
    print(text, file=sys.stderr, flush=True)
    found = re.fullmatch(r"(.*): ([\d.]+) s", text)
    if found:
        steps[found[1]] = float(found[2])


def _sizes() -> dict[str, Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()), pg_total_relation_size('budget_budgetline'),"
            " pg_total_relation_size('budget_historicalbudgetline'), (SELECT count(*) FROM budget_summaryfolded)"
        )
        database, line, history, sums = cursor.fetchone()
    gigabyte = 10**9
    return {
        "database_gb": round(database / gigabyte, 2),
        "lines_gb": round(line / gigabyte, 2),
        "history_gb": round(history / gigabyte, 2),
        "summary_rows": sums,
        "client_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


if __name__ == "__main__":
    main()
