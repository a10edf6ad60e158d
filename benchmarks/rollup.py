"""The roll-up at the size of the whole region: every step of the drill-down, at rest and under sixteen writers.

    python -m benchmarks.rollup [--units 15000] [--lines 60] [--years 5]
    python -m benchmarks.rollup --database postgresql://…   # one that is filled already; it is written to

The limits read the own-region summary with plain SQL, regions and codes joined and grouped. Those of `rollup.hand` read a
table made by hand for just these questions: level × function × fund × year and round, with an index; its bound is 1.5.
"""

import argparse
import multiprocessing
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import harness
from benchmarks.librarypages import server_work
from benchmarks.regionfill import region_product

WRITERS = 16
RUNS = 9
THINK = 0.02  # seconds between two edits of one writer; sixteen of them still make hundreds of edits a second


def main() -> None:
    """Print the claims."""
    asked = arguments()
    with filled(asked):
        from apps.budget import services

        services.fold_summary()
        steps = list(questions())
        for name, query, limit in steps:
            read(f"rollup.read.{name}", query, limit)
        pages(steps)
        by_hand(steps)
        at_once(steps[0][1])
        with writers() as told:
            for name, query, limit in steps:
                read(f"rollup.read.{name}.under_load", query, limit)
            exact_meanwhile()
        told_of_writers(told)
        fold()
        write()
        freeze()
        exact()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name, value in (("units", 15_000), ("lines", 60), ("years", 5)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--database", default="")
    return parser.parse_args()


@contextmanager
def filled(asked: argparse.Namespace) -> Iterator[None]:
    """The product over a region of its own, or over a database that is named."""
    if not asked.database:
        with region_product(asked.units, asked.lines, asked.years):
            yield
        return
    os.environ |= {"DATABASE_URL": asked.database, "DJANGO_SETTINGS_MODULE": "imbudget.settings"} | {
        "SECRET_KEY": "benchmark",
        "FIELD_KEYS": "b:" + "0" * 64,
        "INDEX_KEY": "0" * 64,
        "SECURE": "0",
        "SERVE_ASSETS": "1",
    }
    import django

    django.setup()
    yield


def questions() -> Iterator[tuple[str, Any, Callable[[], Any]]]:
    """(name, question, its limit) of each step from the whole region down to the units of a banner."""
    from apps.budget.selectors import Dimension, SummaryQuery
    from apps.regions.models import Region

    root = Region.objects.get(code="150000")
    league = Region.objects.get(code="150100")
    banner = Region.objects.get(code="150102")
    economic = ((Dimension.DEPARTMENT, "302"),)
    function = ((Dimension.FUNCTION, "205"),)
    for name, region, by, prefixes in (
        ("region.by_region", root, Dimension.REGION, ()),
        ("region.by_function", root, Dimension.FUNCTION, ()),
        ("region.by_fund", root, Dimension.FUND, ()),
        ("region.by_government", root, Dimension.GOVERNMENT, ()),
        ("region.by_department", root, Dimension.DEPARTMENT, ()),
        ("region.by_region.of_205", root, Dimension.REGION, function),
        ("region.by_fund.of_205", root, Dimension.FUND, function),
        ("region.by_department.of_205", root, Dimension.DEPARTMENT, function),
        ("region.by_function.of_302", root, Dimension.FUNCTION, economic),
        ("league.by_region", league, Dimension.REGION, ()),
        ("league.by_function", league, Dimension.FUNCTION, ()),
        ("banner.by_function", banner, Dimension.FUNCTION, ()),
        ("banner.by_unit", banner, Dimension.UNIT, ()),
    ):
        query = SummaryQuery(region, harness.YEAR, harness.ROUND, by, prefixes=prefixes)
        yield name, query, limit_of(query)


def limit_of(query: Any) -> Callable[[], Any]:
    """The limit of a question."""
    word = str(query.by).removesuffix("_economic")
    return harness.limit(f"rollup_by_{word}", values_of(query))


def values_of(query: Any) -> dict[str, Any]:
    from apps.budget.selectors import Dimension

    return {
        "year": query.year,
        "round": query.round,
        "accepted": query.accepted_only,
        "league": query.region.pk if query.region.level == 1 else None,
        "region": query.region.pk if query.region.level == 2 else None,
        "function": query.prefix(Dimension.FUNCTION),
        "department": query.prefix(Dimension.DEPARTMENT),
    }


def read(claim: str, query: Any, limit: Callable[[], Any]) -> None:
    """The SQL of a summary's rows, names and tree included, against the limit; `rows_ms` is the rows as a whole.

    `server_ratio` is that of the processor time of the server's process, which other work on the machine does not stretch.
    """
    from apps.budget import selectors
    from imbudget.kit.actor import system_actor

    actor, whole, sql, bound, work, bound_work = system_actor(), [], [], [], [], []
    for _run in range(RUNS):
        with sql_time() as spent, worked(work):
            whole.append(harness.timed(lambda: selectors.summary_rows(actor, query)))
        sql.append(sum(spent))
        with worked(bound_work):
            bound.append(harness.timed(limit))
    facts = {"server_ms": round(min(work) * 1000, 2), "limit_server_ms": round(min(bound_work) * 1000, 2)}
    ratio = round(min(work) / max(min(bound_work), 1e-9), 2)
    rows_ms = round(median(whole[1:]) * 1000, 1)
    harness.report(claim, median(sql[1:]), median(bound[1:]), rows_ms=rows_ms, server_ratio=ratio, **facts)


@contextmanager
def worked(spent: list[float]) -> Iterator[None]:
    """The processor time of the server's process for what runs inside."""
    before = server_work()
    yield
    spent.append(server_work() - before)


@contextmanager
def sql_time() -> Iterator[list[float]]:
    """The seconds of each statement that runs inside."""
    from django.db import connection

    spent: list[float] = []

    def clock(execute: Any, *args: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*args)
        finally:
            spent.append(time.perf_counter() - began)

    with connection.execute_wrapper(clock):
        yield spent


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def pages(steps: list[tuple[str, Any, Callable[[], Any]]]) -> None:
    """The whole page with last year beside it, against this year's sums and last year's accepted ones by the limit."""
    from django.test import RequestFactory

    from apps.budget.questions import values_of as address_of
    from apps.budget.selectors.rollup import last_year_of
    from apps.budget.views.summary import SummaryPage
    from imbudget.kit.actor import Actor, Reach

    actor = Actor(None, "benchmark", reach=Reach.EVERYTHING, region_level=0, grants=frozenset({"budget.see"}))
    for name, query, limit in steps:
        times, sql, bound = [], [], []
        before = last_year_of(query)
        limit_before = limit_of(before) if before else lambda: None
        for _run in range(6):
            request = RequestFactory().get("/budget/summary/", address_of(query))
            request.actor, request.htmx = actor, None
            with sql_time() as spent:
                times.append(harness.timed(lambda: SummaryPage.as_view()(request).rendered_content))  # noqa: B023
            sql.append(sum(spent))
            bound.append(harness.timed(limit) + harness.timed(limit_before))
        harness.report(
            f"rollup.page.{name}", median(sql[1:]), median(bound[1:]), page_ms=round(median(times[1:]) * 1000, 1)
        )


HAND_MADE = """
CREATE TABLE summary_by_hand AS
SELECT region_id, league_id, year_id, round, accepted, function_id, fund_id, sum(amount) AS amount,
       sum(prior_approved) AS prior_approved, sum(prior_executed) AS prior_executed, sum(line_count) AS line_count
FROM budget_summaryfolded GROUP BY 1, 2, 3, 4, 5, 6, 7;
CREATE INDEX ON summary_by_hand (year_id, round, region_id);
CREATE INDEX ON summary_by_hand (league_id, year_id, round);
ANALYZE summary_by_hand
"""
HAND_READ = """
SELECT {key}, sum(s.amount), sum(s.prior_approved), sum(s.prior_executed), sum(s.line_count)
FROM summary_by_hand s JOIN regions_region g ON g.id = s.region_id JOIN codes_code f ON f.id = s.function_id
JOIN codes_code k ON k.id = s.fund_id
WHERE s.year_id = %(year)s AND s.round = %(round)s AND (%(league)s::bigint IS NULL OR s.league_id = %(league)s)
    AND (%(region)s::bigint IS NULL OR s.region_id = %(region)s) AND f.code LIKE %(function)s || '%%'
    AND (NOT %(accepted)s OR s.accepted)
GROUP BY 1
"""
HAND_KEYS = {"region": "coalesce(g.league_id, g.id)", "function": "f.code", "fund": "k.code"}


def by_hand(steps: list[tuple[str, Any, Callable[[], Any]]]) -> None:
    """The questions by level, function and fund against the table made for them."""
    from django.db import connection

    from apps.budget.selectors import Dimension

    def run(query: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(HAND_READ.format(key=HAND_KEYS[str(query.by)]), values_of(query))
            return cursor.fetchall()

    with connection.cursor() as cursor:
        cursor.execute(HAND_MADE)
    for name, query, _limit in steps:
        if str(query.by) in HAND_KEYS and not query.prefix(Dimension.DEPARTMENT):
            read(f"rollup.hand.{name}", query, lambda query=query: run(query))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE summary_by_hand")


def at_once(query: Any) -> None:
    """An edit shows in the very next reading."""
    from apps.budget import selectors
    from apps.budget.models import BudgetLine
    from imbudget.kit.actor import system_actor

    before = selectors.summary_total(system_actor(), query).amount
    line = BudgetLine.objects.filter(year=query.year, round=query.round).first()
    BudgetLine.objects.filter(pk=line.pk).update(amount=line.amount + 1)
    assert selectors.summary_total(system_actor(), query).amount == before + 1


@contextmanager
def writers() -> Iterator[Any]:
    """Sixteen editors of other sheets, and a fold every second, in a process of their own."""
    from django.db import connections

    connections.close_all()
    stop, told = multiprocessing.Event(), multiprocessing.Queue()
    process = multiprocessing.get_context("fork").Process(target=_write_all, args=(stop, told))
    process.start()
    try:
        yield told
    finally:
        stop.set()
        process.join()


def _write_all(stop: Any, told: Any) -> None:
    from apps.budget import services
    from apps.budget.models import BudgetSheet

    sheets = list(BudgetSheet.objects.of_round(harness.YEAR, harness.ROUND).values_list("pk", flat=True)[:4000])
    waits: list[float] = []

    def edit(seed: int) -> None:
        from django.db import connections

        rng = random.Random(seed)
        while not stop.is_set():
            waits.append(harness.timed(lambda: _edit(rng.choice(sheets), rng)))
            time.sleep(THINK)
        connections.close_all()

    threads = [threading.Thread(target=edit, args=(seed,)) for seed in range(WRITERS)]
    for thread in threads:
        thread.start()
    while not stop.is_set():
        services.fold_summary()
        time.sleep(1)
    for thread in threads:
        thread.join()
    told.put((len(waits), median(waits), max(waits)))


def _edit(sheet: int, rng: random.Random) -> None:
    from django.db import transaction
    from django.db.models import F

    from apps.budget.models import BudgetLine

    with transaction.atomic():
        lines = BudgetLine.objects.filter(sheet=sheet, number__lte=rng.randrange(1, 10))
        lines.update(amount=F("amount") + rng.randrange(100))


def told_of_writers(told: Any) -> None:
    edits, middle, most = told.get()
    harness.report("rollup.edit.under_load", middle, middle, edits=edits, slowest_ms=round(most * 1000, 1))


def exact_meanwhile() -> None:
    """While the writers write, lines and summary are the same sum in each snapshot of the database."""
    from django.db import connection

    with connection.cursor() as cursor:
        for _time in range(5):
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT sum(amount), sum(line_count) FROM budget_summary_by_function")
            rolled = cursor.fetchone()
            cursor.execute("SELECT sum(amount), count(*) FROM budget_budgetline")
            assert cursor.fetchone() == rolled
            cursor.execute("COMMIT")


def fold() -> None:
    """Fold what a change of a whole league's lines appended; readers meanwhile against readers at rest."""
    from apps.budget import selectors, services
    from apps.budget.models import BudgetLine, SummaryDelta
    from imbudget.kit.actor import system_actor

    name, query, _limit = next(questions())
    lines = BudgetLine.objects.filter(league__code="150100", year=harness.YEAR, round=harness.ROUND)
    changed = lines.update(prior_executed=1)
    appended = SummaryDelta.objects.count()
    unfolded = min(harness.timed(lambda: selectors.summary_rows(system_actor(), query)) for _run in range(3))
    seconds: list[float] = []
    worker = threading.Thread(target=lambda: seconds.append(harness.timed(services.fold_summary)))
    worker.start()
    meanwhile = [harness.timed(lambda: selectors.summary_rows(system_actor(), query))]
    while worker.is_alive():
        meanwhile.append(harness.timed(lambda: selectors.summary_rows(system_actor(), query)))
    facts = {"changed": changed, "appended": appended, "fold_s": round(seconds[0], 2)}
    harness.report(f"rollup.fold.{name}", max(meanwhile), unfolded, **facts)


def write(batch: int = 10_000) -> None:
    """COPY of a batch of lines with the roll-up's trigger, against the same COPY with it switched off; none stays."""
    from django.db import connection, transaction

    from apps.budget.models import BudgetSheet

    sheets = list(
        BudgetSheet.objects.of_round(harness.YEAR, harness.ROUND).order_by("pk").values_list("pk", flat=True)[:500]
    )
    times: dict[bool, list[float]] = {True: [], False: []}
    for run in range(6):
        word = ("ENABLE", "DISABLE")[run % 2]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE budget_budgetline {word} TRIGGER budget_lines_come")
            copy = lambda: harness.copy_lines(cursor, sheets, batch, first=10_000 * (run + 1), seed=run)  # noqa: B023, E731
            times[run % 2 == 0].append(harness.timed(copy))
            transaction.set_rollback(True)
    harness.report("rollup.copy", min(times[True]), min(times[False]), batch=batch)


def freeze() -> None:
    """The whole region's compilation, digest and all, against a bare copy of the rows that it freezes."""
    from django.db import connection, transaction

    from apps.budget import services
    from apps.budget.models import Compilation
    from imbudget.kit.actor import system_actor

    actor = system_actor("benchmark")
    done = Compilation.objects.filter(region__code="150000").exclude(snapshot=None).order_by("-year").first()
    if done is None:
        return
    if done.is_locked:
        services.reopen_compilation(actor, done)
    began = time.perf_counter()
    snapshot = services.compile_budget(actor, done, "benchmark")
    seconds = time.perf_counter() - began
    with transaction.atomic():
        bound = harness.timed(lambda: _run("rollup_freeze", {"snapshot": snapshot.pk}, connection))
    harness.report("rollup.freeze", seconds, bound, rows=snapshot.rows.count(), lines=snapshot.line_count)


def _run(name: str, values: dict[str, Any], connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute((harness.LIMITS / f"{name}.sql").read_text(), values)


def exact() -> None:
    """After a rebuild the roll-up equals the lines to the cent; the limit of the rebuild is the grouping itself."""
    from django.db.models import Sum

    from apps.budget import services
    from apps.budget.models import BudgetLine, Summary, SummaryByEconomic, SummaryByFunction

    seconds = harness.timed(services.rebuild_summary)
    live = BudgetLine.objects.aggregate(sum=Sum("amount"))["sum"]
    for view in (Summary, SummaryByFunction, SummaryByEconomic):
        assert view.objects.aggregate(sum=Sum("amount"))["sum"] == live
    harness.report("rollup.rebuild", seconds, harness.timed(harness.limit("rollup_group")), equal=True)


if __name__ == "__main__":
    main()
