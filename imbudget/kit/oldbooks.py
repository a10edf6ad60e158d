"""What a workbook of Excel 97 to 2003 (.xls, and .et of WPS) shows but its values do not: hidden rows, formulas, errors.

The reader of its values tells of none of them: a row that its sender has hidden would be counted, and a cell that says
#REF! would be empty. The layouts are those of [MS-CFB] (the envelope) and [MS-XLS] (the records in it).
"""

import struct
from collections.abc import Iterator

from imbudget.kit.sheetxml import MAX_FORMULAS, SheetMarks
from imbudget.kit.zipparts import Unreadable

HEADER, ENTRY, STREAM = 512, 128, 2
MAX_RECORDS = 20_000_000  # of all sheets together: a cell each, and sheets that a hostile file lays over each other
LAST = 0xFFFFFFFA  # numbers above it name no sector: the end of a chain, a free one, …
STREAMS = ("Workbook", "Book")  # since Excel 97, and before
BEGIN, END, BOUND_SHEET, FILE_PASS, ROW, FORMULA, BOOL_ERR = 0x809, 0x0A, 0x85, 0x2F, 0x208, 0x06, 0x205
HIDDEN_FLAG, HEIGHT = 0x20, 0x7FFF
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def marks_of(raw: bytes) -> list[SheetMarks]:
    """The marks of each sheet, charts and others among them, in the order of the workbook. Raises Unreadable."""
    try:
        book = _Book(_workbook(raw))
        return [book.marks(place) for place in book.places()]
    except (struct.error, IndexError) as error:
        raise Unreadable("damaged") from error


class _Book:
    """The records of a workbook: its own part at the beginning, then a part for each sheet."""

    def __init__(self, stream: bytes) -> None:
        self.stream, self.left = stream, MAX_RECORDS

    def places(self) -> list[int]:
        """Where each sheet begins."""
        places = []
        for kind, start in self._records(0):
            if kind == FILE_PASS:
                raise Unreadable("password")
            if kind == BOUND_SHEET:
                places.append(struct.unpack_from("<I", self.stream, start)[0])
        return places

    def marks(self, place: int) -> SheetMarks:
        """The marks of the sheet that begins there."""
        marks = SheetMarks()
        for kind, start in self._records(place):
            if kind == ROW:
                row, _first, _last, height, _a, _b, flags = struct.unpack_from("<7H", self.stream, start)
                if flags & HIDDEN_FLAG or height & HEIGHT == 0:
                    marks.hidden.add(row + 1)
            elif kind == FORMULA:
                row, column = struct.unpack_from("<2H", self.stream, start)
                marks.formulas.add((row + 1, column))
                if len(marks.formulas) > MAX_FORMULAS:
                    raise Unreadable("cells")
            elif kind == BOOL_ERR:
                row, column, _style, value, is_error = struct.unpack_from("<3H2B", self.stream, start)
                if is_error:
                    marks.errors[row + 1, column] = ERRORS.get(value, "#")
        return marks

    def _records(self, place: int) -> Iterator[tuple[int, int]]:
        """(kind, where its content begins) of each record of one part, without those of charts that stand in it."""
        depth = 0
        while True:
            kind, length = struct.unpack_from("<2H", self.stream, place)
            depth, self.left = depth + (kind == BEGIN) - (kind == END), self.left - 1
            if self.left < 0:
                raise Unreadable("cells")
            if depth <= 0:  # the end of the part, or no part at all
                return
            if depth == 1:
                yield kind, place + 4
            place += 4 + length


def _workbook(raw: bytes) -> bytes:
    """The stream of the workbook in its envelope."""
    envelope = _Envelope(raw)
    folder = envelope.chain(struct.unpack_from("<I", raw, 48)[0])
    entries: dict[str, tuple[int, int]] = {}
    for at in range(0, len(folder), ENTRY):
        length, kind = struct.unpack_from("<HB", folder, at + 64)
        name = folder[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        first, size = struct.unpack_from("<2I", folder, at + 116)
        entries.setdefault(name if kind == STREAM else f"/{kind}", (first, size))
    for name in STREAMS:
        if name in entries:
            return envelope.stream(entries[name], entries.get("/5", (LAST, 0)))
    raise Unreadable("text")


class _Envelope:
    """A compound file: sectors in chains, and small streams cut out of one chain."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.size, self.small_size = (1 << shift for shift in struct.unpack_from("<2H", raw, 30))
        if self.size not in {512, 4096} or self.small_size != 64:
            raise Unreadable("text")
        tables = list(struct.unpack_from("<109I", raw, 76))
        more, seen = struct.unpack_from("<I", raw, 68)[0], 0
        while more < LAST and seen <= len(raw) // self.size:
            *numbers, more = struct.unpack(f"<{self.size // 4}I", self._sector(more))
            tables, seen = tables + numbers, seen + 1
        self.next = b"".join(self._sector(number) for number in tables if number < LAST)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        return self.raw[start : start + self.size].ljust(self.size, b"\xff")

    def chain(self, first: int) -> bytes:
        """The sectors from the first one on, each once."""
        parts: list[bytes] = []
        while first < LAST:
            if len(parts) > len(self.raw) // self.size:
                raise Unreadable("damaged")
            parts.append(self._sector(first))
            first = struct.unpack_from("<I", self.next, first * 4)[0]
        return b"".join(parts)

    def stream(self, entry: tuple[int, int], root: tuple[int, int]) -> bytes:
        """A stream; below a bound in the header it lies in small sectors of the root's chain."""
        first, length = entry
        if length >= struct.unpack_from("<I", self.raw, 56)[0]:
            return self.chain(first)[:length]
        inside, table = self.chain(root[0]), self.chain(struct.unpack_from("<I", self.raw, 60)[0])
        parts: list[bytes] = []
        while first < LAST and len(parts) * self.small_size < length:
            parts.append(inside[first * self.small_size : (first + 1) * self.small_size])
            first = struct.unpack_from("<I", table, first * 4)[0]
        return b"".join(parts)[:length]
