"""What performance shows on pages of projects: the library beside the wizard's goals, comments, the evaluation before the act."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.performance import goalpolicies as policies
from apps.performance.models import CommentState, EvaluationKind, GoalComment
from apps.performance.selectors.comments import comments_of
from apps.performance.selectors.library import sets_for
from apps.performance.selectors.prior import is_prior_due, prior_of
from apps.performance.selectors.schemes import scheme_among
from apps.performance.sharing import groups_of
from apps.projects.models import GoalGroup, Project
from imbudget.kit.registry import Note, Panel

GROUPS = tuple(GoalGroup)


def _beside_goals(page: Any, project: Project) -> dict[str, Any]:
    """The way to the library, how the points stand against the scheme, comments, and what the checks say of the goals."""
    nodes = list(project.region.get_ancestors(include_self=True))
    scheme = scheme_among(nodes, project.start_year, EvaluationKind.SELF)
    return {
        "project": project,
        "sets": sets_for(project.category),
        "scheme": scheme,
        "groups": points_of(project, scheme) if scheme else [],
        "comments": comments_of(project, only_open=True),
    }


def points_of(project: Project, scheme: Any) -> list[dict[str, Any]]:
    """First-level indicator → its points by the scheme and by the rows; where nobody is served its points go on."""
    rows = [(goal.kind, goal.weight) for goal in project.goals.all() if goal.kind]
    groups = groups_of([kind for kind, _weight in rows], scheme)
    due = {group: getattr(scheme, group) for group in GROUPS}
    if rows and GoalGroup.SATISFACTION not in groups:
        due[GoalGroup(scheme.without_satisfaction)] += due[GoalGroup.SATISFACTION]
        due[GoalGroup.SATISFACTION] = 0
    found = []
    for group in GROUPS:
        weights = [weight for (_kind, weight), each in zip(rows, groups, strict=True) if each == group]
        given = [weight for weight in weights if weight is not None]
        if due[group] or weights:
            held = sum(given) if given else None
            found.append({"label": group.label, "count": len(weights), "due": due[group], "held": held})
    return found


def _examined(page: Any, project: Project) -> dict[str, Any]:
    """Comments with what the reader may do about each, and the evaluation before the act."""
    rows = [
        {
            "row": row,
            "may_settle": bool(policies.may_settle(page.actor, row)),
            "may_withdraw": bool(policies.may_withdraw(page.actor, row)),
        }
        for row in comments_of(project)
    ]
    return {
        "project": project,
        "comments": rows,
        "may_comment": bool(policies.may_comment(page.actor, project)),
        "prior": prior_of(project),
        "prior_due": is_prior_due(project),
    }


def _to_sign(page: Any, project: Project) -> dict[str, Any]:
    """How the goals look to who signs: the table, its sum, open comments, the evaluation before the act."""
    goals = list(project.goals.all())
    weights = [goal.weight for goal in goals if goal.weight is not None]
    return {
        "project": project,
        "goals": goals,
        "points": sum(weights) if weights else None,
        "comments": comments_of(project, only_open=True),
        "prior": prior_of(project),
        "prior_due": is_prior_due(project),
    }


def notes_on(project: Project, name: str) -> Mapping[int, tuple[Note, ...]]:
    """Open comments at the rows of the target table they are about: found by the words, else by the line."""
    if name != "goals":
        return {}
    rows = list(GoalComment.objects.filter(project=project, state=CommentState.OPEN, line__isnull=False))
    if not rows:
        return {}
    lines = {goal.content: goal.number for goal in project.goals.all()}
    found: dict[int, tuple[Note, ...]] = {}
    for row in rows:
        line = lines.get(row.content, row.line or 0)
        url = reverse("performance:comment_settle", args=[row.pk])
        note = Note(row.get_kind_display(), row.text, url, pgettext_lazy("review", "answer"))
        found[line] = (*found.get(line, ()), note)
    return found


EDIT = [Panel(_("library of indicators"), "performance/_beside_goals.html", _beside_goals, name="goals")]
DETAIL = [Panel(_("examination of the goals"), "performance/_examined.html", _examined, name="goals")]
TO_SIGN = [Panel(_("performance goals"), "performance/_goals_to_sign.html", _to_sign)]
