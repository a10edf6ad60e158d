"""One of everything that the library and the examination of goals have, for tests that walk through all pages."""

from typing import Any

from apps.performance.models import GoalComment, IndicatorSet, LibraryIndicator, SetCategory
from apps.projects.models import Project


def make_set(code: str = "grassland", **values: Any) -> IndicatorSet:
    return IndicatorSet.objects.get_or_create(code=code, defaults={"name_zh_hans": "草原生态保护", **values})[0]


def make_indicator(code: str = "G001", **values: Any) -> LibraryIndicator:
    """An indicator that holds everywhere, unless the values say otherwise."""
    given: dict[str, Any] = {
        "kind": "quantity",
        "content_zh_hans": f"退化草原补播面积{code}",
        "formula_zh_hans": "验收合格的面积",
        "nature": "at_least",
        "value": "2000",
        "measure": "亩",
        "source": "progress",
        "scoring_zh_hans": "按完成率计分",
    }
    values = given | {"of": values.pop("of", None) or make_set()} | values
    row = LibraryIndicator(code=code, **values)
    row.search_key = f"{row.content_zh_hans} {code}"  # type: ignore[attr-defined]
    row.save()
    row.refresh_from_db()
    return row


def make_comment(project: Project, **values: Any) -> GoalComment:
    """A comment on the first goal of a project."""
    goal = project.goals.order_by("number").first()
    assert goal is not None
    about = {"line": goal.number, "content": goal.content, "said": goal.target, "version": project.version}
    row = GoalComment.objects.create(project=project, kind="coarse", text="请写明面积", **about | values)
    row.refresh_from_db()
    return row


def by_address(project: Project) -> dict[str, Any]:
    """Beginning of an address → the row it is about."""
    indicator = make_indicator()
    SetCategory.objects.create(of=indicator.of, category=project.category)
    comment = make_comment(project)
    return {
        "performance:library": indicator,
        "performance:goals": project,
        "performance:comment": comment,
    }
