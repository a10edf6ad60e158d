"""Lines over time: a month without a figure is a gap, never a zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from imbudget.kit.charts.base import Head, Series, Table, check_fit, table_of, values_of
from imbudget.kit.charts.scales import SIDE, Scale, scale_of
from imbudget.kit.charts.words import short

MOST_LINES = 6  # told apart by colour and by the way they are dashed
MOST_LABELS = 14  # written under a plot; of more, every second, third … is written


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a line that is there: its place in the square, what is read out, and the page of its rows."""

    x: int
    y: int
    spoken: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """One series: the parts of its path (it breaks where a figure is missing) and its marks."""

    number: int
    label: Any
    path: str
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class LineChart:
    """A plot; false where there is not one figure."""

    head: Head
    scale: Scale
    ticks: Sequence[str]
    tick_unit: str
    labels: Sequence[Any]
    lines: Sequence[Line]
    table: Table
    is_broken: bool
    template: str = "kit/_chart_lines.html"

    def __bool__(self) -> bool:
        return any(line.marks for line in self.lines)

    @property
    def is_linked(self) -> bool:
        return any(mark.href for line in self.lines for mark in line.marks)

    @property
    def note(self) -> str:
        """What a reader has to know of what is not drawn."""
        return _("Where a line is broken there are no figures.") if self.is_broken else ""


def line_chart(head: Head, labels: Sequence[Any], series: Sequence[Series], first: Any = "") -> LineChart:
    """One line for each series over the labels (months, years); `first` names the labels in the table.

    Raises ChartError where a series does not fit the labels or where there are more than six.
    """
    check_fit(labels, series, MOST_LINES)
    scale = scale_of(values_of(series))
    unit, per = short(head, [scale.low, scale.high])
    return LineChart(
        head,
        scale,
        [head.say_tick(tick, scale.step, per) for tick in scale.ticks],
        unit,
        thinned(labels),
        [_line(head, scale, labels, number, one) for number, one in enumerate(series, 1)],
        table_of(head, first, labels, series),
        any(is_broken(one) for one in series),
    )


def thinned(labels: Sequence[Any]) -> list[Any]:
    """The labels that are written; the others are left blank so that the written ones keep their places."""
    every = -(-len(labels) // MOST_LABELS) or 1
    return [label if place % every == 0 else "" for place, label in enumerate(labels)]


def middle(place: int, count: int) -> int:
    """Where the label at a place has its middle."""
    return (2 * place + 1) * SIDE // (2 * count)


def is_broken(series: Series) -> bool:
    """Whether a figure is missing between two that are there: not before the first, not after the last."""
    known = [place for place, point in enumerate(series.points) if point.value is not None]
    return bool(known) and known[-1] - known[0] >= len(known)


def _line(head: Head, scale: Scale, labels: Sequence[Any], number: int, series: Series) -> Line:
    path, marks, pen = [], [], "M"
    for place, point in enumerate(series.points):
        if point.value is None:
            pen = "M"
            continue
        x, y = middle(place, len(labels)), scale.place(point.value)
        path.append(f"{pen}{x} {y}")
        marks.append(Mark(x, y, head.spoken(f"{series.label} {labels[place]}", point.value), point.href))
        pen = "L"
    return Line(number, series.label, "".join(path), marks)
