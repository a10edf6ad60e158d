"""What an Excel sheet shows but its values do not: hidden rows, formulas, error values and merged cells.

One pass over the sheet's XML that looks closely only where there is something to see. It also makes sure, before
a reader lays the sheet out as a full rectangle in memory, that the rectangle is not a trap.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from imbudget.kit.zipparts import Unreadable

MAX_ROW = 200_100  # 200,000 lines, and what stands above and below them
MAX_CELLS = 8_000_000
MAX_PIECE = 32 << 20
NEAR = 500
MAX_FORMULAS = 2_000_000
MAX_MERGED = 100_000
TAG = 4_000  # how far apart two ends of one thing are looked for: whatever is larger is no work of a spreadsheet
ROOT = re.compile(rb"<(\w+:)?worksheet\b")
NUMBER = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d+)["']""")
HIDDEN = re.compile(rb"""\s(?:hidden\s*=\s*["'](?:1|true)|ht\s*=\s*["']0(?:\.0*)?)["']""")
IS_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
# Only these cells can make the rectangle large: beyond column Z, or far down.
FAR = re.compile(rb"""r\s*=\s*["'](?:[A-Za-z]{2,}\d+|[A-Za-z]?([2-9]\d{5}|\d{7,}))["']""")
MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*["']([A-Z]+)(\d+):([A-Z]+)(\d+)["']""")
# Elements whose ranges readers fill with cells, up to the next element; a range in one, or a sign that hides one.
AREA = re.compile(rb"<(?:\w+:)?(?:mergeCell|hyperlink)\s([^<]*)")
CELLS = re.compile(rb"\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?([A-Za-z]{1,3})\$?(\d{1,7})")
HIDDEN_SIGN = b"&#"


@dataclass(frozen=True, slots=True)
class Range:
    """A merged range: rows count from 1 as a spreadsheet shows them, columns from 0; both ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class SheetMarks:
    """Rows count from 1, columns from 0."""

    hidden: set[int] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)

    @cached_property
    def over(self) -> dict[int, Range]:
        """Merged cells that reach over several rows, by their first row."""
        return {area.top: area for area in self.merged if area.bottom > area.top}


def column_number(letters: str) -> int:
    """A is 0, Z is 25, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def spread(chunks: Iterable[bytes], most: int) -> int:
    """How many cells the merged ranges and links of a sheet's XML cover; it stops counting beyond `most`."""
    cells, rest = 0, b""
    for chunk in chain(chunks, [b"<"]):
        whole = rest + chunk
        cut = whole.rfind(b"<")
        rest = whole[max(cut, 0) :]
        for area in AREA.findall(whole[: max(cut, 0)]):
            if HIDDEN_SIGN in area:
                return most + 1
            for left, top, right, bottom in CELLS.findall(area):
                width = abs(column_number(right.decode()) - column_number(left.decode())) + 1
                cells += width * (abs(int(bottom) - int(top)) + 1)
        if cells > most or len(rest) > MAX_PIECE:
            return most + 1
    return cells


def scan(chunks: Callable[[], Iterable[bytes]]) -> SheetMarks:
    """The marks of one sheet; `chunks` gives its XML anew. Raises Unreadable for more rows or cells than are read."""
    walk = _Walk()
    for piece in _pieces(chunks()):
        if not walk.take(piece):
            break
    else:
        return walk.marks
    walk = _Walk(careful=True)
    for piece in _pieces(chunks()):
        walk.take(piece)
    return walk.marks


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The XML cut in front of rows, so that no row is divided."""
    rest, tag = b"", b""
    for chunk in chunks:
        rest += chunk
        if not tag and (root := ROOT.search(rest)):
            tag = b"<" + (root[1] or b"") + b"row"
        cut = rest.rfind(tag) if tag else 0
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > MAX_PIECE:
            raise Unreadable("damaged")
    yield rest


class _Walk:
    """Goes through the pieces of one sheet; `careful` looks at every single cell."""

    def __init__(self, careful: bool = False) -> None:
        self.careful = careful
        self.marks = SheetMarks()
        self.prefix: bytes | None = None
        self.row, self.column = 0, -1
        self.last_row, self.last_column = 0, 0

    def take(self, piece: bytes) -> bool:
        """Look at a piece. False when the sheet has to be looked at carefully, from its beginning."""
        if self.prefix is None:
            root = ROOT.search(piece)
            self.prefix = (root[1] or b"") if root else b""
            self.tag = re.compile(b"<" + self.prefix + rb"(row|c|f)(\s[^<>]*?)?(/?)>")
        if not self.careful and self._needs_care(piece):
            return False
        if self.careful or self._is_marked(piece):
            self._walk(piece)
        if b"mergeCell" in piece:
            self._merge(piece)
        return True

    def _needs_care(self, piece: bytes) -> bool:
        first = self.tag.search(piece)
        if first is not None and NUMBER.search(first[2] or b"") is None:
            return True
        for found in FAR.finditer(piece):
            if found[1] and int(found[1][:8]) <= MAX_ROW:
                continue
            end = piece.find(b">", found.end(), found.end() + TAG)
            start = piece.rfind(b"<", max(found.start() - TAG, 0), found.start())
            if start < 0 or end < 0:
                return True
            if not piece.startswith(b"<" + (self.prefix or b"") + b"row", start) and piece[end - 1 : end] != b"/":
                return True
        return False

    def _is_marked(self, piece: bytes) -> bool:
        formula = b"<" + (self.prefix or b"") + b"f"
        return any(word in piece for word in (formula, b"hidden=", b' ht="0', b'="e"', b"='e'"))

    def _walk(self, piece: bytes) -> None:
        for found in self.tag.finditer(piece):
            kind, attributes = found[1], found[2] or b""
            if kind == b"row":
                self._begin_row(attributes)
            elif kind == b"c":
                self._see_cell(piece, found, attributes)
            else:
                self.marks.formulas.add((self.row, self.column))
                if len(self.marks.formulas) > MAX_FORMULAS:
                    raise Unreadable("cells")

    def _begin_row(self, attributes: bytes) -> None:
        number = NUMBER.search(attributes)
        self.row, self.column = int(number[2]) if number else self.row + 1, -1
        if HIDDEN.search(attributes):
            self.marks.hidden.add(self.row)

    def _see_cell(self, piece: bytes, found: re.Match[bytes], attributes: bytes) -> None:
        number = NUMBER.search(attributes)
        self.column = column_number(number[1].decode()) if number and number[1] else self.column + 1
        if number:
            self.row = int(number[2])
        if found[3]:
            return  # a cell without content
        if self.careful:
            self._measure()
        if IS_ERROR.search(attributes):
            value = VALUE.search(piece, found.end(), found.end() + NEAR)
            self.marks.errors[self.row, self.column] = value[1].decode("utf-8", "replace") if value else "#"

    def _measure(self) -> None:
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        if self.last_row > MAX_ROW:
            raise Unreadable("rows")
        if self.last_row * (self.last_column + 1) > MAX_CELLS:
            raise Unreadable("cells")

    def _merge(self, piece: bytes) -> None:
        for left, top, right, bottom in MERGED.findall(piece):
            if len(self.marks.merged) >= MAX_MERGED:
                raise Unreadable("cells")
            places = column_number(left.decode()), column_number(right.decode())
            self.marks.merged.append(Range(int(top), places[0], int(bottom), places[1]))
