"""Visual reports of many projects at full scale, and what it costs to keep the totals that they read.

    python -m benchmarks.visualreports [--projects 1000000] [--units 10000] [--moved 10000]

Each project has a year of performance. `fold` counts all units for the first time, then those whose projects' money moved, then
nothing; `write` is what the marks add to a change of rows. `page` is the SQL of a whole page (bound: 100 ms); `summary`
compares what the page reads with the statements that somebody would write by hand over the same totals and indexes (bound:
1.5), by processor time of the server. `apart` is the self check.
"""

import argparse
import time
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks import harness
from benchmarks.dashboards import LIMIT_MS, YEARS, _compare, _fill_projects, say
from benchmarks.librarypages import measured, statement_times, undisturbed
from benchmarks.paymentviews import _request, officer

EVERY_SECONDS = 20  # of the clock: all units must be counted well within
MOVED = """
UPDATE performance_projectyear SET executed = executed + 1, money_at = now()
WHERE id IN (SELECT id FROM performance_projectyear ORDER BY md5(id::text) LIMIT %(moved)s)
"""
TRIGGER = "performance_projectyear_total_update"
COUNTS = """
    sum(projects), sum(budget), sum(executed), sum(goal_red), sum(goal_yellow), sum(goal_green), sum(goal_blue), sum(budget_red),
    sum(budget_yellow), sum(budget_green), sum(budget_blue), sum(step_0), sum(step_1), sum(step_2), sum(step_3), sum(step_4),
    sum(step_5), sum(step_6), sum(step_7), sum(step_8), sum(step_9), sum(grade_excellent), sum(grade_good), sum(grade_fair),
    sum(grade_poor)
"""
HAND = (
    "SELECT at FROM performance_totalfold",
    "SELECT {counts} FROM performance_yeartotal t WHERE {scope}",
    """
SELECT d.*, s.budget, s.executed FROM (
    SELECT t.{by}_id, sum(budget) AS budget, sum(executed) AS executed FROM performance_yeartotal t WHERE {scope}
    GROUP BY 1 ORDER BY 2 DESC LIMIT 12
) s JOIN regions_{by} d ON d.id = s.{by}_id
""",
    """
SELECT t.*, p.*, u.* FROM (
    SELECT t.*, budget - executed AS left FROM performance_projectyear t
    WHERE {scope} AND budget > executed AND t.unit_id = ANY(ARRAY(
        SELECT t.unit_id FROM performance_yeartotal t WHERE {scope} AND most_left > 0 ORDER BY most_left DESC LIMIT 12))
    ORDER BY budget - executed DESC, id LIMIT 12
) t JOIN projects_project p ON p.id = t.project_id JOIN regions_unit u ON u.id = t.unit_id ORDER BY t.left DESC
""",
)


def main() -> None:
    """Fill, and print the claims."""
    parser = argparse.ArgumentParser()
    for name, value in (("projects", 1_000_000), ("units", 10_000), ("moved", 10_000)):
        parser.add_argument(f"--{name}", type=int, default=value)
    asked = parser.parse_args()
    with harness.server(durable=False):
        run(asked)


def run(asked: argparse.Namespace) -> None:
    """All claims on the database at hand, which holds the product's schema and no row."""
    say("visualreports.fill", **fill(asked))
    folds(asked.moved)
    places = busiest()
    for name, query in places.items():
        page(name, query)
    for name, query in places.items():
        summary(name, query)


def fill(asked: argparse.Namespace) -> dict[str, Any]:
    """Units, projects and their years; how many there are."""
    from django.db import connection, transaction

    from apps.performance.models import ProjectYear
    from benchmarks.paymentfill import fill_ground

    began = time.monotonic()
    fill_ground(1000, asked.units)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        _fill_projects(cursor, asked.projects)
        cursor.execute(YEARS, {"year": harness.YEAR})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"years": ProjectYear.objects.count(), "seconds": round(time.monotonic() - began)}


def folds(moved: int) -> None:
    """The totals counted for the first time, behind payments, and with nothing to do; what the marks cost; the self check."""
    from django.db import connection

    from apps.performance.models import YearTotal
    from apps.performance.services.totals import fold_totals, totals_apart

    mark = (
        "INSERT INTO performance_staletotal (unit, year) SELECT DISTINCT unit_id, year_id FROM performance_projectyear"
    )
    with connection.cursor() as cursor:
        for claim, statement in (("all", mark), ("all_again", mark), ("moved", MOVED), ("nothing", None)):
            if statement:
                cursor.execute(statement, {"moved": moved})
            start = time.perf_counter()
            units = fold_totals()
            milliseconds = round((time.perf_counter() - start) * 1000)
            holds = milliseconds <= EVERY_SECONDS * 1000
            say(
                f"visualreports.fold.{claim}", ms=milliseconds, units=units, rows=YearTotal.objects.count(), holds=holds
            )
        cursor.execute("VACUUM ANALYZE performance_yeartotal")
    written(moved)
    start = time.perf_counter()
    apart = totals_apart(5)
    say("visualreports.apart", ms=round((time.perf_counter() - start) * 1000), apart=apart, holds=not apart)


def written(moved: int) -> None:
    """The same change of rows with and without the marks, undone each time."""
    from django.db import connection, transaction

    times: dict[str, list[float]] = {"ENABLE": [], "DISABLE": []}
    for _run in range(3):
        for way, found in times.items():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE performance_projectyear {way} TRIGGER {TRIGGER}")
                start = time.perf_counter()
                cursor.execute(MOVED, {"moved": moved})
                found.append(time.perf_counter() - start)
                transaction.set_rollback(True)
    mine, bare = (round(min(found) * 1000, 1) for found in times.values())
    say("visualreports.write", rows=moved, product_ms=mine, limit_ms=bare, ratio=round(mine / bare, 2))


def busiest() -> dict[str, dict[str, Any]]:
    """The whole region; the league, banner, department and unit with most projects: the question of each page."""
    from django.db.models import Sum

    from apps.performance.models import YearTotal
    from apps.regions.models import Region

    def most(rows: Any, key: str) -> int:
        return int(rows.values(key).annotate(n=Sum("projects")).order_by("-n", key)[0][key])

    totals = YearTotal.objects.filter(league__isnull=False)
    league = most(totals, "league")
    banner = most(totals.filter(league=league).exclude(region=league), "region")
    return {
        "root": {"region": Region.objects.get(level=0).pk},
        "league": {"region": league},
        "banner": {"region": banner},
        "department": {"department": most(totals, "department")},
        "unit": {"unit": most(totals, "unit")},
    }


def asked_of(query: dict[str, Any]) -> Any:
    """A request for the page by somebody who sees everything."""
    actor = replace(officer(None), grants=frozenset({"performance.see"}))
    return _request(actor, {"year": harness.YEAR, **query})


def page(name: str, query: dict[str, Any]) -> None:
    """The page as the browser gets it."""
    from apps.reports.views.visual import VisualPage

    def ask() -> Any:
        view = VisualPage()
        view.setup(asked_of(query))
        response = view.dispatch(view.request)
        assert response.status_code == 200, (name, response.status_code)
        return response.render().content

    ask()
    runs = [statement_times(ask) for _run in range(5)]
    milliseconds = round(undisturbed(runs) * 1000, 2)
    work = round(min(measured(ask).work for _run in range(5)) * 1000, 2)
    start = time.perf_counter()
    ask()
    whole = round((time.perf_counter() - start) * 1000, 1)
    facts = {
        "sql_ms": milliseconds,
        "server_ms": work,
        "statements": len(runs[0]),
        "page_ms": whole,
        "limit_ms": LIMIT_MS,
    }
    say(f"visualreports.page.{name}", **facts, holds=milliseconds <= LIMIT_MS)


def summary(name: str, query: dict[str, Any]) -> None:
    """What the page reads, against the same by hand."""
    from apps.regions.models import Region
    from apps.reports.views.visual import Asked

    asked = Asked(asked_of(query))
    node, whose = asked.node, ""
    if isinstance(node, Region):
        whose = {0: "", 1: f" AND t.league_id = {node.pk:d}"}.get(node.level, f" AND t.region_id = {node.pk:d}")
    else:
        whose = "".join(f" AND t.{key}_id = {value:d}" for key, value in query.items())
    by = "department" if isinstance(node, Region) else "unit"
    scope = f"t.year_id = {harness.YEAR:d}{whose}"
    texts = [text.format(counts=COUNTS, scope=scope, by=by) for text in HAND]
    _compare(f"visualreports.summary.{name}", asked.read, partial(_by_hand, texts))


def _by_hand(texts: list[str]) -> Any:
    from django.db import connection

    with connection.cursor() as cursor:
        return [cursor.execute(text) and cursor.fetchall() for text in texts]


if __name__ == "__main__":
    main()
