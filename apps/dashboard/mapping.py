"""The charts of a region: what its page draws and its files print, from the same figures."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.dashboard.selectors.layout import places_on
from apps.dashboard.selectors.region import MONTHS, Place, RegionMap
from imbudget.kit.charts import (
    Direction,
    Head,
    Kind,
    LineChart,
    Point,
    Series,
    Shape,
    ShapeMap,
    StackChart,
    Tile,
    TileMap,
    line_chart,
    money_head,
    shape_map,
    stack_chart,
    tile_map,
)
from imbudget.kit.registry import Measure


def head_of(measure: Measure, as_of: datetime.datetime, money_unit: str, title: Any = "") -> Head:
    """The head of a chart of a measure."""
    title = title or measure.label
    if measure.kind == Kind.MONEY:
        return money_head(title, as_of, money_unit)
    return Head(title, measure.unit, as_of, Kind(measure.kind))


def map_of(found: RegionMap, as_of: datetime.datetime, money_unit: str) -> TileMap | ShapeMap:
    """Real outlines where the operator has loaded them, else tiles."""
    head = head_of(found.measure, as_of, money_unit)
    direction = Direction(found.measure.direction)
    if found.boundaries is None:
        places = places_on(found.region.code, [place.code for place in found.places])
        tiles = [
            Tile(place.short or place.label, *places[place.code], place.figure.value, place.href, place.rows_href)
            for place in found.places
        ]
        return tile_map(head, tiles, direction, _("region"))
    outlines = {one.region_id: one for one in found.boundaries.outlines.all()}
    shapes = [_shape(place, outlines[place.region]) for place in found.places if place.region in outlines]
    size = found.boundaries.width, found.boundaries.height
    return shape_map(head, shapes, size, found.boundaries.approval, direction, _("region"))


def _shape(place: Place, outline: Any) -> Shape:
    return Shape(place.label, outline.path, outline.x, outline.y, place.figure.value, place.href, place.rows_href)


def series_of(found: RegionMap, as_of: datetime.datetime, money_unit: str) -> LineChart:
    """What stood at the end of each month, this year and last."""
    head = head_of(
        found.measure, as_of, money_unit, _("%(measure)s at the end of each month") % {"measure": found.measure.label}
    )
    years = (found.asked.year, found.asked.year - 1)
    series = [
        Series(
            str(year),
            [Point(value, _rows(found, year, month)) for month, value in enumerate(found.month_ends(year), 1)],
        )
        for year in years
    ]
    known = [one for one in series if any(point.value is not None for point in one.points)]
    return line_chart(head, [str(month) for month in MONTHS], known, _("month"))


def steps_of(found: RegionMap, as_of: datetime.datetime, money_unit: str) -> StackChart | None:
    """What each month added, for measures that a year only adds to."""
    if not found.measure.grows:
        return None
    year = found.asked.year
    head = head_of(found.measure, as_of, money_unit, _("%(measure)s in each month") % {"measure": found.measure.label})
    points = [Point(value) for value in found.month_steps(year)]
    return stack_chart(head, [str(month) for month in MONTHS], [Series(str(year), points)], _("month"))


def _rows(found: RegionMap, year: int, month: int) -> str:
    """Lists show what stands now: that is the month that runs."""
    today = timezone.localdate()
    if found.measure.rows is None or (year, month) != (today.year, today.month):
        return ""
    return found.measure.rows(year=year, region=found.region.pk)
