"""Pages of a region's compilation: who has handed in, and the compilation itself; the acts on it: compilationacts.py."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget import policies, selectors, services
from apps.budget.models import Compilation, CompilationState
from apps.budget.questions import may_choose_region, region_asked, regions_above
from apps.budget.rounds import Round, round_of, rounds_offered
from apps.budget.selectors.approvals import approvals_of
from apps.budget.selectors.clocks import clocks_of, late_below
from apps.budget.selectors.collection import reports_elsewhere, reports_from_elsewhere, sums_of_units, units_with_sheets
from apps.budget.selectors.missing import with_findings
from apps.budget.selectors.plans import deadline_of, plan_of
from apps.budget.services.reporting import SUBJECT
from apps.budget.services.waiting import sheets_to_sign
from apps.budget.views.compilationtabs import TABS
from apps.lowcode.panels import deciding
from apps.regions.models import Region
from imbudget.kit.actor import Reach
from imbudget.kit.errors import Verdict
from imbudget.kit.views import DetailPage, KitView, TemplatePage
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

UNITS_A_PAGE = 100


class Progress(TemplatePage):
    """应报/已报/未报: the first page of a finance office."""

    grant = "budget.see"
    template_name = "budget/progress.html"
    title = gettext_lazy("who has handed in")

    @cached_property
    def region(self) -> Region:
        return region_asked(self.request)

    @cached_property
    def now(self) -> Round:
        return round_of(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        region, now = self.region, self.now
        # A unit or department post learns about its own units only.
        finance = self.actor.reach != Reach.UNITS
        rows = selectors.region_progress(region, now.year, now.round) if finance else []
        own_sums = sums_of_units(self.actor, region, now.year, now.round)
        sums = selectors.progress_sums(rows) if rows else own_sums
        years, rounds = rounds_offered()
        own = rows[0] if rows else None
        frozen = own.compiled_total if own else None
        return super().get_context_data(**kwargs) | {
            "region": region,
            "may_choose_region": may_choose_region(self.actor),
            "now": now,
            "years": years,
            "rounds": rounds,
            "rows": rows,
            "sums": sums,
            "own_missing": own_sums["missing"],
            "own": own,
            "own_moved": None if frozen is None else sums["total"] - frozen,
            "elsewhere": reports_elsewhere(region) if finance else [],
            "arrivals": reports_from_elsewhere(region) if finance else [],
            "waits_for_me": self._waits_for_me(region, now),
            "may_urge": bool(policies.may_urge(self.actor, region)),
            "may_compile": self.actor.can("budget.compile") and self.actor.is_home(region.pk),
            **self._units(region, now, own_sums),
            **(self._clocks(region, now) if finance else {}),
        }

    def _waits_for_me(self, region: Region, now: Round) -> int:
        """How many sheets of the region's own units this person may sign for now."""
        if not policies.may_accept_waiting(self.actor, region):
            return 0
        return sheets_to_sign(self.actor, region, now.year, now.round).count()

    def _clocks(self, region: Region, now: Round) -> dict[str, Any]:
        """The timetable and the statutory terms of the region, and those that have run out below it."""
        today = timezone.localdate()
        plan = plan_of(region.pk, now.year)
        late, late_count = late_below(region, now.year, today) if region.level < 2 else ([], 0)
        return {
            "plan": plan,
            "runs": now.round in plan.rounds,
            "deadline": deadline_of(plan, now.round, today),
            "clocks": clocks_of([region], now.year, today),
            "late": late,
            "late_count": late_count,
            "may_keep_plan": self.actor.can("budget.compile") and self.actor.is_home(region.pk),
        }

    def _units(self, region: Region, now: Round, sums: dict[str, Any]) -> dict[str, Any]:
        """One page of the units of the region's own level with their sheets, the missing ones first."""
        only = self.request.GET.get("only", "")
        asked = self.request.GET.get("page", "")
        number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
        pages = max(1, -(-(sums["missing"] if only == "missing" else sums["due"]) // UNITS_A_PAGE))
        number = min(max(1, number), pages)
        units = units_with_sheets(self.actor, region, now.year, now.round, only_missing=only == "missing")
        rows = with_findings(list(units[(number - 1) * UNITS_A_PAGE : number * UNITS_A_PAGE]), now.year, now.round)
        return {"units": rows, "only": only, "page": number, "pages": pages}

    def get_crumbs(self) -> list[Crumb]:
        page = reverse("budget:progress")
        above = regions_above(self.actor, self.region)
        return [Crumb(region.name, f"{page}?region={region.pk}&{self.now.query}") for region in above]


class CompilationOpen(KitView):
    """Go to the compilation of a region and round; it comes into being with the first act on it."""

    grant = "budget.see"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        region, now = region_asked(request), round_of(request)
        found = Compilation.objects.visible_to(self.actor).filter(region=region, year=now.year, round=now.round).first()
        if found is None:
            return redirect(f"{reverse('budget:progress')}?region={region.pk}&{now.query}")
        return redirect(found)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        region, now = region_asked(request), round_of(request)
        return redirect(services.open_compilation(self.actor, region, now.year, now.round))


class CompilationDetail(DetailPage):
    model = Compilation
    grant = "budget.see"
    template_name = "budget/compilation_detail.html"
    tabs = TABS

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region__parent", "region__reports_to", "snapshot")

    def get_crumbs(self) -> list[Crumb]:
        item = self.object
        query = Round(item.year_id, item.round).query
        return [Crumb(_("who has handed in"), f"{reverse('budget:progress')}?region={item.region_id}&{query}")]

    def get_context_data(self) -> dict[str, Any]:
        region = self.object.region
        notes = {
            "elsewhere": reports_elsewhere(region),
            "arrivals": reports_from_elsewhere(region),
            "approvals": approvals_of(self.object),
            "may_make_letters": self.actor.can("budget.compile") and self.actor.is_home(region.pk),
        }
        return super().get_context_data() | notes

    def get_facts(self) -> list[tuple[Any, Any]]:
        item = self.object
        return [
            (_("region"), item.region),
            (_("reports to"), self._upper()),
            (_("round"), f"{item.year_id} · {item.get_round_display()}"),
            (_("division code"), item.region.finance_code),
        ]

    def _upper(self) -> str:
        """Where the report goes; said in full where that is not the upper region of the tree."""
        region = self.object.region
        if region.reports_to and region.reports_to_id != region.parent_id:
            return _("%(upper)s, not %(parent)s") % {"upper": region.reports_to, "parent": region.parent}
        return str(region.upper or "—")

    def get_acts(self) -> list[Act]:
        item, actor = self.object, self.actor
        acts = []
        if actor.can("budget.compile") and actor.is_home(item.region_id):
            acts += [
                self._act(_("compile"), "compile", policies.may_compile(actor, item), primary=True),
                self._act(_("open again"), "reopen", policies.may_reopen(actor, item)),
            ]
            if item.region.upper and item.state not in {CompilationState.REPORTED, CompilationState.ACCEPTED}:
                acts.append(self._act(_("report"), "report", policies.may_report(actor, item), primary=True))
            if item.state == CompilationState.REPORTED:
                acts.append(self._act(_("take back the report"), "withdraw", policies.may_withdraw_report(actor, item)))
            if item.is_locked and not approvals_of(item):
                acts.append(self._act(_("approve and issue"), "approve", policies.may_approve(actor, item)))
        acts += deciding(actor, SUBJECT, item)
        upper = item.region.upper
        if (
            item.state == CompilationState.ACCEPTED
            and upper
            and actor.can("budget.receive")
            and actor.is_home(upper.pk)
        ):
            verdict = policies.may_reopen_report(actor, item)
            acts.append(self._act(_("return the report"), "reopen_report", verdict, danger=True))
        return acts

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"budget:compilation_{name}", args=[self.object.pk]), verdict, **look)
