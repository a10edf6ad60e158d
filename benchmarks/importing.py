"""The import: a file of many regions against COPY of its clean rows, a workbook against the clock, and the memory of both.

    python -m benchmarks.importing [--rows 1000000] [--workbook-rows 100000]

Each import runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import harness

LINES = 60  # of one unit
BAD_EVERY = 100
CSV_ROUND, WORKBOOK_ROUND, LIMIT_ROUND = "first_up", "second_up", "second_down"
HEADS = (
    "行政区划",
    "单位代码",
    "项目代码",
    "项目名称",
    "功能分类科目",
    "部门经济分类科目",
    "资金性质",
    "金额(元)",
    "上年批复数(元)",
    "备注",
)
# One bad cell after the other: its column, what stands there instead.
SPOILT = (
    ("功能分类科目", "9999999"),
    ("金额(元)", "壹万元"),
    ("单位代码", "123"),
    ("资金性质", ""),
    ("上年批复数(元)", "-1.00"),
    ("项目代码", "12"),
    ("备注", "=1+1"),
    ("部门经济分类科目", "30000"),
)


def main() -> None:
    """Print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--workbook-rows", type=int, default=0)
    parser.add_argument("--child", type=Path)
    parser.add_argument("--round", default=CSV_ROUND)
    given = parser.parse_args()
    if given.child:
        import_in_this_process(given.child, given.round)
        return
    with harness.product(0), tempfile.TemporaryDirectory() as folder:
        ready(max(given.rows, given.workbook_rows))
        if given.rows:
            table(Path(folder), given.rows)
        if given.workbook_rows:
            workbook(Path(folder) / "a.xlsx", given.workbook_rows)


# The workbook goes into the second round; nobody gives control figures here, so that its sheets are handed in.
NO_FIGURES = """
INSERT INTO budget_roundplan (region_id, year_id, has_first_up, has_first_down, has_second_up, has_second_down, source)
SELECT id, %(year)s, true, false, true, true, '' FROM regions_region ON CONFLICT DO NOTHING
"""


def ready(rows: int) -> None:
    """Units enough for the rows, the sheets of the limit, and in each region a flow and somebody who decides."""
    from django.core.management import call_command
    from django.db import connection

    values = {"units": -(-rows // LINES), "year": harness.YEAR, "round": LIMIT_ROUND}
    with connection.cursor() as cursor:
        cursor.execute((harness.LIMITS / "import_ready.sql").read_text(), values)
        cursor.execute(NO_FIGURES, values)
    call_command("load_flows", verbosity=0)
    officers()


def officers() -> None:
    """A budget officer of every region: what is handed in waits for somebody."""
    from apps.accounts.models import User
    from apps.accounts.services import appoint
    from apps.regions.models import Region
    from imbudget.kit.actor import system_actor

    for region in Region.objects.order_by("pk"):
        user = User.objects.create(username=f"ys{region.code}", name=f"ys{region.code}")
        role = ("region_officer", "league_officer", "banner_officer")[min(region.level, 2)]
        appoint(system_actor("benchmark"), user, role, region)


def table(folder: Path, rows: int) -> None:
    """A CSV with one bad row in a hundred, partial, against COPY of the clean ones."""
    path, clean = folder / "a.csv", folder / "clean.txt"
    bad = write_csv(path, rows)
    write_clean(clean, rows)
    limit = harness.timed(lambda: copy_in(clean))
    done = child(path, CSV_ROUND)
    assert done["rows"] == rows
    assert done["bad_rows"] == done["errors"] == bad, done
    assert done["lines"] == rows - bad
    harness.report("import.csv", done["seconds"], limit, bound=2.5, **done)
    harness.report("import.csv.reading", done["reading"], limit, rows=rows)


def workbook(path: Path, rows: int) -> None:
    """An XLSX without a bad row, against six seconds."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("预算")
    sheet.append(HEADS)
    for cells in generated(rows):
        sheet.append([*cells[:-3], float(cells[-3]), float(cells[-2]), cells[-1]])
    book.save(path)
    done = child(path, WORKBOOK_ROUND)
    assert done["lines"] == rows, done
    harness.report("import.xlsx", done["seconds"], 6.0, bound=1, **done)


def generated(rows: int) -> Iterator[list[str]]:
    """Rows in the order of their units; no two rows of a unit have the same codes."""
    codes = codes_of()
    for number, (region, unit) in enumerate(places(rows)):
        line = number % LINES
        project = line % 3 == 0
        yield [
            region,
            unit,
            f"{region}27{number:013d}" if project else "",
            f"草原生态保护补助项目{number % 977}" if project else "",
            codes["function"][(line * 7 + number // LINES) % len(codes["function"])],
            codes["economic_dept"][line % len(codes["economic_dept"])],
            codes["fund_type"][number % len(codes["fund_type"])],
            f"{number * 7919 % 10**9 / 100:.2f}",
            f"{number * 6007 % 10**9 / 100:.2f}",
            "按定额测算" if line % 5 == 0 else "",
        ]


def codes_of() -> dict[str, list[str]]:
    """Catalog → its leaves."""
    return dict(fetch("SELECT catalog, array_agg(code ORDER BY code) FROM codes_code WHERE is_leaf GROUP BY catalog"))


def places(rows: int) -> Iterator[tuple[str, str]]:
    """(region, unit) of each row."""
    units = fetch(
        "SELECT r.code, u.code FROM regions_unit u JOIN regions_region r ON r.id = u.region_id"
        " WHERE u.code >= '800000' ORDER BY u.code"
    )
    return (units[number // LINES] for number in range(rows))


def fetch(question: str) -> list[Any]:
    """The rows of a question."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def is_bad(number: int) -> bool:
    """Whether the row of this number is spoilt."""
    return number % BAD_EVERY == BAD_EVERY - 1


def write_csv(path: Path, rows: int) -> int:
    """Write the file; gives how many rows of it are bad."""
    bad = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        for number, cells in enumerate(generated(rows)):
            if is_bad(number):
                head, text = SPOILT[bad % len(SPOILT)]
                cells[HEADS.index(head)] = text
                bad += 1
            writer.writerow(cells)
    return bad


def write_clean(path: Path, rows: int) -> None:
    """The clean rows as the limit takes them: every key looked up before the clock runs."""
    keys = {(catalog, code): pk for catalog, code, pk in fetch("SELECT catalog, code, id FROM codes_code")}
    derived = dict(fetch("SELECT department_economic_id, government_economic_id FROM codes_economicderivation"))
    sheets = {
        code: keys_of
        for code, *keys_of in fetch(
            "SELECT u.code, s.id, s.unit_id, s.region_id, s.league_id FROM budget_budgetsheet s"
            f" JOIN regions_unit u ON u.id = s.unit_id WHERE s.round = '{LIMIT_ROUND}'"
        )
    }
    with path.open("w", encoding="utf-8") as file:
        for number, cells in enumerate(generated(rows)):
            if is_bad(number):
                continue
            _region, unit, project_code, project_name, function, economic, fund, amount, prior, note = cells
            department = keys["economic_dept", economic]
            where = ["\\N" if key is None else key for key in sheets[unit]]
            kind = "project" if project_code else "basic"
            codes = (keys["function", function], department, derived[department], keys["fund_type", fund])
            place = (*where, harness.YEAR, LIMIT_ROUND, number % LINES + 1)
            row = (*place, *codes, kind, project_code, project_name, amount, prior, note)
            file.write("\t".join(map(str, row)) + "\n")


def copy_in(path: Path) -> None:
    """The limit."""
    from django.db import connection, transaction

    statement = (harness.LIMITS / "import_copy.sql").read_text()
    with transaction.atomic(), connection.cursor() as cursor, path.open("rb") as file, cursor.copy(statement) as copy:
        while piece := file.read(1 << 20):
            copy.write(piece)


def child(path: Path, round_: str) -> dict[str, Any]:
    """Import the file in another process; what that process says of itself."""
    command = [sys.executable, "-m", "benchmarks.importing", "--child", str(path), "--round", round_]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=os.environ)
    return json.loads(answer.stdout)


def import_in_this_process(path: Path, round_: str) -> None:
    """Import one file for the whole region and print what it took."""
    import django

    django.setup()
    from django.conf import settings

    from apps.budget import services
    from apps.budget.importreport import ImportOrder
    from apps.budget.workbook import open_table
    from apps.regions.models import Region
    from imbudget.kit.actor import system_actor

    settings.IMPORT_MAX_BYTES = 1 << 30
    reading = harness.timed(lambda: sum(1 for _row in open_table(path).rows()))
    region = Region.objects.get(code="150000")
    order = ImportOrder(path, region, harness.YEAR, round_, partial=True)
    reports = []
    seconds = harness.timed(lambda: reports.append(services.import_workbook(system_actor("benchmark"), order)))
    (report,) = reports
    facts = {
        "rows": report.rows,
        "lines": report.lines,
        "bad_rows": report.bad_rows,
        "errors": report.error_count,
        "units": report.units,
        "not_handed_in": len(report.not_handed_in),
        "seconds": seconds,
        "reading": reading,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
