"""Which cells of a table are sums of others, as spreadsheet formulas: an officer can go on working with the figures.

A formula is written only where it gives the amount that the document states; otherwise the amount stands by itself.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any

from openpyxl.utils import get_column_letter

from apps.reports.document import Row, Table, amount, is_amount

ZERO = Decimal(0)


def formulas(table: Table, first: int) -> dict[tuple[int, int], str]:
    """(place of the row, place of the column) → formula, when the table's first row stands in sheet row `first`."""
    ranges = _ranges(table.rows)
    found: dict[tuple[int, int], str] = {}
    for place, column in enumerate(table.columns):
        if column.kind != "money":
            continue
        sums = list(accumulate((_counted(table, row, place) for row in table.rows), initial=ZERO))
        letter = get_column_letter(place + 1)
        for number, row in enumerate(table.rows):
            stated = row.cells[place]
            if not is_amount(column, stated):
                continue
            start, end = ranges.get(number, (0, 0))
            if start < end and sums[end] - sums[start] == amount(stated):
                # SUBTOTAL leaves other subtotals out, and follows a filter.
                found[number, place] = f"=SUBTOTAL(9,{letter}{first + start}:{letter}{first + end - 1})"
            elif row.kind == "line" and (column.adds or column.takes) and _across(table, row, place) == amount(stated):
                found[number, place] = "=" + _terms(column.adds, column.takes, first + number)
    return found


def _ranges(rows: Sequence[Row]) -> dict[int, tuple[int, int]]:
    """Row → the half-open range of rows that it adds up."""
    found, begin = {}, 0
    for number, row in enumerate(rows):
        if row.kind == "total":
            found[number] = (begin, number)
            begin = number + 1
        elif row.kind == "subtotal":
            found[number] = (number + 1, _end(rows, number))
    return found


def _end(rows: Sequence[Row], number: int) -> int:
    end = number + 1
    while end < len(rows) and rows[end].kind != "total" and rows[end].indent > rows[number].indent:
        end += 1
    return end


def _counted(table: Table, row: Row, place: int) -> Decimal:
    value = row.cells[place]
    return amount(value) if row.kind == "line" and is_amount(table.columns[place], value) else ZERO


def _across(table: Table, row: Row, place: int) -> Decimal:
    column = table.columns[place]

    def number(other: int) -> Decimal:
        value: Any = row.cells[other]
        return amount(value) if is_amount(table.columns[other], value) else ZERO

    return sum(map(number, column.adds), ZERO) - sum(map(number, column.takes), ZERO)


def _terms(adds: Sequence[int], takes: Sequence[int], row: int) -> str:
    plus = "+".join(f"{get_column_letter(place + 1)}{row}" for place in adds)
    return plus + "".join(f"-{get_column_letter(place + 1)}{row}" for place in takes)
