"""The region's grassland subsidy, from the register of 1,460,000 households to receipts that agree with both statements.

    python -m benchmarks.subsidy [--households 146000] [--banners 48] [--dialect mof] [--here --folder F] [--until reconcile]

`--here` takes the (migrated) database of the environment instead of a server of its own, and goes on where an earlier run
was killed; the banks remember in the folder F. Each stage prints one JSON line:
seconds, rows, peak memory, and the ratio to its limit. The limit of the import is COPY of the same rows, sealed
beforehand, into bare tables with the same indexes; that of the others is SQL as one would write it by hand over all rows
at once. What is done is committed request by request, an import is one transaction (`benchmarks.subsidykills` kills it).
"""

import argparse
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import harness
from benchmarks.ledgerfill import system
from benchmarks.subsidyfill import PARCELS, fill, household_rows, rosters, write_files

STAGES = ("import", "compute", "check", "draw_up", "vouchers", "receipts", "reconcile")
COPIED = ("subsidy_household", "subsidy_parcel")
HISTORY = ("subsidy_historicalhousehold", "subsidy_historicalparcel")  # what the audit trail keeps of the same rows
Told = tuple[float, float, dict[str, Any]]


def main() -> None:
    """Print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=146_000)
    parser.add_argument("--banners", type=int, default=103)
    parser.add_argument("--dialect", choices=("mof", "iso"), default="mof")
    parser.add_argument("--here", action="store_true")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--until", choices=STAGES, default=STAGES[-1])
    asked = parser.parse_args()
    with place(asked.here), tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        fill(asked.households, asked.dialect)
        sums = {"product": 0.0, "limit": 0.0}
        for stage, run in stages(asked, asked.folder or Path(folder)):
            print(f"{stage} begins", file=sys.stderr, flush=True)
            product, limit, facts = run()
            sums["product"] += product
            sums["limit"] += limit
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            harness.report(f"subsidy.{stage}", product, limit, peak_mib=peak, peak_child_mib=children, **facts)
        harness.report("subsidy.whole", sums["product"], sums["limit"], households=asked.households)


def stages(asked: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Callable[[], Told]]]:
    """Each stage with its name, up to the one that was asked for."""
    wanted = STAGES[: STAGES.index(asked.until) + 1]
    first = {"import": stage_import, "compute": stage_compute, "check": stage_check}
    for name, run in first.items():
        if name in wanted:
            yield name, lambda run=run: run(folder, asked.households, asked.banners)  # type: ignore[misc]
    if len(wanted) > len(first):
        from benchmarks.subsidypaying import Paying

        paying = Paying(asked.households, asked.banners, folder, asked.workers)
        for name in wanted[len(first) :]:
            yield name, getattr(paying, name)


@contextmanager
def place(here: bool) -> Iterator[None]:
    """A server of its own, or the database of the environment."""
    os.environ.setdefault("SIGNING_KEY", "05" * 32)
    if not here:
        with harness.server():
            yield
        return
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imbudget.settings")
    django.setup()
    yield


def stage_import(folder: Path, households: int, banners: int) -> Told:
    """Places, households and their land by the product; households and land by COPY into bare tables."""
    from apps.subsidy.models import Household, Parcel, Place
    from apps.subsidy.services.registers import import_register

    files, seconds = write_files(folder, households, banners), {}
    for kind, model in {"places": Place, "households": Household, "parcels": Parcel}.items():
        if not model.objects.exists():
            seconds[kind] = harness.timed(lambda kind=kind: import_register(system(), kind, files[kind], None))
    assert (Household.objects.count(), Parcel.objects.count()) == (households, len(PARCELS) * households)
    copied = [bare_copy(folder, table) for table in COPIED]
    history = [bare_copy(folder, table) for table in HISTORY]
    lone = sealing(min(households, 100_000)) * households / min(households, 100_000)
    facts = {f"{kind}_seconds": round(took, 1) for kind, took in seconds.items()}
    limits = dict(zip((*COPIED, *HISTORY), (*copied, *history), strict=True))
    facts |= {f"{table}_copy": round(took, 1) for table, took in limits.items()}
    facts["ratio_to_all_rows_left"] = round(sum(seconds.values()) / sum(limits.values()), 2)
    return sum(seconds.values()), sum(copied), {"rows": households, "sealing": round(lone, 1), "bound": 3} | facts


def sealing(rows: int) -> float:
    """Seconds that sealing alone takes in one process."""
    from apps.subsidy.importing.cells import prepare, sealers_of
    from apps.subsidy.importing.columns import FILES
    from apps.subsidy.services.staging import BOUND, INDEXED

    heads = [cell.head for cell in FILES["households"]]
    given = next(household_rows(1))
    batch = [(number, [given.get(head, "") for head in heads]) for number in range(rows)]
    return harness.timed(lambda: prepare("households", batch, sealers_of("households", BOUND["households"], INDEXED)))


def bare_copy(folder: Path, table: str) -> float:
    """COPY of the same sealed rows into a table with the same indexes, without keys, triggers or history."""
    from django.db import connection

    path = folder / "bare.txt"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(f"CREATE TABLE bare (LIKE {table} INCLUDING DEFAULTS INCLUDING INDEXES)")
        with path.open("wb") as file, cursor.copy(f"COPY {table} TO STDOUT") as copy:
            for piece in copy:
                file.write(piece)

        def run() -> None:
            with path.open("rb") as file, cursor.copy("COPY bare FROM STDIN") as copy:
                while piece := file.read(1 << 20):
                    copy.write(piece)

        seconds = harness.timed(run)
        cursor.execute("DROP TABLE bare")
    path.unlink()
    return seconds


def stage_compute(folder: Path, households: int, banners: int) -> Told:
    """The lines of every banner's roster, each banner in a transaction of its own."""
    from django.db import connection, transaction

    from apps.subsidy.models import RosterLine
    from apps.subsidy.services import calculating

    begun = [roster for roster in rosters(banners) if not roster.count]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def run() -> None:
        for roster in begun:
            with transaction.atomic():
                calculating.work_out(roster)
                calculating.write_lines(roster, calculating.MAKE)

    product = harness.timed(run)
    count = RosterLine.objects.count()
    assert count == households, count
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_line")
        cursor.execute("CREATE TABLE bare_line (LIKE subsidy_rosterline INCLUDING DEFAULTS INCLUDING INDEXES)")
        text = (harness.LIMITS / "subsidy_compute.sql").read_text()
        limit = harness.timed(lambda: cursor.execute(text))
        cursor.execute("DROP TABLE bare_line")
    return product, limit, {"rows": count, "rosters": len(begun)}


def stage_check(folder: Path, households: int, banners: int) -> Told:
    """Every check over every roster, against the counts by hand."""
    from django.db import connection, transaction

    from apps.subsidy.services import checking

    begun = rosters(banners)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE subsidy_rosterline")

    def run() -> None:
        for roster in begun:
            with transaction.atomic():
                checking.find(roster)

    product = harness.timed(run)
    return product, harness.timed(harness.limit("subsidy_check")), {"rows": households, "rules": len(checking.RULES)}


if __name__ == "__main__":
    main()
