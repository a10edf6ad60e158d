"""Evaluations: opened for a region, begun for a project, filled in, handed in, and the page of one."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ledger.selectors.years import year_at_work
from apps.lowcode.forms import BulkForm
from apps.lowcode.panels import deciding, missing_post, timeline_tab
from apps.lowcode.selectors.inbox import own_tasks
from apps.performance import policies, services
from apps.performance.filters.evaluate import EvaluationFilter
from apps.performance.forms.evaluating import EvaluationForm, OpenForm
from apps.performance.models import Evaluation, EvaluationKind, EvaluationState, Lowering, ProjectYear
from apps.performance.selectors.evaluating import result_of
from apps.performance.services.evaluations import SUBJECT
from apps.performance.tables.evaluate import EvaluationTable
from apps.performance.views.mending import OF_PROJECT
from apps.performance.views.shared import OF_YEAR, FillPage, crumbs_to
from apps.performance.views.years import year_crumbs
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.bulk import BulkAct
from imbudget.kit.errors import ALLOWED, Verdict
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

ALL = gettext_lazy("evaluations")
USUAL_DAYS = 30


def _to_sign(actor: Actor, rows: Any) -> Any:
    """Those that wait for the person's signature."""
    held = own_tasks(actor, SUBJECT, Evaluation.objects.filter(state=EvaluationState.SUBMITTED))
    return rows.filter(pk__in=held.order_by().values("case__document_id"))


class EvaluationList(ListPage):
    model = Evaluation
    table = EvaluationTable
    filters = EvaluationFilter
    grant = "performance.see"
    title = ALL
    bulk = (
        BulkAct(
            "sign",
            gettext_lazy("approve"),
            grant="lowcode.act",
            together=services.sign_evaluations,
            signs=SUBJECT,
            among=_to_sign,
            form=BulkForm,
            question=gettext_lazy("Approve these evaluations?"),
            done=gettext_lazy("Approved: %(count)d."),
            icon="check",
        ),
    )
    empty_text = gettext_lazy("No evaluation here. The finance office opens the self-evaluations of a year.")

    def initial_query(self) -> dict[str, Any]:
        return {"year": year_at_work()}

    def bulk_rows(self, rows: Any) -> Any:
        return rows.select_related("of__project")

    def get_actions(self) -> list[tuple[Any, str]]:
        may = policies.may_call(self.actor, self.actor.region_id)
        return [(_("open self-evaluations"), reverse("performance:evaluations_open"))] if may else []


class EvaluationsOpen(FormPage):
    """All of the region at once."""

    form_class = OpenForm
    grant = "performance.see"
    title = gettext_lazy("open self-evaluations")
    submit_label = gettext_lazy("open and tell the units")
    success_message = gettext_lazy("Opened. The units have been told.")
    help_text = gettext_lazy("Every project with goals that is still being watched gets its self-evaluation form.")

    def allowed(self) -> Verdict:
        return policies.may_call(self.actor, self.actor.region_id)

    def get_form_kwargs(self) -> dict[str, Any]:
        due = timezone.localdate() + timedelta(days=USUAL_DAYS)
        return {"initial": {"year": year_at_work(), "due": due}}

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(ALL, "evaluations")

    def get_cancel_url(self) -> str:
        return reverse("performance:evaluations")

    def save(self, form: OpenForm) -> str:
        region = Region.objects.get(pk=self.actor.region_id)
        services.open_evaluations(self.actor, region, form.cleaned_data["year"], form.cleaned_data["due"])
        return f"{reverse('performance:evaluations')}?year={form.cleaned_data['year'].pk}"


class EvaluationBegin(ActionPage):
    """On the page of a project's year."""

    kind = EvaluationKind.SELF

    model = ProjectYear
    grant = "performance.see"
    question = gettext_lazy("Begin this evaluation?")
    consequence = gettext_lazy(
        "Its lines are the goals of the year, for department and finance office with the framework."
    )
    submit_label = gettext_lazy("begin")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*OF_PROJECT)

    def get_title(self) -> str:
        return str(EvaluationKind(self.kind).label)

    def get_crumbs(self) -> list[Crumb]:
        return year_crumbs(self.object)

    def allowed(self, obj: ProjectYear) -> Verdict:
        return policies.may_evaluate(self.actor, obj, self.kind)

    def act(self, obj: ProjectYear, form: Any) -> str:
        evaluation = services.begin_evaluation(self.actor, obj, self.kind)
        return reverse("performance:evaluation_fill", args=[evaluation.pk])


def _lines(page: DetailPage, evaluation: Evaluation) -> dict[str, Any]:
    lowerings = Lowering.objects.filter(line__evaluation=evaluation).select_related("line__target", "line__item")
    checks = evaluation.checks.order_by("pk")
    return {"result": result_of(evaluation), "lowerings": list(lowerings.order_by("pk")), "checks": list(checks)}


class EvaluationDetail(DetailPage):
    model = Evaluation
    grant = "performance.see"
    template_name = "performance/evaluation.html"
    tabs = (
        Tab("lines", gettext_lazy("points"), "performance/_evaluation_lines.html", _lines),
        timeline_tab(SUBJECT),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*OF_YEAR, "department", "scheme", "author")

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(ALL, "evaluations")

    def get_facts(self) -> list[tuple[Any, Any]]:
        one = self.object
        return [
            (_("project code"), one.of.project.code),
            (_("budget unit"), one.unit),
            (_("competent department"), one.department),
            (_("scheme of evaluation"), one.scheme),
            (_("filled in by"), one.author or "–"),
            (_("to be handed in by"), one.due or "–"),
            (_("handed in at"), one.submitted_at or "–"),
            (_("approved at"), one.approved_at or "–"),
        ]

    def get_acts(self) -> list[Act]:
        one, actor = self.object, self.actor
        acts = [
            *deciding(actor, SUBJECT, one),
            self._act(_("fill in"), "evaluation_fill", policies.may_fill_evaluation(actor, one), primary=True),
            self._act(_("take back"), "evaluation_withdraw", policies.may_withdraw_evaluation(actor, one)),
            self._act(_("check this one"), "spot_choose", policies.may_spot(actor, one)),
        ]
        page = Act(_("page of the project's year"), one.of.get_absolute_url(), ALLOWED)
        return [*(act for act in acts if act.verdict), page]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"performance:{name}", args=[self.object.pk]), verdict, **look)


class EvaluationFill(FillPage):
    model = Evaluation
    related = (*OF_YEAR, "scheme", "department")
    form_class = EvaluationForm
    template_name = "performance/evaluation_fill.html"

    def get_title(self) -> str:
        return str(self.object.get_kind_display())

    def allowed(self) -> Verdict:
        return policies.may_fill_evaluation(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"result": result_of(self.object)}

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(ALL, "evaluations", self.object)

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"result": form.result, "evaluation": self.object}

    def keep(self, form: EvaluationForm) -> None:
        revision = form.cleaned_data["revision"]
        services.save_evaluation(self.actor, self.object, revision, form.texts(), form.values())

    def hand_in(self) -> None:
        services.submit_evaluation(self.actor, self.object)
        lost = missing_post(SUBJECT, self.object)
        if lost:
            messages.warning(self.request, lost)


class EvaluationWithdraw(ActionPage):
    model = Evaluation
    grant = "performance.see"
    title = gettext_lazy("take back")
    question = gettext_lazy("Take this evaluation back?")
    submit_label = gettext_lazy("take back")
    success_message = gettext_lazy("The evaluation is with you again.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*OF_YEAR)

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(ALL, "evaluations", self.object)

    def allowed(self, obj: Evaluation) -> Verdict:
        return policies.may_withdraw_evaluation(self.actor, obj)

    def act(self, obj: Evaluation, form: Any) -> None:
        services.withdraw_evaluation(self.actor, obj)
