"""Charts as plain SVG made by the server: bars beside their labels, and nothing that a table does not say as well.

A bar is drawn in a square that is stretched to the room it gets, so a sheet of styles turns it where lines stand:
label and figure stay text of the page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from imbudget.kit.charts.base import Cell, Head, Row, Table

SIDE = 1000  # units of the square that each bar is drawn in
MOST = 16  # bars that a reader can still compare; the rest becomes one bar
# Label, figure, figure to compare with, and where there is one the page of its rows.
Given = tuple[Any, Decimal, Decimal] | tuple[Any, Decimal, Decimal, str]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: two figures that are compared, and how far their bars reach (0 to 1000)."""

    label: Any
    amount: Decimal
    other: Decimal
    href: str = ""
    reach: int = 0
    other_reach: int = 0
    text: str = ""
    other_text: str = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars on one scale; `marks` are where a quarter, a half … of the scale stand. False where nothing is compared."""

    head: Head
    bars: list[Bar]
    names: tuple[Any, Any]
    first: Any = ""
    marks: list[int] = field(default_factory=lambda: [SIDE // 4, SIDE // 2, SIDE * 3 // 4])
    template: str = "kit/_chart_bars.html"
    note: str = ""

    def __bool__(self) -> bool:
        return len(self.bars) > 1

    @property
    def has_other(self) -> bool:
        """Whether there is anything to compare with."""
        return any(bar.other for bar in self.bars)

    @property
    def table(self) -> Table:
        """The figures of the bars."""
        shown = 2 if self.has_other else 1
        rows = [Row(bar.label, [Cell(bar.text, bar.href), Cell(bar.other_text)][:shown], bar.href) for bar in self.bars]
        return Table(self.first, self.names[:shown], rows)


def bar_chart(head: Head, rows: Iterable[Given], names: tuple[Any, Any], rest_label: Any, first: Any = "") -> BarChart:
    """Rows as bars on one scale; what is beyond sixteen is added up at the end. `names` say what the two figures are.

    A figure below zero has no bar: it is written only.
    """
    given = [(*row, "")[:4] for row in rows]
    if len(given) > MOST:
        kept = sorted(given, key=lambda row: row[1], reverse=True)[: MOST - 1]
        given = [row for row in given if row in kept] + [_rest(rest_label, [row for row in given if row not in kept])]
    scale = max((max(amount, other) for _label, amount, other, _href in given), default=Decimal(0))
    return BarChart(head, [_bar(head, row, scale) for row in given], names, first)


def _rest(label: Any, least: Sequence[Any]) -> tuple[Any, Decimal, Decimal, str]:
    return label, sum((row[1] for row in least), Decimal(0)), sum((row[2] for row in least), Decimal(0)), ""


def _bar(head: Head, row: Sequence[Any], scale: Decimal) -> Bar:
    label, amount, other, href = row
    reaches = _reach(amount, scale), _reach(other, scale)
    return Bar(label, amount, other, href, *reaches, head.say(amount), head.say(other))


def _reach(amount: Decimal, scale: Decimal) -> int:
    """A bar that is there at all can be seen."""
    if amount <= 0 or not scale:
        return 0
    return max(2, round(amount * SIDE / scale))
