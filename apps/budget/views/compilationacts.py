"""Acts on a region's compilation: compile, open again, report, take the report back, return it."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget import policies, services
from apps.budget.forms.sheets import CompileForm
from apps.budget.models import Compilation
from apps.budget.rounds import Round
from apps.budget.selectors.collection import CollectionStatus, collection_status
from apps.budget.services.reporting import SUBJECT
from apps.desk.services import start_job
from apps.lowcode.submitting import SubmitPage
from imbudget.kit.errors import Verdict, require
from imbudget.kit.views import ActionPage
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb


class CompilationAction(ActionPage):
    model = Compilation

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(str(self.object), self.object.get_absolute_url())]

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region__parent", "region__reports_to", "snapshot")


class CompilationCompile(CompilationAction):
    """Says what waits and what is missing before the job begins, which would refuse it a minute later."""

    template_name = "budget/compile.html"
    title = gettext_lazy("compile")
    question = gettext_lazy("Compile the budget of the region?")
    consequence = gettext_lazy(
        "The figures are frozen; sheets and reports in them cannot be returned until you open the compilation again."
    )
    submit_label = gettext_lazy("compile")

    def allowed(self, obj: Compilation) -> Verdict:
        return policies.may_compile(self.actor, obj)

    def get_object(self) -> Compilation:
        self.object = super().get_object()
        return self.object

    @cached_property
    def status(self) -> CollectionStatus:
        item = self.object
        return collection_status(item.region, item.year_id, item.round)

    def form_class(self, data: Any = None, initial: Any = None) -> CompileForm:  # type: ignore[override]
        asks = self.status.missing and not self.status.waiting  # while something waits no reason helps
        return CompileForm(data, missing=asks)

    def get_more(self, obj: Compilation, form: Any) -> dict[str, Any]:
        query = Round(obj.year_id, obj.round).query
        return {"status": self.status, "progress": f"{reverse('budget:progress')}?region={obj.region_id}&{query}"}

    def act(self, obj: Compilation, form: Any) -> str:
        require(self.allowed(obj))  # the job would refuse as well, but it should not even begin
        reason = form.cleaned_data.get("missing_reason", "")
        services.refuse_undecided(self.status, reason)
        params = {"compilation": obj.pk, "missing_reason": reason}
        job = start_job(self.actor, "budget.compile", params, label=_("compile %(what)s") % {"what": obj})
        return job.get_absolute_url()


class CompilationReopen(CompilationAction):
    title = gettext_lazy("open again")
    question = gettext_lazy("Open the compilation again?")
    consequence = gettext_lazy("The frozen figures stay in the record; you compile anew afterwards.")
    submit_label = gettext_lazy("open again")
    success_message = gettext_lazy("Open again: sheets and reports can be returned.")

    def allowed(self, obj: Compilation) -> Verdict:
        return policies.may_reopen(self.actor, obj)

    def act(self, obj: Compilation, form: Any) -> None:
        services.reopen_compilation(self.actor, obj)


class CompilationReport(SubmitPage, CompilationAction):
    title = gettext_lazy("report")
    question = gettext_lazy("Report these figures to the upper region?")
    consequence = gettext_lazy(
        "You can take the report back until the upper region has decided; after that only the upper region returns it."
    )
    submit_label = gettext_lazy("report")
    success_message = gettext_lazy("Reported. The timeline shows who has it now.")

    def allowed(self, obj: Compilation) -> Verdict:
        return policies.may_report(self.actor, obj)

    def act(self, obj: Compilation, form: Any) -> None:
        services.report_budget(self.actor, obj, chosen=form.chosen())

    def subject(self, obj: Compilation) -> str:
        return SUBJECT


class CompilationWithdraw(CompilationAction):
    title = gettext_lazy("take back the report")
    question = gettext_lazy("Take this report back?")
    consequence = gettext_lazy("The budget stays compiled; the upper region does not see it as reported any more.")
    submit_label = gettext_lazy("take back the report")
    success_message = gettext_lazy("The report is taken back.")

    def allowed(self, obj: Compilation) -> Verdict:
        return policies.may_withdraw_report(self.actor, obj)

    def act(self, obj: Compilation, form: Any) -> None:
        services.withdraw_report(self.actor, obj)


class CompilationReopenReport(CompilationAction):
    form_class = ReasonForm
    title = gettext_lazy("return the report")
    question = gettext_lazy("Return this report to the region?")
    consequence = gettext_lazy("The region reads your reason first and can change what is in its budget.")
    submit_label = gettext_lazy("return the report")
    success_message = gettext_lazy("The report has been returned.")
    danger = True

    def allowed(self, obj: Compilation) -> Verdict:
        return policies.may_reopen_report(self.actor, obj)

    def act(self, obj: Compilation, form: Any) -> None:
        services.reopen_report(self.actor, obj, form.cleaned_data["reason"])
