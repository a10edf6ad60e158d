"""The scoped list: what the pages of a league's officer ask the database, against the best query written by hand.

The product's time is that of all statements of a page (filters and search resolved, rows) or of its totals; the
limit is one statement over the same tables and indexes that reads the same columns. `page_ms` is the whole page in
Python: statements, cells and template.
"""

import time
from collections.abc import Callable
from typing import Any

from benchmarks import harness

RARE, COMMON = "230", "205"  # classes of functions: hardly anyone's, and every school's
RUNS = 15


def main() -> None:
    """Print the claims; `--lines` counts all lines of five years."""
    from benchmarks.regionfill import region_product

    asked = harness.lines_asked()
    with region_product(units=max(116, asked // 300), lines=60, years=5) as lines:
        claims(lines)


def claims(lines: int) -> None:
    """The lists of the busiest league's officer."""
    values = question()
    for name, limit, query in pages_of_lines(values):
        claim(f"list.{name}", "lines", query, limit, values, lines)
    for name, limit, query in sums_of_lines(values):
        claim(f"list.{name}", "lines", query, limit, values, lines, totals=True)
    for name, limit, query in pages_of_sheets(values):
        claim(f"list.{name}", "sheets", query, limit, values, lines)


def question() -> dict[str, Any]:
    """The league with the most lines, and what its officer asks for."""
    from django.db.models import Count

    from apps.budget.models import BudgetLine, BudgetSheet
    from apps.regions.services import renew_search_keys
    from imbudget.kit.actor import system_actor

    renew_search_keys(system_actor("benchmark"))
    busy = BudgetLine.objects.values("league_id").annotate(n=Count("pk")).order_by("-n")[0]
    year, round_ = BudgetSheet.objects.order_by("-year_id").values_list("year_id", "round")[0]
    lines = BudgetLine.objects.filter(league_id=busy["league_id"], year_id=year, round=round_)
    middle = lines.order_by("pk").values_list("pk", flat=True)
    return {
        "league": busy["league_id"],
        "year": year,
        "round": round_,
        "state": "returned",
        "key": middle[lines.count() // 2],
        "region": lines.values("region_id").annotate(n=Count("pk")).order_by("-n")[0]["region_id"],
    }


def pages_of_lines(values: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(claim, limit, query) of each page."""
    now = {"year": values["year"], "round": values["round"]}
    return [
        ("first", "line_round", now),
        ("first.all_years", "line_plain", {"q": ""}),
        ("first.old_year", "line_round", {"year": 2024, "round": "second_down"}),
        ("filter.region", "line_region", {**now, "region": values["region"]}),
        ("filter.function.common", "line_function", {**now, "function": COMMON}),
        ("filter.function.rare", "line_function", {**now, "function": RARE}),
        ("filter.state", "line_state", {**now, "state": values["state"]}),
        *[(f"search.{name}", "line_search", {**now, "q": text}) for name, text in texts(values).items()],
        ("deep", "line_deep", {**now, "cursor": "deep"}),
        ("last", "line_last", {**now, "cursor": "last"}),
    ]


def sums_of_lines(values: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(claim, limit, query) of the totals in the foot."""
    now = {"year": values["year"], "round": values["round"]}
    return [
        ("sums", "line_sums", now),
        ("sums.function.common", "line_sums_function", {**now, "function": COMMON}),
        ("sums.function.rare", "line_sums_function", {**now, "function": RARE}),
        *[(f"sums.search.{name}", "line_sums_search", {**now, "q": text}) for name, text in texts(values).items()],
    ]


def pages_of_sheets(values: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(claim, limit, query) of each page of sheets."""
    now = {"year": values["year"], "round": values["round"]}
    return [
        ("sheets.first", "sheet_round", now),
        ("sheets.filter.state", "sheet_state", {**now, "state": values["state"]}),
        ("sheets.search", "sheet_search", {**now, "q": texts(values)["unit"]}),
        ("sheets.last", "sheet_last", {**now, "cursor": "last"}),
    ]


def texts(values: dict[str, Any]) -> dict[str, str]:
    """A unit's name, its initials, words of codes and projects, one that stands in most rows and one in none."""
    from apps.regions.models import Unit

    unit = Unit.objects.filter(league_id=values["league"]).order_by("code")[0]
    return {
        "unit": unit.name_zh_hans,
        "initials": unit.search_key.rpartition(" ")[2],
        "code": "30231",
        "project": "政策宣传",
        "many": "局",
        "none": "查无此词",
    }


def claim(  # noqa: PLR0913 - one line of the report
    name: str, page: str, query: dict[str, Any], limit: str, values: dict[str, Any], lines: int, totals: bool = False
) -> None:
    """Run the product's statements and the limit in turns and print the best of each."""
    values = values | query | words(query.get("q", ""), query.get("function", ""))
    if query.get("cursor") == "deep":
        query = {**query, "cursor": cursor_before(values["key"])}
    bound, mine, theirs, whole = harness.limit(limit, values), [], [], []
    for _run in range(RUNS):
        view = view_of(page, query, values["league"])
        if totals:
            view.page()  # resolves filters and search, as it does on the page; counted among the pages' claims
        mine.append(statement_times(view.totals if totals else view.page))
        theirs.append(statement_times(bound))
        whole.append(harness.timed(lambda: content_of(page, query, values["league"])))
    facts = {"lines": lines, "statements": len(mine[0]), "page_ms": round(min(whole) * 1000, 1)}
    harness.report(name, undisturbed(mine), undisturbed(theirs), **facts)


def undisturbed(runs: list[list[float]]) -> float:
    """The seconds of a page's statements, each at its best of all runs: what others do on the machine drops out."""
    return sum(min(times) for times in zip(*runs, strict=True))


def words(text: str, prefix: str) -> dict[str, str]:
    """The patterns of a search text and of a code's beginning."""
    from imbudget.kit.text import search_key

    return {"holds_key": f"%{search_key(text)}%", "holds": f"%{text}%", "prefix": f"{prefix}%"}


def cursor_before(key: int) -> str:
    """The cursor that a reader holds who paged down to this key."""
    from imbudget.kit.paging import cursor_after

    return cursor_after(type("Row", (), {"pk": key})(), "-pk")


def view_of(page: str, query: dict[str, Any], league: int) -> Any:
    """The list's page as the league's officer asks for it."""
    from django.test import RequestFactory

    from apps.budget.views import sheets
    from imbudget.kit.actor import Actor, Reach

    request = RequestFactory().get(f"/budget/{page}/", query)
    request.actor = Actor(None, "benchmark", reach=Reach.LEAGUE, league_id=league)
    request.money_unit = "yuan"
    request.htmx = False
    view = {"lines": sheets.LineList, "sheets": sheets.SheetList}[page]()
    view.setup(request)
    return view


def content_of(page: str, query: dict[str, Any], league: int) -> str:
    """The rows as the browser gets them when it turns pages."""
    from django.template.loader import render_to_string

    view = view_of(page, query, league)
    return render_to_string("kit/list.html#rows", view.get_context_data(), request=view.request)


def statement_times(run: Callable[[], Any]) -> list[float]:
    """Seconds of each statement of a run, its result fetched."""
    from django.db import connection

    times: list[float] = []

    def clock(execute: Any, *arguments: Any) -> Any:
        start = time.perf_counter()
        result = execute(*arguments)
        times.append(time.perf_counter() - start)
        return result

    with connection.execute_wrapper(clock):
        run()
    return times


if __name__ == "__main__":
    main()
