"""The check list of a region and round: what each check said, and the findings down to sheet and line."""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget import policies
from apps.budget.checklist import CHECKLIST, ITEMS, SCOPES, Item
from apps.budget.checks import LABELS
from apps.budget.filters import FindingFilter
from apps.budget.models import CheckCount, CheckFinding, CheckRun
from apps.budget.questions import may_choose_region, refuse_units, region_asked, regions_above
from apps.budget.rounds import Round, round_of, rounds_offered
from apps.budget.selectors.rules import rules_for
from apps.budget.tables import FindingTable
from apps.desk.services import start_job
from apps.regions.models import Region
from imbudget.kit.errors import require
from imbudget.kit.views import KitView, ListPage, TemplatePage
from imbudget.kit.views.base import Crumb


class ChecksPage(TemplatePage):
    """Every check of the list with how often it failed, was passed, or could not look."""

    grant = "budget.see"
    template_name = "budget/checks.html"
    title = gettext_lazy("check list of the budget")

    @cached_property
    def region(self) -> Region:
        refuse_units(self.actor)
        return region_asked(self.request)

    @cached_property
    def now(self) -> Round:
        return round_of(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        region, now = self.region, self.now
        runs = CheckRun.objects.visible_to(self.actor).filter(region=region, year=now.year, round=now.round)
        run = runs.select_related("user").order_by("-pk").first()
        years, rounds = rounds_offered()
        return super().get_context_data(**kwargs) | {
            "region": region,
            "may_choose_region": may_choose_region(self.actor),
            "now": now,
            "years": years,
            "rounds": rounds,
            "run": run,
            "rows": self._rows(run),
            "may_run": bool(policies.may_run_checks(self.actor, region)),
        }

    def _rows(self, run: CheckRun | None) -> list[dict[str, Any]]:
        counts = {row.code: row for row in CheckCount.objects.filter(run=run)} if run else {}
        rules = rules_for(self.region, self.now.year)
        others = [Item(code, LABELS.get(code, code)) for code in counts if code not in ITEMS]
        rows = []
        for item in [*CHECKLIST, *others]:
            row, rule = counts.get(item.code), rules.get(item.code)
            reason = row.reason if row and row.uncovered else ""
            scope = SCOPES[item.scope]
            rows.append({"item": item, "scope": scope, "count": row, "rule": rule, "reason": reason})
        return rows

    def get_crumbs(self) -> list[Crumb]:
        page = reverse("budget:checks")
        above = regions_above(self.actor, self.region)
        return [Crumb(region.name, f"{page}?region={region.pk}&{self.now.query}") for region in above]


class ChecksRun(KitView):
    """Start a run in the background."""

    grant = "budget.compile"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        region, now = region_asked(request), round_of(request)
        require(policies.may_run_checks(self.actor, region))
        params = {"region": region.pk, "year": now.year, "round": now.round}
        label = _("checks over %(region)s, %(round)s") % {"region": region, "round": now.label}
        return redirect(start_job(self.actor, "budget.checks", params, label=label))


class FindingList(ListPage):
    """The findings of one run."""

    model = CheckFinding
    table = FindingTable
    filters = FindingFilter
    grant = "budget.see"
    title = gettext_lazy("findings of the checks")
    empty_text = gettext_lazy("The checks found nothing here.")

    @cached_property
    def run(self) -> CheckRun:
        found = CheckRun.objects.visible_to(self.actor).filter(pk=self.kwargs["pk"]).select_related("region").first()
        if found is None:
            raise Http404
        return found

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(run=self.run)

    def get_title(self) -> str:
        return f"{self.title} · {self.run}"

    def get_crumbs(self) -> list[Crumb]:
        run = self.run
        query = Round(run.year_id, run.round).query
        return [Crumb(_("check list of the budget"), f"{reverse('budget:checks')}?region={run.region_id}&{query}")]
