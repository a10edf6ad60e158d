"""What the charts of a visual report show, as plain figures: pages draw them as SVG, paper with ReportLab."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Count, F, Max, QuerySet, Sum
from django.db.models.functions import Floor
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.performance.models import ActualValue, Grade, Lamp, MonitoringForm, ProjectYear, Target
from apps.performance.selectors.schedules import schedule_of
from apps.performance.selectors.years import targets_of
from apps.projects.models import IndicatorNature
from apps.regions.models import Department, Unit
from imbudget.kit.formats import as_text

MOST = 12  # bars of places, and rows of the table of deviations
FULL = Decimal(100)
HIGHEST = Decimal(200)  # per cent; an attainment beyond it is drawn as that, and written as it is
MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Picture:
    """One chart: labels and one or two series of figures; None is a figure that is not there."""

    title: str
    unit: str
    kind: Literal["money", "percent", "count"]
    first: str  # what the labels are
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[Decimal | None]]]
    shape: Literal["bars", "lines"] = "bars"
    hrefs: Sequence[str] = field(default_factory=tuple)
    note: str = ""

    def said(self, value: Decimal | None) -> str:
        """A figure as it is written."""
        if value is None:
            return "–"
        return f"{value:,.0f}" if self.kind == "count" else as_text(value, self.kind)

    def __bool__(self) -> bool:
        return any(value is not None for _name, values in self.series for value in values)


@dataclass(frozen=True, slots=True)
class Deviating:
    """A project that is far from what was planned."""

    year: ProjectYear

    @property
    def left(self) -> Decimal:
        """What of the budget was not executed, in yuan."""
        return self.year.budget - self.year.executed


@dataclass(frozen=True, slots=True)
class Visual:
    """A report: charts, and the projects that deviate most. `as_of` is when the money was last counted."""

    title: str
    as_of: datetime.datetime
    pictures: Sequence[Picture]
    deviating: Sequence[Deviating] = ()
    count: int = 1


# --- one project


def of_project(of: ProjectYear) -> Visual:
    """Attainment of each indicator, execution against the schedule, what each indicator scored. Four queries."""
    targets = targets_of(of)
    title = _("Performance of %(project)s in %(year)s") % {"project": of.project.name, "year": of.year_id}
    return Visual(title, of.money_at or timezone.now(), [_attainment(targets), _execution(of)])


def _attainment(targets: Sequence[Target]) -> Picture:
    return Picture(
        _("attainment of the indicators"),
        _("% of the target"),
        "percent",
        _("indicator"),
        [f"{target.content} {target.said}".strip() for target in targets],
        [(_("attainment"), [attained(target, target.latest) for target in targets])],
        note=_("Values that are reported so far; an indicator without one has no bar."),
    )


def attained(target: Target, value: ActualValue | None) -> Decimal | None:
    """What was reached in per cent of the target; of what should stay low, 100 while it does. None where nobody can say."""
    if value is None:
        return None
    if target.nature == IndicatorNature.QUALITATIVE:
        return value.share
    if value.value is None or not target.value or target.value < 0:
        return None
    if target.nature != IndicatorNature.AT_MOST:
        return max(Decimal(0), value.value * 100 / target.value)
    return FULL if value.value <= target.value else target.value * 100 / value.value


def _execution(of: ProjectYear) -> Picture:
    """The schedule month by month, and what the monitoring forms and the books say was executed."""
    schedule, executed = schedule_of(of), dict.fromkeys(MONTHS, None)
    forms = MonitoringForm.objects.filter(of=of, submitted_at__isnull=False).order_by("month")
    for month, paid, budget in forms.values_list("month", "executed", "budget"):
        executed[month] = paid * 100 / budget if budget else None
    at = timezone.localtime(of.money_at) if of.money_at else None
    if at is not None and at.year == of.year_id:
        executed[at.month] = of.execution_rate
    return Picture(
        _("execution against the schedule"),
        _("% of the budget of the whole year"),
        "percent",
        _("month"),
        [str(month) for month in MONTHS],
        [
            (_("expected by the schedule"), [schedule.elapsed(month) / 12 for month in MONTHS]),
            (_("executed"), list(executed.values())),
        ],
        "lines",
        note=schedule.source,
    )


# --- many projects


def of_many(rows: QuerySet[ProjectYear], title: str, by: Literal["department", "unit"], query: str) -> Visual:
    """Sums of the rows by department or unit, lamps, scores, and who deviates most. Six queries, however many rows."""
    whole = rows.order_by().aggregate(
        count=Count("pk"), at=Max("money_at"), budget=Sum("budget"), executed=Sum("executed")
    )
    return Visual(
        title,
        whole["at"] or timezone.now(),
        [_by_place(rows, whole, by, query), _lamps(rows), _scores(rows), _grades(rows)],
        _deviating(rows),
        whole["count"],
    )


def _by_place(rows: QuerySet[ProjectYear], whole: dict[str, Any], by: str, query: str) -> Picture:
    sums = rows.order_by().values(by).annotate(budget=Sum("budget"), executed=Sum("executed")).order_by("-budget")
    found = list(sums[:MOST])
    model: Any = Department if by == "department" else Unit
    names = {row.pk: str(row) for row in model.objects.filter(pk__in=[row[by] for row in found])}
    return Picture(
        _("execution by department") if by == "department" else _("execution by unit"),
        _("yuan"),
        "money",
        _("competent department") if by == "department" else _("budget unit"),
        [_("all together"), *(names.get(row[by], "–") for row in found)],
        [
            (_("budget of the whole year"), [whole["budget"], *(row["budget"] for row in found)]),
            (_("executed"), [whole["executed"], *(row["executed"] for row in found)]),
        ],
        hrefs=["", *(f"{query}&{by}={row[by]}" for row in found)],
        note=_("The largest %(count)s are shown.") % {"count": MOST} if len(found) == MOST else "",
    )


def _lamps(rows: QuerySet[ProjectYear]) -> Picture:
    counts = {name: _counted(rows, name) for name in ("goal_lamp", "budget_lamp")}
    names = [*Lamp, ""]
    return Picture(
        _("lamps of the last monitoring"),
        _("projects"),
        "count",
        pgettext("of monitoring", "lamp"),
        [str(Lamp(name).label) if name else _("no lamp yet") for name in names],
        [
            (_("lamp of the goals"), [counts["goal_lamp"].get(name, Decimal(0)) for name in names]),
            (_("lamp of the budget"), [counts["budget_lamp"].get(name, Decimal(0)) for name in names]),
        ],
    )


def _counted(rows: QuerySet[ProjectYear], name: str) -> dict[str, Decimal]:
    found = rows.order_by().values_list(name).annotate(count=Count("pk"))
    return {value: Decimal(count) for value, count in found}


def _scores(rows: QuerySet[ProjectYear]) -> Picture:
    """Scores in steps of ten points; 100 belongs to the last."""
    found = rows.filter(score__isnull=False).order_by().annotate(step=Floor(F("score") / 10)).values_list("step")
    counts = [Decimal(0)] * 10
    for step, count in found.annotate(count=Count("pk")):
        counts[min(int(step), 9)] += count
    labels = [f"{step * 10}–{step * 10 + 10}" for step in range(10)]
    return Picture(_("distribution of scores"), _("projects"), "count", _("score"), labels, [(_("projects"), counts)])


def _grades(rows: QuerySet[ProjectYear]) -> Picture:
    counts = _counted(rows.exclude(grade=""), "grade")
    labels = [str(grade.label) for grade in Grade]
    values = [counts.get(grade, Decimal(0)) for grade in Grade]
    return Picture(_("projects by grade"), _("projects"), "count", _("grade"), labels, [(_("projects"), values)])


def _deviating(rows: QuerySet[ProjectYear]) -> list[Deviating]:
    """Those that left most of their budget unspent."""
    left = rows.annotate(left=F("budget") - F("executed")).filter(left__gt=0).order_by("-left", "pk")
    return [Deviating(row) for row in left.select_related("project", "unit")[:MOST]]
