"""The charts of a visual report on a page: the kit's, with their tables."""

import datetime
from decimal import Decimal
from typing import Any

from apps.reports.visual.figures import Picture, Visual
from imbudget.kit.charts import Head, Kind, Series, bar_chart, line_chart, money_head
from imbudget.kit.charts.base import Point

ZERO = Decimal(0)
KINDS = {"percent": Kind.PERCENT, "count": Kind.COUNT}


def charts_of(made: Visual, money_unit: str) -> list[Any]:
    """One for each picture that has a figure; none before anything was counted."""
    if made.as_of is None:
        return []
    return [_chart(picture, made.as_of, money_unit) for picture in made.pictures if picture]


def _chart(picture: Picture, as_of: datetime.datetime, money_unit: str) -> Any:
    if picture.kind == "money":
        head = money_head(picture.title, as_of, money_unit, picture.note)
    else:
        head = Head(picture.title, picture.unit, as_of, KINDS[picture.kind], note=picture.note)
    # A single bar is compared with nothing: it is drawn as a point.
    if picture.shape == "lines" or len(picture.labels) == 1:
        series = [Series(name, [Point(value) for value in values]) for name, values in picture.series]
        return line_chart(head, picture.labels, series, picture.first)
    return _bars(head, picture)


def _bars(head: Head, picture: Picture) -> Any:
    """Bars of what is there: an absent figure is no bar of nought."""
    first = picture.series[0][1]
    other = picture.series[1][1] if len(picture.series) > 1 else [ZERO] * len(first)
    hrefs = picture.hrefs or [""] * len(first)
    rows = [
        (label, amount, beside or ZERO, href)
        for label, amount, beside, href in zip(picture.labels, first, other, hrefs, strict=True)
        if amount is not None
    ]
    names = tuple(name for name, _values in picture.series)
    return bar_chart(head, rows, (names[0], names[1] if len(names) > 1 else ""), "", picture.first)
