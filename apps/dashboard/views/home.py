"""The home page: each role begins with what its work is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.budget import selectors
from apps.budget.models import BudgetSheet, CompilationState, RoundPlan, SheetState
from apps.budget.rounds import Round, round_of
from apps.budget.selectors.collection import HANDED_IN
from apps.budget.selectors.plans import deadline_of, plan_of
from apps.budget.services.sheets import ROUNDS_OF_UNITS
from apps.dashboard.mapping import map_of
from apps.dashboard.selectors.homes import auditor as of_auditors
from apps.dashboard.selectors.homes import cards_of, home_of
from apps.dashboard.selectors.homes import clerk as of_clerks
from apps.dashboard.selectors.homes import office as of_offices
from apps.dashboard.selectors.homes.cards import AUDITOR, CLERK, LEADER, OFFICE, may
from apps.dashboard.selectors.homes.money import money_of
from apps.desk.models import Job
from apps.evidence.anchoring.standing import outside
from apps.lowcode.selectors import inbox
from apps.monitoring.selectors.digest import by_level
from apps.regions.models import Region, Unit
from imbudget.kit.views import TemplatePage


class Home(TemplatePage):
    """A unit sees its work; a finance office what waits and who is late; a leader the year; an auditor the record."""

    template_name = "dashboard/home.html"
    title = _("home")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """An expert's work is at their desk; they see nothing else."""
        if self.actor.can("review.score") and self.actor.has_module("review"):
            return redirect("review:desk")
        return super().get(request, *args, **kwargs)

    @cached_property
    def home(self) -> str:
        return home_of(self.actor)

    @cached_property
    def now(self) -> Round:
        return round_of(self.request)

    @cached_property
    def region(self) -> Region:
        return Region.objects.get(pk=self.actor.region_id)

    @cached_property
    def plan(self) -> RoundPlan:
        return plan_of(self.actor.region_id, self.now.year)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor = self.actor
        parts = {CLERK: self._of_units, OFFICE: self._of_region, LEADER: self._of_leader, AUDITOR: self._of_auditor}
        common = {
            "home": self.home,
            "now": self.now,
            "jobs": Job.objects.visible_to(actor).order_by("-pk")[:5],
            "inbox": inbox.first_to_do(actor) if actor.can("lowcode.act") else None,
            "alarms": self._alarms(),
            "cards": cards_of(actor, self.home),
        }
        part = parts.get(self.home)
        return super().get_context_data(**kwargs) | common | (part() if part else {})

    def _alarms(self) -> dict[str, Any] | None:
        """To those who answer them, judge them, or look over a region."""
        if not may(self.actor, "monitoring.see") or (self.home == CLERK and not self.actor.can("disbursement.pay")):
            return None
        return by_level(self.actor) if self.home else None

    def _rounds(self) -> list[Round]:
        """The submissions of the year that this page can be about; none where there is nothing to choose."""
        rounds = [Round(self.now.year, round_) for round_ in self.plan.rounds if round_ in ROUNDS_OF_UNITS]
        return rounds if len(rounds) > 1 else []

    def _of_units(self) -> dict[str, Any]:
        actor = self.actor
        found: dict[str, Any] = {"own_units": [], "state_cards": [of_clerks.projects(actor), of_clerks.payments(actor)]}
        missing = 0
        if actor.has_module("budget"):
            units = Unit.objects.filter(pk__in=actor.unit_ids[:20]).select_related("region")
            sheets = BudgetSheet.objects.visible_to(actor).of_round(self.now.year, self.now.round)
            by_unit = {sheet.unit_id: sheet for sheet in sheets.select_related("unit")}
            found["own_units"] = [{"unit": unit, "sheet": by_unit.get(unit.pk)} for unit in units]
            found["rounds"] = self._rounds()
            found["deadline"] = deadline_of(self.plan, self.now.round, timezone.localdate())
            sheets_here = [row["sheet"] for row in found["own_units"]]
            missing = sum(sheet is None or sheet.state not in HANDED_IN for sheet in sheets_here)
        is_late = bool(found.get("deadline")) and found["deadline"].days_left < 0
        found["late"] = of_clerks.late(actor, missing if is_late else 0, "#budgets")
        return found

    def _of_region(self) -> dict[str, Any]:
        actor = self.actor
        found: dict[str, Any] = {"reviews": of_offices.reviews(actor), "money": money_of(actor, self.region)}
        if not actor.has_module("budget"):
            return found
        rows = selectors.region_progress(self.region, self.now.year, self.now.round)
        waiting = BudgetSheet.objects.filter(region=self.region, state=SheetState.SUBMITTED)
        deadline = deadline_of(self.plan, self.now.round, timezone.localdate())
        return found | {
            "region": self.region,
            "rounds": self._rounds(),
            "rows": rows,
            "own": rows[0],
            "below": rows[1:],
            "sums": selectors.progress_sums(rows),
            "deadline": deadline,
            "late": of_offices.late_regions(rows, self.now.query, deadline),
            "waiting": waiting.of_round(self.now.year, self.now.round)
            .select_related("unit", "region")
            .order_by("submitted_at")[:10],
            "reports_waiting": [
                row for row in rows[1:] if row.compilation and row.compilation.state == CompilationState.REPORTED
            ],
            "compilation": rows[0].compilation,
        }

    def _of_leader(self) -> dict[str, Any]:
        money = money_of(self.actor, self.region)
        if money is None:
            return {"region": self.region}
        at = money.at
        return {
            "region": self.region,
            "money": money,
            "map": map_of(money.map, at, self.request.money_unit) if at else None,
        }

    def _of_auditor(self) -> dict[str, Any]:
        actor, chain = self.actor, of_auditors.chain()
        return {
            "region": self.region,
            "chain": chain,
            "outside": outside(chain.peers if chain else ()),  # before the first seal there is nothing to witness
            "newest": of_auditors.newest(actor),
            "looked_at": of_auditors.looked_at_first(actor),
        }
