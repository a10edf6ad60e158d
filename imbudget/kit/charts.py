"""Charts as plain SVG made by the server: bars beside their labels, and nothing that a table does not say as well.

A bar is drawn in a square that is stretched to the room it gets, so a sheet of styles turns it where lines stand:
label and figure stay text of the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

SIDE = 1000  # units of the square that each bar is drawn in
MOST = 16  # bars that a reader can still compare; the rest becomes one bar


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: two amounts in yuan that are compared, and how far their bars reach (0 to 1000)."""

    label: str
    amount: Decimal
    other: Decimal
    reach: int = 0
    other_reach: int = 0


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars on one scale; `marks` are where a quarter, a half … of the scale stand."""

    bars: list[Bar]
    marks: list[int] = field(default_factory=lambda: [SIDE // 4, SIDE // 2, SIDE * 3 // 4])

    def __bool__(self) -> bool:
        return len(self.bars) > 1

    @property
    def has_other(self) -> bool:
        """Whether there is anything to compare with."""
        return any(bar.other for bar in self.bars)


def bar_chart(rows: Iterable[tuple[str, Decimal, Decimal]], rest_label: str) -> BarChart:
    """(label, amount, amount to compare with) as bars on one scale; what is beyond sixteen is added up at the end."""
    given = list(rows)
    if len(given) > MOST:
        kept = sorted(given, key=lambda row: row[1], reverse=True)[: MOST - 1]
        least = [row for row in given if row not in kept]
        rest = (rest_label, sum((row[1] for row in least), Decimal(0)), sum((row[2] for row in least), Decimal(0)))
        given = [row for row in given if row in kept] + [rest]
    scale = max((max(amount, other) for _label, amount, other in given), default=Decimal(0))
    return BarChart([Bar(*row, _reach(row[1], scale), _reach(row[2], scale)) for row in given])


def _reach(amount: Decimal, scale: Decimal) -> int:
    """A bar that is there at all can be seen."""
    if amount <= 0 or not scale:
        return 0
    return max(2, round(amount * SIDE / scale))
