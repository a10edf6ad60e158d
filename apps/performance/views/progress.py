"""Progress reports: the list of a unit or region, the page of one, filing, putting right, sending back, the region's form."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from apps.lowcode.rendering import AnswerForm, display
from apps.lowcode.selectors.forms import schema_of, values_of, values_shown
from apps.lowcode.services.answers import BadAnswers
from apps.performance import days, policies, services
from apps.performance.filters.progress import ReportFilter
from apps.performance.forms.progress import ReportForm, initial_of
from apps.performance.forms.values import DoubtForm
from apps.performance.models import ProgressReport, ProjectYear, ReportState
from apps.performance.plausible import Doubtful
from apps.performance.selectors.progress import form_version, reportable
from apps.performance.tables.progress import ReportTable
from apps.performance.views.years import year_crumbs
from imbudget.kit.errors import RuleViolation, Verdict
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

RELATED = ("of__project", "unit", "region", "author", "corrects", "answer__version__definition")


def report_crumbs(report: ProgressReport) -> list[Crumb]:
    return [*year_crumbs(report.of), Crumb(str(report), report.get_absolute_url())]


class ReportList(ListPage):
    model = ProgressReport
    table = ReportTable
    filters = ReportFilter
    grant = "performance.see"
    title = gettext_lazy("progress reports")
    empty_text = gettext_lazy("No progress was reported yet. A unit reports on the page of its project's performance.")


def _content(page: DetailPage, report: ProgressReport) -> dict[str, Any]:
    answer = report.answer
    return {
        "quantities": list(report.quantities.select_related("target").order_by("target__number")),
        "files": list(report.files.select_related("file")),
        "lines": display(schema_of(answer.version), values_shown(page.actor, answer)) if answer else [],
    }


class ReportDetail(DetailPage):
    model = ProgressReport
    grant = "performance.see"
    template_name = "performance/report.html"
    tabs = (Tab("content", gettext_lazy("what was reported"), "performance/_report.html", _content), HistoryTab)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_crumbs(self) -> list[Crumb]:
        return year_crumbs(self.object.of)

    def get_facts(self) -> list[tuple[Any, Any]]:
        report = self.object
        return [
            (_("budget unit"), report.unit),
            (_("as of"), report.as_of),
            (_("physical progress"), f"{report.percent:.1f}%"),
            (_("works began on"), report.started_on or "–"),
            (_("completed on"), report.finished_on or "–"),
            (_("author"), report.author or "–"),
            (_("handed in at"), report.submitted_at or "–"),
            *([(_("puts right"), str(report.corrects))] if report.corrects else []),
            *([(_("reason of return"), report.return_reason)] if report.return_reason else []),
        ]

    def get_acts(self) -> list[Act]:
        report, actor = self.object, self.actor
        may = policies.may_report(actor, report.of)
        acts = []
        if report.state == ReportState.DRAFT:
            acts = [
                self._act(_("hand in"), "progress_submit", may, primary=True),
                self._act(_("edit"), "progress_edit", may),
            ]
            if report.answer or form_version(report.of):
                acts.append(self._act(_("form of the region"), "progress_form", may))
        elif report.state == ReportState.SUBMITTED:
            acts = [
                self._act(
                    pgettext("progress report", "send back"), "progress_return", policies.may_review(actor, report.of)
                )
            ]
        elif not hasattr(report, "correction"):
            acts = [self._act(_("put right"), "progress_correct", may, primary=True)]
        return [one for one in acts if one.verdict]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"performance:{name}", args=[self.object.pk]), verdict, **look)


class _Filing(FormPage):
    """The form of a report; “hand in” keeps it and hands it in at once, “save as a draft” keeps it."""

    form_class = ReportForm
    grant = "performance.file"
    template_name = "performance/report_form.html"
    submit_label = gettext_lazy("hand in")
    multipart = True
    report: ProgressReport | None = None
    corrects: ProgressReport | None = None

    @cached_property
    def of(self) -> ProjectYear:
        raise NotImplementedError

    def allowed(self) -> Verdict:
        return policies.may_report(self.actor, self.of)

    def get_initial(self) -> dict[str, Any]:
        return initial_of(self.report, as_of=days.day_within(self.of.year_id))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"of": self.of, "targets": reportable(self.of), "initial": self.get_initial()}

    def get_crumbs(self) -> list[Crumb]:
        return year_crumbs(self.of)

    def get_cancel_url(self) -> str:
        return (self.report or self.of).get_absolute_url()

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"of": self.of, "report": self.report, "corrects": self.corrects}

    def save(self, form: ReportForm) -> str:
        made = services.save_report(
            self.actor, self.of, form.written, client_key=form.key, report=self.report, corrects=self.corrects
        )
        if "draft" in self.request.POST:
            messages.success(self.request, _("Saved. It is not handed in yet."))
            return made.get_absolute_url()
        try:
            services.submit_report(self.actor, made, form.is_confirmed)
        except Doubtful:
            form.ask()
            raise
        except RuleViolation as refusal:
            raise RuleViolation(_("It is saved as a draft, and not handed in: %(why)s") % {"why": refusal}) from refusal
        messages.success(self.request, _("Handed in. Its quantities count from now on."))
        return made.get_absolute_url()


class ReportNew(_Filing):
    title = gettext_lazy("report progress")

    @cached_property
    def of(self) -> ProjectYear:
        rows = ProjectYear.objects.visible_to(self.actor).select_related("project", "unit", "region")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found


class _OfReport(_Filing):
    @cached_property
    def object(self) -> ProgressReport:
        rows = ProgressReport.objects.visible_to(self.actor).select_related("of__project", "of__unit", "of__region")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def of(self) -> ProjectYear:
        return self.object.of


class ReportEdit(_OfReport):
    title = gettext_lazy("edit the progress report")

    @property
    def report(self) -> ProgressReport:  # type: ignore[override]
        return self.object

    def allowed(self) -> Verdict:
        return policies.may_edit_report(self.actor, self.object)


class ReportCorrect(_OfReport):
    """Another report of the same day, which begins with what the returned one said."""

    title = gettext_lazy("put the progress report right")

    @property
    def corrects(self) -> ProgressReport:  # type: ignore[override]
        return self.object

    def allowed(self) -> Verdict:
        return policies.may_correct_report(self.actor, self.object)

    def get_initial(self) -> dict[str, Any]:
        given = initial_of(self.object)
        del given["client_key"]
        return initial_of(None, **given)


class _ReportAct(ActionPage):
    model = ProgressReport

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("of__project", "of__unit", "of__region")

    def get_crumbs(self) -> list[Crumb]:
        return report_crumbs(self.object)


class ReportSubmit(_ReportAct):
    form_class = DoubtForm
    title = gettext_lazy("hand in")
    question = gettext_lazy("Hand this progress report in?")
    consequence = gettext_lazy("Its quantities become values of their targets, and it cannot be edited any more.")
    submit_label = gettext_lazy("hand in")
    success_message = gettext_lazy("Handed in. Its quantities count from now on.")

    def allowed(self, obj: ProgressReport) -> Verdict:
        return policies.may_edit_report(self.actor, obj)

    def act(self, obj: ProgressReport, form: Any) -> None:
        try:
            services.submit_report(self.actor, obj, form.is_confirmed)
        except Doubtful:
            form.ask()
            raise


class ReportReturn(_ReportAct):
    title = pgettext_lazy("progress report", "send back")
    form_class = ReasonForm
    consequence = gettext_lazy(
        "Its values stay, marked as returned, until another report of the same day puts them right."
    )
    submit_label = pgettext_lazy("progress report", "send back")
    success_message = gettext_lazy("The report is sent back to the unit.")

    def allowed(self, obj: ProgressReport) -> Verdict:
        return policies.may_return_report(self.actor, obj)

    def act(self, obj: ProgressReport, form: Any) -> None:
        services.return_report(self.actor, obj, form.cleaned_data["reason"])


class ReportRegionForm(_OfReport):
    """The region's own form as a part of the report."""

    title = gettext_lazy("form of the region")
    template_name = "lowcode/answer_form.html"
    submit_label = gettext_lazy("save")

    def allowed(self) -> Verdict:
        return policies.may_edit_report(self.actor, self.object)

    def get_form(self, data: Any = None, files: Any = None) -> AnswerForm:
        report = self.object
        version = report.answer.version if report.answer else form_version(report.of)
        if version is None:
            raise Http404
        values = values_of(report.answer) if report.answer else None
        place = (report.region_id, report.unit_id)
        return AnswerForm(schema_of(version), actor=self.actor, values=values, place=place, data=data, files=files)

    def get_crumbs(self) -> list[Crumb]:
        return report_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def save(self, form: Any) -> str:
        try:
            services.save_region_form(self.actor, self.object, form.raw, draft="draft" in self.request.POST)
        except BadAnswers as refusal:
            form.refuse(refusal.errors)
            raise RuleViolation(_("Nothing was saved yet: some fields need another look.")) from refusal
        return self.object.get_absolute_url()

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"answer": self.object.answer, "place": self.object}
