"""A document as a workbook: codes are text, amounts are numbers, nothing is run as a formula."""

import io
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from apps.reports.document import Column, Document, Facts, Paragraph, Table, amount, indented, is_amount, plain
from imbudget.kit.csvsafe import DANGEROUS

LONGEST = 32_767  # characters that a cell may hold
SOFT = PatternFill("solid", fgColor="EEF2F7")


def render_xlsx(document: Document) -> bytes:
    """One sheet: title, then the sections below each other."""
    book = Workbook()
    sheet = book.active
    sheet.title = "1"
    _put(sheet, 1, 1, document.title).font = Font(bold=True, size=14)
    _put(sheet, 2, 1, " ".join(filter(None, [document.subtitle, document.unit_note])))
    row = 4
    with translation.override(document.language):
        for section in document.sections:
            row = _section(sheet, section, row) + 1
    for note in (document.footer, document.number, document.digest and f"SM3 {document.digest}"):
        if note:
            _put(sheet, row, 1, note)
            row += 1
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _section(sheet: Any, section: Table | Facts | Paragraph, row: int) -> int:
    if isinstance(section, Paragraph):
        _put(sheet, row, 1, section.text)
        return row + 1
    if isinstance(section, Facts):
        for label, value in section.rows:
            _put(sheet, row, 1, label)
            _put(sheet, row, 2, value)
            row += 1
        return row
    return _table(sheet, section, row)


def _table(sheet: Any, table: Table, row: int) -> int:
    for number, column in enumerate(table.columns, 1):
        head = _put(sheet, row, number, column.label)
        head.font, head.fill = Font(bold=True), SOFT
        head.alignment = Alignment(horizontal="right" if column.align == "end" else "center", wrap_text=True)
        size = sheet.column_dimensions[get_column_letter(number)]
        size.width = max(_width(table, number - 1), size.width)
    if sheet.freeze_panes is None:  # only the first table's head can stay in sight
        sheet.freeze_panes = sheet.cell(row + 1, 1)
    named = indented(table) + 1
    for line in table.rows:
        row += 1
        for number, (column, value) in enumerate(zip(table.columns, line.cells, strict=True), 1):
            cell = _cell(sheet, row, number, column, value)
            cell.font = Font(bold=line.kind != "line")
            if number == named and line.indent:
                cell.alignment = Alignment(indent=line.indent)
            elif column.align == "end":
                cell.alignment = Alignment(horizontal="right")
    if not table.rows:
        row += 1
        _put(sheet, row, 1, _("This unit has no such item, so this table is empty."))
    return row + 1


def _width(table: Table, place: int) -> float:
    """In characters of the standard face; Han characters take two."""
    column = table.columns[place]
    if column.kind == "money":
        return 20
    texts = [plain(column.label), *(plain(row.cells[place]) for row in table.rows)]
    longest = max(sum(2 if ord(char) >= 0x2E80 else 1 for char in text) for text in texts)
    return min(max(longest + 2, 10), 48)


def _cell(sheet: Any, row: int, number: int, column: Column, value: Any) -> Any:
    if not is_amount(column, value):
        return _put(sheet, row, number, value)
    cell = sheet.cell(row, number, amount(value))
    cell.number_format = "#,##0.00"
    return cell


def _put(sheet: Any, row: int, column: int, value: Any) -> Any:
    text = plain(value)[:LONGEST]
    cell = sheet.cell(row, column)
    if text:
        cell.value = text
        cell.data_type = "s"  # never a formula; a code keeps its zeros
    cell.number_format = "@"
    cell.quotePrefix = text.startswith(DANGEROUS)
    return cell
