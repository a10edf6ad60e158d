"""A table file of a budget office, opened: its columns, its rows one by one, and what was noted while reading."""

from collections.abc import Iterator
from pathlib import Path

from apps.budget.workbook.heads import REQUIRED
from apps.budget.workbook.notes import Note
from apps.budget.workbook.template import read_table


class Table:
    """An opened file. `notes` grows while `rows()` is read, which may be done once."""

    def __init__(self, path: Path) -> None:
        raw = read_table(path)
        self.columns = tuple(raw.letters)
        self.letters = raw.letters
        self.head_row = 1
        self.missing = tuple(name for name in REQUIRED if name not in self.columns)
        self.notes: list[Note] = []
        self.formulas = {(row.number, column) for row in raw.rows for column in row.formulas}
        self.sheet_name = ""
        self._raw = raw

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row number, cell texts aligned with `columns`) of each data row; amounts in yuan as plain text."""
        for row in self._raw.rows:
            yield row.number, [row.cells[column] for column in self.columns]


def open_table(path: Path, name: str = "") -> Table:
    """Open a workbook or CSV file; `name` is what its sender called it. Raises RuleViolation for a file that cannot be read."""
    return Table(path)
