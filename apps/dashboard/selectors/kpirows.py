"""The rows behind a measure of the roll-out: exactly those that `services.kpi` has counted for the figure.

Which days count differs from region to region (each has its own day of the roll-out), so that the rows of a place are
those of its regions, each between the two days that hold there.
"""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case as Either
from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Abs, Coalesce
from django.urls import reverse
from django.utils import timezone

from apps.dashboard.models import DueSheet, Kpi, KpiFigure, KpiPeriod
from apps.dashboard.models.kpi import KPI_DAYS
from apps.disbursement.models import PlanLine
from apps.ledger.models import Balance
from apps.lowcode.models import Case, CaseState
from apps.regions.models import Region, Unit
from apps.regions.selectors import standings
from imbudget.kit.actor import Actor

PRESENT, YEAR = timedelta(days=89), timedelta(days=365)  # before the last day: 90 days with it
DURATIONS = {Kpi.APPROVAL_MEDIAN, Kpi.APPROVAL_P90, Kpi.HOURS_MEDIAN, Kpi.HOURS_P90}
ONE = timedelta(days=1)
MONEY = DecimalField(max_digits=24, decimal_places=2)
Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class KpiQuestion:
    """A figure whose rows are asked for; `month` is its first day, `phase` the number of the phase's row."""

    kpi: Kpi
    region: Region
    period: KpiPeriod = KpiPeriod.CURRENT
    month: date | None = None
    phase: int | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the rows can still be told: how far payments were from the plan on a past day is not kept."""
        return self.kpi != Kpi.DEVIATION or self.month is None or self.month == timezone.localdate().replace(day=1)


def address_of(kpi: str, region: int, period: str, month: date | None = None, phase: int | None = None) -> str:
    """The list of the rows behind a figure."""
    asked = {"kpi": kpi, "region": region, "period": period if month is None else f"{month:%Y-%m}"}
    if phase is not None:
        asked["phase"] = phase
    return f"{reverse('dashboard:kpi_rows')}?{urlencode(asked)}"


class KpiRows:
    """The figure and its rows."""

    def __init__(self, actor: Actor, asked: KpiQuestion) -> None:
        self.actor, self.asked = actor, asked

    @cached_property
    def figure(self) -> KpiFigure | None:
        """The figure as it was worked out; None where there was nothing to measure."""
        asked = self.asked
        rows = KpiFigure.objects.visible_to(self.actor).filter(region=asked.region, phase=asked.phase, kpi=asked.kpi)
        return rows.filter(period=asked.period, month=asked.month).first()

    @cached_property
    def today(self) -> date:
        """The day on which the figure was worked out: its periods are counted back from there."""
        return timezone.localtime(self.figure.at).date() if self.figure else timezone.localdate()

    @cached_property
    def spans(self) -> dict[Span, list[int]]:
        """The first and the last day that count → the regions where they do."""
        found, spans = standings(), defaultdict(list)
        below = self.asked.region.get_descendants(include_self=True).order_by().values_list("pk", flat=True)
        for region in below:
            standing = found.get(region)
            row = standing.on(self.today) if standing else None
            if self.asked.phase is not None and (row is None or row.phase_id != self.asked.phase):
                continue
            span = self._span(standing.switched_on if standing else None)
            if span is not None and span[0] <= span[1]:
                spans[span].append(region)
        return spans

    def _span(self, since: date | None) -> Span | None:
        """The days that count in a region which is in the roll-out since this day (`kpisql.SPREAD` says the same)."""
        match self.asked.period:
            case KpiPeriod.CURRENT:
                first = self.today - PRESENT
                return max(first, since or first), self.today
            case KpiPeriod.BASELINE:
                first = self.today - timedelta(days=KPI_DAYS)
                return (max(since - YEAR, first), min(since - ONE, self.today)) if since else None
        month = self.asked.month or self.today.replace(day=1)
        return month, min(month.replace(day=monthrange(month.year, month.month)[1]), self.today)

    def rows(self) -> QuerySet:
        """The rows, as far as the actor sees them."""
        match self.asked.kpi:
            case Kpi.DEVIATION:
                return self._plans()
            case Kpi.ON_TIME:
                due = DueSheet.objects.visible_to(self.actor).filter(due__lt=self.today)
                return due.filter(self._between("due", lambda first, last: (first, last)))
            case Kpi.RETURNS:
                begun = Case.objects.visible_to(self.actor).exclude(state=CaseState.WITHDRAWN)
                return begun.filter(self._between("started_at", _moments)).annotate(
                    times=F("circulation") - 1 + Either(When(state=CaseState.RETURNED, then=1), default=0)
                )
        rows = Case.objects.visible_to(self.actor).filter(state=CaseState.APPROVED, last_seq__gt=1)
        return rows.filter(self._between("ended_at", _moments))

    def _between(self, field: str, bounds: Any) -> Q:
        """A row lies in one of the regions, between the days that hold there."""
        condition = Q(pk__in=())
        for (first, last), regions in self.spans.items():
            low, high = bounds(first, last)
            end = "lt" if isinstance(high, datetime) else "lte"
            condition |= Q(region_id__in=regions, **{f"{field}__gte": low, f"{field}__{end}": high})
        return condition

    def _plans(self) -> QuerySet:
        """Units with a plan of the year, all of regions that the actor sees: planned up to the day, paid, and how far these are from each other."""
        today = self.today
        regions = [pk for (first, last), each in self.spans.items() if first <= today <= last for pk in each]
        lines = PlanLine.objects.filter(plan__state="approved", plan__year=today.year, plan__region__in=regions)
        passed = Decimal(today.day) / monthrange(today.year, today.month)[1]
        part = Either(
            When(month__lt=today.month, then=Value(Decimal(1))),
            When(month=today.month, then=Value(passed)),
            default=Value(Decimal(0)),
            output_field=DecimalField(max_digits=20, decimal_places=18),
        )
        planned = lines.filter(plan__unit=OuterRef("pk")).order_by().values("plan__unit")
        paid = Balance.objects.filter(authority__unit=OuterRef("pk"), authority__year=today.year).order_by()
        return (
            Unit.objects.filter(pk__in=lines.order_by().values("plan__unit"))
            .annotate(
                planned=Subquery(planned.values(of=Sum(F("amount") * part, output_field=MONEY))),
                paid=Coalesce(
                    Subquery(paid.values("authority__unit").values(of=Sum("spent"))),
                    Value(Decimal(0)),
                    output_field=MONEY,
                ),
            )
            .annotate(off=Abs(F("paid") - F("planned"), output_field=MONEY))
        )


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the beginning of the one after the last."""
    zone = timezone.get_default_timezone()
    return datetime.combine(first, time.min, zone), datetime.combine(last + ONE, time.min, zone)
