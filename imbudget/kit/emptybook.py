"""The empty workbook of an import: codes as text, drop-downs for what is chosen, instructions beside it.

Heads and choices are Chinese in both languages, since imports read them; the instructions are in the reader's.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

CHOICES_SHEET = "选项"
ROWS = 5_000  # rows whose cells offer a choice
MOST_CHOICES = 20_000
AMOUNT, TEXT = "#,##0.00", "@"  # text keeps the zeros of codes


@dataclass(frozen=True, slots=True)
class EmptyColumn:
    """One column: its head, and what its cells may be chosen from."""

    head: str
    width: int = 20
    is_amount: bool = False
    is_required: bool = False
    choices: Sequence[str] = ()


def coded(rows: Iterable[Any]) -> list[str]:
    """Rows with a code as choices, code-name: names in Chinese, whoever reads the page."""
    return [f"{row.code}-{row.name_zh_hans}" for row in rows]


def empty_book(title: str, columns: Sequence[EmptyColumn], instructions: Iterable[str], frozen: str = "A2") -> bytes:
    """The workbook as the bytes of an XLSX file; `title` names the sheet that is filled in."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title, sheet.freeze_panes = title, frozen
    for place, column in enumerate(columns, 1):
        letter = sheet.column_dimensions[get_column_letter(place)]
        letter.width, letter.number_format = column.width, AMOUNT if column.is_amount else TEXT
        head = _put(sheet, 1, place, column.head)
        head.font, head.number_format = Font(bold=True), TEXT
        head.fill = PatternFill("solid", fgColor="F8E3C9" if column.is_required else "DCE6F1")
        head.alignment = Alignment(wrap_text=True, vertical="center")
    _offer(book, sheet, columns)
    _instruct(book.create_sheet(_("how to fill in")[:31]), instructions)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _offer(book: Workbook, sheet: Any, columns: Sequence[EmptyColumn]) -> None:
    words = book.create_sheet(CHOICES_SHEET)
    words.sheet_state = "hidden"
    for place, column in enumerate(columns, 1):
        choices = column.choices[:MOST_CHOICES]
        if not choices:
            continue
        letter = get_column_letter(place)
        for number, text in enumerate(choices, 1):
            _put(words, number, place, text)
        offer = DataValidation(type="list", formula1=f"'{CHOICES_SHEET}'!${letter}$1:${letter}${len(choices)}")
        # A code without its name is right too: the choice helps, it does not stop.
        offer.errorStyle, offer.showErrorMessage, offer.allow_blank = "warning", True, True
        offer.error = _("Choose from the list.")
        offer.add(f"{letter}2:{letter}{ROWS + 1}")
        sheet.add_data_validation(offer)


def _instruct(sheet: Any, lines: Iterable[str]) -> None:
    sheet.column_dimensions["A"].width = 110
    for number, text in enumerate(lines, 1):
        _put(sheet, number, 1, text).alignment = Alignment(wrap_text=True, vertical="top")


def _put(sheet: Any, row: int, column: int, text: str) -> Any:
    """Text stays text whatever it begins with: a spreadsheet must not take it for a formula."""
    cell = sheet.cell(row, column, text)
    cell.data_type = "s"
    return cell
