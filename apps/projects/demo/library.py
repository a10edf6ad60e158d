"""About 170 projects in all states: a file of stored ones and drafts, and applications on their way through the flow."""

import csv
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.codes.models import Catalog, Code
from apps.codes.selectors import derive_government_economic
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.projects import services
from apps.projects.demo.catalogue import BORDER, TAGS, Idea, ideas_of, texts_of
from apps.projects.demo.fates import FATES, Fate
from apps.projects.demo.goals import goals_of, state_goals
from apps.projects.importing.report import ImportOrder
from apps.projects.models import (
    PolicyTag,
    Project,
    ProjectCategory,
    ProjectKind,
    ProjectState,
    Urgency,
)
from apps.projects.services.imports import import_projects
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor, system_actor

ACTOR = system_actor("load_demo")
YEAR = 2027
EVERY = 3  # one unit in three brings a project in by the file
FLOW_REGIONS = ("150102", "150121", "150204", "150702")
HEADS = (
    *(
        "项目代码",
        "项目名称",
        "行政区划",
        "单位代码",
        "项目类别",
        "项目分类",
        "项目级次",
        "项目属性",
        "设立年度",
        "开始年度",
    ),
    *(
        "结束年度",
        "负责人",
        "联系电话",
        "项目概述",
        "立项必要性",
        "可行性",
        "政策标识",
        "轻重缓急",
        "资金性质",
        "储备状态",
    ),
    *("入库日期", "2025年(万元)", "2026年(万元)", "2027年(万元)", "2028年(万元)", "2029年(万元)"),
)
# How far each application of a region goes: who acts on it after the clerk, and what the last of them does.
WAYS = (
    ("", ""),
    ("", "submit"),
    ("head", "approve"),
    ("head department", "approve"),
    ("head department finance", "approve"),
    ("head department finance", "approve"),
    ("head", "return"),
    ("head department", "reject"),
    ("", "abandon"),
    ("head department finance", "approve"),
)
PLACES = [*"一二三四五六七八九十", *(f"十{place}" for place in "一二三四五六七八九")]
REVIEWED, REVIEWED_COUNT = "150102", 6  # where more applications wait for the experts' review


def load_projects() -> None:
    """Everything; deterministic, so that two demonstrations hold the same."""
    rows = list(_file_rows())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "projects.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, HEADS)
            writer.writeheader()
            writer.writerows(rows)
        import_projects(ACTOR, ImportOrder(path, Region.objects.get(parent=None), YEAR, name="项目库.csv"))
    state_goals(ACTOR)
    for region, fate in zip(Region.objects.filter(code__in=FLOW_REGIONS).order_by("code"), FATES, strict=True):
        _send_through_flow(region, fate)


def _file_rows() -> Iterator[dict[str, Any]]:
    serials: Counter[tuple[str, int]] = Counter()
    units = Unit.objects.select_related("region").order_by("region__code", "code")
    border = set(Region.objects.filter(tags__code="border").values_list("code", flat=True))
    for number, unit in enumerate(units):
        if number % EVERY:
            continue
        idea = ideas_of(unit.code)[number // EVERY % len(ideas_of(unit.code))]
        if unit.region.code in border:
            border.remove(unit.region.code)
            idea = BORDER
        stored, start = number % 5 != 0, 2025 + number // EVERY % 3
        first = start if stored else YEAR
        last = min(first + number % 2 + (1 if idea.wan > 300 else 0), 2029)
        serials[unit.region.code, first] += 1
        yield row_of(unit, idea, first, last) | (
            {
                "项目代码": f"{unit.region.code}{first % 100:02d}T{serials[unit.region.code, first]:012d}",
                "储备状态": "储备",
                "入库日期": f"{first - 1}-11-{10 + number % 15}",
                "轻重缓急": str(1 + number % 4),
            }
            if stored
            else {"储备状态": "草稿"}
        )


def row_of(unit: Unit, idea: Idea, first: int, last: int) -> dict[str, Any]:
    texts = texts_of(idea)
    tag = TAGS.get(idea.category[:5], "")
    return {
        "项目名称": idea.name,
        "行政区划": unit.region.code,
        "单位代码": unit.code,
        "项目类别": "特定目标类",
        "项目分类": idea.category,
        "项目级次": "二级项目",
        "项目属性": "新增" if first == YEAR else "延续",
        "设立年度": first,
        "开始年度": first,
        "结束年度": last,
        "负责人": f"示例人员{unit.code}",
        "联系电话": f"0471-{unit.code}0",
        "项目概述": texts["overview"],
        "立项必要性": texts["necessity"],
        "可行性": texts["feasibility"],
        "政策标识": tag,
        "资金性质": fund(first).code,
        **{f"{year}年(万元)": idea.wan for year in range(first, last + 1)},
    }


def fund(year: int) -> Code:
    """The first fund type of the general public budget in the year."""
    return Code.objects.filter(catalog=Catalog.FUND, year_id=year, is_leaf=True, code__startswith="11").order_by(
        "code"
    )[0]


def _send_through_flow(region: Region, fate: Fate) -> None:
    """The region's first unit applies ten times; each application goes another way, the last one beyond the store."""
    clerk = _post(unit__region=region, role="unit_clerk")
    unit = clerk.unit
    assert unit is not None  # noqa: S101 - a unit clerk's post is at a unit
    people = {
        "head": actor_of(_post(unit=unit, role="unit_head")),
        "department": actor_of(_post(department=unit.department, role="department_reviewer")),
        "finance": actor_of(_post(region=region, role__endswith="_officer")),
    }
    applicant = actor_of(clerk)
    for number, (actors, end) in enumerate(WAYS):
        project = _apply(applicant, unit, number, whole=bool(end))
        if end == "abandon":
            services.abandon_project(applicant, project, "任务由其他单位承担，不再申报。")
        elif end:
            services.submit_project(applicant, project)
            _walk(people, actors.split(), end)
    project.refresh_from_db()  # the last one was approved by all
    if project.state == ProjectState.REVIEW_PENDING:
        services.store_project(ACTOR, project)  # as the experts' review does whose result it waits for
    more = _parts(unit, ideas_of(unit.code)[number % len(ideas_of(unit.code))], 2 * number)
    fate(applicant, people, project, {name: more[name] for name in ("funding", "costs")})
    for place in range(REVIEWED_COUNT if region.code == REVIEWED else 0):
        waiting = _apply(applicant, unit, len(WAYS) + place, whole=True)
        services.submit_project(applicant, waiting)
        _walk(people, ["head", "department", "finance"], "approve")


def _walk(people: dict[str, Actor], names: list[str], end: str) -> None:
    for name in names:
        actor = people[name]
        task = Task.objects.select_related("case").filter(user_id=actor.user_id or 0, state="open").latest("pk")
        asked = {"urgency": str(Urgency.IMPORTANT)} if name == "department" else {}
        if name != names[-1] or end == "approve":
            tasks.approve(actor, task, opinion="同意", asked=asked)
        elif end == "return":
            tasks.send_back(actor, task, reason="请补充测算依据和询价材料。", fields=["costs"])
        else:
            tasks.reject(actor, task, reason="与现有项目内容重复，不予入库。")


def _post(**where: Any) -> Post:
    return Post.objects.with_nodes().select_related("user").filter(**where).order_by("pk")[0]


def _apply(clerk: Actor, unit: Unit, number: int, whole: bool) -> Project:
    ideas = ideas_of(unit.code)
    idea = ideas[number % len(ideas)]
    name = idea.name if number < len(ideas) else f"{idea.name}（{PLACES[number]}期）"
    project = services.create_project(clerk, unit=unit, kind=str(ProjectKind.TARGET), year=YEAR, name=name)
    fields = {**texts_of(idea), "category": ProjectCategory.objects.get(code=idea.category)}
    fields |= {"responsible": "示例人员", "phone": "0471-1234567"}
    services.save_project(
        clerk, project, revision=project.revision, fields=fields, parts=_parts(unit, idea, number) if whole else {}
    )
    return project


def _parts(unit: Unit, idea: Idea, number: int) -> dict[str, list[Any]]:
    amount = (idea.wan + 7 * number) * 10_000
    derived = derive_government_economic(YEAR, unit.nature)
    classes = Code.objects.filter(pk__in=derived, is_leaf=True)
    economic = (classes.filter(code__startswith="30227") or classes.filter(code__startswith="302").order_by("code"))[0]
    leaves = Code.objects.filter(catalog=Catalog.FUNCTION, year_id=YEAR, is_leaf=True)
    line = {"year": YEAR, "department_economic": economic, "basis": "市场询价", "measure": "项", "quantity": 1}
    line["function"] = leaves.filter(code__startswith=idea.function).order_by("-code")[0]
    return {
        "funding": [{"year": YEAR, "fund": fund(YEAR), "amount": amount}],
        "costs": [
            {**line, "content": f"{idea.name}组织实施", "price": amount * 4 // 5},
            {**line, "content": "监测评估和验收", "price": amount - amount * 4 // 5},
        ],
        "milestones": [
            {"content": "前期准备", "starts": f"{YEAR}-02-01", "ends": f"{YEAR}-04-30", "goal": "完成方案和招标"},
            {"content": "组织实施", "starts": f"{YEAR}-05-01", "ends": f"{YEAR}-10-31", "goal": "完成全部任务"},
            {"content": "验收总结", "starts": f"{YEAR}-11-01", "ends": f"{YEAR}-12-15", "goal": "通过验收"},
        ],
        "goals": goals_of(idea, 200 + 10 * number),
        "bases": [{"title": "关于下达重点任务的通知（示例）", "document_number": "示财〔2026〕12号"}],
        "tags": list(PolicyTag.objects.filter(code=TAGS.get(idea.category[:5], ""))),
    }
