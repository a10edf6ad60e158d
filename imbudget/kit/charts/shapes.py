"""A map of real outlines: paths in the units of the picture, coloured like tiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from imbudget.kit.charts.base import Head, Table
from imbudget.kit.charts.classes import Direction, ValueClass, class_of, classes_of
from imbudget.kit.charts.tiles import LegendKey, legend_of, map_table
from imbudget.kit.charts.words import figure_of, short


@dataclass(frozen=True, slots=True)
class Shape:
    """One region: the path of its outline, where its words stand, its figure, and the page that it leads to."""

    label: Any
    path: str
    x: int
    y: int
    value: Decimal | None
    href: str = ""
    rows_href: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A shape in the picture: its colour (0 = no figure) and its words."""

    path: str
    x: int
    y: int
    colour: int
    label: Any
    figure: str
    spoken: str
    href: str


@dataclass(frozen=True, slots=True)
class ShapeMap:
    """The picture; false where there are no outlines. `approval` is the number under which the map may be shown (审图号)."""

    head: Head
    direction: Direction
    shapes: Sequence[Outline]
    legend: Sequence[LegendKey]
    width: int
    height: int
    figure_unit: str
    approval: str
    table: Table
    template: str = "kit/_chart_shapes.html"
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.shapes)

    @property
    def is_linked(self) -> bool:
        return any(shape.href for shape in self.shapes)


def shape_map(
    head: Head, shapes: Sequence[Shape], size: tuple[int, int], approval: str, direction: Direction, first: Any = ""
) -> ShapeMap:
    """The outlines in up to five classes of colour, with the number under which they may be shown."""
    given = [shape.value for shape in shapes if shape.value is not None]
    classes = classes_of(given)
    unit, per = short(head, given)
    drawn = [_outline(head, shape, classes, per) for shape in shapes]
    table = map_table(head, shapes, first)
    return ShapeMap(head, direction, drawn, legend_of(head, classes), *size, unit, approval, table)


def _outline(head: Head, shape: Shape, classes: Sequence[ValueClass], per: Decimal) -> Outline:
    return Outline(
        shape.path,
        shape.x,
        shape.y,
        class_of(shape.value, classes),
        shape.label,
        figure_of(head, shape.value, per),
        head.spoken(shape.label, shape.value),
        shape.href,
    )
