"""Schemes, and a project's year opened out of goals that weigh 90 points."""

from typing import Any

from django.core.management import call_command

from apps.budget.tests.factories import World
from apps.codes.models import FiscalYear
from apps.codes.tests.factories import YEAR
from apps.performance.models import ProjectYear, Scheme
from apps.performance.services import open_years
from apps.projects.models import GoalIndicator, Project, ProjectState
from apps.projects.tests.factories import make_project
from imbudget.kit.actor import system_actor

# kind, content, nature, value, measure, weight, source
GOALS = (
    ("quantity", "补播面积", "at_least", "2000", "亩", "20", "progress"),
    ("quality", "验收合格率", "at_least", "95", "%", "15", "manual"),
    ("timeliness", "完成天数", "at_most", "180", "天", "15", "manual"),
    ("ecological", "植被盖度", "at_least", "45", "%", "20", "manual"),
    ("social", "生态意识", "qualitative", "明显提高", "", "10", "manual"),
    ("satisfaction", "牧民满意度", "at_least", "90", "%", "10", "survey"),
)
NAMES = ("kind", "content", "nature", "value", "measure", "weight", "source")
ACTOR = system_actor("tests")


def load_schemes() -> None:
    """The schemes of the regulation with their framework."""
    call_command("load_performance", "schemes", "framework", verbosity=0)


def make_goals(project: Project, goals: Any = GOALS) -> None:
    """Exactly these goals."""
    project.goals.all().delete()
    rows = [dict(zip(NAMES, goal, strict=True)) for goal in goals]
    GoalIndicator.objects.bulk_create(
        GoalIndicator(project=project, number=number, **{**row, "weight": row["weight"] or None})
        for number, row in enumerate(rows, 1)
    )


def make_year(world: World, goals: Any = GOALS, **project: Any) -> ProjectYear:
    """A stored project of the world's unit whose year is open."""
    if not Scheme.objects.exists():
        load_schemes()
    made = make_project(world.codes, world.unit, state=ProjectState.STORED, **project)
    make_goals(made, goals)
    open_years(ACTOR, made.region, FiscalYear.objects.get(pk=YEAR))
    return ProjectYear.objects.get(project=made)
