"""The evidence log: appends, sealing, proofs, verification, and what evidence adds to a payment.

    python -m benchmarks.evidence [--entries 1000000] [--leaves 10000000] [--seconds 8] [--payments 60] [--durable] [--only verify]

`append` is the product's `append` in a transaction of its own by sixteen connections while the sealer runs, against a plain
prepared INSERT of the same row into a copy of the table with its indexes and no trigger. `payment` is a payment drawn up, saved
and handed in, with and without its entries. `proof` counts the time inside SQL for an inclusion proof out of the larger log.
`verify` is the whole verification of the entries, by two processes; its limit hashes what has to be hashed, the records, the log's
nodes and the batches' roots, in memory by as many processes, in turns. `share_by_processor` compares the processor time of all
processes, the database's among them, with that of hashing. `verify.alone` has no process beside it.

`--only verify` (or `append`, `payment`, `proof`) measures that alone.
"""

import argparse
import multiprocessing
import random
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import harness
from benchmarks.evidencefill import BATCH, body_of, extend_log, fill_log
from benchmarks.ledgerfill import Tally, at_once, system

TURNS, PROCESSES, THREADS, PROOFS, CORES = 3, 4, 4, 1000, 2
PARTS = ("append", "payment", "verify", "proof")
FACTS = {"document": "2027-00000001", "amount": "1234.25", "step": "office", "digest": "0" * 64}


def main() -> None:
    """Fill, and print the claims."""
    parser = argparse.ArgumentParser()
    for name, value in (("entries", 1_000_000), ("leaves", 10_000_000), ("seconds", 8), ("payments", 60)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--durable", action="store_true", help="every commit waits for the disk")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    asked = parser.parse_args()
    with harness.server(asked.durable):
        if "append" in asked.only:
            appends(asked.seconds)
        if "payment" in asked.only:
            payments(asked.payments)
        if not {"verify", "proof"} & {*asked.only}:
            return
        emptied()
        fill_log(asked.entries)
        if "verify" in asked.only:
            verification(asked.entries)
        if "proof" in asked.only:
            extend_log(asked.entries, (n.to_bytes(32) for n in range(asked.leaves - asked.entries)))
            proofs(asked.entries, asked.leaves)


def emptied() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE evidence_entry, evidence_batch, evidence_tile, evidence_checkpoint, evidence_anchor")
        cursor.execute("SET session_replication_role = origin")


def appends(seconds: int) -> None:
    """Entries a second by sixteen connections, the sealer beside them; and how fast it seals what is left."""
    from django.db import connection

    from apps.evidence.models import Entry
    from apps.evidence.services import seal_all

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain_entry (LIKE evidence_entry INCLUDING ALL)")
    mine, theirs = [], []
    for _turn in range(TURNS):
        mine.append(_rate(_appending, seconds, sealer=True))
        theirs.append(_rate(_inserting, seconds))
    waiting, began = Entry.objects.filter(batch=None).count(), time.perf_counter()
    sealed = seal_all(600)
    per_second = round(sealed / (time.perf_counter() - began))
    product, bare = statistics.median(mine), statistics.median(theirs)
    harness.report(
        "evidence.append", 1 / product, 1 / bare, per_second=round(product), limit_per_second=round(bare),
        share_of_limit=round(product / bare, 2), connections=PROCESSES * THREADS,
        waiting_at_the_end=waiting, sealed_per_second=per_second,
    )  # fmt: skip


def _rate(side: Callable[[], Callable[[], Any]], seconds: int, sealer: bool = False) -> float:
    def work(number: int) -> Tally:
        act, done = side(), 0
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            if sealer and number == 0:
                _seal()
            act()
            done += 1
        return {"done": done}

    tally, _seconds = at_once(work, PROCESSES, THREADS)
    assert set(tally) == {"done"}, tally
    return tally["done"] / seconds


_LAST = [0.0]


def _seal() -> None:
    """What the clock does, each second here."""
    from apps.evidence.services import seal_all

    if time.perf_counter() - _LAST[0] > 1:
        _LAST[0] = time.perf_counter()
        seal_all(0.5)


def _appending() -> Callable[[], Any]:
    from django.db import transaction

    from apps.evidence.services import append

    actor = system()

    def run() -> None:
        with transaction.atomic():
            append("evidence.downloaded", None, actor, **FACTS)

    return run


def _inserting() -> Callable[[], Any]:
    import json

    import psycopg
    from django.db import connection, transaction

    from apps.evidence.services.appending import COLUMNS, _values

    row = _values("evidence.downloaded", None, system(), FACTS)
    row["facts"] = json.dumps(row["facts"])
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    sql = f"INSERT INTO plain_entry ({', '.join(COLUMNS)}, id) SELECT {', '.join(['%s'] * len(COLUMNS))}, nextval('evidence_entry_id_seq')"
    values = [row[name] for name in COLUMNS]

    def run() -> None:
        with transaction.atomic():
            cursor.execute(sql, values, prepare=True)

    return run


def payments(count: int) -> None:
    """A payment drawn up, saved, handed in: with its entries and with none, in turns."""
    from django.conf import settings

    from apps.budget.tests.factories import make_world
    from apps.disbursement.tests.factories import Treasury, row

    settings.SIGNING_KEY = b"\x05" * 32
    make: Any = getattr(make_world, "__wrapped__", make_world)
    treasury = Treasury(make(), "mof", "90000.00")
    one = iter(range(1, 10**6))

    def pay() -> None:
        treasury.submitted(row("1.00", number=next(one)))

    mine, theirs = [], []
    pay()
    for _each in range(count):
        mine.append(harness.timed(pay))
        with _without_evidence():
            theirs.append(harness.timed(pay))
    harness.report(
        "evidence.payment", statistics.median(mine), statistics.median(theirs), payments=count,
        added_percent=round((statistics.median(mine) / statistics.median(theirs) - 1) * 100, 1),
    )  # fmt: skip


@contextmanager
def _without_evidence() -> Iterator[None]:
    from apps.evidence import services

    kept = services.append, services.append_many
    services.append = services.append_many = lambda *args, **facts: None
    try:
        yield
    finally:
        services.append, services.append_many = kept


def verification(entries: int) -> None:
    """The whole record against hashing alone, by turns."""
    for processes, claim in ((CORES, "evidence.verify"), (0, "evidence.verify.alone")):
        mine, bare = [], []
        for _turn in range(TURNS):
            mine.append(_verified(entries, processes))
            bare.append(_bare(entries, max(processes, 1)))
        seconds, limit = (statistics.median(side[0] for side in sides) for sides in (mine, bare))
        worked, hashed = (statistics.median(side[1] for side in sides) for sides in (mine, bare))
        own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        harness.report(
            claim, seconds, limit, entries=entries, per_second=round(entries / seconds),
            limit_per_second=round(entries / limit), share_of_limit=round(limit / seconds, 2),
            share_by_processor=round(hashed / worked, 2), processor_microseconds=round(worked / entries * 1e6, 2),
            processes=processes, megabytes=own >> 10, of_a_process=children >> 10, bytes_of_a_record=len(body_of(1)),
        )  # fmt: skip


def _verified(entries: int, processes: int) -> tuple[float, float]:
    """Seconds of a verification by the clock, and of all processors with the server's."""
    from apps.evidence.selectors.verifying import verify

    worked, began = harness.processor_seconds(), time.perf_counter()
    found = verify(processes=processes)
    seconds = time.perf_counter() - began
    assert (found.problems, found.entries) == ([], entries), found.problems[:5]
    return seconds, harness.processor_seconds() - worked


def _bare(entries: int, processes: int) -> tuple[float, float]:
    """Seconds to hash so many records, the log and the batches over them, with the records in memory already; as `_verified`."""
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        spent = pool.map(_hash, [entries // processes] * processes)
    return max(clock for clock, _worked in spent), sum(worked for _clock, worked in spent)


def _hash(count: int) -> tuple[float, float]:
    from apps.evidence.checking.hashing import LEAF, NODE, prefixed, root_over

    leaf_of, node, done, spent, worked = prefixed("sm3", LEAF), prefixed("sm3", NODE), 0, 0.0, 0.0
    bodies = [body_of(number) for number in range(100_000)]
    while done < count:
        began, before = time.perf_counter(), time.process_time()
        leaves = b"".join([leaf_of(body) for body in bodies])
        for step in (256 * 32, BATCH * 32):  # the log's tiles, the batches' roots
            for at in range(0, len(leaves), step):
                root_over(node, leaves[at : at + step])
        spent, worked = spent + time.perf_counter() - began, worked + time.process_time() - before
        done += len(bodies)
    return spent * count / done, worked * count / done


def proofs(entries: int, leaves: int) -> None:
    """Milliseconds of SQL, in all and the slowest, for proofs of random places up to the newest head."""
    from django.db import connection

    from apps.evidence import merkle
    from apps.evidence.models import Entry
    from apps.evidence.selectors.proofs import digest, inclusion_of, log_size

    assert log_size() == leaves
    times: list[float] = []

    def timed(execute: Any, *args: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*args)
        finally:
            spent[-1] += time.perf_counter() - began

    rng, spent, hashed = random.Random(7), [0.0], digest()
    for _each in range(PROOFS):
        spent.append(0.0)
        began = time.perf_counter()
        with connection.execute_wrapper(timed):
            entry = Entry.objects.select_related("batch").get(pk=rng.randrange(entries) + 1)
            found = inclusion_of(entry, leaves)
        times.append(time.perf_counter() - began)
        assert merkle.inclusion_holds(hashed, found.leaf, found.place, leaves, found.proof, found.root)
    sql = sorted(spent[1:])
    harness.report(
        "evidence.proof", statistics.median(sql), 0.010, leaves=leaves, slowest_ms=round(sql[-1] * 1000, 2),
        of_a_hundred_ms=round(sql[int(len(sql) * 0.99)] * 1000, 2),
        whole_ms=round(statistics.median(times) * 1000, 2), hashes=len(found.proof),
    )  # fmt: skip


if __name__ == "__main__":
    main()
