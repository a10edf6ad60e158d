"""Applications as units write them, through the services: complete ones, with parts that may be given otherwise."""

from typing import Any

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.budget.tests.factories import World, clerk_of
from apps.projects import services
from apps.projects.models import PolicyTag, Project, ProjectCategory
from apps.regions.models import Unit
from imbudget.kit.actor import Actor

FIELDS = {
    "overview": "退化草原补播改良",
    "necessity": "草原退化影响牧民生产",
    "feasibility": "技术成熟",
    "organisation": "林草局组织实施",
    "risks": "干旱",
    "responsible": "巴图",
    "phone": "0471-1234567",
}


def rows_of(amount: str = "800000.00", year: int = 2027) -> dict[str, list[Any]]:
    """The lists of an application that ties: one fund, one cost, one milestone, two goals, one document."""
    return {
        "funding": [{"year": year, "fund": "111", "amount": amount}],
        "costs": [
            {
                "year": year,
                "content": "草种",
                "quantity": "1",
                "measure": "批",
                "price": amount,
                "basis": "市场询价",
                "function": "2010102",
                "department_economic": "30201",
            }
        ],
        "milestones": [{"content": "补播", "starts": f"{year}-05-01", "ends": f"{year}-08-31", "goal": "完成补播"}],
        "goals": [
            {"kind": "quantity", "content": "补播面积", "nature": "at_least", "value": "2000", "measure": "亩"},
            {"kind": "ecological", "content": "植被盖度", "nature": "at_least", "value": "45", "measure": "%"},
        ],
        "bases": [{"title": "草原保护规划", "document_number": "内财农〔2021〕780号"}],
    }


def category() -> ProjectCategory:
    """A leaf of the tree of categories."""
    return ProjectCategory.objects.get_or_create(code="grassland", defaults={"name_zh_hans": "草原生态保护"})[0]


def tag(code: str = "ecology", **years: int) -> PolicyTag:
    """A policy tag."""
    return PolicyTag.objects.get_or_create(code=code, defaults={"name_zh_hans": "生态优先", **years})[0]


def clerk(unit: Unit) -> Actor:
    """The unit's clerk; the same one each time, for making users takes long."""
    post = Post.objects.with_nodes().select_related("user").filter(unit=unit, role="unit_clerk").first()
    return actor_of(post) if post else clerk_of(unit)


def apply_for(
    world: World,
    unit: Unit | None = None,
    name: str = "退化草原补播改良",
    parts: dict[str, list[Any]] | None = None,
    amount: str = "800000.00",
    actor: Actor | None = None,
    **fields: Any,
) -> Project:
    """A draft of a unit (by default the banner's) with everything an application needs."""
    unit = unit or world.unit
    applicant = actor or clerk(unit)
    project = services.create_project(applicant, unit=unit, kind="3", year=world.codes.year, name=name)
    saved = services.save_project(
        applicant,
        project,
        revision=project.revision,
        fields={**FIELDS, "category": category(), **fields},
        parts={**rows_of(amount), "tags": [tag()], **(parts or {})},
    )
    assert saved.errors == {}, saved.errors
    return Project.objects.select_related("unit", "region").get(pk=project.pk)


def again(project: Project) -> Project:
    """The project as the database has it now."""
    return Project.objects.select_related("unit", "region").get(pk=project.pk)
