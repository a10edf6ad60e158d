"""Charts on paper, drawn with ReportLab's graphics out of plain figures: bars beside their labels, lines over months."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib import colors
from reportlab.pdfbase import pdfmetrics

from apps.reports.document import Plot

INK, EDGE = colors.HexColor("#1d2733"), colors.HexColor("#9aa6b4")
COLOURS = (colors.HexColor("#1f5f99"), colors.HexColor("#d98a1f"))  # told apart in grey too: dark and light
SIZE, BAR, HIGH = 7.5, 9.0, 150.0  # points: of type, of a bar, of a plot of lines
ZERO = Decimal(0)


def drawing_of(plot: Plot, wide: float) -> Drawing:
    """The chart as wide as the lines of the page."""
    return _lines(plot, wide) if plot.shape == "lines" else _bars(plot, wide)


def _values(plot: Plot) -> list[Decimal]:
    return [value for _name, values in plot.series for value in values if value is not None]


def _text(x: float, y: float, text: str, anchor: str = "start") -> String:
    return String(x, y, text, fontName="SC", fontSize=SIZE, fillColor=INK, textAnchor=anchor)


def _cut(text: str, room: float) -> str:
    """A label that does not fit ends with an ellipsis: the table beside it says it whole."""
    if pdfmetrics.stringWidth(text, "SC", SIZE) <= room:
        return text
    while text and pdfmetrics.stringWidth(text + "…", "SC", SIZE) > room:
        text = text[:-1]
    return text + "…"


def _keys(plot: Plot, top: float) -> list[Any]:
    """Which colour is what; a single series is named by the title."""
    found: list[Any] = []
    x = 0.0
    for number, (name, _values) in enumerate(plot.series if len(plot.series) > 1 else ()):
        found += [Rect(x, top, 8, 6, fillColor=COLOURS[number], strokeColor=None), _text(x + 11, top, name)]
        x += 24 + pdfmetrics.stringWidth(name, "SC", SIZE)
    return found


def _bars(plot: Plot, wide: float) -> Drawing:
    count = len(plot.series)
    step = count * BAR + 7
    high = len(plot.labels) * step + 14
    labels, room = wide * 0.34, wide * 0.48
    scale = float(max([*_values(plot), ZERO])) or 1.0
    drawing = Drawing(wide, high)
    for shape in _keys(plot, high - 8):
        drawing.add(shape)
    for place, label in enumerate(plot.labels):
        top = high - 14 - place * step
        drawing.add(_text(0, top - step / 2, _cut(label, labels - 6)))
        for number, (_name, values) in enumerate(plot.series):
            value, y = values[place], top - (number + 1) * BAR
            length = max(0.0, float(value or 0)) / scale * room
            drawing.add(Rect(labels, y, length, BAR - 2, fillColor=COLOURS[number], strokeColor=None))
            drawing.add(_text(labels + length + 4, y + 0.5, plot.said(value)))
    drawing.add(Line(labels, 0, labels, high - 14, strokeColor=EDGE, strokeWidth=0.5))
    return drawing


def _lines(plot: Plot, wide: float) -> Drawing:
    start, low, top = 42.0, 16.0, HIGH - 16
    highest = float(max([*_values(plot), Decimal(1)]))
    drawing = Drawing(wide, HIGH)
    for shape in _keys(plot, HIGH - 8):
        drawing.add(shape)
    for quarter in range(5):
        y = low + (top - low) * quarter / 4
        drawing.add(Line(start, y, wide, y, strokeColor=EDGE, strokeWidth=0.3))
        drawing.add(_text(start - 4, y - 2.5, plot.said(Decimal(str(round(highest * quarter / 4, 2)))), "end"))
    places = [start + (place + 0.5) * (wide - start) / len(plot.labels) for place in range(len(plot.labels))]
    for x, label in zip(places, plot.labels, strict=True):
        drawing.add(_text(x, 3, label, "middle"))
    for number, (_name, values) in enumerate(plot.series):
        for part in _parts(places, values, lambda value: low + (top - low) * float(value) / highest):
            if len(part) > 1:
                points = [each for point in part for each in point]
                drawing.add(PolyLine(points, strokeColor=COLOURS[number], strokeWidth=1.4))
            for x, y in part:
                drawing.add(Circle(x, y, 1.8, fillColor=COLOURS[number], strokeColor=None))
    return drawing


def _parts(places: Sequence[float], values: Sequence[Decimal | None], height: Any) -> list[list[tuple[float, float]]]:
    """The line where it is whole: it breaks where a figure is missing."""
    parts: list[list[tuple[float, float]]] = [[]]
    for x, value in zip(places, values, strict=True):
        if value is None:
            parts.append([])
        else:
            parts[-1].append((x, height(value)))
    return [part for part in parts if part]
