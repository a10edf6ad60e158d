"""Payments against authority by sixteen connections: the product's services against the one SQL statement that writes the
same rows into the same tables, with their indexes, keys and triggers.

    python -m benchmarks.posting [--authorities 10000] [--seconds 10] [--processes 4] [--threads 4] [--durable]

Both sides run in turns on the same server, through the same driver, by as many connections; the statement is prepared,
sends no digest and asks no policy. `cold` spreads the payments over all authorities, `hot` puts them all on one. In
`posting.overspend` all connections want more of one authority than it has: what is posted is exactly what it had.
`posting.document` is the posting of all authorities by one document. The ratio of times is that of the throughputs.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from benchmarks import harness
from benchmarks.ledgerfill import Tally, at_once, fill_ledger, system, verified

TURNS = 3
AMOUNT = Decimal("12.34")
Act = Callable[[int, str], Any]


def main() -> None:
    """Fill, and print the claims."""
    parser = argparse.ArgumentParser()
    for name, value in (("authorities", 10_000), ("seconds", 10), ("processes", 4), ("threads", 4)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--durable", action="store_true", help="every commit waits for the disk")
    asked = parser.parse_args()
    with harness.server(asked.durable):
        keys = fill_ledger(asked.authorities)
        both("posting.reserve.cold", keys, asked, reserving, reserving_bare)
        both("posting.reserve.hot", keys[:1], asked, reserving, reserving_bare)
        both("posting.pay.cold", keys, asked, paying, paying_bare)
        overspend(keys[-1], asked)
        holds, seconds, broken = verified()
        harness.report("posting.verify", seconds, seconds, holds=holds, broken=broken, **counted())
        assert holds


def both(claim: str, keys: list[int], asked: argparse.Namespace, product: Any, bare: Any) -> None:
    """Milliseconds of an act at full load on either side: the median of some turns."""
    mine, theirs = [], []
    for turn in range(TURNS):
        mine.append(rate(product, keys, asked, f"{claim}:p{turn}"))
        theirs.append(rate(bare, keys, asked, f"{claim}:s{turn}"))
    product_rate, bare_rate = statistics.median(mine), statistics.median(theirs)
    harness.report(
        claim, 1 / product_rate, 1 / bare_rate, per_second=round(product_rate), limit_per_second=round(bare_rate),
        share_of_limit=round(product_rate / bare_rate, 2), connections=asked.processes * asked.threads, authorities=len(keys),
    )  # fmt: skip


def rate(side: Any, keys: list[int], asked: argparse.Namespace, mark: str) -> float:
    """Acts a second of all connections together."""

    def work(number: int) -> Tally:
        act, rng, done = side(), random.Random(number), 0
        end = time.perf_counter() + asked.seconds
        while time.perf_counter() < end:
            act(rng.choice(keys), f"{mark}:{number}:{done}")
            done += 1
        return {"done": done}

    tally, _seconds = at_once(work, asked.processes, asked.threads)
    assert set(tally) == {"done"}, tally
    return tally["done"] / asked.seconds


def rows() -> Callable[[int], Any]:
    """Authorities as the page of a payment has them: read before."""
    from apps.ledger.models import Authority

    read: dict[int, Any] = {}
    return lambda key: read.get(key) or read.setdefault(key, Authority(pk=key))


def reserving() -> Act:
    """The product's service."""
    from apps.ledger import services

    actor, row = system(), rows()
    return lambda key, name: services.reserve(actor, row(key), AMOUNT, name)


def paying() -> Act:
    """Hold back and pay: two acts of the product."""
    from apps.ledger import services

    actor, row = system(), rows()

    def pay(key: int, name: str) -> None:
        authority = row(key)
        services.reserve(actor, authority, AMOUNT, name)
        services.spend(actor, authority, AMOUNT, f"{name}:paid", name)

    return pay


def reserving_bare() -> Act:
    """The one statement."""
    run = prepared("posting_reserve")
    return lambda key, name: run({"authority": key, "key": name, "amount": AMOUNT})


def paying_bare() -> Act:
    """The two statements."""
    reserve, spend = prepared("posting_reserve"), prepared("posting_spend")

    def pay(key: int, name: str) -> None:
        reserve({"authority": key, "key": name, "amount": AMOUNT})
        spend({"reservation": name, "key": f"{name}:paid", "amount": AMOUNT})

    return pay


def prepared(name: str) -> Callable[[dict[str, Any]], None]:
    """A statement on the driver's bare connection, planned once."""
    import psycopg
    from django.db import connection

    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    cursor.execute("SET plan_cache_mode = force_generic_plan")  # otherwise it is planned anew for each payment
    text = (harness.LIMITS / f"{name}.sql").read_text()

    def run(values: dict[str, Any]) -> None:
        cursor.execute(text, values, prepare=True)
        assert cursor.rowcount == 2, cursor.rowcount

    return run


def overspend(key: int, asked: argparse.Namespace) -> None:
    """All connections reserve odd amounts of one authority until it has nothing left for anybody."""
    from django.db.models import Sum

    from apps.ledger import services
    from apps.ledger.models import Balance, Posting
    from imbudget.kit.errors import RuleViolation

    leave = Decimal("50000.00")
    left = Balance.objects.get(pk=key).available
    services.reserve(system(), rows()(key), left - leave, "overspend:before")

    def work(number: int) -> Tally:
        rng, tally, turn = random.Random(number), {"posted": 0, "refused": 0}, 0
        while tally["refused"] < 30:
            turn += 1
            # Small change at last, so that everything goes.
            amount = Decimal(rng.randrange(1, 20_000)) / 100 if tally["refused"] < 10 else Decimal("0.01")
            try:
                services.reserve(system(), rows()(key), amount, f"overspend:{number}:{turn}")
                tally["posted"] += 1
            except RuleViolation:
                tally["refused"] += 1
        return tally

    tally, seconds = at_once(work, asked.processes, asked.threads)
    posted = (
        Posting.objects.filter(key__startswith="overspend:")
        .exclude(key="overspend:before")
        .aggregate(s=Sum("total"))["s"]
    )
    assert set(tally) == {"posted", "refused"}, tally
    assert posted == leave, posted
    assert Balance.objects.get(pk=key).available == 0
    harness.report("posting.overspend", seconds, seconds, had=str(leave), posted_sum=str(posted), **tally)


def counted() -> dict[str, int]:
    from apps.ledger.models import Entry, Posting

    return {"postings": Posting.objects.count(), "entries": Entry.objects.count()}


if __name__ == "__main__":
    main()
