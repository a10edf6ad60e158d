"""Official forms in a workbook: boxes are merged cells, what adds up is a formula."""

import re
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from apps.reports.document import Box, Form
from imbudget.kit.money import rounded

NAME = re.compile(r"\{(\w+)\}")
FORMATS = {"money": "#,##0.00", "points": "0.00", "percent": '0.00"%"'}
EDGE = Border(*[Side("thin", color="FF9AA6B4")] * 4)
SOFT, BOLD = PatternFill("solid", fgColor="EEF2F7"), Font(bold=True)
LINE = 96  # characters of the standard face that the form is wide
Results = dict[str, str]


def put_form(sheet: Any, form: Form, row: int, put: Any) -> tuple[int, Results]:
    """Write the form from `row` on; `put` writes text safely. Returns the row after it and what its formulas give."""
    total = sum(form.widths)
    for number, width in enumerate(form.widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(6, LINE * width / total)
    placed = list(form.placed())
    named: dict[str, list[str]] = {}
    for at, column, box in placed:
        if box.name and box.is_number:
            named.setdefault(box.name, []).append(f"{get_column_letter(column + 1)}{row + at}")
    results: Results = {}
    for at, column, box in placed:
        cell = _box(sheet, row + at, column + 1, box, put)
        if box.formula and box.is_number:
            cell.value, cell.data_type = _formula(box.formula, named), "f"
            results[cell.coordinate] = f"{rounded(box.value):f}"
    return row + len(form.rows) + 1, results


def _box(sheet: Any, row: int, column: int, box: Box, put: Any) -> Any:
    if box.is_number:
        cell = sheet.cell(row, column, rounded(box.value))
        cell.number_format = FORMATS[box.kind]
    else:
        cell = put(sheet, row, column, box.value)
    if box.across > 1 or box.down > 1:
        sheet.merge_cells(
            start_row=row, start_column=column, end_row=row + box.down - 1, end_column=column + box.across - 1
        )
    for down in range(box.down):
        for across in range(box.across):
            sheet.cell(row + down, column + across).border = EDGE
    end = "right" if box.kind == "money" else "left" if box.kind == "text" else "center"
    cell.alignment = Alignment(horizontal=end, vertical="center", wrap_text=True)
    if box.kind == "label":
        cell.font, cell.fill = BOLD, SOFT
    return cell


def _formula(text: str, named: dict[str, list[str]]) -> str:
    return NAME.sub(lambda match: ",".join(named.get(match[1], ["0"])), text)
