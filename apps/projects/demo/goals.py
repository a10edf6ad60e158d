"""What the demonstration's projects are to bring about; some of them state too little, so that checks find something."""

from collections.abc import Iterator
from typing import Any

from apps.projects.demo.catalogue import IDEAS, OTHER, Idea
from apps.projects.models import GoalIndicator, IndicatorKind, IndicatorNature, Project, ProjectState, VersionReason
from apps.projects.services.application import freeze
from imbudget.kit.actor import Actor

K, N = IndicatorKind, IndicatorNature
WITHOUT, IN_PART = 13, 9  # of so many projects one states no goals, of so many one leaves out whom it serves
# Beginning of the category → the benefit beside the people served: kind, indicator, comparison, value, unit of measure.
BENEFITS: dict[str, tuple[str, str, str, str, str]] = {
    "grass": (K.ECOLOGICAL, "项目区植被盖度提高", N.AT_LEAST, "3", "个百分点"),
    "deser": (K.ECOLOGICAL, "完成治理面积", N.AT_LEAST, "5000", "亩"),
    "rural": (K.ECONOMIC, "带动农牧民人均增收", N.AT_LEAST, "300", "元"),
    "trans": (K.LASTING, "公路使用年限延长", N.AT_LEAST, "3", "年"),
    "urban": (K.LASTING, "设施正常使用年限", N.AT_LEAST, "10", "年"),
}


def goals_of(idea: Idea, served: int) -> list[dict[str, Any]]:
    """The indicators of a project: what it does, how well and by when, whom it serves, and whether these are content."""
    rows = [
        (K.QUANTITY, f"{idea.name}任务完成率", N.AT_LEAST, "100", "%"),
        (K.QUALITY, "验收合格率", N.AT_LEAST, "95", "%"),
        (K.TIMELINESS, "按期完成率", N.AT_LEAST, "100", "%"),
        (K.COST, "成本控制在批复总额以内", N.QUALITATIVE, "不超批复总额", ""),
        (K.SOCIAL, "受益群众人数", N.AT_LEAST, str(served), "人"),
        *(row for start, row in BENEFITS.items() if idea.category.startswith(start)),
        (K.SATISFACTION, "受益群众满意度", N.AT_LEAST, "90", "%"),
    ]
    names = ("kind", "content", "nature", "value", "measure")
    return [dict(zip(names, row, strict=True)) for row in rows]


def state_goals(actor: Actor) -> None:
    """Goals for the projects that came by the file, which has no room for them; what is in the store is frozen anew."""
    ideas = {idea.name: idea for group in (*IDEAS.values(), OTHER) for idea in group}
    bare = list(Project.objects.filter(goals=None).order_by("code"))
    stated = [goal for place, project in enumerate(bare) for goal in _rows(project, ideas[project.name], place)]
    GoalIndicator.objects.bulk_create(stated)
    changed = {goal.project_id for goal in stated}
    for project in bare:
        if project.pk in changed and project.state == ProjectState.STORED:
            freeze(actor, project, VersionReason.IMPORTED)


def _rows(project: Project, idea: Idea, place: int) -> Iterator[GoalIndicator]:
    if place % WITHOUT == WITHOUT - 1:
        return
    rows = goals_of(idea, 200 + 10 * place)
    if place % IN_PART == IN_PART - 1:
        rows = [row for row in rows if row["kind"] != K.SATISFACTION]
    for number, row in enumerate(rows, 1):
        yield GoalIndicator(project=project, number=number, **row)
