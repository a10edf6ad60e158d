"""Cells that reach over several lines: their value belongs to each of them, unless it is an amount."""

from apps.budget.workbook.heads import AMOUNTS
from imbudget.kit.sheetxml import Range
from imbudget.kit.zipparts import Unreadable

MOST = 1_000_000  # cells to be filled


class Merges:
    """The merged ranges of a sheet below its head, by row."""

    def __init__(self, merged: list[Range], places: dict[str, int], columns: tuple[str, ...], head_row: int) -> None:
        names = {place: name for name, place in places.items()}
        self.columns = columns
        self._areas: dict[int, list[tuple[int, int]]] = {}
        self._amounts: dict[int, list[tuple[str, int]]] = {}
        self._values: dict[tuple[int, int], str] = {}
        most = 0
        for area in merged:
            name = names.get(area.left)
            if name is None or area.bottom == area.top or area.top <= head_row:
                continue
            if name in AMOUNTS:
                self._amounts.setdefault(area.top, []).append((name, area.bottom))
                continue
            most += area.bottom - area.top
            if most > MOST:
                raise Unreadable("cells")
            for row in range(area.top, area.bottom + 1):
                self._areas.setdefault(row, []).append((columns.index(name), area.top))
        self.rows = self._areas.keys() | self._amounts.keys()

    def fill(self, row: int, cells: list[str]) -> list[str]:
        """Put the values of merged cells into a row that has anything else; returns the columns that were filled."""
        filled = []
        is_empty = not any(cells)
        for place, top in self._areas.get(row, ()):
            if row == top:
                self._values[place, top] = cells[place]
            elif not cells[place] and not is_empty and (value := self._values.get((place, top))):
                cells[place] = value
                filled.append(self.columns[place])
        return filled

    def amounts(self, row: int) -> list[tuple[str, int]]:
        """(column, last row) of the amounts that begin in this row and reach over others."""
        return self._amounts.get(row, [])
