"""The region's grassland subsidy: a register imported, rosters worked out and checked, payment requests drawn up and settled.

    python -m benchmarks.subsidy [--households 146000] [--here] [--until settle]

`--here` takes the (empty, migrated) database of the environment instead of a server of its own. Each stage prints one
JSON line: seconds, rows, peak memory, and the ratio to its limit. The limit of the import is COPY of the same rows, sealed
beforehand, into a bare table with the same indexes; that of the others is SQL as one would write it by hand over all rows
at once. Every stage begins where a killed one stopped: what is done is committed banner by banner, and an import is one
transaction (`tests/test_resuming.py` kills them).
"""

import argparse
import csv
import io
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks import harness
from benchmarks.ledgerfill import post, system

GACHAS = 10
STAGES = ("import", "compute", "check", "draw_up", "settle")
PARCELS = (("禁牧", "150.00"), ("草畜平衡", "80.50"))


def main() -> None:
    """Print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=146_000)
    parser.add_argument("--here", action="store_true")
    parser.add_argument("--until", choices=STAGES, default=STAGES[-1])
    asked = parser.parse_args()
    with place(asked.here), tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        fill(asked.households)
        sums = {"product": 0.0, "limit": 0.0}
        for stage in STAGES[: STAGES.index(asked.until) + 1]:
            product, limit, facts = globals()[f"stage_{stage}"](Path(folder), asked.households)
            sums["product"] += product
            sums["limit"] += limit
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            harness.report(f"subsidy.{stage}", product, limit, peak_mib=peak, peak_child_mib=children, **facts)
        harness.report("subsidy.whole", sums["product"], sums["limit"], households=asked.households)


@contextmanager
def place(here: bool) -> Iterator[None]:
    """A server of its own, or the database of the environment."""
    if not here:
        with harness.server():
            yield
        return
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imbudget.settings")
    django.setup()
    yield


def fill(households: int) -> None:
    """Regions, a unit with authority and an account in each banner, the subsidy and its standard; once."""
    from django.core.management import call_command
    from django.db import connection

    from apps.codes.models import Code
    from apps.disbursement.models import PayAccount
    from apps.ledger.services import LineInput, open_books
    from apps.regions.models import Unit
    from apps.subsidy.models import Subsidy
    from apps.subsidy.tests.factories import load_catalogue

    if Subsidy.objects.exists():
        return
    harness.fill(1)
    call_command("load_ledger_chart", verbosity=0, stdout=io.StringIO())
    load_catalogue(harness.YEAR)
    with connection.cursor() as cursor:  # the small classification of the benchmarks has no class 303
        cursor.execute("UPDATE subsidy_subsidy SET economic_prefix = ''")
    codes = {catalog: Code.objects.filter(catalog=catalog).first() for catalog in ("fund_type", "function")}
    for region in banners():
        unit = Unit.objects.filter(region=region).first()
        open_books(system(), region, harness.YEAR)
        amount = Decimal(10_000) * households
        pool = post(region, "revenue", [LineInput(amount, elements={"fund": codes["fund_type"]})])
        (origin,) = pool.authorities.select_related("balance", "fund")
        post(region, "approval", [LineInput(amount, origin, elements={"unit": unit, "function": codes["function"]})])
        PayAccount.objects.create(
            region=region, kind="finance", name="零余额账户", number=f"99{region.code}", bank_name="农行",
            bank_code="103191052345",
        )  # fmt: skip


def banners() -> list[Any]:
    """Every banner with a unit."""
    from apps.regions.models import Region

    return list(Region.objects.filter(level=2, units__isnull=False).distinct().order_by("code"))


def stage_import(folder: Path, households: int) -> tuple[float, float, dict[str, Any]]:
    """Places, households and parcels by the product; households by COPY into a bare table."""
    from apps.subsidy.models import Household
    from apps.subsidy.services.registers import import_register

    files = write_files(folder, households)
    places = harness.timed(lambda: import_register(system(), "places", files["places"], None))
    product = harness.timed(lambda: import_register(system(), "households", files["households"], None))
    land = harness.timed(lambda: import_register(system(), "parcels", files["parcels"], None))
    assert Household.objects.count() == households
    limit = bare_copy(folder)
    lone = sealing(min(households, 100_000)) * households / min(households, 100_000)
    facts = {
        "rows": households,
        "places": round(places, 1),
        "parcels_seconds": round(land, 1),
        "sealing": round(lone, 1),
    }
    return product, limit, facts | {"bound": 3}


def sealing(rows: int) -> float:
    """Seconds that sealing alone takes in one process."""
    from apps.subsidy.importing.cells import prepare, sealers_of
    from apps.subsidy.importing.columns import FILES
    from apps.subsidy.services.staging import BOUND, INDEXED

    heads = [cell.head for cell in FILES["households"]]
    given = next(household_rows(1))
    batch = [(number, [given.get(head, "") for head in heads]) for number in range(rows)]
    return harness.timed(lambda: prepare("households", batch, sealers_of("households", BOUND["households"], INDEXED)))


def bare_copy(folder: Path) -> float:
    """COPY of the same sealed rows into a table with the same indexes, without keys, triggers or history."""
    from django.db import connection

    path = folder / "bare.txt"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_household")
        cursor.execute("CREATE TABLE bare_household (LIKE subsidy_household INCLUDING DEFAULTS INCLUDING INDEXES)")
        with path.open("wb") as file, cursor.copy("COPY subsidy_household TO STDOUT") as copy:
            for piece in copy:
                file.write(piece)

        def run() -> None:
            with path.open("rb") as file, cursor.copy("COPY bare_household FROM STDIN") as copy:
                while piece := file.read(1 << 20):
                    copy.write(piece)

        seconds = harness.timed(run)
        cursor.execute("DROP TABLE bare_household")
    path.unlink()
    return seconds


def stage_compute(folder: Path, households: int) -> tuple[float, float, dict[str, Any]]:
    """The lines of every banner's roster, each banner in a transaction of its own."""
    from django.db import connection, transaction

    from apps.subsidy.models import RosterLine
    from apps.subsidy.services import calculating

    rosters = begun()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def run() -> None:
        for roster in rosters:
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
    return product, limit, {"rows": count, "rosters": len(rosters)}


def begun() -> list[Any]:
    """A roster of each banner; those that are there already are taken."""
    from apps.regions.models import Unit
    from apps.subsidy.models import Household, Roster, Subsidy

    subsidy = Subsidy.objects.get(code="CYBZ")
    busy = set(Household.objects.order_by().values_list("region", flat=True).distinct())
    for region in banners():
        unit = Unit.objects.filter(region=region).first()
        if region.pk in busy and not Roster.objects.filter(region=region).exists():
            Roster.objects.create(
                unit=unit, region=region, subsidy=subsidy, year_id=harness.YEAR, as_of=date(harness.YEAR, 1, 1)
            )
    return list(Roster.objects.select_related("region", "subsidy", "unit").order_by("pk"))


def stage_check(folder: Path, households: int) -> tuple[float, float, dict[str, Any]]:
    """Every check over every roster, against the counts by hand."""
    from django.db import connection, transaction

    from apps.subsidy.services import checking

    rosters = begun()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE subsidy_rosterline")

    def run() -> None:
        for roster in rosters:
            with transaction.atomic():
                checking.find(roster)

    product = harness.timed(run)
    return product, harness.timed(harness.limit("subsidy_check")), {"rows": households, "rules": len(checking.RULES)}


def stage_draw_up(folder: Path, households: int) -> tuple[float, float, dict[str, Any]]:
    """Payment requests of at most 10,000 rows, and their money held; against INSERT of the same rows, sealed beforehand."""
    from django.db import connection

    from apps.disbursement.models import PayAccount, PaymentRow
    from apps.ledger import services as ledger
    from apps.ledger.models import Authority
    from apps.subsidy.services import payments

    with connection.cursor() as cursor:
        cursor.execute("UPDATE subsidy_roster SET state = 'ready'")
    requests = []

    def run() -> None:
        for roster in begun():
            actor = clerk_of(roster)
            authority = Authority.objects.select_related(
                "balance", "unit", "project", "function", "department_economic"
            )
            found = authority.get(unit=roster.unit, state="executable")
            account = PayAccount.objects.get(region=roster.region)
            if not roster.lines.filter(outcome="waiting").exists():
                continue  # drawn up before a kill
            for request in payments.draw_up_payments(actor, roster, found, account):
                hold = f"benchmark:{request.uid}"
                ledger.reserve(actor, found, request.total, hold)
                requests.append(request)

    product = harness.timed(run)
    assert PaymentRow.objects.count() == households
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE UNLOGGED TABLE bare_row (LIKE disbursement_paymentrow INCLUDING DEFAULTS INCLUDING INDEXES)"
        )
        limit = harness.timed(lambda: cursor.execute("INSERT INTO bare_row SELECT * FROM disbursement_paymentrow"))
        cursor.execute("DROP TABLE bare_row")
    return product, limit, {"rows": households, "requests": len(requests)}


def clerk_of(roster: Any) -> Any:
    """Whoever pays for the unit."""
    from imbudget.kit.actor import Actor, Reach

    grants = frozenset({"subsidy.file", "subsidy.see", "disbursement.pay", "ledger.request"})
    return Actor(
        user_id=None, name="benchmark", reach=Reach.UNITS, region_id=roster.region_id, unit_ids=(roster.unit_id,),
        grants=grants,
    )  # fmt: skip


def stage_settle(folder: Path, households: int) -> tuple[float, float, dict[str, Any]]:
    """What the bank said of each row taken into the rosters, one in a thousand failed; and the two sides reconciled."""
    from django.db import connection, transaction

    from apps.disbursement.models import PaymentRequest
    from apps.subsidy.selfchecks import rosters as reconciled
    from apps.subsidy.services import payments

    with connection.cursor() as cursor:
        answers = (
            "UPDATE disbursement_paymentrow SET outcome = CASE WHEN number %% 1000 = 7 THEN 'failed' ELSE 'paid' END,"
            " reason = CASE WHEN number %% 1000 = 7 THEN '账号户名不符' ELSE '' END WHERE outcome = 'waiting'"
        )
        limit = harness.timed(lambda: cursor.execute(answers, []))
        cursor.execute(
            "UPDATE disbursement_paymentrequest q SET paid = s.paid FROM (SELECT request_id, sum(amount)"
            " FILTER (WHERE outcome = 'paid') AS paid FROM disbursement_paymentrow GROUP BY request_id) s"
            " WHERE s.request_id = q.id"
        )
    began = time.perf_counter()
    for request in PaymentRequest.objects.order_by("pk"):
        with transaction.atomic():
            payments.settle(request)
    product = time.perf_counter() - began
    check = harness.timed(reconciled)
    return product, limit, {"rows": households, "reconciled": round(check, 2)}


def write_files(folder: Path, households: int) -> dict[str, Path]:
    """The three files as an office sends them; gachas of the same banner have households one after the other."""
    files = {name: folder / f"{name}.csv" for name in ("places", "households", "parcels")}
    codes = [region.code for region in banners()]
    with files["places"].open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("编码", "名称"))
        for code in codes:
            writer.writerow((f"{code}100000", "巴彦苏木"))
            writer.writerows((f"{code}100{number:03}", f"嘎查{number}") for number in range(1, GACHAS + 1))
    with (
        files["households"].open("w", encoding="utf-8", newline="") as one,
        files["parcels"].open("w", encoding="utf-8", newline="") as two,
    ):
        people, land = csv.writer(one), csv.writer(two)
        land.writerow(("户编码", "地块号", "面积(亩)", "草场类别", "类型", "起始日期", "依据"))
        for number, row in enumerate(household_rows(households, codes)):
            if not number:
                people.writerow(row)
            people.writerow(row.values())
            for kind, area in PARCELS:
                land.writerow((row["户编码"], f"{number}-{kind}", area, "1", kind, "2021-01-01", "承包经营权证"))
    return files


def household_rows(households: int, codes: list[str] | None = None) -> Iterator[dict[str, str]]:
    """Herders spread over the banners one banner after the other, no two with the same number or card."""
    from apps.disbursement.numbers import id_with_check_digit, with_check_digit

    codes = codes or ["150102"]
    each = -(-households // len(codes))
    for number in range(households):
        code, place = codes[number // each], number % each
        born = f"19{60 + place // 28 // 12 // 999 % 40:02}{place // 28 % 12 + 1:02}{place % 28 + 1:02}"
        yield {
            "户编码": f"{code}{place:08}",
            "户主": "阿拉坦·其木格" if number % 3 else f"牧户{number}",
            "身份证号": id_with_check_digit(f"{code}{born}{place // 336 % 999 + 1:03}"),
            "社保卡号": with_check_digit(f"622848{number:012}"),
            "开户行": "中国农业银行新城支行",
            "行号": "103191052345",
            "村组编码": f"{code}100{place % GACHAS + 1:03}",
            "人口": "3",
            "牲畜数": "120",
        }


if __name__ == "__main__":
    main()
