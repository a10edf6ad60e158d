"""Writing the files so that the same content always gives the same bytes."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | float | None
Rows = Sequence[Sequence[Cell]]
SHEET = "预算"
# Zip files cannot hold a time before 1980; any fixed one will do.
STAMP = (2026, 7, 1, 0, 0, 0)
STAMP_TEXT = "2026-07-01T00:00:00Z"
TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
WIDTHS = (10, 36, 24, 36, 14, 18, 10, 16, 16, 16, 20, 10, 10)
AMOUNT_FORMAT = "#,##0.00"


def write_csv(path: Path, rows: Iterable[Sequence[Cell]], encoding: str = "utf-8") -> None:
    """A CSV file with plain line feeds; `utf-8-sig` and `gb18030` are what spreadsheets save."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode(encoding))


def write_xlsx(path: Path, rows: Rows) -> None:
    """A workbook of one sheet: codes as text cells, amounts as numbers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(xlsx_bytes(rows))


def xlsx_bytes(rows: Rows) -> bytes:
    """The workbook's bytes, with fixed times."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has a worksheet")
    sheet.title = SHEET
    for row in rows:
        sheet.append([_number(cell) for cell in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, width in zip(sheet.columns, WIDTHS, strict=False):
        sheet.column_dimensions[column[0].column_letter].width = width
        for cell in column[1:]:
            cell.number_format = AMOUNT_FORMAT if isinstance(cell.value, int | float) else "@"
    sheet.freeze_panes = "C2"
    return book_bytes(book)


def book_bytes(book: Workbook) -> bytes:
    """A workbook's bytes, with fixed times."""
    out = io.BytesIO()
    book.save(out)
    return _with_fixed_times(out.getvalue())


def _number(cell: Cell) -> Cell:
    """Amounts come as text with two decimals, like "1234.50"; everything else stays text."""
    return float(cell) if isinstance(cell, str) and re.fullmatch(r"-?\d+\.\d\d", cell) else cell or None


def _with_fixed_times(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            body = old.read(name)
            if name == "docProps/core.xml":
                body = TIMES.sub(rb"\g<1>" + STAMP_TEXT.encode() + rb"\2", body)
            new.writestr(info, body)
    return out.getvalue()
