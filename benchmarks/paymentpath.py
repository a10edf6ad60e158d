"""What evidence adds to a payment, all of it together: entries, chained rows, stamps.

    python -m benchmarks.paymentpath [--payments 60] [--payees 1 100] [--durable]

`payment.whole` is a payment from its draft to its approved voucher by the product's services, with everything that makes it
evidence, against the same services with all of that switched off: no entry is appended, the triggers that chain rows are off, acts
show no stamped number, posts are believed without their stamp. Turns of five payments each alternate; the first payment of a
turn plans its statements anew and is not counted. `payment.draw_up`, `payment.hand_in`, `payment.approve` are its parts.

The ratio is of the processor time that this process and its server process take, which other work on the machine does not stretch;
`clock_ratio` is of the clock. `*_percent` is what is added. (The audit log of views and refusals writes nothing here: what is done is
in the evidence.)
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from benchmarks import harness

TURN, DROPPED = 5, 1
STEPS = ("draw_up", "hand_in", "approve")
BOUND = 15  # percent
Times = dict[str, list[tuple[float, float]]]


def main() -> None:
    """Print the claims for each number of payees."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--payments", type=int, default=60)
    parser.add_argument("--payees", type=int, nargs="+", default=[1, 100])
    parser.add_argument("--durable", action="store_true", help="every commit waits for the disk")
    asked = parser.parse_args()
    with harness.server(asked.durable):
        from django.test import override_settings
        from django.test.utils import setup_test_environment

        setup_test_environment()
        with override_settings(SIGNING_KEY=b"\x05" * 32):
            path = Path()
            for payees in asked.payees:
                path.measure(asked.payments, payees)


class Path:
    """One treasury, which pays again and again."""

    def __init__(self) -> None:
        from apps.budget.tests.factories import make_world
        from apps.disbursement.tests.factories import Treasury

        make: Any = getattr(make_world, "__wrapped__", make_world)
        self.treasury = Treasury(make(), "mof", "90000.00")
        self.treasury.connect()
        self.number = 0

    def measure(self, payments: int, payees: int) -> None:
        """So many payments each way."""
        times: dict[bool, Times] = {on: {step: [] for step in STEPS} for on in (True, False)}
        for turn in range(2 * -(-payments // (TURN - DROPPED))):
            on = turn % 2 == 0
            with ExitStack() as stack:
                if not on:
                    stack.enter_context(without_evidence())
                for each in range(TURN):
                    found = self.pay(payees)
                    if each >= DROPPED:
                        for step, spent in found.items():
                            times[on][step].append(spent)
        for step in STEPS:
            tell(f"payment.{step}", times[True][step], times[False][step], payees)
        tell("payment.whole", whole(times[True]), whole(times[False]), payees, bound_percent=BOUND)

    def pay(self, payees: int) -> dict[str, tuple[float, float]]:
        """Clock and processor time of each step of a payment."""
        from apps.disbursement import services
        from apps.disbursement.tests.factories import row

        self.number += 1
        rows = [row("0.01", number=self.number * 1000 + n) for n in range(payees)]
        meter, found = Meter(), {}
        request = self.treasury.request(*rows)
        found["draw_up"] = meter.read()
        services.submit_request(self.treasury.clerk, request)
        found["hand_in"] = meter.read()
        self.treasury.sign(request)
        found["approve"] = meter.read()
        assert request.state == "approved", request.state
        return found


class Meter:
    """Seconds since it was read last: by the clock, and of processor time of this process and its server process."""

    def __init__(self) -> None:
        self.last = self._now()

    def read(self) -> tuple[float, float]:
        """And begin anew."""
        before, self.last = self.last, self._now()
        return self.last[0] - before[0], self.last[1] - before[1]

    def _now(self) -> tuple[float, float]:
        clock = time.perf_counter()
        return clock, time.process_time() + harness.server_seconds()


def whole(times: Times) -> list[tuple[float, float]]:
    """The steps of each payment together."""
    return [
        (sum(clock for clock, _cpu in steps), sum(cpu for _clock, cpu in steps))
        for steps in zip(*times.values(), strict=True)
    ]


def tell(
    claim: str, mine: list[tuple[float, float]], bare: list[tuple[float, float]], payees: int, **facts: Any
) -> None:
    """One line: medians."""
    clocks, processors = (
        [statistics.median(spent[which] for spent in side) for side in (mine, bare)] for which in (0, 1)
    )
    harness.report(
        claim, *processors, added_percent=round(100 * (processors[0] / processors[1] - 1), 1), payees=payees,
        clock_ms=round(clocks[0] * 1000, 2), clock_limit_ms=round(clocks[1] * 1000, 2),
        clock_percent=round(100 * (clocks[0] / clocks[1] - 1), 1), payments=len(mine), **facts,
    )  # fmt: skip


@contextmanager
def without_evidence() -> Iterator[None]:
    """The same services with nothing that makes them evidence."""
    from apps.accounts.integrity import Stamped
    from apps.evidence import services
    from imbudget.kit import history

    switch_chains("DISABLE")
    try:
        with (
            patch.object(services, "append", lambda *args, **facts: None),
            patch.object(services, "append_many", lambda *args, **facts: None),
            patch.object(history, "act_token", lambda: ""),
            patch.object(Stamped, "is_genuine", True),
        ):
            yield
    finally:
        switch_chains("ENABLE")


def switch_chains(word: str) -> None:
    """Switch the triggers that chain rows on or off, on every table that has them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgfoid = 'evidence_row_chained'::regproc"
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} {word} TRIGGER {trigger}")


if __name__ == "__main__":
    main()
