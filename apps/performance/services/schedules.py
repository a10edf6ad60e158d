"""Schedules of projects: data with a source, set by who examines the project."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.performance import policies
from apps.performance.models import ProjectYear, ScheduleCurve
from apps.projects.models import ProjectCategory
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require


@act
def set_schedule(actor: Actor, of: ProjectYear, shares: Sequence[float], source: str) -> ScheduleCurve:
    """Set the project's own schedule: twelve cumulated per cent, never falling, ending with 100, with its source."""
    require(policies.may_schedule(actor, of))
    row = ScheduleCurve.objects.filter(of=of).first() or ScheduleCurve(of=of)
    row.shares, row.source = list(shares), source[:300]
    _keep(row)
    evidence.append("performance.schedule_set", of, actor, shares=row.shares, source=row.source)
    return row


def put_schedule(category: ProjectCategory, shares: Sequence[float], source: str) -> None:
    """The schedule of a category as the shipped file brings it; for the loader, inside its transaction."""
    row = ScheduleCurve.objects.filter(category=category).first() or ScheduleCurve(category=category)
    if (row.shares, row.source) != (list(shares), source):
        row.shares, row.source = list(shares), source
        _keep(row)


def _keep(row: ScheduleCurve) -> None:
    if not row.source:
        raise RuleViolation(_("Say where the schedule comes from."))
    try:
        row.full_clean()
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error
    row.save()
