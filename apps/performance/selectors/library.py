"""The library as applications use it: which sets come first, what a project lacks, how often an indicator is used."""

from django.utils import timezone

from apps.codes.models import FiscalYear, YearState
from apps.performance.models import IndicatorSet, LibraryIndicator, SetCategory
from apps.projects.models import GoalIndicator, Project, ProjectCategory
from imbudget.kit.actor import Actor


def sets_for(category: ProjectCategory | None) -> list[IndicatorSet]:
    """The sets made for a category or for one above it, the nearest first. One query (two for a category with ancestors)."""
    if category is None:
        return []
    levels = dict(category.get_ancestors(include_self=True).values_list("pk", "level"))
    rows = SetCategory.objects.filter(category__in=levels, of__is_active=True).select_related("of")
    nearest = sorted(rows, key=lambda row: (-levels[row.category_id], row.of.code))
    return list(dict.fromkeys(row.of for row in nearest))


def core_of(project: Project, sets: list[IndicatorSet]) -> list[LibraryIndicator]:
    """The core indicators that the sets hold ready for the project's unit and year. One query (two with ancestors)."""
    if not sets:
        return []
    rows = LibraryIndicator.objects.offered_to(project.unit, project.setup_year)
    return list(rows.filter(of__in=sets, is_core=True, unit=None).order_by("code"))


def year_offered() -> int:
    """The year for which applications are written: the one being compiled, else the newest one open. One query."""
    years = FiscalYear.objects.exclude(state=YearState.CLOSED).order_by("-compiling", "-year")
    return years.values_list("year", flat=True).first() or timezone.localdate().year


def used_by(actor: Actor, indicator: LibraryIndicator) -> int:
    """How many applications in the actor's sight state it, in whatever words. One query."""
    projects = Project.objects.visible_to(actor)
    goals = GoalIndicator.objects.filter(library=indicator.code, project__in=projects)
    return goals.values("project").distinct().count()


def versions_of(indicator: LibraryIndicator) -> list[LibraryIndicator]:
    """All versions of an indicator of one owner, the newest first. One query."""
    rows = LibraryIndicator.objects.filter(code=indicator.code, region=indicator.region, unit=indicator.unit)
    return list(rows.order_by("-valid_from"))
