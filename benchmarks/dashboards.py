"""The map of regions at full scale, and what it costs to keep its figures.

    python -m benchmarks.dashboards [--projects 1000000] [--payees 10000000] [--lines 4500000] [--authorities 100000] [--units 10000]
                                   [--cases 5000000]

Projects, their years of performance, authorities and payments are rows; budget lines are as many sums as so many lines leave in the smallest folded table of the
roll-up. Approval cases are argued for in `benchmarks/dashboardfill.py`. `refresh` is one computation of all figures for all regions: the first, one that finds nothing new, and the measures that
cost most. `page` is the SQL of a whole page (bound: 100 ms); `summary` compares what the page reads of its figures with
the statements that somebody would write by hand over the same table and indexes (bound: 1.5), by processor time of the server.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks import harness
from benchmarks.dashboardhomes import homes, kpi_summary, kpis, lists
from benchmarks.librarypages import measured, statement_times, undisturbed
from benchmarks.paymentviews import officer

RUNS = 15
LIMIT_MS, BOUND = 100, 1.5
A_REGION = 1000  # sums by function, fund and kind that a region's lines of one year leave
PROJECTS = """
INSERT INTO projects_project ({names})
SELECT {values} FROM projects_project p CROSS JOIN generate_series(1, %(projects)s) n
JOIN unit u ON u.place = n %% (SELECT count(*) FROM unit)
"""
UNITS = """
CREATE TEMPORARY TABLE unit AS
SELECT u.id, u.region_id, r.league_id, u.department_id, row_number() OVER (ORDER BY u.id) - 1 AS place
FROM regions_unit u JOIN regions_region r ON r.id = u.region_id
"""
# What differs between the projects; everything else is that of the one they are made after.
OF_A_PROJECT = {
    "code": "lpad(n::text, 8, '0') || upper(lpad(to_hex(n), 13, '0'))",
    "unit_id": "u.id",
    "region_id": "u.region_id",
    "league_id": "u.league_id",
    "department_id": "u.department_id",
    "setup_year": "2023 + n %% 5",
    "total": "1000 * (1 + n %% 9973)",
    "state": "(ARRAY['stored', 'stored', 'stored', 'draft', 'finance_review', 'refused'])[1 + n %% 6]",
}
SUMS = """
INSERT INTO budget_summaryfunction (region_id, league_id, year_id, round, accepted, kind, fund_id, function_id, amount,
                                    prior_approved, prior_executed, line_count)
SELECT r.id, r.league_id, y.year, CASE WHEN y.year = %(year)s THEN 'first_up' ELSE 'second_down' END, true,
       CASE WHEN n %% 2 = 0 THEN 'basic' ELSE 'project' END, (SELECT min(id) FROM codes_code WHERE catalog = 'fund_type'), n,
       1000 + n, 0, 0, greatest(1, %(lines)s / (116 * 5 * %(sums)s))
FROM regions_region r CROSS JOIN codes_fiscalyear y CROSS JOIN generate_series(1, %(sums)s) n
"""
YEARS = """
INSERT INTO performance_projectyear (project_id, year_id, region_id, league_id, unit_id, department_id, version, initial, budget,
    executed, carried_over, goal_lamp, budget_lamp, lamp_month, self_score, score, grade, state, opened_at)
SELECT p.id, %(year)s, p.region_id, p.league_id, p.unit_id, p.department_id, 1, p.total, p.total, p.total * (p.id %% 100) / 100, 0,
    (ARRAY['', 'green', 'green', 'green', 'blue', 'yellow', 'red'])[1 + p.id %% 7],
    (ARRAY['', 'green', 'green', 'yellow', 'red'])[1 + p.id %% 5], 9, 60 + p.id %% 40, 60 + p.id %% 40,
    CASE WHEN p.id %% 40 >= 30 THEN 'excellent' WHEN p.id %% 40 >= 20 THEN 'good' ELSE 'fair' END, 'evaluated', now()
FROM projects_project p
"""
HAND = {
    "figures": """
SELECT CASE WHEN f.region_id = %(region)s THEN f.region_id ELSE {place} END, f.measure, sum(f.value), sum(f.count)
FROM dashboard_figure f WHERE f.year_id = %(year)s AND f.month = 0 AND f.measure = ANY(%(measures)s) AND {scope} GROUP BY 1, 2
""",
    "months": """
SELECT f.year_id, f.month, f.measure, sum(f.value) FROM dashboard_figure f
WHERE f.measure = ANY(%(shown)s) AND f.year_id IN (%(year)s, %(year)s - 1) AND f.month > 0 AND {scope} GROUP BY 1, 2, 3
""",
    "below": "SELECT * FROM regions_region r WHERE r.parent_id = %(region)s ORDER BY r.code",
    "at": "SELECT min(at) FROM dashboard_measurerun WHERE measure = ANY(%(shown)s)",
}
PLACES = {0: ("coalesce(f.league_id, f.region_id)", "true"), 1: ("f.region_id", "f.league_id = %(region)s")}


def main() -> None:
    """Fill, and print the claims."""
    parser = argparse.ArgumentParser()
    for name, value in (
        ("projects", 1_000_000),
        ("payees", 10_000_000),
        ("lines", 4_500_000),
        ("authorities", 100_000),
        ("units", 10_000),
        ("cases", 5_000_000),
    ):
        parser.add_argument(f"--{name}", type=int, default=value)
    asked = parser.parse_args()
    with harness.server(durable=False):
        run(asked)


def run(asked: argparse.Namespace) -> None:
    """All claims on the database at hand, which holds the product's schema and no row."""
    say("dashboards.fill", **fill(asked))
    refresh()
    months()
    kpis(say)
    pages()
    places = busiest()
    homes(say, places)
    lists(say, places)
    summary()
    kpi_summary(_compare, places)


def say(claim: str, **facts: Any) -> None:
    """One JSON line that is no comparison."""
    print(json.dumps({"claim": claim, **facts}, ensure_ascii=False), flush=True)


def fill(asked: argparse.Namespace) -> dict[str, Any]:
    """Everything that the figures are computed from; how many rows each source has."""
    from django.db import connection, transaction

    from benchmarks.dashboardfill import fill_work
    from benchmarks.paymentfill import fill_ground, fill_payments

    began = time.monotonic()
    fill_ground(asked.authorities, asked.units)
    payments = fill_payments(asked.payees, max(1, asked.payees // 50))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        _fill_projects(cursor, asked.projects)
        cursor.execute(YEARS, {"year": harness.YEAR})
        cursor.execute(SUMS, {"year": harness.YEAR, "lines": asked.lines, "sums": A_REGION})
    fill_work(asked.cases)
    counts = {}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        for table in (
            "projects_project",
            "performance_projectyear",
            "budget_summaryfunction",
            "disbursement_flowtotal",
            "ledger_accounttotal",
            "monitoring_alarm",
            "lowcode_case",
            "lowcode_task",
            "budget_budgetsheet",
            "evidence_entry",
        ):
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return {"payees": payments["payees"], **counts, "seconds": round(time.monotonic() - began)}


def _fill_projects(cursor: Any, projects: int) -> None:
    """Copies of one project that a unit has entered."""
    from apps.projects.models import Project
    from apps.regions.models import Unit

    unit = Unit.objects.select_related("region", "department").order_by("pk")[0]
    places = {"unit": unit, "region": unit.region, "league": unit.region.league, "department": unit.department}
    one = Project(code="0" * 21, name="草原生态保护补助", setup_year=2027, start_year=2027, end_year=2029, **places)
    one.save()
    names = [field.column for field in Project._meta.concrete_fields if not field.primary_key]
    values = [OF_A_PROJECT.get(name, f'p."{name}"') for name in names]
    cursor.execute(UNITS)
    quoted = ", ".join(f'"{name}"' for name in names)
    cursor.execute(PROJECTS.format(names=quoted, values=", ".join(values)), {"projects": projects})


def refresh() -> None:
    """All figures computed twice: everything is new, then nothing is."""
    from apps.dashboard.models import Figure, MeasureRun
    from apps.dashboard.services import refresh_figures

    times = []
    for _run in range(4):
        start = time.perf_counter()
        written = refresh_figures() or {}
        times.append(round((time.perf_counter() - start) * 1000))
    failed = list(MeasureRun.objects.exclude(error="").values_list("measure", "error"))
    costs = dict(MeasureRun.objects.order_by("-milliseconds").values_list("measure", "milliseconds"))
    say(
        "dashboards.refresh",
        first_ms=times[0],
        later_ms=statistics.median(times[1:]),
        written_later=sum(written.values()),
        figures=Figure.objects.count(),
        measures_ms=costs,
        failed=failed,
        holds=not failed and max(times) < 30_000,
    )


def months() -> None:
    """Two years of months as they would have been kept."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dashboard_figure (measure, year_id, region_id, league_id, month, value, count)"
            " SELECT measure, y, region_id, league_id, m, value / 12 * m, count FROM dashboard_figure,"
            " generate_series(%(year)s - 1, %(year)s) y, generate_series(1, 12) m WHERE month = 0 AND year_id = %(year)s"
            " ON CONFLICT DO NOTHING",
            {"year": harness.YEAR},
        )
        cursor.execute("ANALYZE dashboard_figure")


def pages() -> None:
    """Every page whole: the whole region, the busiest league, its busiest banner with its units."""
    places = busiest()
    actors = {"root": officer(None), "league": officer(places["league"]), "banner": officer(None)}
    for place, region in places.items():
        for measure in (
            "execution",
            "paid",
            "issued",
            "budget_first_up",
            "projects",
            "alarms",
            "performance_red_share",
        ):
            ask = page(actors[place], region, measure)
            runs = [statement_times(ask) for _run in range(5)]
            milliseconds = round(undisturbed(runs) * 1000, 2)
            say(
                f"dashboards.page.{place}.{measure}",
                sql_ms=milliseconds,
                statements=len(runs[0]),
                limit_ms=LIMIT_MS,
                holds=milliseconds <= LIMIT_MS,
            )


def busiest() -> dict[str, int]:
    """The root, the league with most requests, and the banner with most of them."""
    from apps.regions.models import Region
    from benchmarks.paymentviews import Looked

    look = Looked()
    return {"root": Region.objects.get(level=0).pk, "league": look.league, "banner": look.region}


def page(actor: Any, region: int, measure: str) -> Callable[[], Any]:
    """The page as the browser gets it."""
    from apps.dashboard.views.region import RegionPage
    from benchmarks.paymentviews import _request

    def ask() -> Any:
        view = RegionPage()
        view.setup(_request(actor, {"region": region, "year": harness.YEAR, "measure": measure}))
        response = view.dispatch(view.request)
        assert response.status_code == 200, (measure, response.status_code)
        return response.render().content

    return ask


def summary() -> None:
    """What the page reads of its figures, against the same by hand."""
    from apps.dashboard.selectors.figures import measures_of, stated
    from apps.dashboard.selectors.region import Question, RegionMap
    from apps.regions.models import Region

    places = busiest()
    for name, actor, region in (
        ("root", officer(None), places["root"]),
        ("league", officer(places["league"]), places["league"]),
    ):
        found = Region.objects.get(pk=region)
        place, scope = PLACES[found.level]
        for measure in ("execution", "paid"):
            values = {
                "region": region,
                "year": harness.YEAR,
                "measures": stated(measures_of(actor)),
                "shown": stated([measure]),
            }
            texts = [text.format(place=place, scope=scope) for text in HAND.values()]

            def product(actor: Any = actor, found: Any = found, measure: str = measure) -> Any:
                read = RegionMap(actor, Question(found, harness.YEAR, measure))
                return read.totals, read.places, read.months, read.at

            def by_hand(texts: Any = texts, values: Any = values) -> Any:
                from django.db import connection

                with connection.cursor() as cursor:
                    return [cursor.execute(text, values) and cursor.fetchall() for text in texts]

            _compare(f"dashboards.summary.{name}.{measure}", product, by_hand)


def _compare(claim: str, product: Callable[[], Any], by_hand: Callable[[], Any]) -> None:
    """Both in turns, by the server's processor time."""
    mine, theirs = [], []
    product(), by_hand()
    for _run in range(RUNS):
        mine.append(measured(product).work)
        theirs.append(measured(by_hand).work)
    ratio = round(min(mine) / min(theirs), 2) if min(theirs) else None
    say(
        claim,
        product_ms=round(min(mine) * 1000, 2),
        limit_ms=round(min(theirs) * 1000, 2),
        ratio=ratio,
        bound=BOUND,
        holds=ratio is not None and ratio <= BOUND,
    )


if __name__ == "__main__":
    main()
