"""What all charts have: a head that says unit and date, series of points, and the table that says the same."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from imbudget.kit.formats import as_text, format_quantity

ONE = Decimal(1)
ABSENT = "–"  # what stands where there is no figure: never a zero


class ChartError(ValueError):
    """A chart that would mislead: without unit, without date of data, or with series that do not fit its labels."""


class Kind(StrEnum):
    """How figures are written: amounts in yuan (or 万元), whole numbers, percentages, other numbers."""

    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Head:
    """What is said over a chart. `unit` is words, `as_of` the day or moment that the figures are of.

    Amounts are given in yuan; with `money_unit` `wan` they are written in 万元, and `unit` has to say so.
    """

    title: Any
    unit: Any
    as_of: datetime.date | datetime.datetime
    kind: Kind = Kind.MONEY
    money_unit: str = "yuan"
    note: Any = ""

    def __post_init__(self) -> None:
        if not str(self.title).strip() or not str(self.unit).strip():
            raise ChartError("a chart needs a title and a unit")
        if not isinstance(self.as_of, datetime.date):
            raise ChartError("a chart needs the date of its data")

    def say(self, value: Decimal | None) -> str:
        """A figure as text, '–' where there is none."""
        if value is None:
            return ABSENT
        if self.kind == Kind.PERCENT and 0 < abs(value) < 1:
            return f"{value:.2f}%"  # one decimal would make one of many that differ
        if self.kind in {Kind.MONEY, Kind.PERCENT}:
            return as_text(value, self.kind, self.money_unit)
        return format_quantity(value)

    def say_tick(self, value: Decimal, step: Decimal, per: Decimal = ONE) -> str:
        """A mark of a scale in units of `per` yuan: as many decimals as its steps need, and no more."""
        places = max(0, -int((step / per).normalize().as_tuple().exponent))
        return f"{value / per:,.{places}f}{'%' if self.kind == Kind.PERCENT else ''}"

    def spoken(self, label: Any, value: Decimal | None) -> str:
        """One figure as it is read out: what, how much, of what."""
        unit = "" if self.kind == Kind.PERCENT else f" {self.unit}"
        return f"{label}{_(': ')}{self.say(value)}{unit if value is not None else ''}"


def money_head(title: Any, as_of: datetime.date, money_unit: str = "yuan", note: Any = "") -> Head:
    """The head of a chart of amounts, in the unit that the reader has chosen (`request.money_unit`)."""
    unit = _("ten thousand yuan") if money_unit == "wan" else _("yuan")
    return Head(title, unit, as_of, Kind.MONEY, money_unit, note)


@dataclass(frozen=True, slots=True)
class Point:
    """One figure and the page of its rows ('' for none); None is a figure that is not there."""

    value: Decimal | None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one kind, one for each label of the chart."""

    label: Any
    points: Sequence[Point]

    @classmethod
    def of(cls, label: Any, values: Sequence[Decimal | None]) -> "Series":
        """Without links."""
        return cls(label, [Point(value) for value in values])


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of the table, and the page of its rows."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; `href` is where its name leads."""

    label: Any
    cells: Sequence[Cell]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The same figures as the chart has. The first `words` of its columns hold words, the others figures."""

    first: Any
    columns: Sequence[Any]
    rows: Sequence[Row]
    words: int = 0


def check_fit(labels: Sequence[Any], series: Sequence[Series], most: int) -> None:
    """Raises ChartError where a series has more or fewer points than there are labels, or where nobody could tell
    the series apart.
    """
    if len(series) > most:
        raise ChartError(f"a chart shows {most} series at most")
    for one in series:
        if len(one.points) != len(labels):
            raise ChartError(f"{one.label} has {len(one.points)} points for {len(labels)} labels")


def table_of(head: Head, first: Any, labels: Sequence[Any], series: Sequence[Series]) -> Table:
    """A line for each label, a column for each series."""
    rows = [
        Row(label, [Cell(head.say(one.points[place].value), one.points[place].href) for one in series])
        for place, label in enumerate(labels)
    ]
    return Table(first, [one.label for one in series], rows)


def values_of(series: Sequence[Series]) -> list[Decimal]:
    """All figures that are there."""
    return [point.value for one in series for point in one.points if point.value is not None]
