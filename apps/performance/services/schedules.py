"""Schedules of projects: data with a source, set by who examines the project."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.performance import goalpolicies, policies
from apps.performance.models import ProjectYear, ScheduleCurve
from apps.projects.models import ProjectCategory
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences
from imbudget.kit.errors import RuleViolation, require

FIRST_YEAR = 2000


@act
def set_schedule(actor: Actor, of: ProjectYear, shares: Sequence[float], source: str) -> ScheduleCurve:
    """Set the project's own schedule: twelve cumulated per cent, never falling, ending with 100, with its source."""
    require(policies.may_schedule(actor, of))
    row = ScheduleCurve.objects.filter(of=of).first() or ScheduleCurve(of=of)
    row.shares, row.source = list(shares), source[:300]
    _keep(row)
    evidence.append("performance.schedule_set", of, actor, shares=row.shares, source=row.source)
    return row


def has_schedule(category: ProjectCategory, shares: Sequence[float], source: str) -> bool:
    """Whether the schedule of a category everywhere is this one."""
    key = {"category": category, "region": None, "valid_from": FIRST_YEAR}
    return ScheduleCurve.objects.filter(**key, shares=list(shares), source=source).exists()


def put_schedule(category: ProjectCategory, shares: Sequence[float], source: str) -> None:
    """The schedule of a category everywhere as the shipped file brings it; for the loader, inside its transaction."""
    key = {"category": category, "region": None, "valid_from": FIRST_YEAR}
    row = ScheduleCurve.objects.filter(**key).first() or ScheduleCurve(**key)
    if (row.shares, row.source) != (list(shares), source):
        row.shares, row.source = list(shares), source
        _keep(row)


@act
def save_schedule(actor: Actor, row: ScheduleCurve) -> None:
    """Keep the schedule of a category that the administration's form has filled: it rises to 100, and says its source.

    Lamps that were handed in stay; those of budgets follow with the next lighting.
    """
    require(goalpolicies.may_load(actor))
    if row.category_id is None:
        raise RuleViolation(_("Choose the category that goes by the schedule."))
    changes = differences(row)
    _keep(row)
    values = {"category": str(row.category), "region": row.region.code if row.region else "", "years": _years(row)}
    evidence.append("performance.category_schedule_saved", row, actor, **values, changes=changes)


@act
def drop_schedule(actor: Actor, row: ScheduleCurve) -> None:
    """Take the schedule of a category away: its projects go by the next wider one, or an even year, from now on."""
    require(goalpolicies.may_load(actor))
    values = {"category": str(row.category), "shares": row.shares, "years": _years(row)}
    evidence.append("performance.category_schedule_dropped", row, actor, **values)
    row.delete()


def _years(row: ScheduleCurve) -> str:
    return f"{row.valid_from}-{row.valid_to}"


def _keep(row: ScheduleCurve) -> None:
    if not row.source:
        raise RuleViolation(_("Say where the schedule comes from."))
    try:
        row.full_clean()
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error
    row.save()
