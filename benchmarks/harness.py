"""A throwaway server with the product's schema and generated lines, and a clock that compares."""

import argparse
import io
import json
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

LIMITS = Path(__file__).parent / "limits"
YEAR, ROUND = 2027, "first_up"


@contextmanager
def product(lines: int) -> Any:
    """Django on a fresh durable cluster holding this many budget lines; everything is gone afterwards."""
    with server():
        fill(lines)
        yield


@contextmanager
def server(durable: bool = True) -> Any:
    """Django on a fresh cluster with the product's schema and no row; gone afterwards.

    `BENCH_DATABASE` names a migrated database to fill in its place, which may be thrown away: another run begins at once.
    """
    with ExitStack() as stack:
        ready = os.environ.get("BENCH_DATABASE", "")
        os.environ |= {
            "DATABASE_URL": ready or stack.enter_context(_cluster(durable)),
            "DJANGO_SETTINGS_MODULE": "imbudget.settings",
            "SECRET_KEY": "benchmark",
            "FIELD_KEYS": "b:" + "0" * 64,
            "INDEX_KEY": "0" * 64,
            "SECURE": "0",
            "SERVE_ASSETS": "1",
        }
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        if not ready:
            call_command("migrate", verbosity=0)
        yield
        connections.close_all()


@contextmanager
def _cluster(durable: bool) -> Any:
    """The address of a fresh server."""
    from tools.postgres import Embedded

    with tempfile.TemporaryDirectory(prefix="imbudget-bench-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o711)
        with Embedded(Path(folder) / "cluster", durable) as server:
            yield server.url


def fill(lines: int) -> None:
    """The real regions, a small classification, units and sheets spread unevenly over them, and the lines."""
    from django.core.management import call_command
    from django.db import connection

    root = Path(__file__).parent.parent / "fixtures"
    call_command("import_regions", str(root / "regions.csv"), verbosity=0, stdout=io.StringIO())
    units = max(116, lines // 60)
    with connection.cursor() as cursor:
        cursor.execute((LIMITS / "fill.sql").read_text(), {"units": units, "year": YEAR, "round": ROUND})
        cursor.execute("SELECT id FROM budget_budgetsheet ORDER BY id")
        sheets = [row[0] for row in cursor.fetchall()]
        copy_lines(cursor, sheets, lines)
        cursor.execute("ANALYZE")


def copy_lines(cursor: Any, sheets: list[int], lines: int, first: int = 1, seed: int = 7) -> None:
    """COPY lines into the product's table, triggers and all; `first` numbers them within each sheet."""
    rng = random.Random(seed)
    cursor.execute("SELECT catalog, array_agg(id ORDER BY id) FROM codes_code WHERE is_leaf GROUP BY catalog")
    codes = dict(cursor.fetchall())
    with cursor.copy(COPY) as copy:
        for number in range(lines):
            sheet, place = sheets[number % len(sheets)], first + number // len(sheets)
            chosen = [rng.choice(codes[name]) for name in ("function", "economic_dept", "economic_gov", "fund_type")]
            copy.write_row((sheet, place, *chosen, "", "", f"{rng.randrange(10**8) / 100:.2f}", ""))


COPY = (
    "COPY budget_budgetline (sheet_id, number, function_id, department_economic_id,"
    " government_economic_id, fund_id, project_code, project_name, amount, note) FROM STDIN"
)


def limit(name: str, values: dict[str, Any] | None = None) -> Callable[[], Any]:
    """The named SQL file as a thing to measure."""
    from django.db import connection

    text = (LIMITS / f"{name}.sql").read_text()

    def run() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(text, values or {})
            return cursor.fetchall()

    return run


def compare(claim: str, product: Callable[[], Any], bound: Callable[[], Any], runs: int = 9, **facts: Any) -> None:
    """Run both in turns and print the medians and their ratio."""
    mine, theirs = [], []
    product(), bound()
    for _run in range(runs):
        mine.append(timed(product))
        theirs.append(timed(bound))
    report(claim, statistics.median(mine), statistics.median(theirs), **facts)


def report(claim: str, product_seconds: float, limit_seconds: float, **facts: Any) -> None:
    """One JSON line."""
    values = {
        "claim": claim,
        "product_ms": round(product_seconds * 1000, 2),
        "limit_ms": round(limit_seconds * 1000, 2),
        "ratio": round(product_seconds / limit_seconds, 2),
    }
    print(json.dumps(values | facts, ensure_ascii=False), flush=True)


def timed(run: Callable[[], Any]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def server_seconds() -> float:
    """Seconds of processor time that the server's process of this connection has used; 0 where it cannot be seen."""
    from django.db import connection

    place = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(place.read_text().split()[0]) / 1e9 if place.exists() else 0.0


def processor_seconds() -> float:
    """Processor time of this process, of its children that have ended, of its server process and of those that have ended."""
    from django.db import connection

    mine = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    try:
        backend = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
        keeper = Path(f"/proc/{backend.rpartition(')')[2].split()[1]}/stat").read_text()
    except FileNotFoundError:
        return mine
    ended = sum(map(int, keeper.rpartition(")")[2].split()[13:15])) / os.sysconf("SC_CLK_TCK")
    return mine + ended + server_seconds()


def lines_asked() -> int:
    """`--lines N`, 100,000 by default."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=100_000)
    return parser.parse_args().lines
