"""Everything that is done with authority, at random, by sixteen connections at once; at the end every invariant must hold.

    python -m benchmarks.soak [--operations 1000000] [--authorities 2000] [--processes 4] [--threads 4] [--durable]

Each connection reserves, pays, gives back and refunds, comes again with keys it has used, for the same and for other
acts, and for what others ask too, wants more than there is, pays in batches, and now and then posts a document (re-allocation both ways, addition, reduction). A
tenth of all acts falls on eight hot authorities. Whatever is no answer and no refusal by a rule fails the run; so does
a deadlock, a wait behind another's lock for longer than half a minute, or an invariant that does not hold.
"""

import argparse
import json
import random
from collections import Counter
from decimal import Decimal
from typing import Any

from benchmarks import harness
from benchmarks.ledgerfill import Tally, at_once, fill_ledger, post, system, verified

HOT = 8
DOCUMENTS = 0.002  # of all acts; one document moves what some hundred payments use
KEPT = 400  # reservations that a connection remembers
ACTS = ("reserve", "spend", "release", "refund", "again", "shared", "batch", "clash", "greed")
WEIGHTS = (40, 25, 10, 10, 4, 4, 3, 2, 2)
DEADLOCK = "40P01"
Hold = tuple[int, str, Decimal]


def main() -> None:
    """Fill, let them loose, verify, and print the claim."""
    parser = argparse.ArgumentParser()
    for name, value in (
        ("operations", 1_000_000),
        ("authorities", 2000),
        ("processes", 4),
        ("threads", 4),
        ("seed", 1),
    ):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--durable", action="store_true", help="every commit waits for the disk")
    asked = parser.parse_args()
    with harness.server(asked.durable):
        keys = fill_ledger(asked.authorities)
        share = asked.operations // (asked.processes * asked.threads)
        work = lambda number: Connection(keys, random.Random(f"{asked.seed}:{number}"), number).run(share)  # noqa: E731
        tally, seconds = at_once(work, asked.processes, asked.threads)
        holds, took, broken = verified()
        failed = {name: count for name, count in tally.items() if name.startswith("failed")}
        facts = {
            "claim": "soak", "operations": sum(tally.values()), "seconds": round(seconds, 1),
            "per_second": round(sum(tally.values()) / seconds), "deadlocks": tally.get(f"failed: {DEADLOCK}", 0),
            "failed": failed, "invariants_hold": holds, "broken": broken, "verify_seconds": took,
            **{name: tally[name] for name in sorted(tally) if name not in failed},
        }  # fmt: skip
        print(json.dumps(facts, ensure_ascii=False), flush=True)
        assert holds
        assert not failed


class Connection:
    """One of those who act at once."""

    def __init__(self, keys: list[int], rng: random.Random, number: int) -> None:
        from apps.ledger.models import Authority

        self.rng, self.number, self.turn = rng, number, 0
        self.rows = {key: Authority(pk=key) for key in keys}
        self.keys, self.hot = keys, keys[:HOT]
        self.actor = system()
        self.holds: list[Hold] = []
        self.done: Counter[str] = Counter()

    def run(self, acts: int) -> Tally:
        """So many acts, each counted by what came of it."""
        from django.db import DatabaseError, connection

        from imbudget.kit.errors import RuleViolation

        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '30s'")
        for _turn in range(acts):
            self.turn += 1
            try:
                self.done[self.act()] += 1
            except RuleViolation:
                self.done["refused"] += 1
            except DatabaseError as error:
                self.done[f"failed: {getattr(error.__cause__, 'sqlstate', error)}"] += 1
        return dict(self.done)

    def act(self) -> str:
        """One act; returns what it was, or `repeated`."""
        if self.rng.random() < DOCUMENTS:
            return self.document()
        name = self.rng.choices(ACTS, WEIGHTS)[0]
        if not self.holds:
            name = "reserve"
        outcome = getattr(self, name)()
        return "repeated" if outcome.repeated else name

    def key(self) -> int:
        return self.rng.choice(self.hot if self.rng.random() < 0.1 else self.keys)

    def amount(self) -> Decimal:
        return Decimal(self.rng.randrange(1, 50_000)) / 100

    def reserve(self) -> Any:
        from apps.ledger import services

        hold = (self.key(), f"{self.number}:{self.turn}", self.amount())
        outcome = services.reserve(self.actor, self.rows[hold[0]], hold[2], hold[1])
        if len(self.holds) < KEPT:
            self.holds.append(hold)
        else:
            self.holds[self.rng.randrange(KEPT)] = hold
        return outcome

    def spend(self) -> Any:
        return self.go_on("spend")

    def release(self) -> Any:
        return self.go_on("release")

    def refund(self) -> Any:
        return self.go_on("refund")

    def go_on(self, name: str) -> Any:
        """A part of what a reservation had, or all of it."""
        from apps.ledger import services

        key, hold, amount = self.rng.choice(self.holds)
        part = amount if self.rng.random() < 0.5 else max(amount / 3, Decimal("0.01")).quantize(Decimal("0.01"))
        return getattr(services, name)(self.actor, self.rows[key], part, f"{hold}:{self.turn}", hold)

    def again(self) -> Any:
        """The same call once more."""
        from apps.ledger import services

        key, hold, amount = self.rng.choice(self.holds)
        return services.reserve(self.actor, self.rows[key], amount, hold)

    def shared(self) -> Any:
        """A call that all connections make with the same key: one of them posts it."""
        from apps.ledger import services

        number = self.rng.randrange(20_000)
        row = self.rows[self.keys[number % len(self.keys)]]
        return services.reserve(self.actor, row, Decimal(number + 1) / 100, f"shared:{number}")

    def batch(self) -> Any:
        """Several payments in one transaction, in the order of their lines; one that is refused undoes all."""
        from django.db import transaction

        from apps.ledger import services

        with transaction.atomic():
            for key in sorted({self.key() for _payment in range(4)}):
                name = f"{self.number}:{self.turn}:{key}"
                outcome = services.reserve(self.actor, self.rows[key], self.amount(), name)
        return outcome

    def clash(self) -> Any:
        """A key that has been used for something else; a rule refuses it."""
        from apps.ledger import services

        _key, hold, amount = self.rng.choice(self.holds)
        return services.reserve(self.actor, self.rows[self.key()], amount + 1, hold)

    def greed(self) -> Any:
        """More than any authority has."""
        from apps.ledger import services

        return services.reserve(self.actor, self.rows[self.key()], Decimal(10**11), f"{self.number}:{self.turn}")

    def document(self) -> str:
        """Money moved between authorities that others use meanwhile."""
        from apps.ledger.models import Authority
        from apps.ledger.services import LineInput

        chosen = {self.key() for _end in range(6)}
        rows = list(Authority.objects.select_related("region", "fund", "origin__fund").filter(pk__in=chosen))
        self.rng.shuffle(rows)
        kind = self.rng.choice(("reallocation", "reallocation", "supplement", "cut"))
        if kind == "reallocation":
            pairs = [(rows[n - 1], row) for n, row in enumerate(rows)]  # round in a circle
        elif kind == "supplement":
            pairs = [(row.origin, row) for row in rows]
        else:
            pairs = [(row, row.origin) for row in rows]
        post(rows[0].region, kind, [LineInput(self.amount(), origin, target) for origin, target in pairs])
        return kind


if __name__ == "__main__":
    main()
