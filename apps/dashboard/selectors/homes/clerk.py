"""The home of a unit's people: what is late, and how their projects and payments stand."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.dashboard.selectors.homes.cards import may
from apps.disbursement.models import PaymentRequest, RequestState
from apps.ledger.selectors.years import year_at_work
from apps.lowcode.selectors import inbox
from apps.monitoring.models import Alarm
from apps.monitoring.selectors.digest import TO_ANSWER
from apps.projects.models import Project, ProjectState
from imbudget.kit.actor import Actor
from imbudget.kit.registry import HomeCard, HomeLine

# What somebody of the unit has to take up again.
PROJECTS_BACK = {ProjectState.RETURNED}
PAYMENTS_BACK = {RequestState.RETURNED, RequestState.STOPPED, RequestState.FAILED, RequestState.PART}


def late(actor: Actor, sheets_late: int, sheets_href: str) -> HomeCard:
    """What is past its day: tasks, answers to alarms, sheets of the round. Two queries."""
    today, lines = timezone.localdate(), []
    if actor.can("lowcode.act"):
        count = inbox.to_do(actor).filter(due__lt=today).order_by().count()
        lines.append(HomeLine(_("tasks past their day"), count, f"{reverse('lowcode:inbox')}?overdue=1", "late"))
    if may(actor, "disbursement.pay") and may(actor, "monitoring.see"):
        count = Alarm.objects.visible_to(actor).filter(state__in=TO_ANSWER, due__lt=today).order_by().count()
        href = f"{reverse('monitoring:alarms')}?late=due"
        lines.append(HomeLine(_("answers to alarms past their term"), count, href, "late"))
    lines.append(HomeLine(_("budget sheets past the day of the timetable"), sheets_late, sheets_href, "late"))
    return HomeCard(_("late"), tuple(line for line in lines if line.count))


def projects(actor: Actor) -> HomeCard | None:
    """Projects by state, those first that wait for the unit. One query."""
    if not may(actor, "projects.see"):
        return None
    rows = Project.objects.visible_to(actor).order_by().values_list("state").annotate(Count("pk"))
    href = reverse("projects:projects")
    lines = _by_state(rows, ProjectState, PROJECTS_BACK, href, {})
    return HomeCard(pgettext("home page", "projects"), lines, href)


def payments(actor: Actor) -> HomeCard | None:
    """Payment requests of the year in execution by state, those first that wait for the unit. Two queries."""
    if not may(actor, "disbursement.see"):
        return None
    year = year_at_work()
    found = PaymentRequest.objects.visible_to(actor).filter(year=year)
    rows = found.order_by().values_list("state").annotate(Count("pk"))
    href = f"{reverse('disbursement:requests')}?year={year}"
    lines = _by_state(rows, RequestState, PAYMENTS_BACK, reverse("disbursement:requests"), {"year": year})
    return HomeCard(_("payments of %(year)s") % {"year": year}, lines, href)


def _by_state(
    rows: Iterable[tuple[str, int]], states: Any, back: set[Any], href: str, fixed: dict[str, Any]
) -> tuple[HomeLine, ...]:
    counts = dict(rows)
    lines = [
        HomeLine(
            states(state).label,
            counts[state],
            f"{href}?{urlencode(fixed | {'state': state})}",
            "warn" if state in back else "",
        )
        for state in states.values
        if counts.get(state)
    ]
    return tuple(sorted(lines, key=lambda line: not line.state))
