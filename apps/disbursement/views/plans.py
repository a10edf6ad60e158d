"""Plans of use: the list, one of them, writing it, its way, and whether plans control payments."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.disbursement import policies
from apps.disbursement.filters.payees import PlanFilter
from apps.disbursement.forms.papers import PlanForm, SettingForm
from apps.disbursement.models import UsePlan
from apps.disbursement.paperrows import LINES, read_lines, stored_lines
from apps.disbursement.selectors.papers import plan_lines
from apps.disbursement.selectors.plans import plans_control
from apps.disbursement.services import plans
from apps.disbursement.services.papers import PLAN_PAPER
from apps.disbursement.tables.payees import PlanTable
from apps.disbursement.views.papers import TableMixin
from apps.ledger.selectors.years import year_at_work
from apps.lowcode.panels import deciding, timeline_tab
from apps.lowcode.submitting import SubmitPage
from apps.regions.models import Region, Unit
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act


def plan_crumbs(plan: UsePlan | None = None) -> list[Crumb]:
    """The way back to the list, and to the plan."""
    crumbs = [Crumb(_("plans of use"), reverse("disbursement:plans"))]
    return crumbs if plan is None else [*crumbs, Crumb(plan.number, plan.get_absolute_url())]


class PlanList(ListPage):
    model = UsePlan
    table = PlanTable
    filters = PlanFilter
    grant = "disbursement.see"
    title = gettext_lazy("plans of use")
    empty_text = gettext_lazy("No plan of use yet: a unit writes by month what it will pay.")

    def initial_query(self) -> dict[str, Any]:
        return {"year": year_at_work()}

    def get_actions(self) -> list[tuple[Any, str]]:
        if self.actor.can("disbursement.pay") and self.actor.unit_ids:
            return [(_("write a plan"), reverse("disbursement:plan_new"))]
        if self.actor.can("disbursement.treasury"):
            return [(_("setting of payments"), reverse("disbursement:settings"))]
        return []


def _lines(page: DetailPage, plan: UsePlan) -> dict[str, Any]:
    return plan_lines(plan)


class PlanDetail(DetailPage):
    model = UsePlan
    grant = "disbursement.see"
    template_name = "disbursement/plan.html"
    tabs = (
        Tab("lines", gettext_lazy("lines of a plan"), "disbursement/_plan_lines.html", _lines),
        timeline_tab(PLAN_PAPER.subject),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "unit", "author")

    def get_title(self) -> str:
        return self.object.number

    def get_crumbs(self) -> list[Crumb]:
        return plan_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        plan = self.object
        return [
            (_("budget unit"), plan.unit),
            (_("fiscal year"), plan.year_id),
            (_("reason"), plan.reason or "–"),
            (_("author"), plan.author or "–"),
            (_("plans of use control payments"), _("yes") if plans_control(plan.region_id) else _("no")),
        ]

    def get_acts(self) -> list[Act]:
        plan, actor = self.object, self.actor
        acts = [
            *deciding(actor, PLAN_PAPER.subject, plan),
            self._act(_("submit"), "submit", policies.may_submit_plan(actor, plan), primary=True),
            self._act(_("edit"), "edit", policies.may_edit_plan(actor, plan)),
            self._act(_("take back"), "withdraw", policies.may_withdraw_plan(actor, plan)),
        ]
        return [act for act in acts if act.verdict]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"disbursement:plan_{name}", args=[self.object.pk]), verdict, **look)


class PlanNew(TableMixin, FormPage):
    form_class: Any = PlanForm
    template_name = "disbursement/request_edit.html"
    grant = "disbursement.see"
    title = gettext_lazy("write a plan")
    submit_label = gettext_lazy("save")
    help_text = gettext_lazy("Each line is one month of an authority, or of all authority with a fund and a function.")
    part = LINES

    def allowed(self) -> Verdict:
        if not self.actor.can("disbursement.pay") or not self.actor.unit_ids:
            return refused(_("Only the unit itself writes its contracts and plans."))
        return ALLOWED

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def get_crumbs(self) -> list[Crumb]:
        return plan_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("disbursement:plans")

    def year(self) -> int:
        return year_at_work()

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"view": self.view_of_rows(), "codes": True}

    def save(self, form: PlanForm) -> str:
        values, unit = form.cleaned_data, Unit.objects.get(pk=self.actor.unit_ids[0])
        lines, errors = read_lines(unit.pk, values["year"].pk, self.sent())
        self.refuse(errors)
        return plans.draw_up_plan(self.actor, unit, values["year"], values["reason"], lines).get_absolute_url()


class PlanEdit(PlanNew):
    title = gettext_lazy("edit")

    @cached_property
    def object(self) -> UsePlan:
        plan = (
            UsePlan.objects.visible_to(self.actor).select_related("unit", "region").filter(pk=self.kwargs["pk"]).first()
        )
        if plan is None:
            raise Http404
        return plan

    def allowed(self) -> Verdict:
        return policies.may_edit_plan(self.actor, self.object)

    def stored(self) -> list[dict[str, str]]:
        return stored_lines(self.object)

    def year(self) -> int:
        return self.object.year_id

    def get_form_kwargs(self) -> dict[str, Any]:
        initial = {"reason": self.object.reason, "revision": self.object.revision}
        return {"actor": self.actor, "plan": self.object, "initial": initial}

    def get_crumbs(self) -> list[Crumb]:
        return plan_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def save(self, form: PlanForm) -> str:
        plan, values = self.object, form.cleaned_data
        lines, errors = read_lines(plan.unit_id, plan.year_id, self.sent())
        self.refuse(errors)
        plans.save_plan(self.actor, plan, values["revision"] or 0, values["reason"], lines)
        return plan.get_absolute_url()


class PlanAction(ActionPage):
    model = UsePlan

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "unit")

    def get_crumbs(self) -> list[Crumb]:
        return plan_crumbs(self.object)


class PlanSubmit(SubmitPage, PlanAction):
    title = gettext_lazy("submit")
    question = gettext_lazy("Hand this plan in for approval?")
    consequence = gettext_lazy("Once approved it adds to the plans of the unit that were approved before.")
    submit_label = gettext_lazy("submit")
    success_message = gettext_lazy("Handed in. The timeline shows who has it now.")

    def allowed(self, obj: UsePlan) -> Verdict:
        return policies.may_submit_plan(self.actor, obj)

    def act(self, obj: UsePlan, form: Any) -> None:
        plans.submit_plan(self.actor, obj, chosen=form.chosen())

    def subject(self, obj: UsePlan) -> str:
        return PLAN_PAPER.subject


class PlanWithdraw(PlanAction):
    title = gettext_lazy("take back")
    question = gettext_lazy("Take this plan back?")
    submit_label = gettext_lazy("take back")

    def allowed(self, obj: UsePlan) -> Verdict:
        return policies.may_withdraw_plan(self.actor, obj)

    def act(self, obj: UsePlan, form: Any) -> None:
        plans.withdraw_plan(self.actor, obj)


class Settings(FormPage):
    """Whether plans stop payments in the region of the treasury's desk."""

    form_class: Any = SettingForm
    grant = "disbursement.treasury"
    title = gettext_lazy("setting of payments")
    submit_label = gettext_lazy("save")
    success_message = gettext_lazy("Saved.")

    def allowed(self) -> Verdict:
        return policies.may_set_payments(self.actor, self.actor.region_id or 0)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"plans_control": plans_control(self.actor.region_id or 0)}}

    def get_crumbs(self) -> list[Crumb]:
        return plan_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("disbursement:plans")

    def save(self, form: SettingForm) -> str:
        region = Region.objects.get(pk=self.actor.region_id)
        plans.set_plans_control(self.actor, region, form.cleaned_data["plans_control"])
        return self.get_cancel_url()
