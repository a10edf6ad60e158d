"""Column widths from content: no amount or code is ever broken, texts share what is left by their length."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.reports.cells import units
from apps.reports.document import Table, cell_text, indented, plain
from apps.reports.shaping import measure

PAD = 3.0  # points at either side of a cell
INDENT = 1.0  # em for each level of a row
SMALLEST = 4.5  # points; smaller type cannot be read
NARROWEST = 5.0  # em that a column of texts must have
WIDEST = 26.0  # em that a column of texts may claim before the others have enough


@dataclass(frozen=True, slots=True)
class Claim:
    """What a column asks for, in em: without harm, to have no word or code cut, and to have no second line."""

    least: float
    whole: float
    natural: float
    takes: bool  # whether it takes what is left over
    points: float | None = None  # a width given by the document


def claims(table: Table) -> list[Claim]:
    """One for each column. Everything is measured in the bold face, the wider one."""
    named = indented(table)
    return [_claim(table, place, place == named) for place in range(len(table.columns))]


def _claim(table: Table, place: int, named: bool) -> Claim:
    column = table.columns[place]
    head = measure(column.label, "SCB")
    cells = [
        measure(cell_text(column, row.cells[place]), "SCB") + (row.indent * INDENT if named else 0)
        for row in table.rows
    ]
    longest = max(cells, default=0.0)
    if column.kind == "text":
        natural = min(max(longest, head), WIDEST)
        least = min(natural, NARROWEST)
        return Claim(least, max(least, _longest_unit(table, place)), natural, column.width is None, column.width)
    least = max(longest, min(head, NARROWEST))
    return Claim(least, least, max(least, min(head, 2 * NARROWEST)), False, column.width)


def _longest_unit(table: Table, place: int) -> float:
    """The width of what should not be cut in a column of texts; a longer one than `WIDEST` / 2 is cut anyway."""
    column = table.columns[place]
    texts = {plain(column.label), *(cell_text(column, row.cells[place]) for row in table.rows)}
    widths = (width for text in texts for _pieces, width in units(text, "SCB"))
    return min(max(widths, default=0.0), WIDEST / 2)


def fitting_size(asked: Sequence[Claim], measure_points: float, size: float) -> float:
    """The largest size of type up to `size`, in points, at which no amount must be broken."""
    room = measure_points - 2 * PAD * len(asked)
    least = sum(claim.least for claim in asked)
    return max(min(size, room / least), SMALLEST) if least else size


def column_widths(asked: Sequence[Claim], measure_points: float, size: float) -> list[float]:
    """Points for each column, filling the measure: first what each must have, then what it could use."""
    least = [max(claim.least * size + 2 * PAD, claim.points or 0) for claim in asked]
    words = [0 if claim.points else (claim.whole - claim.least) * size for claim in asked]
    lines = [0 if claim.points else max(claim.natural - claim.whole, 0) * size for claim in asked]
    free = measure_points - sum(least)
    if free < 0:  # widths asked for by the document are given up first
        least = [claim.least * size + 2 * PAD for claim in asked]
        free = measure_points - sum(least)
    first = _shared(words, max(free, 0))
    then = _shared(lines, max(free - sum(first), 0))
    widths = [sum(parts) for parts in zip(least, first, then, strict=True)]
    takers = [place for place, claim in enumerate(asked) if claim.takes] or list(range(len(asked)))
    total = sum(widths[place] for place in takers)
    factor = 1 + (measure_points - sum(widths)) / total if total and measure_points > sum(widths) else 1.0
    return [width * factor if place in takers else width for place, width in enumerate(widths)]


def _shared(wishes: Sequence[float], free: float) -> list[float]:
    """Small wishes are granted whole before large ones: a long name wraps anyway, a short one need not."""
    granted = [0.0] * len(wishes)
    waiting = sorted(range(len(wishes)), key=lambda place: wishes[place])
    while waiting:
        place = waiting.pop(0)
        granted[place] = min(wishes[place], free / (len(waiting) + 1))
        free -= granted[place]
    return granted
