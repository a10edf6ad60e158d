"""The pages of payments and of their monitoring over ten million payees, against SQL by hand over the same tables and indexes.

    python -m benchmarks.paymentpages [--payees 10000000] [--alarms 200000] [--authorities 100000] [--units 10000] [--small 50000]
        [--partitions 1000000]

`list`, `days` and `alarms` are first pages of lists, whole and narrowed, and the sums in their foot; `request`, `track`, `day`,
`flows`, `alarm`, `statistics` and `home` are all statements of a page (`paymentviews`), of rows with one payee and with ten
thousand. Ratios are by processor time of the server's process, which no other work stretches; the bound is 2. `queries` is how
many statements the whole page asks, `queries_small` how many it asked at `--small` payees: they are the same. `partitions` compares a
copy of some rows with one in monthly parts (`benchmarks.partitions`).
"""

import argparse
import json
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import harness, partitions
from benchmarks import paymentsql as hand
from benchmarks.librarypages import measured, statement_times, undisturbed
from benchmarks.paymentviews import Looked, Page, officer

BOUND = 2.0
RUNS = 15
LEAGUE, ALL = "a.league_id = %(league)s", "true"
# What the filters of each list are by hand.
YEAR = "a.year_id = %(year)s"
CONDITIONS = {
    "list.first": YEAR,
    "list.region": f"{YEAR} AND a.region_id = %(region)s",
    "list.unit": f"{YEAR} AND a.unit_id = %(unit)s",
    "list.failed": f"{YEAR} AND a.state = 'failed'",
    "list.subsidy": f"{YEAR} AND a.business = 'subsidy'",
    "list.number": f"{YEAR} AND a.number = %(number)s",
    "list.words": f"{YEAR} AND a.purpose LIKE %(common)s",
    "list.rare": f"{YEAR} AND a.purpose LIKE %(rare)s",
    "list.last": YEAR,
    "list.whole": YEAR,
    "list.whole.number": "a.number = %(number)s",
    "list.whole.failed": f"{YEAR} AND a.state = 'failed'",
    "list.whole.rare": f"{YEAR} AND a.purpose LIKE %(rare)s",
    "days.first": "true",
    "days.region": "a.region_id = %(region)s",
    "days.differing": "a.unsettled >= 1",
    "days.whole": "true",
    "alarms.first": "true",
    "alarms.level": "a.level = 'red'",
    "alarms.open": "a.state IN ('suspected', 'violation', 'with_unit', 'answered', 'returned')",
    "alarms.rule": "a.rule_id = %(rule)s",
    "alarms.region": "a.region_id = %(region)s",
    "alarms.several": "a.region_id = %(region)s AND a.level = 'red' AND a.state = 'suspected'",
    "alarms.whole": "true",
    "alarms.whole.level": "a.level = 'red'",
}
LISTS = {
    "list": (hand.REQUESTS, hand.REQUEST_SUMS),
    "days": (hand.DAYS, hand.DAY_SUMS),
    "alarms": (hand.ALARMS, hand.ALARM_SUMS),
}
REQUEST, TRACK = (hand.REQUEST, hand.TASK), (hand.ROW, hand.AUTHORITIES, hand.VOUCHER, hand.SENT, hand.RECEIVED)
DAY = (hand.DAY, hand.CURRENT)
FLOWS = (hand.YEARS, hand.FLOWS, hand.CODES, hand.HANDED_DOWN)
# The statements of the other pages, and the row that they are of.
PAGES: dict[str, tuple[Sequence[str], str]] = {
    "request.one": ((*REQUEST, hand.PAYEES), "one"),
    "request.many": ((*REQUEST, hand.PAYEES), "many"),
    "request.voucher": ((*REQUEST, hand.VOUCHER, hand.SENT, hand.RECEIVED), "one"),
    "request.failed": ((*REQUEST, hand.UNPAID, hand.PAYEES), "failed"),
    "track.one": ((*TRACK, hand.BOOKED, hand.DAY_OF_ROW), "row_one"),
    "track.many": ((*TRACK, hand.BOOKED, hand.DAY_OF_ROW), "row_many"),
    "day.one": ((*DAY, hand.DIFFERENCES), "day_one"),
    "day.many": ((*DAY, hand.DIFFERENCES), "day_many"),
    "day.statements": ((*DAY, hand.STATEMENTS), "day_one"),
    "flows.league": (FLOWS, ""),
    "flows.whole": (FLOWS, ""),
    "alarm.one": ((hand.ALARM, hand.RATES), ""),
    "alarm.way": ((hand.ALARM, hand.STEPS, hand.FILES), ""),
    "statistics.league": ((hand.RULES, hand.RATES), ""),
    "statistics.whole": ((hand.RULES, hand.RATES), ""),
}


def main() -> None:
    """Fill twice, and print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--payees", type=int, default=10_000_000)
    parser.add_argument("--alarms", type=int, default=200_000)
    parser.add_argument("--authorities", type=int, default=100_000)
    parser.add_argument("--units", type=int, default=10_000)
    parser.add_argument("--small", type=int, default=50_000)
    parser.add_argument("--partitions", type=int, default=1_000_000, help="rows of the copies; 0 leaves them out")
    asked = parser.parse_args()
    with harness.server(durable=False):
        measure(asked)


def measure(asked: argparse.Namespace) -> None:
    """All claims on the database at hand, which holds the product's schema and no row."""
    from benchmarks.paymentfill import fill_ground, fill_payments

    ground = fill_ground(asked.authorities, asked.units)
    say("paymentpages.ground", **ground)
    share = max(1, asked.payees // asked.small)
    say("paymentpages.fill.small", **fill_payments(asked.small, asked.alarms // share))
    small = queries(Looked())
    say("paymentpages.fill", **fill_payments(asked.payees, asked.alarms), year=harness.YEAR)
    alone()
    look = Looked()
    few = [name for name, count in queries(look).items() if count != small[name]]
    claims(look, small)
    say("paymentpages.queries", pages=len(small), differ=few, holds=not few)
    if asked.partitions:
        partitions.claims(asked.partitions)


def alone() -> None:
    """No helpers for a statement: the processor time of theirs would not be counted."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")


def say(claim: str, **facts: Any) -> None:
    """One JSON line that is no comparison."""
    print(json.dumps({"claim": claim, **facts}, ensure_ascii=False), flush=True)


def queries(look: Looked) -> dict[str, int]:
    """How many statements each page asks, whole."""
    return {page.name: len(statement_times(page.whole)) for page in look.pages()}


def claims(look: Looked, small: dict[str, int]) -> None:
    """Every page, and the panel of the home page."""
    from apps.monitoring.selectors.digest import by_level

    for page in look.pages():
        facts = {"queries": len(statement_times(page.whole)), "queries_small": small[page.name]}
        scope = ALL if ".whole" in page.name else LEAGUE
        if page.is_list:
            rows, sums = LISTS[page.name.partition(".")[0]]
            parts = {"scope": scope, "where": CONDITIONS[page.name]}
            if page.name == "list.last":
                rows = rows.replace("DESC LIMIT 51", "LIMIT 51")
            compare(f"{page.name}", lambda page=page: framed(page).page, [rows.format(**parts)], look.values, **facts)
            if page.name == "list.region":
                frame = lambda page=page: lambda: framed(page)  # noqa: E731
                compare("list.frame", frame, [hand.YEARS, hand.SAVED, hand.COLUMNS, hand.PICKED], look.values)
            compare(f"{page.name}.sums", lambda page=page: shown(page).totals, [sums.format(**parts)], look.values)
        else:
            compare(page.name, lambda page=page: page.whole, by_hand(page.name, scope), look.values, **facts)
    for name, actor, scope in (("league", officer(look.league), LEAGUE), ("whole", officer(None), ALL)):
        panel = lambda actor=actor: lambda: by_level(actor)  # noqa: E731
        compare(f"home.{name}", panel, [hand.HOME.format(scope=scope)], look.values)


def by_hand(name: str, scope: str) -> list[str]:
    """The statements that show what the page shows."""
    statements, row = PAGES[name]
    where = "a.rule_id = %(rule)s" if name == "alarm.one" else "true"
    flows = "true" if scope == ALL else "r.league_id = %(league)s"
    made = []
    for statement in statements:
        of = flows if statement is hand.FLOWS else scope
        made.append(statement.replace("{row}", row).replace("{scope}", of).replace("{where}", where))
    return made


def framed(page: Page) -> Any:
    """A list whose filters and columns are chosen: what they ask is claimed once, as `frame`."""
    view = page.ready()
    _frame = view.filter_form, view.columns
    return view


def shown(page: Page) -> Any:
    """A list after its rows were read: filters and search are resolved."""
    view = framed(page)
    view.page()
    return view


def compare(
    claim: str, product: Callable[[], Callable[[], Any]], limits: Sequence[str], values: dict[str, Any], **facts: Any
) -> None:
    """What `product` makes ready, and the statements by hand, in turns; the best of all runs, by clock and by processor."""
    bounds = [_statement(limit, values) for limit in limits]
    mine, theirs = [], []
    for _run in range(RUNS):
        mine.append(measured(product()))
        theirs.append([measured(bound) for bound in bounds])
    clock = undisturbed([run.seconds for run in mine])
    limit = sum(undisturbed([run[place].seconds for run in theirs]) for place in range(len(bounds)))
    work = min(run.work for run in mine)
    bound = sum(min(run[place].work for run in theirs) for place in range(len(bounds)))
    ratio = round(work / bound, 2)
    harness.report(
        f"paymentpages.{claim}", clock, limit, server_ms=round(work * 1000, 2), limit_server_ms=round(bound * 1000, 2),
        server_ratio=ratio, bound=BOUND, holds=ratio <= BOUND, statements=len(mine[0].seconds), by_hand=len(bounds), **facts,
    )  # fmt: skip


def _statement(text: str, values: dict[str, Any]) -> Callable[[], Any]:
    from django.db import connection

    def run() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    return run


if __name__ == "__main__":
    main()
