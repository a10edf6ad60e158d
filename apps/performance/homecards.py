"""What performance says on the home pages: what the unit has to do, and how the projects of an office stand."""

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.ledger.selectors.years import year_at_work
from apps.performance.measures import IS_RED
from apps.performance.models import Evaluation, EvaluationState, FormState, MonitoringForm, ProjectYear, Rectification
from apps.performance.models.mending import TO_ANSWER, MendingState
from imbudget.kit.actor import Actor
from imbudget.kit.registry import HomeCard, HomeLine, HomeSource


def to_do(actor: Actor) -> HomeCard:
    """Forms, self-evaluations and rectifications that wait for the unit, those past their day first. Three queries."""
    sources = (
        (
            _("monitoring forms to be filled in"),
            MonitoringForm.objects.visible_to(actor).missing(),
            f"{reverse('performance:forms')}?state=missing",
        ),
        (
            _("self-evaluations to be filled in"),
            Evaluation.objects.visible_to(actor).filter(kind="self").missing(),
            f"{reverse('performance:evaluations')}?state=missing",
        ),
        (
            _("rectifications to be reported"),
            Rectification.objects.visible_to(actor).filter(state__in=TO_ANSWER),
            f"{reverse('performance:rectifications')}?state=unsettled",
        ),
    )
    lines = [_line(label, rows, href) for label, rows, href in sources]
    return HomeCard(_("performance"), tuple(line for line in lines if line.count))


def _line(label: str, rows: QuerySet, href: str) -> HomeLine:
    late = Count("pk", filter=Q(due__lt=timezone.localdate()))
    found = rows.order_by().aggregate(all=Count("pk"), late=late)
    return HomeLine(label, found["all"], href, "late" if found["late"] else "warn")


def of_office(actor: Actor) -> HomeCard:
    """Red projects of the year, and what waits for the office. Four queries."""
    year = year_at_work()
    red = ProjectYear.objects.visible_to(actor).filter(IS_RED, year=year).order_by().count()
    forms = MonitoringForm.objects.visible_to(actor).filter(state=FormState.SUBMITTED, region=actor.region_id)
    signed = Evaluation.objects.visible_to(actor).filter(state=EvaluationState.SUBMITTED, region=actor.region_id)
    mended = Rectification.objects.visible_to(actor).filter(state=MendingState.ANSWERED, region=actor.region_id)
    lines = (
        HomeLine(_("projects with a red lamp"), red, f"{reverse('performance:years')}?year={year}&lamp=red", "late"),
        HomeLine(
            _("monitoring forms to look at"),
            forms.order_by().count(),
            f"{reverse('performance:forms')}?state=submitted",
        ),
        HomeLine(
            _("self-evaluations handed in"),
            signed.order_by().count(),
            f"{reverse('performance:evaluations')}?state=submitted",
        ),
        HomeLine(
            _("reports of rectifications to examine"),
            mended.order_by().count(),
            f"{reverse('performance:rectifications')}?state=answered",
        ),
    )
    return HomeCard(
        _("performance"), tuple(line for line in lines if line.count), f"{reverse('performance:years')}?year={year}"
    )


CARDS = {
    "performance to do": HomeSource("performance", "performance.file", frozenset({"clerk"}), to_do),
    "performance of projects": HomeSource("performance", "performance.see", frozenset({"office", "leader"}), of_office),
}
