"""The measures of the roll-out read from their small table: a region, those below it, its phases, its months."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from apps.dashboard.kpiwords import FEW, MEANINGS, Meaning
from apps.dashboard.models import Kpi, KpiBaseline, KpiFigure, KpiPeriod, KpiTarget
from apps.dashboard.models.kpi import change
from apps.dashboard.selectors.kpirows import address_of
from apps.regions.models import Region, RegionPhase, RolloutPhase
from apps.regions.selectors import Standing, standings
from imbudget.kit.actor import Actor

# What is compared between regions and phases: durations in hours and the 90th percentile stand on a region's own cards.
COMPARED = (Kpi.APPROVAL_MEDIAN, Kpi.DEVIATION, Kpi.RETURNS, Kpi.ON_TIME)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured or entered figure: days, hours or percent; `count` is None where it was entered."""

    value: Decimal
    count: int | None
    first_day: date
    last_day: date
    source: str = ""

    @property
    def is_few(self) -> bool:
        """Whether it is made of so few that it says little."""
        return self.count is not None and self.count < FEW


def value_of(figure: Figure | None) -> Decimal | None:
    """The value of a figure that may not be there."""
    return figure.value if figure else None


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure of one place: how it stands, what it was before, where it shall come to."""

    kpi: Kpi
    current: Figure | None = None
    baseline: Figure | None = None
    target: KpiTarget | None = None
    href: str = ""
    baseline_href: str = ""

    @property
    def meaning(self) -> Meaning:
        return MEANINGS[self.kpi]

    @property
    def change(self) -> Decimal | None:
        """Against the baseline, in percent of it."""
        return change(value_of(self.current), value_of(self.baseline))

    @property
    def is_met(self) -> bool | None:
        """None where there is no target, or nothing to hold against it."""
        if self.target is None:
            return None
        return self.target.is_met(value_of(self.current), value_of(self.baseline))


@dataclass(frozen=True, slots=True)
class Line:
    """A region or a phase with its measures; `since` is the day of its roll-out."""

    place: Any
    measures: list[Measured]
    phase: RolloutPhase | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class KpiPage:
    """All that the page of a region shows. `at` is when the figures were worked out; None where none ever were."""

    cards: list[Measured]
    regions: list[Line]
    phases: list[Line]
    at: datetime | None
    standing: Standing | None


class Reader:
    """Reads what a page needs in a number of queries that neither regions nor measures move."""

    def __init__(self, actor: Actor, region: Region) -> None:
        self.actor, self.region = actor, region
        self.below = list(region.get_children().order_by("code"))
        self.targets = {target.kpi: target for target in KpiTarget.objects.all()}

    def page(self) -> KpiPage:
        """The whole page. Seven queries."""
        figures, found = self._figures(), standings()
        today_of = {pk: standing.on(timezone.localdate()) for pk, standing in found.items()}
        lines = []
        for region in self.below:
            row = today_of.get(region.pk)
            standing = found.get(region.pk)
            measures = self._measures(figures, region.pk, None, COMPARED)
            phase, since = row.phase if row else None, standing.switched_on if standing else None
            lines.append(Line(region, measures, phase, since))
        phases = [
            Line(phase, self._measures(figures, self.region.pk, phase.pk, COMPARED))
            for phase in RolloutPhase.objects.all()
            if any(key[:2] == (self.region.pk, phase.pk) for key in figures)
        ]
        return KpiPage(
            cards=self._measures(figures, self.region.pk, None, Kpi),
            regions=[line for line in lines if line.since or any(one.current or one.baseline for one in line.measures)],
            phases=phases,
            at=self._at(),
            standing=found.get(self.region.pk),
        )

    def _at(self) -> datetime | None:
        """When the figures were worked out; the months are asked where nothing else stands."""
        found: datetime | None = self._all().aggregate(at=Max("at"))["at"]
        return found or KpiFigure.objects.visible_to(self.actor).aggregate(at=Max("at"))["at"]

    def _all(self) -> QuerySet[KpiFigure]:
        """The figures that are no months: a small part of the table, with an index of its own."""
        return KpiFigure.objects.visible_to(self.actor).filter(~Q(period=KpiPeriod.MONTH))

    def _figures(self) -> dict[tuple[int, int | None, str, str], Figure]:
        """(region, phase, measure, period) → figure; an entered baseline counts where none was measured."""
        places = [self.region.pk, *(region.pk for region in self.below)]
        measured = self._all().filter(region__in=places)
        entered = KpiBaseline.objects.visible_to(self.actor).filter(region__in=places)
        found: dict[tuple[int, int | None, str, str], Figure] = {
            (row.region_id, None, row.kpi, KpiPeriod.BASELINE): Figure(
                row.value, None, row.first_day, row.last_day, row.source
            )
            for row in entered
        }
        for row in measured:
            key = row.region_id, row.phase_id, row.kpi, row.period
            found[key] = Figure(row.value, row.count, row.first_day, row.last_day)
        return found

    def _measures(self, figures: Any, region_id: int, phase_id: int | None, kpis: Iterable[Kpi]) -> list[Measured]:
        return [
            Measured(
                kpi,
                figures.get((region_id, phase_id, kpi, KpiPeriod.CURRENT)),
                figures.get((region_id, phase_id, kpi, KpiPeriod.BASELINE)),
                self.targets.get(kpi),
                address_of(kpi, region_id, KpiPeriod.CURRENT, phase=phase_id),
                address_of(kpi, region_id, KpiPeriod.BASELINE, phase=phase_id),
            )
            for kpi in kpis
        ]


def months_of(actor: Actor, region: Region, kpi: str) -> list[tuple[date, Figure | None]]:
    """A measure by month from the first one known to the last; None where a month has nothing. One query."""
    rows = KpiFigure.objects.visible_to(actor).filter(region=region, phase=None, kpi=kpi, period=KpiPeriod.MONTH)
    known: dict[date, Figure] = {}
    for row in rows.order_by("month"):
        if row.month is not None:  # a constraint holds that months have one
            known[row.month] = Figure(row.value, row.count, row.first_day, row.last_day)
    if not known:
        return []
    months, month = [], min(known)
    while month <= max(known):
        months.append((month, known.get(month)))
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return months


def regions_by_phase(actor: Actor) -> list[tuple[RolloutPhase, list[tuple[Region, date]]]]:
    """Each phase with the regions of its own rows that the actor sees, in the order of their days."""
    rows: dict[int, list[tuple[Region, date]]] = defaultdict(list)
    for row in RegionPhase.objects.visible_to(actor).for_list().order_by("since", "region__code"):
        rows[row.phase_id].append((row.region, row.since))
    return [(phase, rows[phase.pk]) for phase in RolloutPhase.objects.all()]
