"""A project library with its approvals, of any size, made inside the database from a small catalogue.

Rows go through the product's triggers (history, totals, copied scope) with its constraints; of the large tables
indexes and foreign keys are put back after the rows, as the demonstration does. Every tenth project has its parts, cases
that are not over have their events. Nothing is random: choices are hashes of row numbers.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.harness import LIMITS

YEAR = 2027
BODY = ("format", "steps")
PORTION = 50_000  # projects of one statement
DEPARTMENTS = ("农牧", "水利", "教育", "卫生健康", "交通运输", "住房和城乡建设", "文化和旅游", "林业和草原")
WHAT = (
    *(
        "草原生态保护补助",
        "退化草原补播改良",
        "边境地区基础设施",
        "民族团结进步示范",
        "乡村振兴衔接资金",
        "义务教育学校改造",
    ),
    *(
        "卫生院设备购置",
        "水库除险加固",
        "农村公路养护",
        "高标准农田建设",
        "牧区饮水安全",
        "老旧小区改造",
        "公共文化服务",
    ),
    *("三北防护林工程", "禁牧补助", "奶业振兴", "村级集体经济", "职业教育实训基地", "疾病预防控制", "数字政务平台"),
)
SORTS = ("", "一期", "二期", "专项", "试点", "设备", "配套", "维修改造", "信息化", "监测", "示范区", "能力提升")


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows; the officer's tasks follow from the number of projects: 300, 20,000 and 5,000 of a million."""

    projects: int = 1_000_000
    units: int = 15_000

    @property
    def officer(self) -> dict[str, int]:
        share = self.projects / 1_000_000
        return {name: max(60, round(n * share)) for name, n in (("open", 300), ("done", 20_000), ("copies", 5_000))}


@dataclass(frozen=True, slots=True)
class Filled:
    """What the filler made, and the league officer whose pages are measured."""

    projects: int
    tasks: int
    league: int
    user: int
    post: int


def fill_library(size: Size, say: Any = None) -> Filled:
    """Regions, units, people, projects, their parts, cases and tasks."""
    from django.db import connection, transaction

    from apps.budget.demo.bulk import written_in_bulk
    from apps.budget.demo.statements import step, tidy

    say = say or (lambda text: print(text, file=sys.stderr, flush=True))
    with step(say, "regions, classification, units"):
        places(size.units)
    with connection.cursor() as cursor:
        with step(say, "people and catalogues"):
            run(cursor, "people")
            catalogues(cursor)
        with step(say, f"{size.projects} projects"):
            projects(cursor, size)
        with step(say, "parts of projects"):
            run(cursor, "parts")
        officer = officer_of(cursor)
        for name, table in (("cases", "lowcode_case"), ("tasks", "lowcode_task"), ("events", "lowcode_caseevent")):
            with step(say, name), transaction.atomic(), written_in_bulk([table], {}):
                cursor.execute("SET LOCAL work_mem = '256MB'")
                run(cursor, name, **officer, **size.officer, version=flow_version())
    with step(say, "statistics"):
        tidy()
    return found(officer)


def places(units: int) -> None:
    """The real regions and classification, and budget units all over the region."""
    from django.db import transaction

    from apps.budget.demo import data
    from apps.budget.demo.units import make_units
    from apps.regions.models import Unit
    from apps.regions.services import renew_search_keys
    from imbudget.kit.actor import system_actor

    if Unit.objects.exists():
        return
    with transaction.atomic():
        data.load_places()
        data.load_classification(range(YEAR, YEAR + 1))
        make_units(units)
        renew_search_keys(system_actor("benchmark"))


def run(cursor: Any, name: str, **values: Any) -> None:
    """One of the filler's files."""
    cursor.execute((LIMITS / f"fill_library_{name}.sql").read_text(), values)


def catalogues(cursor: Any) -> None:
    """Categories in two levels, tags, and what projects are called with the initials by which they are found."""
    from apps.projects.models import PolicyTag, ProjectCategory
    from imbudget.kit.text import initials

    leaves = []
    for number, name in enumerate(DEPARTMENTS):
        top = category(f"c{number}", name, None)
        leaves += [category(f"c{number}-{n}", f"{name}{n}类", top).pk for n in range(4)]
    ProjectCategory.objects.rebuild()
    for number in range(8):
        PolicyTag.objects.create(code=f"t{number}", name=f"重点{number}", name_zh_hans=f"重点{number}")
    names = [what + sort for what in WHAT for sort in SORTS]
    with cursor.copy("COPY bench_name FROM STDIN") as copy:
        for place, name in enumerate(names):
            copy.write_row((place, leaves[place % len(leaves)], name, initials(name)))
    cursor.execute("SELECT DISTINCT region_id, region_name FROM bench_unit")
    letters = [(initials(name), region) for region, name in cursor.fetchall()]
    cursor.executemany("UPDATE bench_unit SET letters = %s WHERE region_id = %s", letters)
    cursor.execute("ANALYZE bench_unit; ANALYZE bench_name")


def category(code: str, name: str, parent: Any) -> Any:
    """A category of the tree."""
    from apps.projects.models import ProjectCategory

    return ProjectCategory.objects.create(code=code, name=name, name_zh_hans=name, parent=parent)


def projects(cursor: Any, size: Size) -> None:
    """The projects with their history, in portions of one transaction."""
    from django.db import transaction

    from apps.budget.demo.bulk import written_in_bulk
    from apps.projects.models import Project
    from imbudget.kit import crypto
    from imbudget.kit.history import record_context

    history: Any = Project.history.model  # type: ignore[attr-defined]
    tables = [Project._meta.db_table, history._meta.db_table]
    cursor.execute("SELECT count(*) FROM bench_unit")
    units = cursor.fetchone()[0]
    phone = crypto.encrypt("13904710000", "projects_project.phone")
    values = {"units": units, "names": len(WHAT) * len(SORTS), "phone": phone}
    with transaction.atomic(), written_in_bulk(tables, {}):
        record_context(None, "", "benchmark")
        for first, last in portions(size.projects):
            run(cursor, "projects", first=first, last=last, **values)


def portions(rows: int) -> Iterator[tuple[int, int]]:
    """The numbers of each statement's rows."""
    for first in range(1, rows + 1, PORTION):
        yield first, min(first + PORTION - 1, rows)


def officer_of(cursor: Any) -> dict[str, int]:
    """The league with the most projects and its officer's post."""
    cursor.execute(
        "SELECT p.league_id, post.user_id, post.id"
        " FROM (SELECT league_id FROM projects_project WHERE league_id IS NOT NULL"
        "       GROUP BY league_id ORDER BY count(*) DESC, league_id LIMIT 1) p"
        " JOIN accounts_post post ON post.region_id = p.league_id"
    )
    return dict(zip(("league", "officer", "post"), cursor.fetchone(), strict=True))


def flow_version() -> int:
    """The published flow of applications that ships with the product."""
    from apps.lowcode.models import FlowDefinition, FlowVersion
    from apps.projects.selectors.versions import digest_of
    from apps.regions.models import Region

    version = FlowVersion.objects.first()
    if version is None:
        path = Path(__file__).parent.parent / "fixtures" / "flows" / "projects.application.json"
        name = "项目申报审批"
        definition = FlowDefinition.objects.create(
            subject="projects.application",
            region=Region.objects.get(code="150000"),
            code="application",
            name=name,
        )
        body = {name: part for name, part in json.loads(path.read_text(encoding="utf-8")).items() if name in BODY}
        values = {"state": "published", "body": body, "digest": digest_of(body)}
        version = FlowVersion.objects.create(definition=definition, number=1, **values)
    return version.pk


def found(officer: dict[str, int]) -> Filled:
    """The rows that are there."""
    from apps.lowcode.models import Task
    from apps.projects.models import Project

    return Filled(Project.objects.count(), Task.objects.count(), officer["league"], officer["officer"], officer["post"])
