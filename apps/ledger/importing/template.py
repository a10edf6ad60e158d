"""The empty workbook for the lines of a document: codes as text, instructions beside it in the reader's language."""

import io
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from apps.ledger.importing.table import required
from apps.ledger.linecolumns import HEADS, MARKS, WHOLE, names_of
from apps.ledger.models import AuthorityDocument

SHEET = "明细"


def write_template(document: AuthorityDocument) -> bytes:
    """The workbook as the bytes of an XLSX file."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title, sheet.freeze_panes = SHEET, "A2"
    needed = required(document)
    for place, name in enumerate(names_of(document, full=True), 1):
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width = 30 if name == "summary" else 22
        column.number_format = "#,##0.00" if name == "amount" else "@"  # codes keep their zeros
        head = sheet.cell(1, place, f"{HEADS[name]}(元)" if name == "amount" else HEADS[name])
        head.font, head.number_format = Font(bold=True), "@"
        head.fill = PatternFill("solid", fgColor="F8E3C9" if name in needed else "DCE6F1")
    _write_instructions(document, book.create_sheet(_("how to fill in")[:31]))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write_instructions(document: AuthorityDocument, sheet: Any) -> None:
    sheet.column_dimensions["A"].width = 110
    names = names_of(document, full=True)
    lines = [
        _("Write one line in each row of the sheet %(sheet)s; leave its first row as it is.") % {"sheet": SHEET},
        _("Amounts are in yuan with at most two decimals; formulas are not taken, write their values."),
        _("The lines of the file take the place of those that the document has."),
    ]
    if "origin" in names:
        lines.append(_("An authority is named by its number, as the list of authorities shows it."))
    if "target" in names:
        lines.append(_("Without a number to be given to, a new authority is made of the codes beside it."))
    if document.kind in WHOLE:
        lines.append(_("An empty amount is all that is left of the authority."))
    if set(MARKS) & set(names):
        lines.append(_("Marks are written 是 or left empty."))
    for number, text in enumerate(lines, 1):
        cell = sheet.cell(number, 1, text)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
