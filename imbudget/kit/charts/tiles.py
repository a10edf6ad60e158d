"""A map of tiles: each region is a square of the same size, so that a small one is seen as well as a large one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from imbudget.kit.charts.base import Cell, ChartError, Head, Row, Table
from imbudget.kit.charts.classes import Direction, ValueClass, class_of, classes_of
from imbudget.kit.charts.words import figure_of, lines_of, short

TILE, GAP = 100, 6  # units of a tile, room between two
FEW = 3  # large letters beside each other


@dataclass(frozen=True, slots=True)
class Tile:
    """One region at a column and row of the layout (from 0), its figure, and the page that it leads to.

    `rows_href` is the page of the rows behind the figure, for the table.
    """

    label: Any
    column: int
    row: int
    value: Decimal | None
    href: str = ""
    rows_href: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A line of a name: how far down it lies, and how far along it stands where lines stand."""

    text: str
    down: int
    along: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A tile in the picture: its corner, its colour (0 = no figure), its words; `large` are those of a small screen, where they fit."""

    x: int
    y: int
    colour: int
    words: Sequence["Word"]
    figure: str
    spoken: str
    href: str
    large: Sequence["Word"]


@dataclass(frozen=True, slots=True)
class LegendKey:
    """A class in words."""

    number: int
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class TileMap:
    """The picture; false where there are no tiles."""

    head: Head
    direction: Direction
    tiles: Sequence[Drawn]
    legend: Sequence[LegendKey]
    columns: int
    width: int
    height: int
    figure_unit: str
    table: Table
    template: str = "kit/_chart_tiles.html"
    note: str = ""
    tile: int = TILE

    def __bool__(self) -> bool:
        return bool(self.tiles)

    @property
    def is_linked(self) -> bool:
        return any(tile.href for tile in self.tiles)


def tile_map(head: Head, tiles: Sequence[Tile], direction: Direction = Direction.NEUTRAL, first: Any = "") -> TileMap:
    """The tiles in up to five classes of colour; `first` names the regions in the table.

    Raises ChartError where two tiles have the same place.
    """
    if len({(tile.column, tile.row) for tile in tiles}) < len(tiles):
        raise ChartError("two tiles have the same place")
    classes = classes_of(tile.value for tile in tiles if tile.value is not None)
    unit, per = short(head, [tile.value for tile in tiles if tile.value is not None])
    columns = max((tile.column for tile in tiles), default=0) + 1
    rows = max((tile.row for tile in tiles), default=0) + 1
    return TileMap(
        head,
        direction,
        [_drawn(head, tile, classes, per) for tile in tiles],
        legend_of(head, classes),
        columns,
        columns * (TILE + GAP) - GAP,
        rows * (TILE + GAP) - GAP,
        unit,
        map_table(head, tiles, first),
    )


def legend_of(head: Head, classes: Sequence[ValueClass]) -> list[LegendKey]:
    """Each class by its least and greatest figure."""
    keys = []
    for one in classes:
        least, greatest = head.say(one.least), head.say(one.greatest)
        keys.append(LegendKey(one.number, least if least == greatest else f"{least} – {greatest}", one.count))
    return keys


def map_table(head: Head, places: Sequence[Any], first: Any) -> Table:
    """A line for each region; its name leads on, its figure to the rows behind it."""
    rows = [Row(one.label, [Cell(head.say(one.value), one.rows_href)], one.href) for one in places]
    return Table(first, [head.title], rows)


def _words(name: str) -> list[Word]:
    """The lines of a name, in the middle of what the figure leaves free."""
    lines = lines_of(name)
    step = 20 if len(lines) < 3 else 18
    top = 36 - step // 2 * (len(lines) - 1)
    return [Word(line, top + step * place, 16 + 18 * place) for place, line in enumerate(lines)]


def _large(name: str) -> list[Word]:
    """A short name in letters that are still read where the tile is a finger wide; none for a longer one."""
    if " " in name.strip() or len(name) > 2 * FEW:
        return []
    lines = lines_of(name, FEW)
    return [Word(line, 54 - 14 * len(lines) + 27 * place, 0) for place, line in enumerate(lines)]


def _drawn(head: Head, tile: Tile, classes: Sequence[ValueClass], per: Decimal) -> Drawn:
    return Drawn(
        tile.column * (TILE + GAP),
        tile.row * (TILE + GAP),
        class_of(tile.value, classes),
        _words(str(tile.label)),
        figure_of(head, tile.value, per),
        head.spoken(tile.label, tile.value),
        tile.href,
        _large(str(tile.label)),
    )
