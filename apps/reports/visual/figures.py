"""What the charts of a visual report show, as plain figures: pages draw them as SVG, paper with ReportLab."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.performance.models import (
    GRADE_COUNTS,
    LAMP_COUNTS,
    STEP_COUNTS,
    ActualValue,
    Grade,
    Lamp,
    MonitoringForm,
    ProjectYear,
    Target,
    YearTotal,
)
from apps.performance.selectors.schedules import schedule_of
from apps.performance.selectors.totals import by_place, most_left, totals_at, whole
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
    """A report: charts, and the projects that deviate most.

    `as_of` is when the money of one project was last counted, or the totals of many; None where they never were.
    """

    title: str
    as_of: datetime.datetime | None
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


@dataclass(frozen=True, slots=True)
class Those:
    """Whose performance is shown: totals of units, as the clock counts them, and the rows that they are totals of.

    `alone` is the unit where only one is asked for: nothing needs to be looked for then.
    """

    totals: QuerySet[YearTotal]
    rows: QuerySet[ProjectYear]
    alone: Unit | None = None


def of_many(those: Those, title: str, by: Literal["department", "unit"], query: str) -> Visual:
    """Sums by department or unit, lamps, scores, and who deviates most. Six queries over the totals, however many rows."""
    sums = whole(those.totals)
    return Visual(
        title,
        totals_at(),
        [_by_place(those, sums, by, query), _lamps(sums), _scores(sums), _grades(sums)],
        [Deviating(row) for row in most_left(those.totals, those.rows, MOST, those.alone)],
        sums["projects"],
    )


def _by_place(those: Those, sums: dict[str, Any], by: str, query: str) -> Picture:
    if those.alone is not None:
        names = {those.alone.pk: str(those.alone)}
        found = (
            [{by: those.alone.pk, "budget": sums["budget"], "executed": sums["executed"]}] if sums["projects"] else []
        )
    else:
        found = by_place(those.totals, by, MOST)
        model: Any = Department if by == "department" else Unit
        names = {row.pk: str(row) for row in model.objects.filter(pk__in=[row[by] for row in found])}
    return Picture(
        _("execution by department") if by == "department" else _("execution by unit"),
        _("yuan"),
        "money",
        _("competent department") if by == "department" else _("budget unit"),
        [_("all together"), *(names.get(row[by], "–") for row in found)],
        [
            (_("budget of the whole year"), [sums["budget"], *(row["budget"] for row in found)]),
            (_("executed"), [sums["executed"], *(row["executed"] for row in found)]),
        ],
        hrefs=["", *(f"{query}&{by}={row[by]}" for row in found)],
        note=_("The largest %(count)s are shown.") % {"count": MOST} if len(found) == MOST else "",
    )


def _lamps(sums: dict[str, Any]) -> Picture:
    counts = {of: [Decimal(sums[name]) for name in names.values()] for of, names in LAMP_COUNTS.items()}
    goal, budget = ([*lit, sums["projects"] - sum(lit)] for lit in counts.values())
    return Picture(
        _("lamps of the last monitoring"),
        _("projects"),
        "count",
        pgettext("of monitoring", "lamp"),
        [*(str(lamp.label) for lamp in Lamp), _("no lamp yet")],
        [(_("lamp of the goals"), goal), (_("lamp of the budget"), budget)],
    )


def _scores(sums: dict[str, Any]) -> Picture:
    """Scores in steps of ten points; 100 belongs to the last."""
    counts = [Decimal(sums[name]) for name in STEP_COUNTS]
    labels = [f"{step * 10}–{step * 10 + 10}" for step in range(len(counts))]
    return Picture(_("distribution of scores"), _("projects"), "count", _("score"), labels, [(_("projects"), counts)])


def _grades(sums: dict[str, Any]) -> Picture:
    labels = [str(grade.label) for grade in Grade]
    values = [Decimal(sums[name]) for name in GRADE_COUNTS.values()]
    return Picture(_("projects by grade"), _("projects"), "count", _("grade"), labels, [(_("projects"), values)])
