"""Pages of budget sheets: list, detail, entry, and the acts on a sheet."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget import policies, services
from apps.budget.checks import blocking, findings_of, run_checks
from apps.budget.filters import LineFilter, SheetFilter
from apps.budget.forms.sheets import RemarkForm
from apps.budget.models import BudgetLine, BudgetRound, BudgetSheet, SheetState
from apps.budget.questions import region_asked
from apps.budget.rounds import round_of
from apps.budget.selectors.approvals import issued_approval
from apps.budget.selectors.control import used_of
from apps.budget.selectors.suggestions import back_tested, beside_lines
from apps.budget.services.handing import SUBJECT, StoppedByChecks
from apps.budget.tables import LineTable, SheetTable
from apps.desk.services import start_job
from apps.lowcode.panels import deciding, timeline_tab
from apps.lowcode.submitting import SubmitPage
from apps.regions.models import Unit
from imbudget.kit import registry
from imbudget.kit.actor import Actor
from imbudget.kit.bulk import BulkAct
from imbudget.kit.errors import NotAllowed, RuleViolation, Verdict, require
from imbudget.kit.findings import Finding
from imbudget.kit.signatures import proof_before
from imbudget.kit.views import ActionPage, DetailPage, HistoryTab, KitView, ListPage, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

MOST_ERRORS = 8  # of a refused hand-in; all stand among the checks


class RoundList(ListPage):
    """A list that begins with the round at work."""

    def initial_query(self) -> dict[str, Any]:
        now = round_of(self.request)
        return {"year": now.year, "round": now.round}


class SheetList(RoundList):
    model = BudgetSheet
    table = SheetTable
    filters = SheetFilter
    grant = "budget.see"
    title = gettext_lazy("budget sheets")
    empty_text = gettext_lazy(
        "No budget sheet yet. Units begin theirs on their home page, or you import their workbooks."
    )

    bulk = (
        BulkAct(
            "accept",
            gettext_lazy("accept"),
            services.sign_for,
            signs=SUBJECT,
            grant="budget.accept",
            done=gettext_lazy("Accepted: %(count)d."),
            icon="check",
        ),
    )

    def get_actions(self) -> list[tuple[Any, str]]:
        if self.actor.can("budget.import"):
            return [(_("import workbooks"), reverse("budget:import"))]
        return []


class LineList(RoundList):
    model = BudgetLine
    table = LineTable
    filters = LineFilter
    grant = "budget.see"
    title = gettext_lazy("budget lines")
    empty_text = gettext_lazy("No budget line yet.")


def _lines(page: DetailPage, sheet: BudgetSheet) -> dict[str, Any]:
    lines = sheet.lines.select_related("function", "department_economic", "government_economic", "fund")
    rows = list(lines.order_by("number"))
    names = ("amount", "prior_approved", "prior_executed")
    for row in rows:
        row.notes = []
    for _name, notes_of in registry.line_notes.items():
        notes = notes_of(page.actor, sheet, rows)
        for row in rows:
            row.notes += notes.get(row.number, [])
    return {"lines": rows, "sums": {name: sum(getattr(row, name) or 0 for row in rows) for name in names}}


def lines_at(actor: Actor, sheet: BudgetSheet) -> str:
    """Where `#line-3` is the line that a finding speaks of: on the entry page for whoever may mend it."""
    if policies.may_enter(actor, sheet):
        return reverse("budget:sheet_edit", args=[sheet.pk])
    return f"{sheet.get_absolute_url()}?tab=lines"


def _checks(page: DetailPage, sheet: BudgetSheet) -> dict[str, Any]:
    results = run_checks(sheet)
    findings = findings_of(results)
    return {
        "lines_at": lines_at(page.actor, sheet),
        "results": results,
        "findings": findings,
        "error_count": len(blocking(findings)),
        "passed_count": sum(result.level is None for result in results),
    }


def _suggestions(page: DetailPage, sheet: BudgetSheet) -> dict[str, Any]:
    return {"rows": beside_lines(sheet), "tested": back_tested(sheet.year_id, sheet.league_id)}


def _remarks(page: DetailPage, sheet: BudgetSheet) -> dict[str, Any]:
    may = bool(policies.may_remark(page.actor, sheet))
    return {"remarks": sheet.remarks.select_related("user"), "remark_form": RemarkForm() if may else None}


class SheetDetail(DetailPage):
    model = BudgetSheet
    grant = "budget.see"
    template_name = "budget/sheet_detail.html"
    tabs = (
        Tab("lines", gettext_lazy("lines"), "budget/_lines.html", _lines),
        Tab("checks", gettext_lazy("checks"), "budget/_checks.html", _checks),
        timeline_tab(SUBJECT),
        Tab("suggestions", gettext_lazy("suggestion from history"), "budget/_suggestions.html", _suggestions),
        Tab("remarks", gettext_lazy("comments"), "budget/_remarks.html", _remarks),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("unit__department", "region", "year")

    def get_context_data(self) -> dict[str, Any]:
        """What was approved has the letter that says so."""
        sheet = self.object
        approved = sheet.round == BudgetRound.SECOND_DOWN
        approval = issued_approval(sheet.region_id, sheet.year_id) if approved else None
        return super().get_context_data() | {"approval": approval, "used": used_of(sheet)}

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("budget sheets"), reverse("budget:sheets"))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        sheet = self.object
        return [
            (_("unit code"), sheet.unit.code),
            (_("competent department"), sheet.unit.department),
            (_("nature of unit"), sheet.unit.get_nature_display()),
            (_("region"), sheet.region),
            (_("round"), f"{sheet.year_id} · {sheet.get_round_display()}"),
        ]

    def get_acts(self) -> list[Act]:
        sheet, actor = self.object, self.actor
        acts = []
        if actor.holds_unit(sheet.unit_id):
            acts += [
                self._act(_("hand in"), "submit", policies.may_submit(actor, sheet), primary=True),
                self._act(_("edit lines"), "edit", policies.may_enter(actor, sheet)),
            ]
            if policies.may_enter(actor, sheet):
                acts += [
                    self._act(_("copy from last year"), "copy", policies.may_enter(actor, sheet)),
                    self._act(_("compute basic expenditure"), "basic", policies.may_enter(actor, sheet)),
                ]
            acts.append(self._act(_("take back"), "recall", policies.may_recall(actor, sheet)))
        acts += deciding(actor, SUBJECT, sheet)
        if sheet.state == SheetState.ACCEPTED and actor.can("budget.accept") and actor.is_home(sheet.region_id):
            verdict = policies.may_reopen_sheet(actor, sheet)
            acts.append(self._act(_("return to the unit"), "reopen", verdict, danger=True))
        return acts

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"budget:sheet_{name}", args=[self.object.pk]), verdict, **look)


class SheetOpen(KitView):
    """Begin (or go to) the sheet of the unit of one's post."""

    grant = "budget.enter"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        unit = Unit.objects.visible_to(self.actor).filter(pk__in=self.actor.unit_ids).first()
        now = round_of(request)
        try:
            require(policies.may_open_sheet(self.actor, unit) if unit else Verdict(False))
            sheet = services.open_sheet(self.actor, unit, now.year, now.round)
        except NotAllowed:
            raise
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return redirect("dashboard:home")
        return redirect("budget:sheet_edit", sheet.pk)


class SheetAction(ActionPage):
    model = BudgetSheet
    template_name = "budget/sheet_confirm.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("unit", "region", "year")

    def get_crumbs(self) -> list[Crumb]:
        sheet = self.object
        return [Crumb(_("budget sheets"), reverse("budget:sheets")), Crumb(str(sheet), sheet.get_absolute_url())]


class SheetSubmit(SubmitPage, SheetAction):
    """Where checks refuse the hand-in, the page leads to the lines that they speak of."""

    template_name = "budget/sheet_submit.html"
    title = gettext_lazy("hand in")
    question = gettext_lazy("Hand this budget in to the finance office?")
    consequence = gettext_lazy("You cannot change it any more until you take it back or the finance office returns it.")
    submit_label = gettext_lazy("hand in")
    success_message = gettext_lazy("Handed in. The timeline shows who has it now.")
    errors: Sequence[Finding] = ()

    def allowed(self, obj: BudgetSheet) -> Verdict:
        return policies.may_submit(self.actor, obj)

    def act(self, obj: BudgetSheet, form: Any) -> None:
        try:
            services.submit_sheet(self.actor, obj, chosen=form.chosen())
        except StoppedByChecks as stopped:
            self.errors = stopped.errors
            raise

    def get_more(self, obj: BudgetSheet, form: Any) -> dict[str, Any]:
        more = max(0, len(self.errors) - MOST_ERRORS)
        return {"errors": self.errors[:MOST_ERRORS], "more": more, "lines_at": lines_at(self.actor, obj)}

    def subject(self, obj: BudgetSheet) -> str:
        return SUBJECT


class SheetRecall(SheetAction):
    title = gettext_lazy("take back")
    question = gettext_lazy("Take this budget back?")
    consequence = gettext_lazy("The finance office will not see it as handed in until you hand it in again.")
    submit_label = gettext_lazy("take back")
    success_message = gettext_lazy("Taken back. You can change it again.")

    def allowed(self, obj: BudgetSheet) -> Verdict:
        return policies.may_recall(self.actor, obj)

    def act(self, obj: BudgetSheet, form: Any) -> None:
        services.recall_sheet(self.actor, obj)


class SheetReopen(SheetAction):
    form_class = ReasonForm
    title = gettext_lazy("return to the unit")
    question = gettext_lazy("Return this budget to the unit?")
    consequence = gettext_lazy("The unit reads your reason first and can change its lines again.")
    submit_label = gettext_lazy("return to the unit")
    success_message = gettext_lazy("Returned to the unit.")
    danger = True

    def allowed(self, obj: BudgetSheet) -> Verdict:
        return policies.may_reopen_sheet(self.actor, obj)

    def act(self, obj: BudgetSheet, form: Any) -> None:
        services.reopen_sheet(self.actor, obj, form.cleaned_data["reason"])


class AcceptWaiting(KitView):
    """One click signs for every sheet of the round that waits for this person; a job says how far it is."""

    grant = "budget.accept"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        region, now = region_asked(request), round_of(request)
        require(policies.may_accept_waiting(self.actor, region))
        page = proof_before(request, SUBJECT)
        if page is not None:
            return page
        params = {"region": region.pk, "year": now.year, "round": now.round}
        label = _("accept what waits: %(what)s") % {"what": f"{region} {now.label}"}
        return redirect(start_job(self.actor, "budget.accept_waiting", params, label=label).get_absolute_url())


class SheetRemarkAdd(SheetAction):
    form_class = RemarkForm
    title = gettext_lazy("comment")
    question = gettext_lazy("Comment on this budget?")
    submit_label = gettext_lazy("send the comment")
    success_message = gettext_lazy("Your comment stands on the sheet.")

    def allowed(self, obj: BudgetSheet) -> Verdict:
        return policies.may_remark(self.actor, obj)

    def act(self, obj: BudgetSheet, form: Any) -> str:
        services.remark_on_sheet(self.actor, obj, form.cleaned_data["text"])
        return f"{obj.get_absolute_url()}?tab=remarks"
