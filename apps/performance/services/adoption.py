"""Indicators of the library taken into an application, and its points shared out as the scheme has them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.performance.models import LibraryIndicator, Scheme
from apps.performance.selectors.schemes import scheme_of
from apps.performance.sharing import shared_points
from apps.projects import policies
from apps.projects.models import GoalIndicator, Project
from apps.projects.selectors.versions import ROWS
from apps.projects.services import save_project
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.text import search_key

COLUMNS = ROWS["goals"].columns


@act
def adopt_indicators(actor: Actor, project: Project, indicators: Sequence[LibraryIndicator]) -> int:
    """Put indicators behind the goals of a draft, with their code; what stands there already is left out.

    Returns how many came in. Points stay open: the unit gives them, or has them shared out. RuleViolation where the
    library does not offer one of them to this unit and year.
    """
    require(policies.may_edit(actor, project))
    offered = LibraryIndicator.objects.offered_to(project.unit, project.setup_year)
    asked = [each.pk for each in indicators]
    taken = {row.pk: row for row in offered.filter(pk__in=asked)}
    if len(taken) < len(set(asked)):
        raise RuleViolation(_("The library does not offer one of these indicators for this application."))
    rows = _rows(project)
    codes, contents = {row["library"] for row in rows}, {search_key(row["content"]) for row in rows}
    new = []
    for indicator in (taken[pk] for pk in dict.fromkeys(asked)):
        key = search_key(indicator.content_zh_hans)  # type: ignore[attr-defined]
        if indicator.code not in codes and key not in contents:
            new.append(_row_of(indicator))
            codes.add(indicator.code)
            contents.add(key)
    if new:
        save_project(actor, project, revision=project.revision, parts={"goals": [*rows, *new]})
        evidence.append("performance.indicators_adopted", project, actor, codes=[row["library"] for row in new])
    return len(new)


@act
def share_points(actor: Actor, project: Project) -> Scheme:
    """Give every goal of a draft its points by the scheme of self-evaluation: those of its group, shared equally.

    RuleViolation where the region has no scheme, or there is no goal, or one whose kind is not chosen.
    """
    require(policies.may_edit(actor, project))
    scheme = scheme_of(project.region, project.start_year)
    rows = _rows(project)
    if not rows or any(not row["kind"] for row in rows):
        raise RuleViolation(_("State the goals with their kinds first."))
    points = shared_points([row["kind"] for row in rows], scheme)
    for row, weight in zip(rows, points, strict=True):
        row["weight"] = weight
    save_project(actor, project, revision=project.revision, parts={"goals": rows})
    evidence.append("performance.points_shared", project, actor, scheme=str(scheme))
    return scheme


def _rows(project: Project) -> list[dict[str, Any]]:
    goals = GoalIndicator.objects.filter(project=project).order_by("number")
    return [{name: getattr(goal, name) for name in COLUMNS} for goal in goals]


def _row_of(indicator: LibraryIndicator) -> dict[str, Any]:
    """A goal as the library words it, in Chinese as applications are written."""
    plain = {name: getattr(indicator, name) for name in ("kind", "nature", "value", "measure", "source", "is_core")}
    words = {"content": indicator.content_zh_hans, "scoring": indicator.scoring_zh_hans or ""}  # type: ignore[attr-defined]
    weight: Decimal | None = None
    return plain | words | {"annual": "", "weight": weight, "library": indicator.code}
