"""What past years suggest for a region, and the button that computes it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget import policies
from apps.budget.questions import may_choose_region, refuse_units, region_asked
from apps.budget.rounds import round_of, rounds_offered
from apps.budget.selectors.suggestions import back_tested, region_suggestions
from apps.codes.models import FiscalYear
from apps.desk.services import start_job
from imbudget.kit.errors import require
from imbudget.kit.views import KitView, TemplatePage


class ForecastPage(TemplatePage):
    grant = "budget.see"
    template_name = "budget/forecast.html"
    title = gettext_lazy("forecast from history")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refuse_units(self.actor)
        region, year = region_asked(self.request), round_of(self.request).year
        own = self.request.GET.get("own") == "1"
        rows = region_suggestions(region, year, below=not own)
        return super().get_context_data(**kwargs) | {
            "region": region,
            "year": year,
            "years": rounds_offered()[0],
            "own": own,
            "rows": rows,
            "sums": {"last": sum(row.last for row in rows), "amount": sum(row.amount for row in rows)},
            "tested": back_tested(year, region.league_id, whole=region.level == 0),
            "may_choose_region": may_choose_region(self.actor),
            "may_compute": bool(policies.may_forecast(self.actor)),
        }


class ForecastCompute(KitView):
    """Start the computation of a year; the page says how far it is."""

    grant = "budget.compile"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        require(policies.may_forecast(self.actor))
        asked = request.POST.get("year", "")
        known = asked.isascii() and asked.isdecimal() and len(asked) == 4
        if not known or not FiscalYear.objects.filter(pk=int(asked)).exists():
            return redirect("budget:forecast")
        label = _("suggestions for %(year)s") % {"year": asked}
        return redirect(start_job(self.actor, "budget.forecast", {"year": int(asked)}, label=label))
