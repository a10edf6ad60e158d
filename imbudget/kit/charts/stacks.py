"""Bars that are made of parts: what is above zero is piled up from it, what is below hangs from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from imbudget.kit.charts.base import Cell, ChartError, Head, Row, Series, Table, check_fit, table_of
from imbudget.kit.charts.lines import is_broken, thinned
from imbudget.kit.charts.scales import SIDE, Scale, scale_of
from imbudget.kit.charts.words import short

MOST_PARTS = 6
MOST_BARS = 36
ROOM = Decimal("0.7")  # how much of its place a bar fills


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar in the square; what is there at all can be seen."""

    number: int
    x: int
    y: int
    width: int
    height: int
    spoken: str
    href: str


@dataclass(frozen=True, slots=True)
class Key:
    """A line of the legend."""

    number: int
    label: Any


@dataclass(frozen=True, slots=True)
class StackChart:
    """A plot; false where there is not one figure."""

    head: Head
    scale: Scale
    ticks: Sequence[str]
    tick_unit: str
    labels: Sequence[Any]
    keys: Sequence[Key]
    parts: Sequence[Part]
    table: Table
    is_broken: bool
    template: str = "kit/_chart_stacks.html"

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def is_linked(self) -> bool:
        return any(part.href for part in self.parts)

    @property
    def note(self) -> str:
        """What a reader has to know of what is not drawn."""
        return _("Figures that are missing are not drawn: the table shows where.") if self.is_broken else ""


def stack_chart(head: Head, labels: Sequence[Any], series: Sequence[Series], first: Any = "") -> StackChart:
    """One bar for each label, made of one part for each series; the table has their sum as well.

    Raises ChartError where a series does not fit the labels, of more than six series, and of more than 36 bars.
    """
    check_fit(labels, series, MOST_PARTS)
    if len(labels) > MOST_BARS:
        raise ChartError(f"a chart shows {MOST_BARS} bars at most")
    scale = scale_of(end for place in range(len(labels)) for end in _ends(series, place))
    parts = [part for place in range(len(labels)) for part in _bar(head, scale, labels, series, place)]
    unit, per = short(head, [scale.low, scale.high])
    return StackChart(
        head,
        scale,
        [head.say_tick(tick, scale.step, per) for tick in scale.ticks],
        unit,
        thinned(labels),
        [Key(number, one.label) for number, one in enumerate(series, 1)],
        parts,
        _with_sums(head, table_of(head, first, labels, series), series),
        any(is_broken(one) for one in series),
    )


def _values(series: Sequence[Series], place: int) -> list[Decimal]:
    return [value for one in series if (value := one.points[place].value) is not None]


def _ends(series: Sequence[Series], place: int) -> tuple[Decimal, Decimal]:
    """How far a bar reaches below and above zero."""
    values = _values(series, place)
    below = sum((value for value in values if value < 0), Decimal(0))
    return below, sum((value for value in values if value > 0), Decimal(0))


def _bar(head: Head, scale: Scale, labels: Sequence[Any], series: Sequence[Series], place: int) -> list[Part]:
    width = max(1, int(SIDE * ROOM / len(labels)))
    x = (2 * place + 1) * SIDE // (2 * len(labels)) - width // 2
    reached = {True: Decimal(0), False: Decimal(0)}  # above zero and below it
    parts = []
    for number, one in enumerate(series, 1):
        point = one.points[place]
        if not point.value:
            continue
        begin = reached[point.value > 0]
        reached[point.value > 0] = end = begin + point.value
        top, bottom = sorted((scale.place(begin), scale.place(end)))
        spoken = head.spoken(f"{labels[place]} {one.label}", point.value)
        parts.append(Part(number, x, top, width, max(2, bottom - top), spoken, point.href))
    return parts


def _with_sums(head: Head, table: Table, series: Sequence[Series]) -> Table:
    """The sum of a bar stands last, and is missing where all of it is."""
    if len(series) < 2:
        return table
    rows = []
    for place, row in enumerate(table.rows):
        values = _values(series, place)
        rows.append(Row(row.label, [*row.cells, Cell(head.say(sum(values, Decimal(0)) if values else None))]))
    return Table(table.first, [*table.columns, _("total")], rows)
