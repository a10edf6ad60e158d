"""The pages of payments over ten million payees, against SQL by hand over the same tables and indexes.

    python -m benchmarks.paymentpages [--payees 10000000] [--authorities 500000] [--units 15000]

`list` are first pages, whole and narrowed, and the sums in their foot for a league's officer; `request` are the page of one
request with one payee and with ten thousand. Ratios are by processor time of the server's process; the bound is 2.
"""

import argparse
import json

from benchmarks import harness
from benchmarks.ledgerpages import claim, listed, shown, sql
from benchmarks.paymentfill import fill_payments

BOUND = 2.0
PAGE = """
SELECT a.id, a.number, u.name, a.purpose, a.business, a.total, a.paid, a.state, a.submitted_at
FROM (SELECT * FROM disbursement_paymentrequest a WHERE a.league_id = %(league)s AND {where} ORDER BY a.id DESC LIMIT 51) a
JOIN regions_unit u ON u.id = a.unit_id ORDER BY a.id DESC
"""
SUMS = """
SELECT count(*), sum(a.total), sum(a.paid)
FROM (SELECT a.total, a.paid FROM disbursement_paymentrequest a WHERE a.league_id = %(league)s AND {where} LIMIT 10001) a
"""


def main() -> None:
    """Fill, and print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--payees", type=int, default=10_000_000)
    parser.add_argument("--authorities", type=int, default=500_000)
    parser.add_argument("--units", type=int, default=15_000)
    asked = parser.parse_args()
    with harness.server(durable=False):
        filled = fill_payments(asked.payees, asked.authorities, asked.units)
        print(json.dumps({"claim": "paymentpages.fill", **filled}), flush=True)
        lists()


def lists() -> None:
    """The list of requests of the busiest league."""
    from django.db.models import Count

    from apps.disbursement.models import PaymentRequest
    from apps.disbursement.views.requests import RequestList

    of_year = PaymentRequest.objects.filter(year=harness.YEAR, league__isnull=False)
    league = of_year.values("league_id").annotate(n=Count("pk")).order_by("-n")[0]["league_id"]
    mine = of_year.filter(league=league)
    region = mine.values("region_id").annotate(n=Count("pk")).order_by("-n")[0]["region_id"]
    unit = mine.filter(region=region).values_list("unit_id", flat=True)[0]
    one = mine.order_by("pk")[0]
    values = {"league": league, "region": region, "unit": unit, "year": harness.YEAR, "number": one.number}
    year = {"year": harness.YEAR}
    for name, where, query in (
        ("first", "true", {}),
        ("region", "a.region_id = %(region)s", {"region": region}),
        ("unit", "a.unit_id = %(unit)s", {"unit": unit}),
        ("failed", "a.state = 'failed'", {"state": "failed"}),
        ("subsidy", "a.business = 'subsidy'", {"business": "subsidy"}),
        ("number", "a.number = %(number)s", {"q": one.number}),
    ):
        asked, condition = year | query, f"a.year_id = %(year)s AND {where}"
        page = lambda asked=asked: listed(RequestList, asked, league, "disbursement.see").page  # noqa: E731
        claim(f"paymentpages.list.{name}", page, sql(PAGE.format(where=condition), values), bound=BOUND)
        sums = lambda asked=asked: shown(listed(RequestList, asked, league, "disbursement.see")).totals  # noqa: E731
        claim(f"paymentpages.list.{name}.sums", sums, sql(SUMS.format(where=condition), values), bound=BOUND)


if __name__ == "__main__":
    main()
