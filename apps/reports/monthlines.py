"""The months of a region as lines in a picture: the chart of its page, drawn with places and colours that stand in it."""

import re
from typing import Any

from apps.dashboard.mapping import series_of
from apps.dashboard.selectors.region import RegionMap
from imbudget.kit.charts.scales import SIDE

COLOURS = ("#1f5f99", "#d98a1f")  # this year and last, told apart in grey too: dark and light
HIGH, SCALE, HEAD, FOOT = 220, 64, 64, 40  # units: of the plot, beside it, above and below it
POINT = re.compile(r"(\d+) (\d+)")


def months_drawn(found: RegionMap, money_unit: str, standing: bool, wide: int, start: int, top: int) -> dict[str, Any]:
    """What the picture draws below its map, and how much `room` that takes; words stand where lines do."""
    assert found.at is not None  # noqa: S101 - asked before
    chart = series_of(found, found.at, money_unit)
    across = max(wide, 480) - SCALE
    left, above = start + SCALE, top + (0 if standing else HEAD)
    ticks = list(zip(chart.ticks, (above + y * HIGH // SIDE for y in chart.scale.lines), strict=True))
    labels = [
        (left + (2 * place + 1) * across // (2 * len(chart.labels)), label) for place, label in enumerate(chart.labels)
    ]
    return {
        "title": f"{chart.head.title} · {chart.tick_unit}",
        "left": left,
        "right": left + across,
        "top": above,
        "bottom": above + HIGH,
        "head": top + 24,
        "ticks": ticks,
        "labels": labels,
        "lines": [
            {
                "label": line.label,
                "colour": COLOURS[line.number - 1],
                "path": _scaled(line.path, left, above, across),
                "marks": [(left + mark.x * across // SIDE, above + mark.y * HIGH // SIDE) for mark in line.marks],
                "key": left + 90 * (line.number - 1),
            }
            for line in chart.lines
        ],
        "keys": above + HIGH + 40 if standing else top + 48,
        "room": HIGH + FOOT + (24 if standing else HEAD),
        "size": min(15, max(9, int(2 * HIGH / max(1, len(str(chart.head.title)))))),
    }


def _scaled(path: str, left: int, top: int, across: int) -> str:
    """A path of the square of the chart, where the plot stands in the picture."""
    return POINT.sub(
        lambda found: f"{left + int(found[1]) * across // SIDE} {top + int(found[2]) * HIGH // SIDE}", path
    )
