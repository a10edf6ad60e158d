"""A document as a workbook: codes are text, amounts are numbers, nothing is run as a formula."""

import io
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from apps.reports.document import Document, Facts, Paragraph, Table

SOFT = PatternFill("solid", fgColor="EEF2F7")


def render_xlsx(document: Document) -> bytes:
    """One sheet: title, then the sections below each other."""
    book = Workbook()
    sheet = book.active
    sheet.title = "1"
    _put(sheet, 1, 1, document.title).font = Font(bold=True, size=14)
    _put(sheet, 2, 1, " ".join(filter(None, [document.subtitle, document.unit_note])))
    row = 4
    for section in document.sections:
        row = _section(sheet, section, row) + 1
    if document.number:
        _put(sheet, row, 1, document.number)
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
        head.alignment = Alignment(horizontal="right" if column.align == "end" else "center")
        sheet.column_dimensions[get_column_letter(number)].width = 20 if column.kind == "money" else 28
    sheet.freeze_panes = sheet.cell(row + 1, 1)
    for line in table.rows:
        row += 1
        for number, (column, value) in enumerate(zip(table.columns, line.cells, strict=True), 1):
            cell = _money(sheet, row, number, value) if column.kind == "money" else _put(sheet, row, number, value)
            cell.font = Font(bold=line.kind != "line")
            if number == 1 and line.indent:
                cell.alignment = Alignment(indent=line.indent)
    return row + 1


def _money(sheet: Any, row: int, column: int, value: Any) -> Any:
    cell = sheet.cell(row, column)
    if value is not None and value != "":
        cell.value = Decimal(value)
    cell.number_format = "#,##0.00"
    return cell


def _put(sheet: Any, row: int, column: int, value: Any) -> Any:
    cell = sheet.cell(row, column)
    cell.value = "" if value is None else str(value)
    cell.data_type = "s"  # never a formula; a code keeps its zeros
    cell.number_format = "@"
    return cell
