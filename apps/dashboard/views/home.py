"""The home page: what waits for the actor in this post."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from apps.budget import selectors
from apps.budget.models import BudgetSheet, CompilationState, SheetState
from apps.budget.rounds import Round, round_of
from apps.budget.selectors.plans import plan_of
from apps.budget.services.sheets import ROUNDS_OF_UNITS
from apps.desk.models import Job
from apps.lowcode.selectors import inbox
from apps.monitoring.selectors.digest import by_level
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Reach
from imbudget.kit.views import TemplatePage


class Home(TemplatePage):
    """A unit sees its sheet; a finance office sees what waits, what is missing, and its compilation."""

    template_name = "dashboard/home.html"
    title = _("home")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """An expert's work is at their desk; they see nothing else."""
        if self.actor.can("review.score"):
            return redirect("review:desk")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor, now = self.actor, round_of(self.request)
        context = super().get_context_data(**kwargs) | {
            "now": now,
            "jobs": Job.objects.visible_to(actor).order_by("-pk")[:5],
            "inbox": inbox.first_to_do(actor) if actor.can("lowcode.act") else None,
            "alarms": by_level(actor) if actor.can("monitoring.judge") or actor.can("disbursement.pay") else None,
        }
        if not actor.can("budget.see"):
            return context
        context["rounds"] = self._rounds(now)
        if actor.reach == Reach.UNITS:
            return context | self._of_units(now)
        return context | self._of_region(now)

    def _rounds(self, now: Round) -> list[Round]:
        """The submissions of the year that this page can be about; none where there is nothing to choose."""
        plan = plan_of(self.actor.region_id, now.year)
        rounds = [Round(now.year, round_) for round_ in plan.rounds if round_ in ROUNDS_OF_UNITS]
        return rounds if len(rounds) > 1 else []

    def _of_units(self, now: Any) -> dict[str, Any]:
        units = Unit.objects.filter(pk__in=self.actor.unit_ids[:20]).select_related("region")
        sheets = BudgetSheet.objects.visible_to(self.actor).of_round(now.year, now.round).select_related("unit")
        by_unit = {sheet.unit_id: sheet for sheet in sheets}
        return {"own_units": [{"unit": unit, "sheet": by_unit.get(unit.pk)} for unit in units]}

    def _of_region(self, now: Any) -> dict[str, Any]:
        region = Region.objects.get(pk=self.actor.region_id)
        rows = selectors.region_progress(region, now.year, now.round)
        waiting = BudgetSheet.objects.filter(region=region, state=SheetState.SUBMITTED).of_round(now.year, now.round)
        return {
            "region": region,
            "rows": rows,
            "own": rows[0],
            "below": rows[1:],
            "sums": selectors.progress_sums(rows),
            "waiting": waiting.select_related("unit", "region").order_by("submitted_at")[:10],
            "reports_waiting": [
                row for row in rows[1:] if row.compilation and row.compilation.state == CompilationState.REPORTED
            ],
            "compilation": rows[0].compilation,
        }
