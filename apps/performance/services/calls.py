"""下发: asking the units of a region how far they are, for thousands of projects in four statements."""

from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.codes.models import FiscalYear
from apps.evidence import services as evidence
from apps.notices.services import notify
from apps.performance import policies
from apps.performance.models import MonitoringCall
from apps.performance.selectors.people import unit_people
from apps.performance.selectors.schemes import scheme_of
from apps.performance.selectors.watching import month_end
from apps.projects.models import ProjectCategory
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

FORMS = """
INSERT INTO performance_monitoringform (call_id, of_id, region_id, unit_id, department_id, month, due, initial, budget, executed,
    reason, words, goal_lamp, budget_lamp, state, return_reason, revision)
SELECT %(call)s, y.id, y.region_id, y.unit_id, y.department_id, %(month)s, %(due)s, y.initial, y.budget, y.executed,
    '', '', '', '', 'open', '', 1
FROM performance_projectyear y
WHERE y.region_id = %(region)s AND y.year_id = %(year)s AND y.state NOT IN ('settled', 'dropped')
  AND (%(category)s::bigint IS NULL OR y.category_id = %(category)s)
  AND EXISTS (SELECT FROM performance_target t WHERE t.of_id = y.id)
RETURNING unit_id
"""
LINES = """
INSERT INTO performance_monitoringline (form_id, target_id, number, lamp, reason, words, likelihood)
SELECT f.id, t.id, t.number, '', '', '', ''
FROM performance_monitoringform f JOIN performance_target t ON t.of_id = f.of_id
WHERE f.call_id = %(call)s
"""


@act
def issue_call(  # noqa: PLR0913 - what a call consists of
    actor: Actor,
    region: Region,
    year: FiscalYear,
    month: int,
    due: date,
    *,
    category: ProjectCategory | None = None,
    note: str = "",
) -> MonitoringCall:
    """Ask for the months 1 to `month`; each project with targets gets a form, each of its units is told.

    RuleViolation where the month was asked for already, the day has passed or does not lie after the end of the month, or
    nothing is watched.
    """
    require(policies.may_call(actor, region.pk))
    scheme_of(region, year.pk)  # without one no lamp could be lit
    _refuse_unfit(year.pk, month, due)
    call = MonitoringCall(region=region, year=year, month=month, due=due, category=category, note=note[:500])
    call.author_id = actor.user_id
    try:
        with transaction.atomic():
            call.save()
    except IntegrityError as error:
        raise RuleViolation(_("This month has been asked for already.")) from error
    units = _make_forms(call)
    evidence.append("performance.call_issued", call, actor, year=year.pk, month=month, forms=len(units))
    url = f"{reverse('performance:forms')}?state=open"
    notify(unit_people(set(units)), "performance.called", url, month=str(month), due=due.isoformat())
    return call


def _refuse_unfit(year: int, month: int, due: date) -> None:
    if not 1 <= month <= 12:
        raise RuleViolation(_("The month is a number from 1 to 12."))
    if due < timezone.localdate():
        raise RuleViolation(_("Give a day from today on by which the units fill in."))
    # Forms are held against all that the schedule expects by the month's end: asked for earlier, everybody would be behind.
    if due <= month_end(year, month):
        words = _("Month %(month)s ends on %(end)s: give a later day by which the units fill in.")
        raise RuleViolation(words % {"month": month, "end": date_format(month_end(year, month))})


def _make_forms(call: MonitoringCall) -> list[int]:
    """The forms and their lines; returns the unit of each form."""
    values: dict[str, Any] = {"call": call.pk, "region": call.region_id, "year": call.year_id, "month": call.month}
    values |= {"due": call.due, "category": call.category_id}
    with connection.cursor() as cursor:
        cursor.execute(FORMS, values)
        units = [row[0] for row in cursor.fetchall()]
        if not units:
            raise RuleViolation(_("No project with goals is watched here in this year. Open the year first."))
        cursor.execute(LINES, values)
    return units


@act
def urge_forms(actor: Actor, call: MonitoringCall) -> int:
    """催报: tell the units that have not handed in; returns how many forms are missing."""
    require(policies.may_call(actor, call.region_id))
    missing = list(call.forms.missing().values_list("unit", flat=True))
    if not missing:
        raise RuleViolation(_("Nobody is missing."))
    url = f"{reverse('performance:forms')}?state=open"
    notify(unit_people(set(missing)), "performance.urged", url, month=str(call.month), due=call.due.isoformat())
    evidence.append("performance.call_urged", call, actor, missing=len(missing))
    return len(missing)
