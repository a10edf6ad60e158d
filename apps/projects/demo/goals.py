"""What the demonstration's projects are to bring about; some of them state too little, so that checks find something.

Rows have their points, where their values are read from and, of the region's own key fields, the code of the library of
indicators (`fixtures/performance/indicators.csv`) that they were taken from.
"""

from collections.abc import Iterator
from typing import Any

from apps.projects.demo.catalogue import BORDER, IDEAS, OTHER, Idea, ideas_of
from apps.projects.models import (
    GoalIndicator,
    GoalSource,
    IndicatorKind,
    IndicatorNature,
    Project,
    ProjectState,
    VersionReason,
)
from apps.projects.services.application import freeze
from imbudget.kit.actor import Actor

K, N, S = IndicatorKind, IndicatorNature, GoalSource
WITHOUT, IN_PART = 13, 9  # of so many projects one states no goals, of so many one leaves out whom it serves
NAMES = ("kind", "content", "nature", "value", "measure", "weight", "source", "library")
CORE = frozenset({"G001", "G002", "G016", "G024", "G029", "G030", "B011", "B020", "B024", "U1001", "U1020", "U1024"})
Row = tuple[str, str, str, str, str, str, str, str]
# Beginning of the category → the benefit beside the people served, where it has no goals of its own below.
BENEFITS: dict[str, Row] = {
    "deser": (K.ECOLOGICAL, "完成治理面积", N.AT_LEAST, "5000", "亩", "15", S.PROGRESS, ""),
    "rural": (K.ECONOMIC, "带动农牧民人均增收", N.AT_LEAST, "300", "元", "15", S.MANUAL, "C1061"),
    "trans": (K.LASTING, "公路使用年限延长", N.AT_LEAST, "3", "年", "15", S.MANUAL, ""),
    "urban": (K.LASTING, "设施（设备）正常使用年限", N.AT_LEAST, "10", "年", "15", S.MANUAL, "C1073"),
}
# Category → its goals; they weigh 90 points, the execution of the budget has the other ten.
OWN: dict[str, tuple[Row, ...]] = {
    "grassland": (
        (K.QUANTITY, "退化草原补播改良面积", N.AT_LEAST, "20000", "亩", "20", S.PROGRESS, "G004"),
        (K.QUALITY, "补播改良成活（出苗）合格率", N.AT_LEAST, "85", "%", "15", S.MANUAL, "G012"),
        (K.TIMELINESS, "补播改良适播期完成率", N.AT_LEAST, "100", "%", "15", S.PROGRESS, "G018"),
        (K.ECOLOGICAL, "项目区草原综合植被盖度", N.AT_LEAST, "45", "%", "20", S.MANUAL, "G024"),
        (K.LASTING, "草原管护责任落实率", N.AT_LEAST, "100", "%", "10", S.MANUAL, "G028"),
        (K.SATISFACTION, "农牧民满意度", N.AT_LEAST, "90", "%", "10", S.SURVEY, "G029"),
    ),
    "grassland-subsidy": (
        (K.QUANTITY, "禁牧补助面积", N.AT_LEAST, "600000", "亩", "10", S.AREA, "G001"),
        (K.QUANTITY, "草畜平衡奖励面积", N.AT_LEAST, "900000", "亩", "10", S.AREA, "G002"),
        (K.QUANTITY, "补助奖励惠及牧户数", N.AT_LEAST, "800", "户", "10", S.HOUSEHOLDS, "G003"),
        (K.QUALITY, "补助奖励资金一卡通发放准确率", N.EQUAL, "100", "%", "10", S.MANUAL, "G016"),
        (K.ECONOMIC_COST, "禁牧补助标准", N.EQUAL, "7.5", "元/亩·年", "5", S.MANUAL, "G019"),
        (K.ECONOMIC_COST, "草畜平衡奖励标准", N.EQUAL, "2.5", "元/亩·年", "5", S.MANUAL, "G020"),
        (K.ECOLOGICAL, "植被盖度提高", N.AT_LEAST, "3", "个百分点", "15", S.MANUAL, "G025"),
        (K.ECONOMIC, "受益牧民人均政策性收入", N.AT_LEAST, "4000", "元", "15", S.MANUAL, "G022"),
        (K.SATISFACTION, "补助奖励受益牧户满意度", N.AT_LEAST, "90", "%", "10", S.SURVEY, "G030"),
    ),
    "border-building": (
        (K.QUANTITY, "边境道路建设（改造）里程", N.AT_LEAST, "12", "公里", "15", S.PROGRESS, "B001"),
        (K.QUANTITY, "边境村（嘎查）饮水工程数量", N.AT_LEAST, "4", "处", "10", S.PROGRESS, "B002"),
        (K.QUALITY, "边境工程验收合格率", N.AT_LEAST, "100", "%", "15", S.MANUAL, "B011"),
        (K.TIMELINESS, "边境工程按期竣工率", N.AT_LEAST, "100", "%", "10", S.PROGRESS, "B015"),
        (K.SOCIAL, "边境常住人口留居率", N.AT_LEAST, "100", "%", "20", S.MANUAL, "B020"),
        (K.LASTING, "边境基础设施管护主体落实率", N.AT_LEAST, "100", "%", "10", S.MANUAL, "B023"),
        (K.SATISFACTION, "边民满意度", N.AT_LEAST, "90", "%", "10", S.SURVEY, "B024"),
    ),
    "unity-model": (
        (K.QUANTITY, "民族团结进步创建活动场次", N.AT_LEAST, "24", "场次", "15", S.PROGRESS, "U1001"),
        (K.QUANTITY, "铸牢中华民族共同体意识宣讲场次", N.AT_LEAST, "36", "场次", "10", S.PROGRESS, "U1005"),
        (K.QUALITY, "示范创建验收通过率", N.AT_LEAST, "95", "%", "15", S.MANUAL, "U1012"),
        (K.TIMELINESS, "活动按计划举办率", N.AT_LEAST, "100", "%", "10", S.MANUAL, "U1015"),
        (K.SOCIAL, "民族团结政策知晓率", N.AT_LEAST, "95", "%", "20", S.SURVEY, "U1020"),
        (K.LASTING, "示范单位动态复核合格率", N.AT_LEAST, "95", "%", "10", S.MANUAL, "U1023"),
        (K.SATISFACTION, "各族群众满意度", N.AT_LEAST, "90", "%", "10", S.SURVEY, "U1024"),
    ),
}


def goals_of(idea: Idea, served: int) -> list[dict[str, Any]]:
    """The indicators of a project: those of its field, or what it does, how well and by when, whom it serves."""
    rows = OWN.get(idea.category) or tuple(_usual(idea, served))
    return [{**dict(zip(NAMES, row, strict=True)), "is_core": row[-1] in CORE} for row in rows]


def _usual(idea: Idea, served: int) -> Iterator[Row]:
    benefit = next((row for start, row in BENEFITS.items() if idea.category.startswith(start)), None)
    yield (K.QUANTITY, f"{idea.name}任务完成率", N.AT_LEAST, "100", "%", "20", S.PROGRESS, "C1033")
    yield (K.QUALITY, "工程（服务）验收合格率", N.AT_LEAST, "95", "%", "10", S.MANUAL, "C1034")
    yield (K.TIMELINESS, "按期完成率", N.AT_LEAST, "100", "%", "10", S.PROGRESS, "C1045")
    yield (K.COST, "成本控制率", N.AT_MOST, "100", "%", "10", S.MANUAL, "C1052")
    yield (K.SOCIAL, "受益群众人数", N.AT_LEAST, str(served), "人", "15" if benefit else "30", S.MANUAL, "")
    if benefit:
        yield benefit
    yield (K.SATISFACTION, "受益群众满意度", N.AT_LEAST, "90", "%", "10", S.SURVEY, "C1077")


def state_goals(actor: Actor, *, whole: bool = False) -> None:
    """Goals for the projects that came by the file, which has no room for them; what is in the store is frozen anew.

    With `whole` none of them states too little.
    """
    ideas = {idea.name: idea for group in (*IDEAS.values(), OTHER, (BORDER,)) for idea in group}
    bare = list(Project.objects.filter(goals=None).select_related("unit").order_by("code"))
    stated = [
        goal
        for place, project in enumerate(bare)
        for goal in _rows(project, _idea(ideas, project), 0 if whole else place)
    ]
    GoalIndicator.objects.bulk_create(stated)
    changed = {goal.project_id for goal in stated}
    for project in bare:
        if project.pk in changed and project.state == ProjectState.STORED:
            freeze(actor, project, VersionReason.IMPORTED)


def _idea(ideas: dict[str, Idea], project: Project) -> Idea:
    """What the project is about; one that came out of a budget has the goals of its unit's first idea."""
    return ideas.get(project.name) or ideas_of(project.unit.code)[0]


def _rows(project: Project, idea: Idea, place: int) -> Iterator[GoalIndicator]:
    if place % WITHOUT == WITHOUT - 1:
        return
    rows = goals_of(idea, 200 + 10 * place)
    if place % IN_PART == IN_PART - 1:
        # Points that are left open come from the scheme, which gives those of satisfaction to another group.
        rows = [row | {"weight": None} for row in rows if row["kind"] != K.SATISFACTION]
    for number, row in enumerate(rows, 1):
        yield GoalIndicator(project=project, number=number, **row)
