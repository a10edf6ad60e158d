"""Files of the budget: the empty template."""

import io

from django.http import HttpRequest, HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Font

from apps.budget.workbook import HEADS
from imbudget.kit.export import MIME
from imbudget.kit.views import KitView
from imbudget.kit.views.list import content_disposition

TEMPLATE_COLUMNS = (
    "unit_code",
    "unit_name",
    "project_code",
    "project_name",
    "function",
    "department_economic",
    "fund",
    "amount",
    "prior_approved",
    "prior_executed",
    "note",
)
TEXT_ROWS = 500  # rows whose code columns are preset to text, so that codes keep their zeros


class TemplateFile(KitView):
    """The workbook that units fill in; its heads are Chinese in both languages, since the import reads them."""

    grant = "budget.see"

    def get(self, request: HttpRequest) -> HttpResponse:
        book = Workbook()
        sheet = book.active
        sheet.title = "预算"
        sheet.append([HEADS[name] for name in TEMPLATE_COLUMNS])
        sheet.freeze_panes = "A2"
        for number, name in enumerate(TEMPLATE_COLUMNS, 1):
            head = sheet.cell(1, number)
            head.font = Font(bold=True)
            sheet.column_dimensions[head.column_letter].width = 22
            money = name in {"amount", "prior_approved", "prior_executed"}
            for row in range(2, TEXT_ROWS + 2):
                sheet.cell(row, number).number_format = "#,##0.00" if money else "@"
        file = io.BytesIO()
        book.save(file)
        response = HttpResponse(file.getvalue(), content_type=MIME["xlsx"])
        response["Content-Disposition"] = content_disposition("预算申报模板.xlsx")
        return response
