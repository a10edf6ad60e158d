"""Texts of a table as flowables that cost little: a budget has thousands of cells, and many are equal.

A ReportLab paragraph parses markup and breaks its lines anew each time a table asks for its height. These cells break
once, by the rules of both scripts: between words, between Han characters, never before a closing mark.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import Flowable

from apps.reports.shaping import HAN, HAN_RANGES, MONGOLIAN_FACE, Piece, pieces

HAIR = 0.005  # points by which a line may pass the column's edge: rounding, never a digit
TOKEN = re.compile(f"\n| +|[{HAN_RANGES}]|[^ \n{HAN_RANGES}]+")
CLOSING = frozenset("，。、；：？！）》」』】〉〕％·,.;:?!)]}%…—”’")
OPENING = frozenset("（《「『【〈〔([{“‘¥￥")
AXIS = 0.37  # em above the baseline where the middle of a line is, in both scripts
ALIGN = {0: 0.0, 1: 0.5, 2: 1.0}  # share of the free room that stands before a line

Unit = tuple[
    tuple[Piece, ...], float
]  # what no line may break, and its width in em; blanks and line feeds are units too
BREAK: Unit = ((("", "\n"),), 0.0)


class Lines(Flowable):
    """A text broken into lines of pieces, each in the middle of its leading."""

    def __init__(self, lines: Sequence[tuple[Sequence[Piece], float]], style: ParagraphStyle) -> None:
        super().__init__()
        self.lines, self.style = lines, style
        self.lines_height = style.leading * len(lines)

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: N803 - ReportLab's names
        self.width, self.height = availWidth, self.lines_height
        return self.width, self.height

    def split(self, availWidth: float, availHeight: float) -> list[Flowable]:  # noqa: N803
        """A cell taller than a page goes on over the next one."""
        count = int(availHeight / self.style.leading)
        if not 0 < count < len(self.lines):
            return []
        return [Lines(self.lines[:count], self.style), Lines(self.lines[count:], self.style)]

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:  # noqa: N802, N803
        style = self.style
        place = y + self.height - style.leading / 2 - AXIS * style.fontSize
        text = canvas.beginText(x, place)
        text.setFillColor(style.textColor)
        for parts, long in self.lines:
            free = self.width - style.leftIndent - long * style.fontSize
            text.setTextOrigin(x + style.leftIndent + free * ALIGN[style.alignment], place)
            for face, part in parts:
                text.setFont(face, style.fontSize)
                text.textOut(part)
            place -= style.leading
        canvas.drawText(text)


class Cells:
    """The cells of one table; equal texts of one style in columns of one width are one flowable."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, int, float], Lines] = {}

    def cell(self, content: str, style: ParagraphStyle, width: float) -> Lines:
        """`width` in points is the room between the paddings; styles are told apart by identity."""
        key = (content, id(style), width)
        found = self._made.get(key)
        if found is None:
            room = (width - style.leftIndent + HAIR) / style.fontSize
            found = self._made[key] = Lines(broken(units(content, style.fontName), room), style)
        return found


@lru_cache(maxsize=20_000)
def units(text: str, face: str) -> tuple[Unit, ...]:
    """The text as what no line may break."""
    found: list[Unit] = []
    before = ""  # what the last unit lets follow it: "open" keeps anything, "word" keeps other letters
    for name, piece in pieces(text, face, MONGOLIAN_FACE[face]):
        for word in TOKEN.findall(piece):
            unit: Unit = BREAK if word == "\n" else (((name, word),), pdfmetrics.stringWidth(word, name, 1))
            if _is_blank(unit):
                found.append(unit)
                before = ""
                continue
            kind = "han" if HAN.fullmatch(word) else "word"
            stays = before == "open" or before == kind == "word" or word[0] in CLOSING
            if stays and found and not _is_blank(found[-1]):
                last = found.pop()
                unit = (_joined(last[0], unit[0]), last[1] + unit[1])
            found.append(unit)
            before = "open" if word[-1] in OPENING else kind
    return tuple(found)


def broken(parts: Iterable[Unit], room: float) -> list[tuple[Sequence[Piece], float]]:
    """Lines of at most `room` em, each with its width; a unit longer than a line is cut where it must be."""
    lines: list[list[Unit]] = [[]]
    used = 0.0
    for unit in parts:
        if unit is BREAK or (used + unit[1] > room and lines[-1] and not _is_blank(unit)):
            lines.append([])
            used = 0.0
            if unit is BREAK:
                continue
        for part in _cut(unit, room) if unit[1] > room else (unit,):
            if used + part[1] > room and lines[-1]:
                lines.append([])
                used = 0.0
            if lines[-1] or not _is_blank(part):
                lines[-1].append(part)
                used += part[1]
    return [_line(line) for line in lines]


def _line(line: list[Unit]) -> tuple[Sequence[Piece], float]:
    while line and _is_blank(line[-1]):
        line.pop()
    parts: tuple[Piece, ...] = ()
    for pieces_, _width in line:
        parts = _joined(parts, pieces_)
    return parts, sum(width for _pieces, width in line)


def _joined(before: tuple[Piece, ...], after: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Neighbours of one face become one piece."""
    if before and after and before[-1][0] == after[0][0]:
        return (*before[:-1], (after[0][0], before[-1][1] + after[0][1]), *after[1:])
    return before + after


def _cut(unit: Unit, room: float) -> list[Unit]:
    """A word longer than a line, in parts that fit."""
    found: list[Unit] = []
    for name, text in unit[0]:
        for char in text:
            width = pdfmetrics.stringWidth(char, name, 1)
            if found and found[-1][1] + width <= room:
                found[-1] = (_joined(found[-1][0], ((name, char),)), found[-1][1] + width)
            else:
                found.append((((name, char),), width))
    return found


def _is_blank(unit: Unit) -> bool:
    return unit[0][0][1][0] in " \n"
