"""The workbook in which projects are brought in: codes as text, drop-downs for what is chosen, instructions beside it.

Heads and words are Chinese in both languages, since the import reads them; the instructions are in the reader's.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from apps.projects.importing.columns import HEADS, REQUIRED
from apps.projects.models import ProjectCategory

PROJECTS_SHEET, WORDS_SHEET = "项目", "选项"
ROWS = 5_000  # rows whose cells offer a choice
WORDS = {
    "kind": ("3-特定目标类", "22-其他运转类", "21-公用经费", "1-人员类"),
    "level": ("一级项目", "二级项目"),
    "origin": ("新增", "延续"),
    "urgency": ("1", "2", "3", "4"),
    "state": ("储备", "草稿"),
}
WIDTHS = {"code": 26, "name": 40, "unit_name": 28, "overview": 40, "necessity": 40, "feasibility": 40, "category": 26}
NUMBERS = "#,##0.00"


def write_template(first_year: int, years: int = 3) -> bytes:
    """The workbook as the bytes of an XLSX file, with amounts for this many years."""
    heads = {**HEADS, **{f"year_{year}": f"{year}年(元)" for year in range(first_year, first_year + years)}}
    book = Workbook()
    sheet: Any = book.active
    sheet.title = PROJECTS_SHEET
    sheet.freeze_panes = "C2"
    for place, (name, text) in enumerate(heads.items(), 1):
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width = WIDTHS.get(name, 16)
        column.number_format = NUMBERS if _is_amount(name) else "@"  # codes keep their zeros
        head = sheet.cell(1, place, text)
        head.font, head.number_format = Font(bold=True), "@"
        head.fill = PatternFill("solid", fgColor="F8E3C9" if name in REQUIRED else "DCE6F1")
        head.alignment = Alignment(wrap_text=True, vertical="center")
    _write_words(book, sheet, list(heads))
    _write_instructions(book.create_sheet(_("how to fill in")[:31]))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _is_amount(name: str) -> bool:
    return name == "total" or name.startswith("year_")


def _choices() -> Mapping[str, Sequence[str]]:
    categories = [row for row in ProjectCategory.objects.filter(is_active=True) if row.is_leaf_node()]
    return {**WORDS, "category": [f"{row.code}-{row.name}" for row in categories]}


def _write_words(book: Workbook, sheet: Any, names: list[str]) -> None:
    words = book.create_sheet(WORDS_SHEET)
    words.sheet_state = "hidden"
    for place, (name, choices) in enumerate(_choices().items(), 1):
        for number, text in enumerate(choices, 1):
            cell: Any = words.cell(number, place, text)
            cell.data_type = "s"  # never a formula
        if not choices:
            continue
        letter, goal = get_column_letter(place), get_column_letter(names.index(name) + 1)
        offer = DataValidation(type="list", formula1=f"'{WORDS_SHEET}'!${letter}$1:${letter}${len(choices)}")
        offer.errorStyle, offer.showErrorMessage, offer.allow_blank = "warning", True, True
        offer.error = _("Choose from the list.")
        offer.add(f"{goal}2:{goal}{ROWS + 1}")
        sheet.add_data_validation(offer)


def _write_instructions(sheet: Any) -> None:
    sheet.column_dimensions["A"].width = 110
    required = "、".join(HEADS[name] for name in REQUIRED)
    lines = [
        _("Write one project in each row of the sheet %(sheet)s; leave its first row as it is.")
        % {"sheet": PROJECTS_SHEET},
        _("These columns must be filled in: %(columns)s.") % {"columns": required},
        _("What stands in the store (储备) brings its code and its amount; a draft (草稿) gets its code here."),
        _("Amounts are in yuan with at most two decimals; formulas are not taken, write their values."),
        _("Give the amounts by year, or the total alone: it counts for the first year."),
        _("A project that the library has already with the same values is left as it is; nothing is overwritten."),
        _("An empty cell says nothing: it is not held against what the library has."),
        _("Drafts are taken for years that are open; a closed year takes only what stood in its store."),
        _("Several policy tags are divided by 、"),
    ]
    for number, text in enumerate(lines, 1):
        cell = sheet.cell(number, 1, text)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
