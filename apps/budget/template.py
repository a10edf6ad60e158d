"""Writing the workbook that a unit fills in: its own lines, codes as drop-downs, a locked head, instructions beside it.

Heads and kinds are Chinese in both languages, since the import reads them; the instructions are in the reader's.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from apps.budget.models import ExpenditureKind
from apps.budget.workbook import HEADS, REQUIRED

COLUMNS = (
    "unit_code",
    "unit_name",
    "project_code",
    "project_name",
    "function",
    "department_economic",
    "fund",
    "kind",
    "amount",
    "prior_approved",
    "prior_executed",
    "note",
)
AMOUNTS = frozenset({"amount", "prior_approved", "prior_executed"})
WIDTHS = {"function": 34, "department_economic": 30, "project_name": 32, "note": 32, "unit_name": 26}
KIND_HEAD = "支出类别"
KINDS = {str(ExpenditureKind.BASIC): "基本支出", str(ExpenditureKind.PROJECT): "项目支出"}
LINES_SHEET, CODES_SHEET = "预算", "科目"
ROWS = 5000  # rows whose cells offer a choice
LOCKED_OUT = ("formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter")


@dataclass(frozen=True, slots=True)
class Template:
    """What the workbook holds: whose it is, the lines to begin with, and the codes to choose from by column."""

    unit_code: str = ""
    unit_name: str = ""
    title: str = ""
    rows: Sequence[Mapping[str, str]] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def write_template(template: Template) -> bytes:
    """The workbook as the bytes of an XLSX file."""
    book = Workbook()
    lines: Worksheet = book.active  # type: ignore[assignment]
    lines.title = LINES_SHEET
    _write_head(lines)
    for number, row in enumerate(template.rows, 2):
        _write_row(lines, number, {**row, "unit_code": template.unit_code, "unit_name": template.unit_name})
    _write_instructions(book.create_sheet(_("how to fill in")[:31]), template)
    _write_choices(lines, book.create_sheet(CODES_SHEET), template)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write_head(sheet: Worksheet) -> None:
    sheet.freeze_panes = "A2"
    for number, name in enumerate(COLUMNS, 1):
        letter = get_column_letter(number)
        column: Any = sheet.column_dimensions[letter]
        column.width = WIDTHS.get(name, 20)
        column.number_format = _format(name)  # codes keep their zeros in rows that are still empty
        column.protection = Protection(locked=False)
        head = sheet.cell(1, number, HEADS.get(name, KIND_HEAD))
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DCE6F1")
        head.alignment, head.number_format = Alignment(wrap_text=True, vertical="center"), "@"
    sheet.protection.sheet = True  # without a password: it guards against slips, not against people
    for right in LOCKED_OUT:
        setattr(sheet.protection, right, False)


def _format(name: str) -> str:
    return "#,##0.00" if name in AMOUNTS else "@"


def _write_row(sheet: Worksheet, number: int, row: Mapping[str, str]) -> None:
    for place, name in enumerate(COLUMNS, 1):
        text = row.get(name, "")
        cell: Any = sheet.cell(number, place)
        cell.number_format, cell.protection = _format(name), Protection(locked=False)
        if name in AMOUNTS:
            cell.value = Decimal(text) if text else None
        elif text:
            _put_text(cell, KINDS.get(text, text) if name == "kind" else text)


def _put_text(cell: Any, text: str) -> None:
    """Text stays text whatever it begins with: a spreadsheet must not take it for a formula."""
    cell.value = text
    cell.data_type = "s"


def _write_choices(lines: Worksheet, codes: Worksheet, template: Template) -> None:
    codes.sheet_state = "hidden"
    lists = {**template.choices, "kind": list(KINDS.values())}
    if template.unit_code:
        lists["unit_code"] = [template.unit_code]
    for place, (name, choices) in enumerate(lists.items(), 1):
        if not choices:
            continue
        for number, text in enumerate(choices, 1):
            _put_text(codes.cell(number, place), text)
        letter, goal = get_column_letter(place), get_column_letter(COLUMNS.index(name) + 1)
        offer = DataValidation(type="list", formula1=f"'{CODES_SHEET}'!${letter}$1:${letter}${len(choices)}")
        # A code without its name is right too: the choice helps, it does not stop.
        offer.errorStyle, offer.showErrorMessage, offer.allow_blank = "warning", True, True
        offer.errorTitle = _("not in the list")
        offer.error = _("Choose from the list, or write a code of the list without its name.")
        offer.add(f"{goal}2:{goal}{ROWS + 1}")
        lines.add_data_validation(offer)


def _write_instructions(sheet: Worksheet, template: Template) -> None:
    sheet.column_dimensions["A"].width = 110
    required = "、".join(HEADS[name] for name in REQUIRED)
    lines = [
        template.title or _("Budget workbook"),
        _("Write one line of the budget in each row of the sheet %(sheet)s; leave its first row as it is.")
        % {"sheet": LINES_SHEET},
        _("These columns must be filled in: %(columns)s.") % {"columns": required},
        _("Choose codes from the list of the cell, or write them without their names. Only codes of the last level."),
        _("Amounts are in yuan with at most two decimals; formulas are not taken, write their values."),
        _("The government economic class follows from the nature of the unit; there is no column for it."),
        _("A line of a project carries its name, and its code of 21 characters if it has one."),
        _("Delete rows that ask for nothing. Then upload the workbook on the page of the budget sheet."),
    ]
    for number, text in enumerate(lines, 1):
        cell = sheet.cell(number, 1)
        _put_text(cell, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=number == 1)
