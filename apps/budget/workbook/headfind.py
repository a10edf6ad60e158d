"""Finding the head of a table below its title lines: one to three lines, with or without merged cells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from apps.budget.workbook.heads import (
    AMOUNTS,
    COLUMNS,
    column_of,
    named_years,
    plain,
    unit_at_end,
    units_in_title,
)
from imbudget.kit.sheetxml import Range

TOP = 60  # rows in which a head is looked for
DEPTH = 3
TITLE = re.compile("^(?:编制|填报|申报|报送|制表|预算|主管)?(?:单位|部门|日期|时间|人)?(?:名称|编码|代码)?:.")
OWN = {plain(head) for head in COLUMNS}


@dataclass(slots=True)
class Head:
    """A head: which column (0 is A) holds what, and what it says of the amounts. Rows count from 1."""

    first: int
    row: int
    places: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    others: dict[int, str] = field(default_factory=dict)
    twice: dict[str, list[int]] = field(default_factory=dict)

    @property
    def is_recognised(self) -> bool:
        """Whether this is the head of a budget table, be it an incomplete one."""
        names = self.places.keys()
        has_code = "function" in names or "department_economic" in names
        return len(names) >= 4 or (has_code and any(name in names for name in AMOUNTS))


@dataclass(frozen=True, slots=True)
class Top:
    """The first rows of a sheet as text, with its merged ranges; a CSV file, which cannot have any, says None."""

    rows: list[list[str]]
    merged: list[Range] | None

    def filled(self) -> list[list[str]]:
        """The rows, each merged range full of its value."""
        rows = [list(row) for row in self.rows]
        width = max((len(row) for row in rows), default=0)
        for row in rows:
            row += [""] * (width - len(row))
        for area in self.merged or ():
            if area.top <= len(rows) and area.left < width:
                value = rows[area.top - 1][area.left]
                for row in rows[area.top - 1 : area.bottom]:
                    row[area.left : area.right + 1] = [value] * (min(area.right + 1, width) - area.left)
        return rows

    def reaches_into(self, number: int) -> bool:
        """Whether a merged cell comes down into row `number` (from 0) from above: then a head begins further up."""
        return any(
            area.top <= number < area.bottom and self.rows[area.top - 1][area.left : area.left + 1] not in ([], [""])
            for area in self.merged or ()
        )

    def group_above(self, number: int) -> dict[int, str]:
        """Column → the text of a merged cell over a few columns just above row `number` (from 0), but of no title."""
        if not self.merged or number < 1:
            return {}
        row = self.rows[number - 1]
        words = [place for place, text in enumerate(row) if text and not TITLE.match(plain(text))]
        if not words or words == [0]:
            return {}
        width = sum(bool(text) for text in self.rows[number])
        return {
            place: row[area.left]
            for area in self.merged
            if area.top == area.bottom == number and area.left in words
            if area.left < area.right and (area.right - area.left) * 2 <= width
            for place in range(area.left, area.right + 1)
        }

    def joins(self, number: int) -> bool:
        """Whether row `number` (from 0) may be an upper line of a head: something in it reaches over several cells."""
        if not self.merged:
            return True
        return any(area.top == number + 1 for area in self.merged)


def find_head(top: Top) -> Head | None:
    """The head that names most columns; the upper and the simpler one of equals."""
    filled, above = top.filled(), _years_above(top)
    heads = [_read(top, filled, first, last, above[first]) for first, last in _spans(top)]
    heads = [head for head in heads if head.is_recognised]
    return max(heads, key=lambda head: (len(head.places), -head.row, head.first), default=None)


def most_promising(top: Top) -> tuple[int, list[str]]:
    """(row, its texts) of what most looks like a head where none was recognised."""
    filled, above = top.filled(), _years_above(top)
    heads = [_read(top, filled, number, number, above[number]) for number in range(len(top.rows))]
    words = [sum(bool(text) and not text[:1].isdigit() for text in row) for row in top.rows]
    best = max(heads, key=lambda head: (len(head.places), words[head.row - 1], -head.row), default=None)
    return (best.row, [text for text in top.rows[best.row - 1] if text]) if best else (0, [])


def title_units(top: Top, head: Head) -> set[str]:
    """The units of amounts that the lines above a head state, or a cell beside the head."""
    texts = [text for row in top.rows[: head.first - 1] for text in row] + list(head.others.values())
    return {unit for text in texts for unit in units_in_title(text)}


def title_years(top: Top, head: Head) -> set[int]:
    """The years that the lines above a head name."""
    return named_years([text for row in top.rows[: head.first - 1] for text in row])


def _spans(top: Top) -> Iterator[tuple[int, int]]:
    """(first, last) row from 0 of everything that may be a head."""
    for last, row in enumerate(top.rows):
        if not any(row):
            continue
        if not top.reaches_into(last):
            yield last, last
        for first in range(last - 1, max(last - DEPTH, -1), -1):
            if not _is_head_line(top.rows[first]) or not top.joins(first):
                break
            if not top.reaches_into(first):
                yield first, last


def _is_head_line(row: list[str]) -> bool:
    words = [plain(text) for text in row if text]
    return len(words) >= 2 and not any(TITLE.match(word) for word in words)


def _years_above(top: Top) -> list[set[int]]:
    """For each row the years that the rows above it name; each row is looked through once."""
    nothing: set[int] = set()
    return list(
        accumulate((set(named_years(row)) for row in top.rows), lambda above, own: above | own, initial=nothing)
    )


def _read(top: Top, filled: list[list[str]], first: int, last: int, above: set[int]) -> Head:
    lines = _spread(filled, first, last) if not top.merged else filled[first : last + 1]
    head = Head(first + 1, last + 1)
    groups = top.group_above(first)
    words = [_words([groups.get(place, ""), *(line[place] for line in lines)]) for place in range(len(filled[last]))]
    years = above or named_years([word for column in words for word in column])
    for place, column in enumerate(words):
        _put(head, place, column, max(years, default=0))
    return head


def _spread(filled: list[list[str]], first: int, last: int) -> list[list[str]]:
    """The lines of a head without merged cells: an upper text holds for the empty cells to its right."""
    lines = [list(filled[number]) for number in range(first, last + 1)]
    for upper, lower in zip(lines, lines[1:], strict=False):
        for place in range(1, len(upper)):
            if not upper[place] and lower[place] and lower[place - 1]:
                upper[place] = upper[place - 1]
    return lines


def _words(texts: list[str]) -> list[str]:
    found: list[str] = []
    for text in texts:
        if text and (not found or found[-1] != text):
            found.append(text)
    return found


def _put(head: Head, place: int, words: list[str], this_year: int) -> None:
    parts = [unit_at_end(plain(word)) for word in words]
    name = column_of([part for part, _unit in parts], this_year) if parts else ""
    label = "".join(" ".join(word.split()) for word in words)
    if not name:
        if label:
            head.others[place] = label
        return
    if name in head.places:
        if plain(label) not in OWN:
            head.twice.setdefault(name, [head.places[name]]).append(place)
            return
        head.twice.pop(name, None)
    head.places[name], head.labels[name] = place, label
    if name in AMOUNTS:
        head.units[name] = next((unit for _part, unit in reversed(parts) if unit), "")
