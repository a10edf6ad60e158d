"""The pages of the ledger over two million authorities, against SQL by hand over the same tables and indexes.

    python -m benchmarks.ledgerpages [--authorities 2000000] [--units 15000]

`list` are first pages, whole and filtered, and the sums in their foot for a league's officer. `books` and `trial`
are the figures of whole years; their limit reads the same rows from a summary table made by hand for the question, a row
an account of a region's year. All ratios are by processor time of the server's process, which no other work stretches; the
bound is 1.5. `fresh` posts and looks at once: the trial balance has moved by what was posted.
"""

import argparse
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from benchmarks import harness
from benchmarks.authorityfill import fill_authorities
from benchmarks.ledgerfill import system, verified
from benchmarks.librarypages import server_work

RUNS = 15
BOUND = 1.5
BY_HAND = """
CREATE TABLE trial_by_hand AS
SELECT p.region_id, p.league_id, p.year_id, e.account_id, sum(e.amount) FILTER (WHERE e.side = 1) AS debit,
       sum(e.amount) FILTER (WHERE e.side = -1) AS credit
FROM ledger_entry e JOIN ledger_posting p ON p.id = e.posting_id GROUP BY 1, 2, 3, 4;
CREATE INDEX ON trial_by_hand (region_id, year_id);
ANALYZE trial_by_hand;
"""
TRIAL = """
SELECT c.id, c.code, c.name, c.role, c.side, t.debit, t.credit FROM trial_by_hand t JOIN ledger_account c ON c.id = t.account_id
WHERE t.region_id = %(region)s AND t.year_id = %(year)s ORDER BY c.code
"""
BOOKS = """
SELECT b.id, b.year_id, r.name, b.state, b.opened_at, b.closed_at,
       (SELECT sum(t.debit - t.credit) FROM trial_by_hand t JOIN ledger_account c ON c.id = t.account_id
        WHERE t.region_id = b.region_id AND t.year_id = b.year_id AND c.role IN ('unallocated', 'pending', 'executable')),
       (SELECT sum(t.debit - t.credit) FROM trial_by_hand t JOIN ledger_account c ON c.id = t.account_id
        WHERE t.region_id = b.region_id AND t.year_id = b.year_id AND c.role = 'reserved')
FROM ledger_books b JOIN regions_region r ON r.id = b.region_id WHERE b.league_id = %(league)s ORDER BY b.id DESC LIMIT 51
"""
# A page of authorities as the list shows it; WHERE and the order stand in for what is asked.
PAGE = """
SELECT a.id, u.name, f.code, f.name, b.amount, b.increased, b.decreased, b.reserved, b.spent, b.available, a.state, d.code, d.name,
       k.code, k.name, a.project_code, a.document_number, r.name
FROM (SELECT * FROM ledger_authority a WHERE a.league_id = %(league)s AND {where} ORDER BY a.id DESC LIMIT 51) a
JOIN ledger_balance b ON b.authority_id = a.id LEFT JOIN regions_unit u ON u.id = a.unit_id
LEFT JOIN codes_code f ON f.id = a.function_id LEFT JOIN codes_code d ON d.id = a.department_economic_id
LEFT JOIN codes_code k ON k.id = a.fund_id JOIN regions_region r ON r.id = a.region_id ORDER BY a.id DESC
"""
SUMS = """
SELECT count(*), sum(b.amount), sum(b.increased), sum(b.decreased), sum(b.reserved), sum(b.spent), sum(b.available)
FROM (SELECT a.id FROM ledger_authority a WHERE a.league_id = %(league)s AND {where} LIMIT 10001) a
JOIN ledger_balance b ON b.authority_id = a.id
"""


def main() -> None:
    """Fill, and print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--authorities", type=int, default=2_000_000)
    parser.add_argument("--units", type=int, default=15_000)
    asked = parser.parse_args()
    with harness.server(durable=False):
        filled = fill_authorities(asked.authorities, asked.units)
        print(json.dumps({"claim": "ledgerpages.fill", **filled}), flush=True)
        claims()
        fresh()
        holds, seconds, broken = verified()
        harness.report("ledgerpages.verify", seconds, seconds, holds=holds, broken=broken)
        assert holds


def claims() -> None:
    """Lists, books and trial balances of the busiest league."""
    from django.db import connection
    from django.db.models import Count

    from apps.codes.models import Code
    from apps.ledger.models import Authority
    from apps.ledger.selectors.entries import trial_balance
    from apps.ledger.views.authorities import AuthorityList
    from apps.ledger.views.books import BooksList
    from apps.regions.models import Region

    busy = Authority.objects.filter(year=harness.YEAR, league__isnull=False).values("league_id").annotate(n=Count("pk"))
    league = busy.order_by("-n")[0]["league_id"]
    regions = Authority.objects.filter(year=harness.YEAR, league=league).values("region_id").annotate(n=Count("pk"))
    region = Region.objects.get(pk=regions.order_by("-n")[0]["region_id"])
    unit = Authority.objects.filter(region=region, year=harness.YEAR).values_list("unit_id", flat=True)[0]
    function = Code.objects.filter(catalog="function", year=harness.YEAR).order_by("code")[7]
    values = {"league": league, "region": region.pk, "year": harness.YEAR, "unit": unit, "function": function.pk}
    for name, where, query in (
        ("first", "a.year_id = %(year)s", {"year": harness.YEAR}),
        ("region", "a.year_id = %(year)s AND a.region_id = %(region)s", {"year": harness.YEAR, "region": region.pk}),
        ("unit", "a.year_id = %(year)s AND a.unit_id = %(unit)s", {"year": harness.YEAR, "unit": unit}),
        (
            "function",
            "a.year_id = %(year)s AND a.function_id = %(function)s",
            {"year": harness.YEAR, "function": function.code},
        ),
    ):
        page = lambda query=query: listed(AuthorityList, query, league).page  # noqa: E731
        claim(f"ledgerpages.list.{name}", page, sql(PAGE.format(where=where), values))
        sums = lambda query=query: shown(listed(AuthorityList, query, league)).totals  # noqa: E731
        claim(f"ledgerpages.list.{name}.sums", sums, sql(SUMS.format(where=where), values))
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND)
    claim("ledgerpages.books", lambda: listed(BooksList, {"view": "plain"}, league).page, sql(BOOKS, values))
    claim("ledgerpages.trial", lambda: lambda: trial_balance(region, harness.YEAR), sql(TRIAL, values))


def listed(page: Any, query: dict[str, Any], league: int, grant: str = "ledger.see") -> Any:
    """A list's page as the league's officer asks for it."""
    from django.test import RequestFactory

    from imbudget.kit.actor import Actor, Reach

    request = RequestFactory().get("/ledger/", query)
    request.actor = Actor(None, "benchmark", reach=Reach.LEAGUE, league_id=league, grants=frozenset({grant}))
    request.money_unit, request.htmx = "yuan", False
    view = page()
    view.setup(request)
    return view


def shown(view: Any) -> Any:
    """The view after its rows were read: filters and search are resolved."""
    view.page()
    return view


def sql(text: str, values: dict[str, Any]) -> Callable[[], Any]:
    """The query by hand."""
    from django.db import connection

    def run() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    return run


def claim(name: str, product: Callable[[], Callable[[], Any]], limit: Callable[[], Any], bound: float = BOUND) -> None:
    """What `product` makes ready, and its limit, in turns; the best of all runs, by the clock of the statements and by the server's processor time."""
    from benchmarks.librarypages import measured, undisturbed

    mine, theirs = [], []
    for _run in range(RUNS):
        mine.append(measured(product()))
        theirs.append(measured(limit))
    clock = [undisturbed([run.seconds for run in side]) for side in (mine, theirs)]
    server = [min(run.work for run in side) for side in (mine, theirs)]
    ratio = round(server[0] / server[1], 2)
    harness.report(
        name, *clock, server_ms=round(server[0] * 1000, 2), limit_server_ms=round(server[1] * 1000, 2), server_ratio=ratio,
        bound=bound, holds=ratio <= bound, statements=len(mine[0].seconds),
    )  # fmt: skip


def fresh() -> None:
    """What is posted shows in the very next look, folded or not."""
    from apps.ledger import services
    from apps.ledger.models import Authority
    from apps.ledger.selectors.entries import trial_balance

    authority = Authority.objects.filter(state="executable", balance__available__gt=1).select_related("region")[0]
    look = lambda: trial_balance(authority.region, authority.year_id).debit  # noqa: E731
    before = look()
    services.reserve(system(), authority, Decimal("1.00"), "fresh")
    assert look() == before + 1
    services.fold_totals()
    assert look() == before + 1
    assert server_work() >= 0


if __name__ == "__main__":
    main()
