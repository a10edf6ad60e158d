"""The page of the roll-out's measures, and the page of its phases."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget.questions import may_choose_region, region_asked, regions_above
from apps.dashboard import kpishown, policies
from apps.dashboard.kpiwords import FEW, MEANINGS
from apps.dashboard.models import Kpi, KpiPeriod
from apps.dashboard.selectors.kpi import Reader, months_of, regions_by_phase
from apps.dashboard.selectors.kpirows import KpiQuestion, address_of
from apps.dashboard.tables import KPI_COLUMNS
from apps.regions.models import Region
from imbudget.kit import export, registry
from imbudget.kit.charts import Head, Kind, Point, Series, line_chart
from imbudget.kit.errors import NotAllowed, require
from imbudget.kit.views import TemplatePage
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.list import content_disposition


class KpiView(TemplatePage):
    """A region's measures, those of the regions below it and of its phases, and one of them by month."""

    template_name = "dashboard/kpi.html"
    grant = "budget.see"
    title = gettext_lazy("measures of the roll-out")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(policies.may_see_kpis(self.actor))
        if request.GET.get("export") == "xlsx":
            return self.download()
        return super().get(request, *args, **kwargs)

    @cached_property
    def region(self) -> Region:
        return region_asked(self.request)

    @cached_property
    def page(self) -> Any:
        return Reader(self.actor, self.region).page()

    @cached_property
    def kpi(self) -> Kpi:
        """The measure that is shown by month."""
        asked = self.request.GET.get("kpi", "")
        return Kpi(asked) if asked in Kpi.values else Kpi.APPROVAL_MEDIAN

    def get_crumbs(self) -> list[Crumb]:
        above = regions_above(self.actor, self.region)
        return [Crumb(each.name, f"{reverse('dashboard:kpi')}?region={each.pk}") for each in above]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = self.page
        return super().get_context_data(**kwargs) | {
            "region": self.region,
            "may_choose_region": may_choose_region(self.actor),
            "page": page,
            "few": FEW,
            "cards": [kpishown.shown(one) for one in page.cards],
            "compared": [(line, [kpishown.shown(one) for one in line.measures]) for line in page.regions],
            "phases": [(line, [kpishown.shown(one) for one in line.measures]) for line in page.phases],
            "heads": [kpishown.head(one) for line in (page.regions or page.phases)[:1] for one in line.measures],
            "kpis": Kpi.choices,
            "kpi": self.kpi,
            "chart": self.chart() if page.at else None,
            "meanings": kpishown.meanings(),
        }

    def chart(self) -> Any:
        """The measure by month, with the number behind each figure; a month without any is a gap."""
        months, meaning = months_of(self.actor, self.region, self.kpi), MEANINGS[self.kpi]
        kind = Kind.PERCENT if meaning.unit == "%" else Kind.NUMBER
        head = Head(f"{self.kpi.label} · {self.region}", meaning.unit, self.page.at, kind)
        values = [
            Point(figure and round(figure.value, 2), self._rows(month) if figure else "") for month, figure in months
        ]
        labels = [f"{month:%y-%m}" for month, _figure in months]
        return line_chart(head, labels, [Series(self.kpi.label, values)], _("month"))

    def _rows(self, month: date) -> str:
        """The rows of a month, where they can still be told."""
        if not KpiQuestion(self.kpi, self.region, KpiPeriod.MONTH, month).is_kept:
            return ""
        return address_of(self.kpi, self.region.pk, KpiPeriod.MONTH, month)

    def download(self) -> HttpResponse:
        if not self.actor.can("budget.export"):
            raise NotAllowed(_("Your post does not include exports."))
        title = f"{self.get_title()} {self.region}"
        registry.download_record.get()(self.request, what=title, kind="xlsx", query=self.request.GET.urlencode())
        response = HttpResponse(export.to_xlsx(title, KPI_COLUMNS, kpishown.file_rows(self.region, self.page)))
        response["Content-Type"] = export.MIME["xlsx"]
        response["Content-Disposition"] = content_disposition(get_valid_filename(f"{title}.xlsx"))
        return response


class RolloutView(TemplatePage):
    """The phases with what they open, and the regions that are in them or will be."""

    template_name = "dashboard/rollout.html"
    grant = "budget.see"
    title = gettext_lazy("phases of the roll-out")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(policies.may_see_kpis(self.actor))
        return super().get(request, *args, **kwargs)

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("measures of the roll-out"), reverse("dashboard:kpi"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"phases": regions_by_phase(self.actor)}
