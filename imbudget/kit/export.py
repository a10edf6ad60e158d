"""Rows of a list as XLSX or CSV: codes stay text, amounts stay numbers, nothing is run as a formula."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from imbudget.kit.csvsafe import safe_text
from imbudget.kit.formats import as_text
from imbudget.kit.tables import Column

MAX_ROWS = 100_000
NO_TITLE = re.compile(r"[\\*?:/\[\]\x00-\x1f]")  # what the name of a sheet may not hold
MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def to_csv(columns: Iterable[Column], rows: Iterable[Any], mark: str = "") -> Iterator[bytes]:
    """CSV for spreadsheets: UTF-8 with a byte order mark; codes guarded against number conversion.

    `mark` is a line at the end that says who took the file.
    """
    columns = list(columns)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([safe_text(str(column.label)) for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(column, row) for column in columns])
        if buffer.tell() > 60_000:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    if mark:
        writer.writerow([safe_text(mark)])
    yield buffer.getvalue().encode()


def to_xlsx(title: str, columns: Iterable[Column], rows: Iterable[Any], mark: str = "") -> bytes:
    """One sheet with a frozen head; amounts are numbers with thousands separators, all else is text.

    `mark` says who took the file: below the rows, and at head and foot of each printed page.
    """
    return to_workbook([(title, columns, rows)], mark)


def to_workbook(sheets: Iterable[tuple[str, Iterable[Column], Iterable[Any]]], mark: str = "") -> bytes:
    """Several sheets, each with its title, columns and rows."""
    with book_file(sheets, mark) as file:
        return file.read()


@contextmanager
def book_file(sheets: Iterable[tuple[str, Iterable[Column], Iterable[Any]]], mark: str = "") -> Iterator[IO[bytes]]:
    """The same as a temporary file at its beginning: neither rows nor file are ever whole in memory."""
    book = Workbook(write_only=True)
    try:
        for title, columns, rows in sheets:
            _sheet(book, title, list(columns), rows, mark)
    except BaseException:
        _forget(book)
        raise
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        yield file


def _forget(book: Any) -> None:
    """Remove what openpyxl has written aside: it would lie there until the process ends, with people's data in it."""
    for sheet in book.worksheets:
        if sheet._writer is not None:
            sheet._writer.cleanup()


def _sheet(book: Any, title: str, columns: list[Column], rows: Iterable[Any], mark: str = "") -> None:
    sheet = book.create_sheet(NO_TITLE.sub(" ", title)[:31] or "1")
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = 20 if column.numeric else 26
    sheet.append([_head(sheet, column) for column in columns])
    for row in rows:
        sheet.append([_xlsx_cell(sheet, column, row) for column in columns])
    if mark:
        printed = mark.replace("&", "&&")[:200]  # a page's head holds 255 characters, and reads & as a code
        sheet.oddHeader.center.text = sheet.oddFooter.center.text = printed
        sheet.append([_text_cell(sheet, mark)])


def _csv_cell(column: Column, row: Any) -> str:
    value = column.value(row)
    if column.kind == "money" and value is not None:
        return f"{Decimal(value):.2f}"
    return safe_text(as_text(value, column.kind))


def _head(sheet: Any, column: Column) -> WriteOnlyCell:
    cell = _text_cell(sheet, str(column.label))
    cell.font = Font(bold=True)
    return cell


def _xlsx_cell(sheet: Any, column: Column, row: Any) -> WriteOnlyCell:
    value = column.value(row)
    if column.numeric and value is not None:
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "#,##0.00" if column.kind == "money" else "#,##0"
        return cell
    return _text_cell(sheet, as_text(value, column.kind))


def _text_cell(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # never a formula, and a code keeps its leading zeros
    cell.number_format = "@"
    return cell
