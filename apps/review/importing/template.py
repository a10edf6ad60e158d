"""The workbook in which experts are brought in: numbers as text, drop-downs for what is chosen, instructions beside it.

Heads and words are Chinese in both languages, since the import reads them; the instructions are in the reader's.
"""

import io
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from apps.review.importing.rows import KIN_WORDS, TIE_WORDS
from apps.review.importing.table import HEADS, REQUIRED
from apps.review.models import ExpertField

SHEET, ROWS = "专家", 2_000
WIDTHS = {"id_number": 24, "employer": 30, "fields": 30, "introduction": 40, "employments": 44, "kin": 36, "email": 26}
CHOICES = {
    "title_rank": "正高级,副高级,中级,其他",
    "languages": "汉语,蒙古语,汉语、蒙古语",
    "level": "自治区,盟市,旗县",
}


def write_template() -> bytes:
    """The workbook as the bytes of an XLSX file."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title, sheet.freeze_panes = SHEET, "B2"
    for place, (name, text) in enumerate(HEADS.items(), 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = WIDTHS.get(name, 16)
        sheet.column_dimensions[letter].number_format = "@"  # numbers keep all their places
        head = sheet.cell(1, place, text)
        head.font, head.number_format = Font(bold=True), "@"
        head.fill = PatternFill("solid", fgColor="F8E3C9" if name in REQUIRED else "DCE6F1")
        if name in CHOICES:
            offer = DataValidation(type="list", formula1=f'"{CHOICES[name]}"', allow_blank=True)
            offer.errorStyle, offer.showErrorMessage = "warning", True
            offer.error = _("Choose from the list.")
            offer.add(f"{letter}2:{letter}{ROWS + 1}")
            sheet.add_data_validation(offer)
    _write_instructions(book.create_sheet(_("how to fill in")[:31]))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write_instructions(sheet: Any) -> None:
    sheet.column_dimensions["A"].width = 110
    names = ExpertField.objects.filter(is_active=True).values_list("name_zh_hans", flat=True)
    fields = "、".join(names)
    lines = [
        _("Write one expert in each row of the sheet %(sheet)s; leave its first row as it is.") % {"sheet": SHEET},
        _("These columns must be filled in: %(columns)s.") % {"columns": "、".join(HEADS[name] for name in REQUIRED)},
        _("The fields of expertise, several of them divided by 、: %(fields)s") % {"fields": fields},
        str(TIE_WORDS),
        str(KIN_WORDS),
        _("An expert whose identity number is in the pool already is left as it is; nothing is overwritten."),
    ]
    for number, text in enumerate(lines, 1):
        cell = sheet.cell(number, 1, text)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
