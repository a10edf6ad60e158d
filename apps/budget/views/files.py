"""Files of the budget: the empty template, and the workbooks that come in."""

import io
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.styles import Font

from apps.budget import policies
from apps.budget.forms import ImportForm
from apps.budget.rounds import round_of, rounds_offered
from apps.budget.workbook import HEADS
from apps.desk.services import start_job
from apps.regions.models import Region
from imbudget.kit.errors import Verdict
from imbudget.kit.export import MIME
from imbudget.kit.views import FormPage, KitView
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


class ImportPage(FormPage):
    """Upload a workbook; the import runs in the background and shows its progress."""

    grant = "budget.import"
    form_class = ImportForm
    template_name = "budget/import.html"
    title = gettext_lazy("import workbooks")
    submit_label = gettext_lazy("import")
    multipart = True

    def setup_page(self) -> None:
        self.region = Region.objects.filter(pk=self.request.actor.region_id).first()

    def allowed(self) -> Verdict:
        return policies.may_import(self.actor, self.region)

    def get_context_data(self, form: Any) -> dict[str, Any]:
        years, rounds = rounds_offered()
        return super().get_context_data(form) | {
            "region": self.region,
            "now": round_of(self.request),
            "years": years,
            "rounds": rounds,
        }

    def save(self, form: ImportForm) -> Any:
        file, now = form.cleaned_data["file"], round_of(self.request)
        params = {
            "region": self.region.pk,
            "year": now.year,
            "round": now.round,
            "name": file.name,
            "dry_run": form.cleaned_data["dry_run"],
        }
        return start_job(
            self.actor, "budget.import", params, label=_("import %(name)s") % {"name": file.name}, file=file
        )
