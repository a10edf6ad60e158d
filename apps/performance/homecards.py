"""What performance says on the home pages: what the unit has to do, and how the projects of an office stand."""

from typing import Any

from django.db.models import CharField, Count, Q, QuerySet, Sum, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.ledger.selectors.years import year_at_work
from apps.performance.measures import IS_RED
from apps.performance.models import (
    Evaluation,
    EvaluationState,
    FormState,
    MonitoringForm,
    ProjectYear,
    Rectification,
    YearTotal,
)
from apps.performance.models.mending import MendingState
from apps.performance.selectors.waiting import EVALUATIONS, FORMS, MENDING, to_do
from imbudget.kit.actor import Actor
from imbudget.kit.registry import HomeCard, HomeLine, HomeSource

RED = "red"
WATCHED = "watched"


def _named(rows: QuerySet, name: str) -> QuerySet:
    return rows.order_by().annotate(source_of=Value(name, output_field=CharField())).values_list("source_of")


def _counted(
    sources: dict[str, tuple[QuerySet, Any]], sums: dict[str, QuerySet[YearTotal]] | None = None
) -> dict[str, tuple[int, int]]:
    """What each source counts, and of it what fits its second condition; what `sums` add up to. One query for all of them."""
    parts = [
        _named(rows, name).annotate(found=Count("pk"), among=Count("pk", filter=special))
        for name, (rows, special) in sources.items()
    ]
    parts += [
        _named(rows, name).annotate(found=Sum("projects"), among=Count("pk")) for name, rows in (sums or {}).items()
    ]
    found = parts[0].union(*parts[1:], all=True)
    return {name: (count, special) for name, count, special in found}


def of_unit(actor: Actor) -> HomeCard:
    """Forms, self-evaluations and rectifications that wait for the unit, and whether any is past its day. One query."""
    late, labels = Q(due__lt=timezone.localdate()), _labels()
    sources = to_do(lambda rows: rows.visible_to(actor))
    counts = _counted({name: (rows, late) for name, (rows, _href) in sources.items()})
    lines = [_line(counts, name, labels[name], href) for name, (_rows, href) in sources.items()]
    return HomeCard(_("performance"), tuple(line for line in lines if line.count))


def _labels() -> dict[str, str]:
    return {
        FORMS: _("monitoring forms to be filled in"),
        EVALUATIONS: _("self-evaluations to be filled in"),
        MENDING: _("rectifications to be reported"),
    }


def _line(counts: dict[str, tuple[int, int]], name: str, label: str, href: str) -> HomeLine:
    count, late = counts.get(name, (0, 0))
    return HomeLine(label, count, href, "late" if late else "warn")


def of_office(actor: Actor) -> HomeCard:
    """Red projects of the year and of how many, and what waits for the office. Two queries."""
    year, own, never = year_at_work(), {"region": actor.region_id}, Q(pk=None)
    counts = _counted(
        {
            RED: (ProjectYear.objects.visible_to(actor).filter(IS_RED, year=year), never),
            FORMS: (MonitoringForm.objects.visible_to(actor).filter(state=FormState.SUBMITTED, **own), never),
            EVALUATIONS: (Evaluation.objects.visible_to(actor).filter(state=EvaluationState.SUBMITTED, **own), never),
            MENDING: (Rectification.objects.visible_to(actor).filter(state=MendingState.ANSWERED, **own), never),
        },
        # From the totals of units, because the rows may be a million.
        {WATCHED: YearTotal.objects.visible_to(actor).filter(year=year)},
    )
    all_years = f"{reverse('performance:years')}?year={year}"
    sources = (
        (RED, _red_of(counts), f"{all_years}&lamp=red", "late"),
        (FORMS, _("monitoring forms to look at"), f"{reverse('performance:forms')}?own=yes&state=submitted", ""),
        (
            EVALUATIONS,
            _("self-evaluations handed in"),
            f"{reverse('performance:evaluations')}?own=yes&state=submitted",
            "",
        ),
        (
            MENDING,
            _("reports of rectifications to examine"),
            f"{reverse('performance:rectifications')}?own=yes&state=answered",
            "",
        ),
    )
    lines = (HomeLine(label, counts.get(name, (0, 0))[0], href, state) for name, label, href, state in sources)
    return HomeCard(_("performance"), tuple(line for line in lines if line.count), all_years)


def _red_of(counts: dict[str, tuple[int, int]]) -> str:
    count, _rows = counts.get(WATCHED, (0, 0))
    return (
        _("projects with a red lamp, of %(count)s") % {"count": f"{count:,}"}
        if count
        else _("projects with a red lamp")
    )


CARDS = {
    "performance to do": HomeSource("performance", "performance.file", frozenset({"clerk"}), of_unit),
    "performance of projects": HomeSource("performance", "performance.see", frozenset({"office", "leader"}), of_office),
}
