"""An opened file of projects: its head, and its rows as text by column."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.projects.importing.columns import Head, find_head, plain, year_name
from apps.projects.importing.report import Note
from imbudget.kit.errors import RuleViolation
from imbudget.kit.marking import LIST_SHEET
from imbudget.kit.tablefile import Sheet, TableFile, cell_text, open_file, refuse_unclear, violation
from imbudget.kit.text import BLANKS
from imbudget.kit.zipparts import Unreadable

# 合计, 总计:, 共计3项, 某单位小计
TOTAL = re.compile(r".{0,60}(?:合计|总计|小计):?|(?:合计|总计|小计|共计).{0,20}")
MOST_NAMED = 30  # columns or sheets that one note names


class Table:
    """The first visible sheet of a file that has a head of projects."""

    def __init__(self, file: TableFile, sheet: Sheet, head: Head) -> None:
        self.file, self.sheet, self.head = file, sheet, head
        self.notes = list(_unread(file, sheet, head))
        names = {place: name for name, place in head.places.items()}
        names |= {place: year_name(year) for year, place in head.years.items()}
        self.names = names
        self.formulas: dict[int, list[str]] = {}
        for row, place in sheet.marks.formulas:
            if row > head.row and place in names:
                self.formulas.setdefault(row, []).append(names[place])

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """(row number, column → text) of each row below the head that holds anything; lines of totals are noted."""
        columns = sorted(self.names.items())
        try:
            for number, row in enumerate(self.sheet.rows(), 1):
                if number <= self.head.row:
                    continue
                cells = self._cells(number, row, columns)
                refuse_unclear(self.sheet, number, row)
                if any(cells.values()) and not self._is_total(number, cells, row):
                    yield number, cells
        except Unreadable as refusal:
            raise violation(refusal, self.file.name) from refusal

    def _cells(self, number: int, row: list, columns: list[tuple[int, str]]) -> dict[str, str]:
        shift, width, errors = self.sheet.shift, len(row), self.sheet.marks.errors
        cells = {}
        for place, name in columns:
            at = place - shift
            text = cell_text(row[at]).strip(BLANKS) if 0 <= at < width else ""
            cells[name] = errors.get((number, place), text) if errors else text
        return cells

    def _is_total(self, number: int, cells: dict[str, str], row: Iterable[Any]) -> bool:
        """Whether any cell, also of a column that is not read, says that these are no projects but their sum."""
        if cells.get("code") or cells.get("kind"):
            return False
        if not any(TOTAL.fullmatch(plain(cell)) for cell in row if isinstance(cell, str)):
            return False
        self.notes.append(Note(number, "", _("The line of totals was left out.")))
        return True


def _unread(file: TableFile, sheet: Sheet, head: Head) -> Iterator[Note]:
    """What of the file is left out, and that nothing says how much money the projects need."""
    if head.unread:
        text = _("These columns were not read: %(columns)s.")
        yield Note(head.row, "", text % {"columns": "、".join(list(head.unread.values())[:MOST_NAMED])})
    others = [other.name for other in file.sheets if other is not sheet and other.name != LIST_SHEET]
    if others:
        text = _("These sheets were not read: %(sheets)s.")
        yield Note(0, "", text % {"sheets": "、".join(others[:MOST_NAMED])})
    if "total" not in head.places and not head.years:
        yield Note(head.row, "", _("No column of amounts was found: these projects come in without any."))


def open_projects(path: Path, name: str = "") -> Table:
    """Open a workbook or CSV file. Raises RuleViolation for a file that cannot be read or has no head of projects."""
    file = open_file(path, name)
    refusal: RuleViolation | None = None
    for sheet in file.sheets:
        if sheet.visible and sheet.name != LIST_SHEET:
            try:
                return Table(file, sheet, find_head(file, sheet))
            except RuleViolation as error:
                refusal = refusal or error
            except Unreadable as error:
                raise violation(error, file.name) from error
    raise refusal or RuleViolation(_("The file %(name)s has no visible sheet.") % {"name": file.name})
