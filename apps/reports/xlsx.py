"""A document as a workbook: codes are text, amounts are numbers, sums are formulas, and no text is run as one."""

import io
import re
import zipfile
from functools import partial
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.chart import LineChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins

from apps.reports.document import (
    Column,
    Document,
    Facts,
    Form,
    Paragraph,
    Row,
    Table,
    amount,
    indented,
    is_amount,
    is_number,
    plain,
    with_codes_apart,
)
from apps.reports.formulas import formulas
from apps.reports.xlsxform import put_form
from imbudget.kit.csvsafe import DANGEROUS

LONGEST = 32_767  # characters that a cell may hold
SOFT = PatternFill("solid", fgColor="EEF2F7")
BOLD, TITLE = Font(bold=True), Font(bold=True, size=14)
EDGE = Border(*[Side("thin", color="FF9AA6B4")] * 4)
END, MIDDLE = Alignment(horizontal="right"), Alignment(vertical="center", wrap_text=True)
HEAD_START = Alignment(horizontal="center", vertical="center", wrap_text=True)
HEAD_END = Alignment(horizontal="right", vertical="center", wrap_text=True)
A4 = 9  # Excel's number for the paper
NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
UNCOUNTED = re.compile(rb'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v ?(?:/>|></v>)')

Results = dict[str, str]  # cell → what its formula gives


def render_xlsx(document: Document) -> bytes:
    """One worksheet a table, named by its title; what is no table stands above the first."""
    book = Workbook()
    results: list[Results] = []
    with translation.override(document.language):
        for table, above in _parts(document):
            sheet = book.create_sheet(_title(table, len(results) + 1))
            results.append(_sheet(sheet, document, table, above))
    book.remove(book.worksheets[0])
    file = io.BytesIO()
    book.save(file)
    return _with_results(file.getvalue(), results)


def _parts(document: Document) -> list[tuple[Table | Form | None, list[Facts | Paragraph]]]:
    """Each table, with the facts and paragraphs that belong on its worksheet."""
    tables = [section for section in document.sections if isinstance(section, Table | Form)]
    others = [section for section in document.sections if isinstance(section, Facts | Paragraph)]
    if not tables:
        return [(None, others)]
    return [(table, [] if number else others) for number, table in enumerate(tables)]


def _title(table: Table | Form | None, number: int) -> str:
    return NOT_IN_TITLES.sub(" ", plain(table.title if table else ""))[:31].strip() or str(number)


def _sheet(sheet: Any, document: Document, table: Table | Form | None, above: list[Facts | Paragraph]) -> Results:
    _put(sheet, 1, 1, document.title).font = TITLE
    under = [document.subtitle, table.title if table else "", document.unit_note]
    _put(sheet, 2, 1, " · ".join(filter(None, under)))
    results: Results = {}
    row = 4
    for section in above:
        row = _above(sheet, section, row) + 1
    if isinstance(table, Form):
        row, results = put_form(sheet, table, row, _put)
    elif table is not None:
        begun = row
        row, results = _table(sheet, with_codes_apart(table), row)
        if table.charted and table.rows:
            _chart(sheet, table, begun)
    for note in (document.footer, document.number, document.digest and f"SM3 {document.digest}"):
        if note:
            row += 1
            _put(sheet, row, 1, note)
    _paper(sheet, document)
    return results


def _above(sheet: Any, section: Facts | Paragraph, row: int) -> int:
    if isinstance(section, Paragraph):
        for text in filter(None, (section.title, section.text)):
            _put(sheet, row, 1, text)
            row += 1
        return row
    for label, value in section.rows:
        _put(sheet, row, 1, label)
        _put(sheet, row, 2, value)
        row += 1
    return row


def _table(sheet: Any, table: Table, row: int) -> tuple[int, Results]:
    """Write the table from `row` on; returns the row after it and what its formulas give."""
    for number, column in enumerate(table.columns, 1):
        head = _put(sheet, row, number, column.label)
        head.font, head.fill, head.border = BOLD, SOFT, EDGE
        head.alignment = HEAD_END if column.align == "end" else HEAD_START
        sheet.column_dimensions[get_column_letter(number)].width = _width(table, number - 1)
    sheet.freeze_panes = sheet.cell(row + 1, 1)
    sheet.print_title_rows = f"{row}:{row}"
    found = formulas(table, row + 1)
    results: Results = {}
    for place, line in enumerate(table.rows):
        _row(sheet, table, row + 1 + place, line)
        for number in range(len(table.columns)):
            formula = found.get((place, number))
            if formula:
                cell = sheet.cell(row + 1 + place, number + 1)
                cell.value, cell.data_type = formula, "f"
                results[cell.coordinate] = f"{amount(line.cells[number]):f}"
    if not table.rows:
        _put(sheet, row + 1, 1, table.empty or _("This unit has no such item, so this table is empty."))
        return row + 2, results
    _filter(sheet, table, row)
    return row + 1 + len(table.rows), results


def _chart(sheet: Any, table: Table, row: int) -> None:
    """The table's columns as lines over its first one, beside it; an empty cell is a gap."""
    chart, last = LineChart(), row + len(table.rows)
    chart.title, chart.height, chart.width = table.title, 9, 18
    chart.x_axis.title = plain(table.columns[0].label)
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.display_blanks = "gap"
    columns = Reference(sheet, min_col=2, max_col=len(table.columns), min_row=row, max_row=last)
    chart.add_data(columns, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=row + 1, max_row=last))
    sheet.add_chart(chart, f"{get_column_letter(len(table.columns) + 2)}{row}")


def _row(sheet: Any, table: Table, row: int, line: Row) -> None:
    named = indented(table)
    for place, (column, value) in enumerate(zip(table.columns, line.cells, strict=True)):
        cell = _cell(sheet, row, place + 1, column, value)
        cell.border = EDGE
        if line.kind != "line":
            cell.font = BOLD
        if line.kind == "total":
            cell.fill = SOFT
        if column.align == "end":
            cell.alignment = END
        elif column.kind == "text":
            deep = place == named and line.indent
            cell.alignment = Alignment(indent=line.indent, vertical="center", wrap_text=True) if deep else MIDDLE


def _filter(sheet: Any, table: Table, row: int) -> None:
    """Arrows at the head; the totals at the end stay in sight whatever is filtered."""
    lines = len(table.rows)
    while lines and table.rows[lines - 1].kind == "total":
        lines -= 1
    if lines:
        sheet.auto_filter.ref = f"A{row}:{get_column_letter(len(table.columns))}{row + lines}"


def _paper(sheet: Any, document: Document) -> None:
    """A4 lying, as wide as the paper, pages numbered."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.6, bottom=0.7, header=0.3, footer=0.3)
    sheet.oddFooter.center.text = _("page %(page)s of %(pages)s") % {"page": "&P", "pages": "&N"}
    sheet.oddHeader.right.text = plain(document.title).replace("&", "&&")[:200] or None


def _width(table: Table, place: int) -> float:
    """In characters of the standard face; Han characters take two."""
    column = table.columns[place]
    if column.kind == "money":
        return 20
    texts = [plain(column.label), *(plain(row.cells[place]) for row in table.rows)]
    longest = max(sum(2 if ord(char) >= 0x2E80 else 1 for char in text) for text in texts)
    return min(max(longest + 2, 10), 48)


def _cell(sheet: Any, row: int, number: int, column: Column, value: Any) -> Any:
    if is_number(column, value):
        cell = sheet.cell(row, number, value)
        cell.number_format = "#,##0.####"
        return cell
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
    if text.startswith(DANGEROUS):
        cell.quotePrefix = True
    return cell


def _with_results(content: bytes, results: list[Results]) -> bytes:
    """The workbook with what each formula gives: a protected view or a preview counts nothing and would show zeros."""
    target = io.BytesIO()
    parts = {f"xl/worksheets/sheet{number}.xml": found for number, found in enumerate(results, 1) if found}
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for item in source.infolist():
            data = source.read(item)
            found = parts.get(item.filename)
            out.writestr(item, UNCOUNTED.sub(partial(_counted, found), data) if found else data)
    return target.getvalue()


def _counted(results: Results, match: re.Match[bytes]) -> bytes:
    return b"%b<v>%b</v>" % (match[1], results[match[2].decode()].encode())
