"""The list of the rows behind a figure of the roll-out."""

from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget.questions import region_asked
from apps.dashboard import kpishown, policies
from apps.dashboard.filters import KpiRowFilter
from apps.dashboard.kpiwords import MEANINGS
from apps.dashboard.models import Kpi, KpiPeriod
from apps.dashboard.selectors.kpirows import DURATIONS, KpiQuestion, KpiRows
from apps.dashboard.tables import DueTable, DurationTable, PlannedTable, ReturnTable
from apps.regions.models import Region
from imbudget.kit.errors import require
from imbudget.kit.tables import Table
from imbudget.kit.views import ListPage
from imbudget.kit.views.base import Crumb

TABLES: dict[Kpi, type[Table]] = {
    **dict.fromkeys(DURATIONS, DurationTable),
    Kpi.RETURNS: ReturnTable,
    Kpi.ON_TIME: DueTable,
    Kpi.DEVIATION: PlannedTable,
}


class KpiRowList(ListPage):
    """What was counted for one figure: of a measure, a region, a phase and some days."""

    template_name = "dashboard/kpi_rows.html"
    filters = KpiRowFilter
    grant = "budget.see"
    frame = ("kpi", "region", "period", "phase")
    empty_text = gettext_lazy("Nothing was counted here: choose other days, another region or another measure.")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        require(policies.may_see_kpis(self.actor))
        if self._is_another_figure():
            # What stands over the list changes too: the browser reads the whole page anew.
            return HttpResponse(headers={"HX-Redirect": request.get_full_path()})
        return super().get(request, **kwargs)

    @cached_property
    def params(self) -> QueryDict:
        """The query in force; what it leaves out stands in the filters as it is understood."""
        asked = super().params.copy()
        for name, value in (
            ("kpi", Kpi.APPROVAL_MEDIAN),
            ("period", KpiPeriod.CURRENT),
            ("region", self.actor.region_id),
        ):
            if not asked.get(name):
                asked[name] = str(value)
        return asked

    def template(self) -> str:
        """The rows alone are those of every list."""
        return "kit/list.html#rows" if self.request.htmx and not self.request.htmx.boosted else self.template_name

    def _is_another_figure(self) -> bool:
        """Whether a part of the page is asked for while the page stands at another figure."""
        htmx = self.request.htmx
        if not htmx or htmx.boosted or not htmx.current_url:
            return False
        shown = QueryDict(urlsplit(htmx.current_url).query)
        return any(shown.get(name, "") != self.request.GET.get(name, "") for name in self.frame)

    @cached_property
    def asked(self) -> KpiQuestion:
        """The figure that the address asks about; what is not valid falls back. Raises Http404 outside the scope."""
        asked = self.filter_form.asked
        words, month = asked.get("period") or KpiPeriod.CURRENT, None
        period = KpiPeriod(words) if words in KpiPeriod.values else KpiPeriod.MONTH
        if period == KpiPeriod.MONTH:
            month = date.fromisoformat(f"{words}-01")
        kpi = Kpi(asked.get("kpi") or Kpi.APPROVAL_MEDIAN)
        return KpiQuestion(kpi, self._region(asked.get("region")), period, month, asked.get("phase"))

    def _region(self, chosen: int | None) -> Region:
        """The one that the filter has found in the scope, else that of the address or the actor's own."""
        return Region.objects.get(pk=chosen) if chosen else region_asked(self.request)

    @cached_property
    def found(self) -> KpiRows:
        return KpiRows(self.actor, self.asked)

    @property
    def table(self) -> type[Table]:
        return TABLES[self.asked.kpi]

    @property
    def model(self) -> Any:
        return self.get_queryset().model

    def get_queryset(self) -> Any:
        rows = self.found.rows()
        return rows if self.asked.is_kept else rows.none()

    def get_title(self) -> str:
        return _("%(measure)s: what was counted") % {"measure": self.asked.kpi.label}

    def get_crumbs(self) -> list[Crumb]:
        query = urlencode({"region": self.asked.region.pk, "kpi": self.asked.kpi})
        return [Crumb(_("measures of the roll-out"), f"{reverse('dashboard:kpi')}?{query}")]

    def get_context_data(self) -> dict[str, Any]:
        figure, meaning = self.found.figure, MEANINGS[self.asked.kpi]
        return super().get_context_data() | {
            "asked": self.asked,
            "figure": figure,
            "shown": kpishown.with_unit(self.asked.kpi, figure.value if figure else None, meaning.unit),
            "meaning": meaning,
        }
