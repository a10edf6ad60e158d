"""Importing projects from CSV against COPY of the same rows into the same tables.

    python -m benchmarks.projectimport [--rows 100000] [--units 3000]

The limit is what the import wrote (projects, funding, tags, versions), resolved and with other keys and codes, put into
the same tables by COPY: the same indexes, constraints, foreign keys and triggers, history among them.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import harness
from benchmarks.libraryfill import SORTS, WHAT, YEAR
from benchmarks.librarypages import server_work

HEADS = (
    *("项目代码", "项目名称", "行政区划", "单位代码", "项目类别", "项目分类", "项目属性", "设立年度", "开始年度"),
    *("结束年度", "负责人", "联系电话", "项目概述", "立项必要性", "可行性", "政策标识", "轻重缓急", "资金性质"),
    *(f"{YEAR}年(元)", f"{YEAR + 1}年(元)", "储备状态", "入库日期"),
)
SHIFT = 100_000_000  # what is added to the keys of the limit's rows
# Columns of each table, with what the limit writes instead of the import's own value.
TABLES = {
    "projects_project": {"id": f"id + {SHIFT}", "code": "overlay(code placing '7' from 10)"},
    "projects_fundingline": {"id": f"id + {SHIFT}", "project_id": f"project_id + {SHIFT}"},
    "projects_projecttag": {"id": f"id + {SHIFT}", "project_id": f"project_id + {SHIFT}"},
    "projects_projectversion": {"id": f"id + {SHIFT}", "project_id": f"project_id + {SHIFT}"},
}
RUNS = 2


def main() -> None:
    """Print the claim, on a server of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--units", type=int, default=3_000)
    parser.add_argument("--child", type=Path)
    given = parser.parse_args()
    if given.child:
        import_in_this_process(given.child)
        return
    from benchmarks.libraryfill import catalogues, places, run

    with harness.server():
        from django.db import connection

        places(given.units)
        with connection.cursor() as cursor:
            run(cursor, "people")
            catalogues(cursor)
        import_claims(given.rows)


def import_claims(rows: int) -> None:
    """One file of good rows; the import runs in a process of its own, so that its memory can be told."""
    from django.db import connection

    with tempfile.TemporaryDirectory() as folder, connection.cursor() as cursor:
        path = Path(folder) / "projects.csv"
        write_csv(path, rows, cursor)
        cursor.execute("SELECT coalesce(max(id), 0) FROM projects_project")
        last = cursor.fetchone()[0]
        done = child(path)
        assert done["created"] == rows, done
        assert not done["errors"], done
        files = dump(Path(folder), last, cursor)
        limits = [copied(files) for _run in range(RUNS)]
        limit, work = min(seconds for seconds, _work in limits), min(work for _seconds, work in limits)
        again = child(path)
        assert again["created"] == 0, again
        assert again["same"] == rows, again
    done |= {"limit_work": round(work, 2), "work_ratio": round(done["work"] / work, 2) if work else None}
    harness.report("import.projects.csv", done["seconds"], limit, bound=4, **done)
    harness.report("import.projects.again", again["seconds"], limit, **again)


def write_csv(path: Path, rows: int, cursor: Any) -> None:
    """Projects of all regions with two years of money, a tag, and their grounds in words."""
    cursor.execute(
        "SELECT r.code, r.name_zh_hans, u.code FROM regions_unit u JOIN regions_region r ON r.id = u.region_id ORDER BY u.id"
    )
    units = cursor.fetchall()
    cursor.execute("SELECT code FROM projects_projectcategory WHERE parent_id IS NOT NULL ORDER BY code")
    categories = [row[0] for row in cursor.fetchall()]
    cursor.execute("SELECT name_zh_hans FROM projects_policytag ORDER BY code")
    tags = [row[0] for row in cursor.fetchall()]
    cursor.execute(
        "SELECT code FROM codes_code WHERE catalog = 'fund_type' AND is_leaf AND year_id = %s ORDER BY code", [YEAR]
    )
    funds = [row[0] for row in cursor.fetchall()]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        for number in range(rows):
            region, place, unit = units[number * 7919 % len(units)]
            what = WHAT[number % len(WHAT)] + SORTS[number // len(WHAT) % len(SORTS)]
            writer.writerow(
                (
                    *(f"{region}2736{number:011d}", f"{place}{what}{number}", region, unit, "3-特定目标类"),
                    *(
                        categories[number % len(categories)],
                        "延续" if number % 3 == 0 else "新增",
                        YEAR,
                        YEAR,
                        YEAR + 1,
                    ),
                    *(f"张{number % 97}", "13904710000" if number % 2 else "", f"建设内容包括{what}及配套设施。" * 3),
                    *("本地区相关基础条件薄弱,亟需投入以补齐短板。" * 4, "前期工作已经完成,资金来源已落实。" * 3),
                    *(tags[number % len(tags)], number % 4 + 1, funds[number % len(funds)]),
                    *(f"{number * 7919 % 10**8 / 100 + 1:.2f}", f"{number * 6007 % 10**8 / 100 + 1:.2f}"),
                    *("储备", "2026-10-20"),
                )
            )


def dump(folder: Path, last: int, cursor: Any) -> dict[str, Path]:
    """What the import wrote, as the limit takes it: every key resolved before the clock runs."""
    files = {}
    for table, changed in TABLES.items():
        columns = columns_of(table, cursor)
        chosen = ", ".join(changed.get(column, column) for column in columns)
        key = "id" if table == "projects_project" else "project_id"
        files[table] = folder / f"{table}.copy"
        statement = f"COPY (SELECT {chosen} FROM {table} WHERE {key} > {last} ORDER BY id) TO STDOUT"
        with files[table].open("wb") as file, cursor.copy(statement) as copy:
            for piece in copy:
                file.write(piece)
    return files


def columns_of(table: str, cursor: Any) -> list[str]:
    """The columns that are written."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    return [row[0] for row in cursor.fetchall()]


def copied(files: dict[str, Path]) -> tuple[float, float]:
    """Seconds of the limit, its checks of foreign keys included, and those of the processors; nothing of it stays."""
    from django.db import connection, transaction

    def run() -> None:
        for table, path in files.items():
            statement = f"COPY {table} ({', '.join(columns[table])}) FROM STDIN"
            with path.open("rb") as file, cursor.copy(statement) as copy:
                while piece := file.read(1 << 20):
                    copy.write(piece)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with connection.cursor() as cursor, transaction.atomic():
        columns = {table: columns_of(table, cursor) for table in files}
        before = work_done()
        seconds = harness.timed(run)
        work = work_done() - before
        transaction.set_rollback(True)
    return seconds, work


def work_done() -> float:
    """Seconds of processor time of this process and of the server's for it: what other work does not stretch."""
    return time.process_time() + server_work()


def child(path: Path) -> dict[str, Any]:
    """Import the file in another process; what that process says of itself."""
    command = [sys.executable, "-m", "benchmarks.projectimport", "--child", str(path)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=os.environ)
    return json.loads(answer.stdout)


def import_in_this_process(path: Path) -> None:
    """Import one file for the whole region and print what it took."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from apps.projects.importing.report import ImportOrder
    from apps.projects.services.imports import import_projects
    from apps.regions.models import Region
    from imbudget.kit.actor import system_actor

    settings.IMPORT_MAX_BYTES = 1 << 30
    order = ImportOrder(path, Region.objects.get(code="150000"), YEAR)
    reports = []
    connection.ensure_connection()
    before = work_done()
    seconds = harness.timed(lambda: reports.append(import_projects(system_actor("benchmark"), order)))
    work = work_done() - before
    (report,) = reports
    facts = {
        "rows": report.rows,
        "created": report.created,
        "same": report.same,
        "errors": report.error_count,
        "seconds": seconds,
        "work": round(work, 2),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
