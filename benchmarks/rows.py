"""Rows that are chained: what it adds to a payment, how fast versions are sealed, how fast all of them are verified.

    python -m benchmarks.rows [--payments 20000] [--hand-ins 40]

`rows.payment`: milliseconds of handing in a request by the service with the chaining triggers, against the same with them
switched off, in turns. `rows.seal`: versions sealed a second, against the bare SM3 of their bodies. `rows.verify`: seconds to
verify all rows against their versions and all versions against their batches, against the bare SM3 of the bodies;
`million_minutes` is what a million such payments would take.
"""

import argparse
import statistics
import time
from typing import Any

from benchmarks import harness

CHAINED = ("disbursement_paymentrequest", "disbursement_paymentrow", "ledger_posting", "ledger_entry")
FILL = """
INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object('id', nextval(pg_get_serial_sequence('{table}', 'id')){more}))).*
FROM {table} t, generate_series(1, %s) i WHERE t.id = (SELECT max(id) FROM {table})
"""
MORE = {
    "disbursement_paymentrequest": ", 'uid', gen_random_uuid(), 'number', 'ZB' || i",
    "disbursement_paymentrow": ", 'reference', 'B' || i, 'number', 1 + i",
    "ledger_posting": ", 'key', 'bench:' || i",
    "ledger_entry": "",
}


def main() -> None:
    """Fill, and print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--payments", type=int, default=20_000)
    parser.add_argument("--hand-ins", type=int, default=40)
    asked = parser.parse_args()
    with harness.server():
        from django.test import override_settings
        from django.test.utils import setup_test_environment

        setup_test_environment()
        with override_settings(SIGNING_KEY=b"\x05" * 32):
            payment(asked.hand_ins)
            verification(asked.payments)


def payment(hand_ins: int) -> None:
    """The same service in turns, with and without the triggers that chain."""
    from apps.budget.tests.factories import make_world
    from apps.disbursement import services
    from apps.disbursement.tests.factories import Treasury, row

    make: Any = getattr(make_world, "__wrapped__", make_world)
    treasury = Treasury(make(), "mof", "90000.00")
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * hand_ins + 4):
        chained = turn % 2 == 0
        triggers(chained)
        request = treasury.request(row("1.00", number=turn))
        began = time.perf_counter()
        services.submit_request(treasury.clerk, request)
        if turn >= 4:  # the first ones plan their statements
            seconds[chained].append(time.perf_counter() - began)
    triggers(True)
    mine, bare = (statistics.median(seconds[chained]) for chained in (True, False))
    harness.report("rows.payment", mine, bare, added_percent=round(100 * (mine / bare - 1), 1), hand_ins=hand_ins)


def triggers(on: bool) -> None:
    """Switch the triggers that chain these tables on or off."""
    from django.db import connection

    word = "ENABLE" if on else "DISABLE"
    with connection.cursor() as cursor:
        for table in CHAINED:
            for end in ("come", "gone", "changed"):
                cursor.execute(f"ALTER TABLE {table} {word} TRIGGER {table}_chained_{end}")


def verification(payments: int) -> None:
    """Rows of so many payments (a request, a payee, a posting, two entries), sealed, then verified."""
    from apps.evidence import services
    from apps.evidence.selectors.rowcheck import check_rows
    from imbudget.kit.crypto import sm3

    services.seal_rows()
    fill(payments)
    bodies = some_bodies()
    began = time.perf_counter()
    for body in bodies:
        sm3(body)
    each = (time.perf_counter() - began) / len(bodies)
    began, sealed = time.perf_counter(), 0
    while count := services.seal_rows(seconds=600):
        sealed += count
    seconds = time.perf_counter() - began
    harness.report("rows.seal", seconds, sealed * each, versions=sealed, per_second=round(sealed / seconds))
    began = time.perf_counter()
    found = check_rows()
    seconds = time.perf_counter() - began
    harness.report(
        "rows.verify", seconds, found.rows * each, rows=found.rows, versions=found.versions, problems=len(found.problems),
        million_minutes=round(seconds / payments * 1_000_000 / 60, 1), rows_per_second=round(found.rows / seconds),
    )  # fmt: skip


def fill(payments: int) -> None:
    """Copies of the last payment, put in as the product would: the chaining triggers write them down."""
    from django.db import connection, transaction

    from apps.evidence.chained import take_in
    from imbudget.kit.history import record_context

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in CHAINED:
            count = payments * (2 if table == "ledger_entry" else 1)
            cursor.execute(FILL.format(table=table, more=MORE[table]), [count])
        cursor.execute("SET LOCAL session_replication_role = origin")
        record_context(None, "", "benchmark")
        take_in(CHAINED)


def some_bodies() -> list[bytes]:
    """Bodies of rows as they wait to be sealed."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM evidence_rowchange LIMIT 20000")
        return [body.encode() for (body,) in cursor.fetchall()]


if __name__ == "__main__":
    main()
