"""Text set for a line: cut into runs by script, shaped, and broken where the script allows."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Literal

from apps.reports.document import plain
from apps.reports.fonts import GETA, ShapedFont, fonts

Kind = Literal["mong", "han", "other"]

# U+202F before a suffix belongs to the Mongolian word; cut there, the suffix would take a word's first form.
_MONGOLIAN = (
    "[\u202f\u200c\u200d]?[\u1800-\u18af\U00011660-\U0001166c]"
    "[\u1800-\u18af\u200c\u200d\u202f\u2048\u2049\U00011660-\U0001166c]*"
)
_HAN = (
    "[\u2e80-\u303f\u3100-\u312f\u31c0-\u31ef\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]+"
)
_RUN = re.compile(f"({_MONGOLIAN})|({_HAN})")
_NOT_FIRST = set("，。、；：！？）》」』】〕〗〉％…·,.;:!?)]}%")
_NOT_LAST = set("（《「『【〔〖〈￥([{¥")
VERTICAL_SCALE = 0.9  # Han and Latin look larger than Mongolian of the same size


@dataclass(frozen=True, slots=True)
class Piece:
    """Glyphs of one face; `width` in em of the line's size, `scale` already applied."""

    font: ShapedFont
    codes: str
    width: float
    scale: float = 1.0
    upright: bool = False  # on a vertical page; all else lies sideways


@dataclass(frozen=True, slots=True)
class Unit:
    """Pieces that stay together on a line; a blank one vanishes at the line's end, a feed ends the line."""

    pieces: tuple[Piece, ...]
    width: float
    role: Literal["text", "blank", "feed"] = "text"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of set text; `width` in em."""

    pieces: tuple[Piece, ...]
    width: float


class _Drawn(dict[int, str]):
    """For `str.translate`: characters that the faces can draw stay, the others become what can stand for them."""

    def __missing__(self, code: int) -> str:
        char, category, faces = chr(code), unicodedata.category(chr(code)), fonts()
        if char == "\n" or _joiner(code):
            drawn = char
        elif category == "Zs" or char == "\t":
            drawn = char if code == 0x3000 else " "
        elif category != "Co" and (
            faces.mongolian if _RUN.fullmatch(char, 0, 1) and _is_mongolian(char) else faces.han
        ).has(code):
            drawn = char
        else:
            drawn = "" if category == "Cf" or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF else GETA
        self[code] = drawn
        return drawn


_drawn = _Drawn()


def _joiner(code: int) -> bool:
    return code in (0x200C, 0x200D, 0x202F)


def _is_mongolian(char: str) -> bool:
    return re.fullmatch(_MONGOLIAN, char) is not None


def drawable(text: object) -> str:
    """The text with 〓 for each character that is in no face; never raises."""
    return plain(text).translate(_drawn)


def runs(text: str) -> Iterator[tuple[Kind, str]]:
    """The text cut by script."""
    start = 0
    for match in _RUN.finditer(text):
        if match.start() > start:
            yield "other", text[start : match.start()]
        yield ("mong" if match.group(1) else "han"), match.group(0)
        start = match.end()
    if start < len(text):
        yield "other", text[start:]


@lru_cache(maxsize=20_000)
def units(text: str, vertical: bool, bold: bool) -> tuple[Unit, ...]:
    """The text as the smallest parts that a line break may not cut."""
    found: list[Unit] = []
    glued = False
    before: Kind | None = None
    for kind, part in _parts(drawable(text)):
        if part == "\n" or part.isspace():
            found.append(_unit(kind, part, vertical, bold))
            before, glued = None, False
            continue
        unit = _unit(kind, part, vertical, bold)
        joins = before is not None and (glued or part[0] in _NOT_FIRST or "han" not in (kind, before))
        if joins:
            unit = Unit(found[-1].pieces + unit.pieces, found.pop().width + unit.width)
        found.append(unit)
        before, glued = kind, part[-1] in _NOT_LAST
    return tuple(found)


def _parts(text: str) -> Iterator[tuple[Kind, str]]:
    for kind, run in runs(text):
        if kind == "mong":
            yield kind, run
        elif kind == "han":
            yield from (("han", char) for char in run)
        else:
            # joiners without a Mongolian letter beside them have nothing to join
            bare = re.sub("[\u200c\u200d]", "", run).replace("\u202f", " ")
            yield from (("other", part) for part in re.findall("\n| +|\u3000|[^ \n\u3000]+", bare))


def _unit(kind: Kind, part: str, vertical: bool, bold: bool) -> Unit:
    if part == "\n":
        return Unit((), 0, "feed")
    piece = _piece(kind, part, vertical, bold)
    return Unit((piece,), piece.width, "blank" if part.isspace() else "text")


def _piece(kind: Kind, part: str, vertical: bool, bold: bool) -> Piece:
    faces = fonts()
    if kind == "mong":
        codes = faces.mongolian.shape(part, "Mong")
        return Piece(faces.mongolian, codes, faces.mongolian.width(codes))
    font = faces.bold if bold else faces.han
    scale = VERTICAL_SCALE if vertical else 1.0
    upright = vertical and kind == "han"
    codes = font.shape(part, "Hani", {"vert": True}) if upright else part
    return Piece(font, codes, font.width(codes) * scale, scale, upright)


def break_lines(parts: Sequence[Unit], limit: float) -> list[Line]:
    """Lines no wider than `limit` em. A part wider than a line is cut between glyphs."""
    lines: list[Line] = []
    current: list[Piece] = []
    width = 0.0
    for unit in _cut(parts, limit):
        full = width + unit.width > limit + 1e-6
        if unit.role == "feed" or (full and current):
            lines.append(_line(current))
            current, width = [], 0.0
        if unit.role == "feed" or (unit.role == "blank" and (full or not current)):
            continue
        current += unit.pieces
        width += unit.width
    if current or not lines:
        lines.append(_line(current))
    return lines


def _cut(parts: Iterable[Unit], limit: float) -> Iterator[Unit]:
    for unit in parts:
        if unit.width <= limit:
            yield unit
            continue
        for piece in unit.pieces:
            for code in piece.codes:
                width = piece.font.width(code) * piece.scale
                yield Unit((Piece(piece.font, code, width, piece.scale, piece.upright),), width, unit.role)


def _line(pieces: Sequence[Piece]) -> Line:
    """Neighbours of one face become one piece, so that copied text keeps its words."""
    merged = []
    for (font, scale, upright), group in groupby(pieces, lambda piece: (piece.font, piece.scale, piece.upright)):
        members = list(group)
        codes = "".join(piece.codes for piece in members)
        merged.append(Piece(font, codes, sum(piece.width for piece in members), scale, upright))
    while merged and not merged[-1].codes.strip(" \u3000"):
        merged.pop()
    return Line(tuple(merged), sum(piece.width for piece in merged))
