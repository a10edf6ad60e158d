"""Spot checks: draws, the page of one, points lowered, the unit's view; and the use of results."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.ledger.selectors.years import year_at_work
from apps.performance import policies, services
from apps.performance.filters.evaluate import ResultFilter, SpotFilter
from apps.performance.forms.evaluating import DecideForm, DrawForm, FeedbackForm, LowerForm, OpinionForm, ViewForm
from apps.performance.models import Evaluation, ResultUse, SpotCheck
from apps.performance.selectors.evaluating import result_of
from apps.performance.tables.evaluate import ResultTable, SpotTable
from apps.performance.views.shared import OF_YEAR, RowForm, crumbs_to
from apps.regions.models import Region
from imbudget.kit.errors import ALLOWED, Verdict
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

SPOTS = gettext_lazy("spot checks")
RESULTS = gettext_lazy("use of results")
OF_CHECK = (
    *("evaluation__of__project", "evaluation__of__region", "evaluation__of__department", "evaluation__scheme"),
    *("region", "unit", "draw", "examiner"),
)


class SpotList(ListPage):
    model = SpotCheck
    table = SpotTable
    filters = SpotFilter
    grant = "performance.see"
    title = SPOTS
    empty_text = gettext_lazy("No spot check here. The office draws evaluations, or chooses one on its page.")

    def get_actions(self) -> list[tuple[Any, str]]:
        may = policies.may_call(self.actor, self.actor.region_id)
        return [(_("draw evaluations"), reverse("performance:spot_draw"))] if may else []


class SpotDrawNew(FormPage):
    form_class = DrawForm
    grant = "performance.see"
    title = gettext_lazy("draw evaluations")
    submit_label = gettext_lazy("draw")
    success_message = gettext_lazy("Drawn. Seed and candidates stand in the record.")
    help_text = gettext_lazy(
        "Candidates are the approved evaluations of your region whose result is not settled, without those that you "
        "filled in or handed in yourself."
    )

    def allowed(self) -> Verdict:
        return policies.may_call(self.actor, self.actor.region_id)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"year": year_at_work(), "count": 1}}

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(SPOTS, "spots")

    def get_cancel_url(self) -> str:
        return reverse("performance:spots")

    def save(self, form: DrawForm) -> str:
        region = Region.objects.get(pk=self.actor.region_id)
        services.draw_checks(self.actor, region, form.cleaned_data["year"], form.cleaned_data["count"])
        return reverse("performance:spots")


class SpotChoose(ActionPage):
    """On the page of an evaluation."""

    model = Evaluation
    grant = "performance.see"
    title = gettext_lazy("check this one")
    form_class = ReasonForm
    submit_label = gettext_lazy("begin the spot check")
    success_message = gettext_lazy("The spot check has begun. The unit has been told.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*OF_YEAR, "scheme")

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(gettext_lazy("evaluations"), "evaluations", self.object)

    def allowed(self, obj: Evaluation) -> Verdict:
        return policies.may_spot(self.actor, obj)

    def act(self, obj: Evaluation, form: Any) -> str:
        return services.choose_check(self.actor, obj, form.cleaned_data["reason"]).get_absolute_url()


def _points(page: DetailPage, check: SpotCheck) -> dict[str, Any]:
    lowerings = check.lowerings.select_related("line__target", "line__item").order_by("pk")
    return {"result": result_of(check.evaluation), "lowerings": list(lowerings), "check": check}


class SpotDetail(DetailPage):
    model = SpotCheck
    grant = "performance.see"
    template_name = "performance/spot.html"
    tabs = (Tab("points", gettext_lazy("points"), "performance/_spot_points.html", _points), HistoryTab)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*OF_CHECK)

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(SPOTS, "spots")

    def get_facts(self) -> list[tuple[Any, Any]]:
        check = self.object
        return [
            (_("project code"), check.evaluation.of.project.code),
            (_("budget unit"), check.unit),
            (_("method"), check.draw.get_method_display()),
            (_("drawn at"), check.draw.made_at),
            (_("seed"), check.draw.seed or "–"),
            (pgettext("spot check", "candidates"), len(check.draw.pool)),
            (_("reason"), check.draw.reason or "–"),
            (_("examined by"), check.examiner or "–"),
            (_("closed at"), check.closed_at or "–"),
        ]

    def get_acts(self) -> list[Act]:
        check, actor = self.object, self.actor
        acts = [
            self._act(_("lower points"), "lower", policies.may_lower(actor, check), primary=True),
            self._act(_("close the spot check"), "close", policies.may_lower(actor, check)),
            self._act(_("state the unit's view"), "view", policies.may_state_view(actor, check), primary=True),
        ]
        page = Act(_("page of the evaluation"), check.evaluation.get_absolute_url(), ALLOWED)
        return [*(act for act in acts if act.verdict), page]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"performance:spot_{name}", args=[self.object.pk]), verdict, **look)


class SpotLower(RowForm):
    model = SpotCheck
    related = OF_CHECK
    form_class = LowerForm
    title = gettext_lazy("lower points")
    success_message = gettext_lazy("Lowered. The former points stay beside the new ones.")

    def allowed(self) -> Verdict:
        return policies.may_lower(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        lines = self.object.evaluation.lines.select_related("target", "item").order_by("number")
        return {"lines": lines}

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(SPOTS, "spots", self.object)

    def save(self, form: LowerForm) -> str:
        given = form.cleaned_data
        services.lower_points(self.actor, self.object, given["line"], given["points"], given["reason"])
        return self.object.get_absolute_url()


class SpotAction(ActionPage):
    model = SpotCheck
    grant = "performance.see"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*OF_CHECK)

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(SPOTS, "spots", self.object)


class SpotView(SpotAction):
    title = gettext_lazy("state the unit's view")
    form_class = ViewForm
    submit_label = gettext_lazy("state it")
    success_message = gettext_lazy("The view of the unit stands beside the opinion of the examiner.")

    def allowed(self, obj: SpotCheck) -> Verdict:
        return policies.may_state_view(self.actor, obj)

    def act(self, obj: SpotCheck, form: Any) -> None:
        services.state_view(self.actor, obj, form.cleaned_data["text"])


class SpotClose(SpotAction):
    title = gettext_lazy("close the spot check")
    form_class = OpinionForm
    submit_label = gettext_lazy("close")
    success_message = gettext_lazy("The spot check is closed. The unit has been told both scores.")

    def allowed(self, obj: SpotCheck) -> Verdict:
        return policies.may_lower(self.actor, obj)

    def act(self, obj: SpotCheck, form: Any) -> None:
        services.close_check(self.actor, obj, form.cleaned_data["opinion"])


class ResultList(ListPage):
    model = ResultUse
    table = ResultTable
    filters = ResultFilter
    grant = "performance.see"
    title = RESULTS
    empty_text = gettext_lazy("No result here yet. Results come with the approval of evaluations.")

    def initial_query(self) -> dict[str, Any]:
        return {"year": year_at_work() - 1}


class ResultDetail(DetailPage):
    model = ResultUse
    grant = "performance.see"
    template_name = "performance/result.html"
    tabs = (Tab("use", gettext_lazy("use of the result"), "performance/_result_use.html"), HistoryTab)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*OF_YEAR, "decided_by", "of__year")

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(RESULTS, "results")

    def get_facts(self) -> list[tuple[Any, Any]]:
        use = self.object
        return [
            (_("project code"), use.of.project.code),
            (_("budget unit"), use.unit),
            (_("fiscal year"), str(use.year_id)),
            (_("unit to be told by"), use.due),
            (_("decided by"), use.decided_by or "–"),
            (_("decided at"), use.decided_at or "–"),
            (_("told at"), use.told_at or "–"),
        ]

    def get_acts(self) -> list[Act]:
        use, actor = self.object, self.actor
        acts = [
            self._act(_("decide"), "decide", policies.may_decide(actor, use), primary=True),
            self._act(_("tell the unit"), "tell", policies.may_tell(actor, use), primary=True),
        ]
        page = Act(_("page of the project's year"), use.of.get_absolute_url(), ALLOWED)
        return [*(act for act in acts if act.verdict), page]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"performance:result_{name}", args=[self.object.pk]), verdict, **look)


class ResultAction(ActionPage):
    model = ResultUse
    grant = "performance.see"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*OF_YEAR)

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(RESULTS, "results", self.object)


class ResultDecide(ResultAction):
    title = gettext_lazy("decide on the use of the result")
    form_class = DecideForm
    consequence = gettext_lazy("The result of the year is settled by it; next year's budget sheet shows the decision.")
    submit_label = gettext_lazy("decide")
    success_message = gettext_lazy("Decided. Tell the unit next.")

    def get_initial(self, obj: ResultUse) -> dict[str, Any]:
        return {"decision": obj.computed, "percent": obj.computed_percent}

    def allowed(self, obj: ResultUse) -> Verdict:
        return policies.may_decide(self.actor, obj)

    def act(self, obj: ResultUse, form: Any) -> None:
        given = form.cleaned_data
        services.decide_use(self.actor, obj, given["decision"], given["percent"] or 0, given["reason"])


class ResultTell(ResultAction):
    title = gettext_lazy("tell the unit")
    form_class = FeedbackForm
    submit_label = gettext_lazy("tell the unit")
    success_message = gettext_lazy("The unit has been told.")

    def allowed(self, obj: ResultUse) -> Verdict:
        return policies.may_tell(self.actor, obj)

    def act(self, obj: ResultUse, form: Any) -> None:
        services.tell_unit(self.actor, obj, form.cleaned_data["feedback"])
