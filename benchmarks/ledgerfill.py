"""A region's ledger made by the product's own services, and work done on it by many connections at once."""

import io
import multiprocessing
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from benchmarks import harness

Tally = dict[str, int]
PER_LINE = Decimal(10**7)


def fill_ledger(authorities: int) -> list[int]:
    """Executable authorities of a region's units, by one document out of one pool; returns their keys."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.models import Count

    from apps.codes.models import Code
    from apps.ledger.services import LineInput, open_books
    from apps.regions.models import Region, Unit

    harness.fill(1)
    call_command("load_ledger_chart", verbosity=0, stdout=io.StringIO())
    region = Region.objects.annotate(size=Count("units")).order_by("-size", "code").first()
    units = list(Unit.objects.filter(region=region))
    codes = {catalog: Code.objects.filter(catalog=catalog).first() for catalog in ("fund_type", "function")}
    open_books(system(), region, harness.YEAR)
    pool = post(region, "revenue", [LineInput(PER_LINE * authorities * 2, elements={"fund": codes["fund_type"]})])
    (origin,) = pool.authorities.select_related("balance", "fund")
    lines = [
        LineInput(PER_LINE, origin, elements={"unit": units[n % len(units)], "function": codes["function"]})
        for n in range(authorities)
    ]
    began = time.perf_counter()
    document = post(region, "approval", lines)
    seconds = time.perf_counter() - began
    harness.report(
        "posting.document", seconds, seconds, lines=authorities, lines_per_second=round(authorities / seconds)
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return list(document.authorities.order_by("pk").values_list("pk", flat=True))


def system() -> Any:
    from imbudget.kit.actor import system_actor

    return system_actor("benchmark")


def post(region: Any, kind: str, lines: Sequence[Any]) -> Any:
    """A document drawn up and posted as the last approval of its flow does it."""
    from django.db import transaction

    from apps.ledger.models import AuthorityDocument
    from apps.ledger.services import documents, draw_up, save_document

    head = {
        "number": f"内财预〔2027〕{time.time_ns()}{threading.get_ident()}号", "title": "下达指标",
        "dated": date(2027, 1, 20), "basis": "依据", "reason": "理由",
    }  # fmt: skip
    document = draw_up(system(), region, harness.YEAR, kind, head)
    save_document(system(), document, document.revision, {}, lines)
    AuthorityDocument.objects.filter(pk=document.pk).update(state="submitted")
    document.refresh_from_db()
    with transaction.atomic():
        documents.approve_document(system(), document)
    return document


def at_once(work: Callable[[int], Tally], processes: int, threads: int) -> tuple[Tally, float]:
    """The work by processes × threads, each with its number and a connection of its own; what they did, and seconds."""
    from django.db import connections

    connections.close_all()
    fork = multiprocessing.get_context("fork")
    start, told = fork.Barrier(processes + 1), fork.Queue()
    workers = [
        fork.Process(target=_work, args=(work, range(n * threads, (n + 1) * threads), start, told))
        for n in range(processes)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    began = time.perf_counter()
    tallies = [told.get() for _worker in workers]
    seconds = time.perf_counter() - began
    for worker in workers:
        worker.join()
    return _sum(tallies), seconds


def _work(work: Callable[[int], Tally], numbers: range, start: Any, told: Any) -> None:
    from django.db import connection

    tallies: list[Tally] = []

    def run(number: int) -> None:
        try:
            tallies.append(work(number))
        except Exception as error:  # noqa: BLE001 - told to the parent, which fails on it
            tallies.append({f"failed: {error!r}": 1})
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in numbers]
    start.wait()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(_sum(tallies))


def _sum(tallies: Sequence[Tally]) -> Tally:
    names = dict.fromkeys(name for tally in tallies for name in tally)
    return {name: sum(tally.get(name, 0) for tally in tallies) for name in names}


def verified() -> tuple[bool, float, list[str]]:
    """Whether every invariant holds, the seconds it took, and what is broken."""
    from apps.ledger.verification import verify

    began = time.perf_counter()
    broken = [str(finding) for finding in verify() if finding.count]
    return not broken, round(time.perf_counter() - began, 2), broken
