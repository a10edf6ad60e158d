"""The four rounds side by side, drilled down from regions to units and lines; also as a file."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget.models import BudgetRound, BudgetSheet
from apps.budget.questions import may_choose_region, region_asked, regions_above
from apps.budget.rounds import round_of, rounds_offered
from apps.budget.selectors.rounds import By, RoundsQuery, RoundsRow, rounds_rows, total_of
from apps.budget.tables import RoundsTable
from apps.regions.models import Department, Unit
from imbudget.kit import export, registry
from imbudget.kit.actor import Reach
from imbudget.kit.errors import NotAllowed
from imbudget.kit.views import TemplatePage
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.list import content_disposition

LABELS = {
    By.REGION: gettext_lazy("by region"),
    By.DEPARTMENT: gettext_lazy("by department"),
    By.UNIT: gettext_lazy("by unit"),
    By.FUNCTION: gettext_lazy("by function"),
    By.PROJECT: gettext_lazy("by project"),
}


class RoundsPage(TemplatePage):
    grant = "budget.see"
    template_name = "budget/rounds.html"
    title = gettext_lazy("comparison of rounds")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("export") in export.MIME:
            return self.download(request.GET["export"])
        return super().get(request, *args, **kwargs)

    @cached_property
    def query(self) -> RoundsQuery:
        asked, region = self.request.GET, region_asked(self.request)
        offered = self._dimensions(region.level)
        by = asked.get("by", "")
        function = asked.get("function", "")
        return RoundsQuery(
            region,
            round_of(self.request).year,
            by=By(by) if by in offered else offered[0],
            department_id=self._key("department", Department.objects.filter(region=region)),
            unit_id=self._key("unit", Unit.objects.visible_to(self.actor).filter(region=region)),
            function=function if function.isascii() and function.isalnum() and len(function) <= 7 else "",
            accepted_only=asked.get("accepted") == "1",
        )

    def _key(self, name: str, rows: Any) -> int | None:
        """The key of a row that the address names; anything unknown is none."""
        asked = self.request.GET.get(name, "")
        known = asked.isascii() and asked.isdecimal() and len(asked) < 10
        return rows.filter(pk=int(asked)).values_list("pk", flat=True).first() if known else None

    def _dimensions(self, level: int) -> list[By]:
        """Whoever sees single units compares no regions; the last level has none below it."""
        no_regions = self.actor.reach == Reach.UNITS or level >= 2
        return [by for by in LABELS if not (no_regions and by == By.REGION)]

    @cached_property
    def rows(self) -> list[RoundsRow]:
        return rounds_rows(self.actor, self.query)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query, (years, _rounds) = self.query, rounds_offered()
        rounds = [(str(round_), round_.label) for round_ in BudgetRound]
        return super().get_context_data(**kwargs) | {
            "query": query,
            "region": query.region,
            "years": years,
            "may_choose_region": may_choose_region(self.actor),
            "views": [
                (LABELS[by], self._address(by=by), by == query.by) for by in self._dimensions(query.region.level)
            ],
            "rounds": rounds,
            "rows": [self._shown(row) for row in self.rows],
            "total": total_of(self.rows),
            "narrowed": self._narrowed(),
            "export_query": urlencode(self._values()),
        }

    def _values(self) -> dict[str, Any]:
        query = self.query
        values = {
            "year": query.year,
            "region": query.region.pk,
            "by": str(query.by),
            "department": query.department_id or "",
            "unit": query.unit_id or "",
            "function": query.function,
            "accepted": "1" if query.accepted_only else "",
        }
        return {name: value for name, value in values.items() if value != ""}

    def _address(self, **changes: Any) -> str:
        values = self._values() | {name: str(value) for name, value in changes.items()}
        return "?" + urlencode({name: value for name, value in values.items() if value != ""})

    def _shown(self, row: RoundsRow) -> dict[str, Any]:
        return {"row": row, "deeper": self._deeper(row), "sheets": self.sheets.get(row.key, {})}

    def _deeper(self, row: RoundsRow) -> str:
        """region → its departments or the regions below → units → what a unit spends on → lines."""
        query = self.query
        if query.by == By.REGION:
            at_end = row.key == query.region.pk
            return self._address(region=row.key, by=By.DEPARTMENT if at_end else "")
        if query.by == By.DEPARTMENT:
            return self._address(by=By.UNIT, department=row.key)
        if query.by == By.UNIT:
            return self._address(by=By.FUNCTION, unit=row.key)
        if query.by == By.FUNCTION and len(row.key) < 7:
            return self._address(function=row.key)
        return self._lines(row)

    def _lines(self, row: RoundsRow) -> str:
        query = self.query
        values = {"year": query.year, "region": query.region.pk, "unit": query.unit_id or ""}
        values |= {"function": row.key} if query.by == By.FUNCTION else {"q": row.label}
        return f"{reverse('budget:lines')}?{urlencode({name: value for name, value in values.items() if value != ''})}"

    @cached_property
    def sheets(self) -> dict[int, dict[str, str]]:
        """Unit → round → the address of its sheet, for rows of units."""
        found: dict[int, dict[str, str]] = {}
        if self.query.by == By.UNIT:
            rows = BudgetSheet.objects.visible_to(self.actor).filter(region=self.query.region, year=self.query.year)
            for unit, round_, pk in rows.order_by().values_list("unit_id", "round", "pk"):
                found.setdefault(unit, {})[round_] = reverse("budget:sheet", args=[pk])
        return found

    def _narrowed(self) -> list[tuple[Any, str, str]]:
        """(what, name, address without it) of each part that the question is narrowed to."""
        query, found = self.query, []
        if query.department_id:
            name = str(Department.objects.get(pk=query.department_id))
            found.append((_("competent department"), name, self._address(department="")))
        if query.unit_id:
            found.append((_("budget unit"), str(Unit.objects.get(pk=query.unit_id)), self._address(unit="")))
        if query.function:
            found.append((_("function"), query.function, self._address(function="")))
        return found

    def get_crumbs(self) -> list[Crumb]:
        above = regions_above(self.actor, self.query.region) if self.actor.reach != Reach.UNITS else []
        return [Crumb(each.name, self._address(region=each.pk, department="", unit="", by="")) for each in above]

    def download(self, kind: str) -> HttpResponseBase:
        if not self.actor.can("budget.export"):
            raise NotAllowed(_("Your post does not include exports."))
        title = f"{self.get_title()} {self.query.region} {self.query.year}"
        registry.download_record.get()(self.request, what=title, kind=kind, query=urlencode(self._values()))
        if kind == "csv":
            response: HttpResponseBase = StreamingHttpResponse(export.to_csv(RoundsTable.columns, self.rows))
        else:
            response = HttpResponse(export.to_xlsx(title, RoundsTable.columns, self.rows))
        response["Content-Type"] = export.MIME[kind]
        response["Content-Disposition"] = content_disposition(get_valid_filename(f"{title}.{kind}"))
        return response
