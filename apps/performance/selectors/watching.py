"""Monitoring forms with what was reached by their month, the lamps it makes, and the months that nothing was reported for."""

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from apps.performance.models import ActualValue, MonitoringForm, MonitoringLine, Target
from apps.performance.scoring import Measured, Wanted, budget_lamp, goal_lamp, is_fraction, pace, worst
from apps.performance.scoring.lamps import FULL, is_rate
from apps.performance.selectors.money import executed_by
from apps.performance.selectors.schedules import Schedule, limits_of, schedule_of
from apps.performance.selectors.schemes import scheme_of
from apps.projects.models import GoalSource, IndicatorNature

TYPED = {GoalSource.MANUAL, GoalSource.PROGRESS}
BEHIND = {"red", "yellow"}
SAID = ("nature", "value", "words", "measure")  # of a target: what it is held to


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def values_as_of(target_ids: Iterable[int], day: date) -> dict[int, ActualValue]:
    """Target → the last value as of a day; one that says it has none counts as none. One query."""
    rows = ActualValue.objects.filter(target__in=list(target_ids), as_of__lte=day)
    rows = rows.order_by("target_id", "-as_of", "-id").distinct("target_id")
    return {row.target_id: row for row in rows}


def months_reported(target_ids: Iterable[int], year: int) -> dict[int, set[int]]:
    """Target → months of the year for which a value was recorded. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = ActualValue.objects.filter(target__in=list(target_ids), as_of__year=year, gap="")
    for target, day in rows.order_by().values_list("target_id", "as_of").distinct():
        found[target].add(day.month)
    return found


def wanted_of(target: Target, weight: Decimal | None = None) -> Wanted:
    """A target as the arithmetic takes it; with other points where an evaluation brings them to its own."""
    return Wanted(target.nature, target.value, target.weight if weight is None else weight, target.measure)


def measured_of(value: ActualValue | None) -> Measured:
    """A value as the arithmetic takes it."""
    if value is None:
        return Measured()
    return Measured(value.value, value.tier, value.share, value.is_checked, value.source in TYPED)


@dataclass
class Look:
    """A form with its lines: as it stands today while the unit works at it, as it was handed in afterwards."""

    form: MonitoringForm
    lines: list[MonitoringLine]
    schedule: Schedule

    @property
    def expects_nothing(self) -> bool:
        return self.form.share is not None and self.form.share == 0


def look_at(form: MonitoringForm) -> Look:
    """The form with its lines; while it is open its figures and lamps are those of now. At most nine queries."""
    lines = list(form.lines.select_related("target", "value").order_by("number"))
    targets = [line.target_id for line in lines]
    schedule = schedule_of(form.of)
    if form.is_fillable:
        light(form, lines, schedule)
    elif form.submitted_at is not None:
        _as_handed_in(lines, form.submitted_at)
    reported = months_reported(targets, form.of.year_id)
    months = range(1, form.month + 1)
    for line in lines:
        line.months_missing = spans(month for month in months if month not in reported[line.target_id])
    return Look(form, lines, schedule)


def _as_handed_in(lines: list[MonitoringLine], moment: datetime) -> None:
    """Put the targets as they stood when the form was handed in: by these its lamps were lit. Not to be stored. One query."""
    rows = Target.history.filter(id__in=[line.target_id for line in lines], history_date__lte=moment)  # type: ignore[attr-defined]
    then = {row.id: row for row in rows.order_by("id", "-history_date", "-history_id").distinct("id")}
    for line in lines:
        for name in SAID if line.target_id in then else ():
            setattr(line.target, name, getattr(then[line.target_id], name))


def spans(months: Iterable[int]) -> str:
    """Ascending months in short: 1, 2, 3, 5 are “1–3, 5”."""
    runs: list[list[int]] = []
    for month in months:
        if runs and month == runs[-1][-1] + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def light(form: MonitoringForm, lines: list[MonitoringLine], schedule: Schedule) -> None:
    """Put figures, values and lamps of now into the form and its lines, without storing them. At most six queries."""
    of = form.of
    limits = limits_of(scheme_of(of.region, of.year_id))
    share = schedule.elapsed(form.month)
    values = values_as_of([line.target_id for line in lines], month_end(of.year_id, form.month))
    for line in lines:
        _light_line(line, values.get(line.target_id), share, limits)
    form.initial, form.budget = of.initial, of.budget
    form.executed = executed_by(of, month_end(of.year_id, form.month))
    form.share = (share / 12).quantize(Decimal("0.0001"))
    form.goal_lamp = worst(line.lamp for line in lines)
    form.budget_lamp = budget_lamp(form.executed, of.budget, share, limits)


def _light_line(line: MonitoringLine, value: ActualValue | None, share: Decimal, limits: object) -> None:
    target = line.target
    rate = is_rate(target.measure, target.kind, target.source)
    measured = measured_of(value)
    line.value = value
    line.is_suspect = is_fraction(wanted_of(target), measured)
    line.lamp = goal_lamp(wanted_of(target), measured, share, limits, is_rate=rate)  # type: ignore[arg-type]
    paced = target.nature in {IndicatorNature.AT_LEAST, IndicatorNature.EQUAL} and not line.is_suspect
    known = paced and target.value is not None and measured.value is not None
    line.pace = pace(measured.value, target.value, FULL if rate else share) if known else None  # type: ignore[arg-type]
    if line.pace is not None and abs(line.pace) >= Decimal(10) ** 9:
        line.pace = None  # further off than the column holds: the lamp says it
