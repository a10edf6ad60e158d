"""The workbooks that units fill in: the empty one, and each unit's own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from apps.budget.models import BudgetSheet
from apps.budget.rounds import round_of
from apps.budget.selectors.entry import EntryRow, entry_rows, leaves_of
from apps.budget.selectors.lastyear import last_accepted
from apps.budget.template import Template, write_template
from imbudget.kit import registry
from imbudget.kit.export import MIME
from imbudget.kit.views import KitView, ScopedMixin
from imbudget.kit.views.list import content_disposition


class TemplateFile(KitView):
    """The empty workbook with the codes of the year at work."""

    grant = "budget.see"

    def get(self, request: HttpRequest) -> HttpResponse:
        choices = choices_of(leaves_of(round_of(request).year))
        return workbook("预算申报模板.xlsx", Template(choices=choices))


class SheetTemplate(ScopedMixin, KitView):
    """A unit's own workbook: the lines of its sheet, or last year's while the sheet has none."""

    model = BudgetSheet
    grant = "budget.enter"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("unit", "region", "year")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        sheet = self.get_object()
        leaves = leaves_of(sheet.year_id)
        names = {name: {code: f"{code}-{label}" for code, label, _key in rows} for name, rows in leaves.items()}
        rows = entry_rows(sheet)
        written = [named(row.values, names) for row in rows] or last_years(sheet, names)
        unit = sheet.unit
        registry.download_record.get()(request, what=_("template of %(sheet)s") % {"sheet": sheet}, kind="xlsx")
        return workbook(
            get_valid_filename(f"{unit.code}_{sheet.year_id}_预算.xlsx"),
            Template(unit.code, unit.name_zh_hans, str(sheet), written, choices_of(leaves)),
        )


def last_years(sheet: BudgetSheet, names: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    """Last year's lines as a beginning: their amounts stand in the column of last year, this year's is to be written."""
    source = last_accepted(sheet)
    rows: list[EntryRow] = entry_rows(source) if source else []
    return [
        named(row.values | {"prior_approved": row.values["amount"], "amount": "", "prior_executed": ""}, names)
        for row in rows
    ]


def named(values: dict[str, str], names: dict[str, dict[str, str]]) -> dict[str, str]:
    """The values of a line with the names of their codes; a code that the year has not got stands alone."""
    return values | {name: known.get(values[name], values[name]) for name, known in names.items()}


def choices_of(leaves: dict[str, list[tuple[str, str, str]]]) -> dict[str, list[str]]:
    return {name: [f"{code}-{label}" for code, label, _key in rows] for name, rows in leaves.items()}


def workbook(name: str, template: Template) -> HttpResponse:
    response = HttpResponse(write_template(template), content_type=MIME["xlsx"])
    response["Content-Disposition"] = content_disposition(name)
    return response
