"""One region on the map: the places directly below it, their figures, and what stood there month by month."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.dashboard.models import BoundaryMap
from apps.dashboard.selectors.figures import (
    NONE,
    Amount,
    as_of,
    by_month,
    completed,
    measures_of,
    now_by_place,
    stated,
    total,
)
from apps.regions.models import Region, Unit
from imbudget.kit import registry
from imbudget.kit.actor import Actor
from imbudget.kit.registry import Measure

MONTHS = range(1, 13)
MOST_UNITS = 200  # on one page: the rest is one line


@dataclass(frozen=True, slots=True)
class Question:
    """What the page is asked: a region (its own level alone with `own`), a year, a measure."""

    region: Region
    year: int
    measure: str
    own: bool = False

    @property
    def is_of_units(self) -> bool:
        """Whether units are shown: there are no regions further down, or the own level is asked for."""
        return self.own or self.region.level >= 2

    def address(self, **changes: Any) -> str:
        """The page with some of it changed; a value of None is left out."""
        asked = {"region": self.region.pk, "year": self.year, "measure": self.measure, "own": 1 if self.own else None}
        asked |= changes
        return f"{reverse('dashboard:region')}?{urlencode({name: value for name, value in asked.items() if value is not None})}"


@dataclass(frozen=True, slots=True)
class Place:
    """A region, an own level or a unit: its figure, where its name leads, and where the rows behind the figure are."""

    label: str
    code: str
    figure: Amount
    href: str = ""
    rows_href: str = ""
    region: int | None = None
    short: str = ""  # the name on a map, where the region's own name stands over it


class RegionMap:
    """What the page shows; each part is read once."""

    def __init__(self, actor: Actor, question: Question) -> None:
        self.actor, self.asked = actor, question
        self.region, self.measure = question.region, registry.measures.get(question.measure)

    @cached_property
    def at(self) -> datetime.datetime | None:
        """The time of the figures."""
        return as_of([self.asked.measure])

    @cached_property
    def _below(self) -> list[Region]:
        return list(self.region.get_children().order_by("code"))

    @cached_property
    def _sums(self) -> dict[int, dict[str, Amount]]:
        """Place → measure → sum, for all measures that the actor may see: the figures over the page need them all."""
        root, own = self.region.level == 0, self.region.pk

        def place(region: int, league: int | None) -> int:
            return own if region == own else (league or region) if root else region

        return now_by_place(self.actor, self.region, self.asked.year, measures_of(self.actor), place)

    @cached_property
    def totals(self) -> dict[str, Amount]:
        """All measures of the region with what lies below it, or of its own level alone."""
        names = list(measures_of(self.actor))
        if self.asked.own:
            return self._sums.get(self.region.pk, dict.fromkeys(names, NONE))
        return total(self._sums.values(), names)

    @cached_property
    def places(self) -> list[Place]:
        """The own level and the regions below, or the units: in the order of their codes."""
        return self._units if self.asked.is_of_units else [self._own, *map(self._place, self._below)]

    @property
    def _own(self) -> Place:
        href = self.asked.address(own=1)
        label = _("%(region)s, own level") % {"region": self.region}
        figure = self._figure(self.region.pk)
        has_rows = figure.value is not None or figure.whole
        rows = href if has_rows else ""
        return Place(label, self.region.code, figure, href, rows, self.region.pk, _("own level"))

    def _place(self, region: Region) -> Place:
        figure = self._figure(region.pk)
        rows = self._rows(figure, region=region.pk)
        return Place(str(region), region.code, figure, self.asked.address(region=region.pk), rows, region.pk)

    def _figure(self, region: int) -> Amount:
        return self._sums.get(region, {}).get(self.asked.measure, NONE)

    def _rows(self, figure: Amount, **place: int) -> str:
        """Where there is nothing, there are no rows to lead to."""
        if self.measure.rows is None or not (figure.value or figure.whole):
            return ""
        return self.measure.rows(year=self.asked.year, **place)

    @property
    def rows_of_all(self) -> str:
        """The rows behind the total; none of an own level, whose rows a list does not tell from those below it."""
        if self.asked.own and self.region.level < 2:
            return ""
        return self._rows(self.totals[self.asked.measure], region=self.region.pk)

    @cached_property
    def _units(self) -> list[Place]:
        """Units of the region's own level that have a figure, the greatest first; read from their rows."""
        sums = self._of_units()
        names = dict(Unit.objects.filter(pk__in=sums).values_list("pk", "code"))
        units = Unit.objects.in_bulk(names)
        ordered = sorted(sums, key=lambda pk: (-(sums[pk].value or 0), names.get(pk, "")))
        shown = [self._unit(units[pk], sums[pk]) for pk in ordered[:MOST_UNITS] if pk in units]
        rest = [{self.asked.measure: sums[pk]} for pk in ordered[MOST_UNITS:]]
        if rest:
            figure = total(rest, [self.asked.measure])[self.asked.measure]
            shown.append(Place(_("%(count)d other units") % {"count": len(rest)}, "", figure))
        return shown

    def _of_units(self) -> dict[int, Amount]:
        found: dict[int, dict[str, Amount]] = {}
        for name in stated([self.asked.measure]):
            one = registry.measures.get(name)
            for unit, (value, count) in (one.units(self.region.pk, self.asked.year) if one.units else {}).items():
                if unit is not None and value is not None:
                    found.setdefault(unit, {})[name] = Amount(value, count)
        name = self.asked.measure
        return {unit: completed(sums, [name])[name] for unit, sums in found.items()}

    def _unit(self, unit: Unit, figure: Amount) -> Place:
        """A unit's name leads to its projects, for whom sees projects."""
        href = unit.get_absolute_url()
        if self.actor.can("projects.see"):
            href = f"{reverse('projects:projects')}?{urlencode({'unit': unit.pk})}"
        return Place(str(unit), unit.code, figure, href, self._rows(figure, unit=unit.pk))

    @cached_property
    def months(self) -> dict[tuple[int, int], Decimal]:
        """This year's and last year's months."""
        return by_month(self.actor, self.region, (self.asked.year, self.asked.year - 1), self.asked.measure)

    def month_ends(self, year: int) -> list[Decimal | None]:
        """What stood at the end of each month; None where nothing is known."""
        return [self.months.get((year, month)) for month in MONTHS]

    def month_steps(self, year: int) -> list[Decimal | None]:
        """What each month added; None where it or the month before it is not known."""
        ends = [Decimal(0), *self.month_ends(year)]
        pairs = zip(ends, ends[1:], strict=False)
        return [None if before is None or after is None else after - before for before, after in pairs]

    @cached_property
    def boundaries(self) -> BoundaryMap | None:
        """The map of real outlines that the operator has loaded for this region."""
        if self.asked.is_of_units:
            return None
        return BoundaryMap.objects.filter(region=self.region, is_current=True).prefetch_related("outlines").first()

    @property
    def offered(self) -> dict[str, Measure]:
        """The measures to choose from."""
        return measures_of(self.actor)
