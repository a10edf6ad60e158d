"""Official forms on paper: boxes of several columns and rows, drawn straight, cut over pages at the lines of their rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from reportlab.platypus import Flowable

from apps.reports.cells import Lines
from apps.reports.widths import PAD

ABOVE, BELOW = 2.5, 3.5  # points between a box's edge and its text


@dataclass(frozen=True, slots=True)
class Place:
    """A box at its place; `back` is the colour behind it."""

    row: int
    column: int
    across: int
    down: int
    content: Lines
    back: Any = None

    @property
    def height(self) -> float:
        return float(self.content.lines_height + ABOVE + BELOW)


class FormGrid(Flowable):
    """`page` is the height of a whole page: a row that is taller is cut between its lines."""

    def __init__(self, widths: Sequence[float], places: Sequence[Place], line: Any, page: float) -> None:
        super().__init__()
        self.widths, self.places, self.line, self.page = widths, places, line, page
        self.heights = _heights(places)

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: N803 - ReportLab's names
        self.width, self.height = sum(self.widths), sum(self.heights)
        return self.width, self.height

    def split(self, availWidth: float, availHeight: float) -> list[Flowable]:  # noqa: N803
        """At the last row's end that fits; where the first row is taller than half a page, within it."""
        used, end = 0.0, 0
        while end < len(self.heights) and used + self.heights[end] <= availHeight:
            used += self.heights[end]
            end += 1
        tall = end < len(self.heights) and self.heights[end] > self.page / 2
        if tall and availHeight - used > 60:
            return self._cut_within(end, availHeight - used)
        return self._parts(*self._cut(end)) if 0 < end < len(self.heights) else []

    def _parts(self, first: Sequence[Place], rest: Sequence[Place]) -> list[Flowable]:
        return [FormGrid(self.widths, places, self.line, self.page) for places in (first, rest)]

    def _cut(self, end: int) -> tuple[list[Place], list[Place]]:
        """A box that goes on over the page stands on both, so that a page says what its rows belong to."""
        first, rest = [], []
        for place in self.places:
            if place.row < end:
                down = min(place.down, end - place.row)
                first.append(_within(place, down, sum(self.heights[place.row : place.row + down])))
            if place.row + place.down > end:
                begin = max(place.row, end)
                rest.append(replace(place, row=begin - end, down=place.row + place.down - begin))
        return first, rest

    def _cut_within(self, row: int, room: float) -> list[Flowable]:
        first, rest = [], []
        for place in self.places:
            if place.row > row:
                rest.append(replace(place, row=place.row - row))
            elif place.row + place.down <= row:
                first.append(place)
            else:
                self._cut_place(place, row, room, first, rest)
        return self._parts(first, rest)

    def _cut_place(self, place: Place, row: int, room: float, first: list[Place], rest: list[Place]) -> None:
        """A box of the row that is cut: what fits stays, the rest goes on; one that is several rows deep stands again."""
        style, lines = place.content.style, place.content.lines
        cut = _within(place, row - place.row + 1, sum(self.heights[place.row : row]) + room)
        first.append(cut)
        below = lines if place.down > 1 else lines[len(cut.content.lines) :]
        rest.append(replace(place, row=0, down=place.row + place.down - row, content=Lines(below, style)))

    def draw(self) -> None:
        canvas, tops = self.canv, [self.height]
        for height in self.heights:
            tops.append(tops[-1] - height)
        starts = [0.0]
        for width in self.widths:
            starts.append(starts[-1] + width)
        canvas.setLineWidth(0.4)
        canvas.setStrokeColor(self.line)
        for place in self.places:
            x, top = starts[place.column], tops[place.row]
            wide = starts[place.column + place.across] - x
            high = top - tops[place.row + place.down]
            if place.back is not None:
                canvas.setFillColor(place.back)
            canvas.rect(x, top - high, wide, high, stroke=1, fill=int(place.back is not None))
        for place in self.places:
            x, top = starts[place.column], tops[place.row]
            wide = starts[place.column + place.across] - x
            high = top - tops[place.row + place.down]
            content = place.content
            content.wrap(wide - 2 * PAD, content.lines_height)
            free = high - content.lines_height - ABOVE - BELOW
            content.drawOn(canvas, x + PAD, top - high + BELOW + free / 2)


def _within(place: Place, down: int, room: float) -> Place:
    """The box over fewer rows, with as many of its lines as they hold; what it says in full stands on the next page."""
    content = place.content
    if place.height > room:
        count = max(0, int((room - ABOVE - BELOW) / content.style.leading))
        content = Lines(content.lines[:count], content.style)
    return replace(place, down=down, content=content)


def _heights(places: Sequence[Place]) -> list[float]:
    """Each row as high as its boxes ask; what a box of several rows asks more, its last row gives."""
    heights = [0.0] * max((place.row + place.down for place in places), default=0)
    for place in places:
        if place.down == 1:
            heights[place.row] = max(heights[place.row], place.height)
    for place in places:
        if place.down > 1:
            end = place.row + place.down
            heights[end - 1] += max(0.0, place.height - sum(heights[place.row : end]))
    return heights
