"""Head counts of units, and basic expenditure computed from them."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.budget import policies, services
from apps.budget.filters import StaffChangeFilter, StaffFilter
from apps.budget.forms.base import BasicForm, StaffForm
from apps.budget.models import BudgetSheet, StaffCategory, StaffChange, StaffChangeState, StaffCount
from apps.budget.rounds import Round, round_of
from apps.budget.selectors.basic import basic_expenditure, main_codes
from apps.budget.selectors.entry import codes_written
from apps.budget.services.basic import BasicReport
from apps.budget.services.staffchanges import SUBJECT
from apps.budget.tables import StaffChangeTable, StaffTable
from apps.lowcode.panels import timeline_tab
from apps.regions.models import Unit
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.views import DetailPage, FormPage, HistoryTab, ListPage, ScopedMixin, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act


class StaffList(ListPage):
    model = StaffCount
    table = StaffTable
    filters = StaffFilter
    grant = "budget.see"
    title = gettext_lazy("head counts")
    empty_text = gettext_lazy(
        "No head count yet. Each unit states how many people it has before it compiles its budget."
    )

    def initial_query(self) -> dict[str, Any]:
        return {"year": round_of(self.request).year}

    def get_actions(self) -> list[tuple[Any, str]]:
        year = round_of(self.request).year
        changes = [(_("changes of head counts"), f"{reverse('budget:staff_changes')}?year={year}")]
        if not self.actor.can("budget.enter"):
            return changes
        return [(_("state head counts"), f"{reverse('budget:staff_edit')}?year={year}"), *changes]


class StaffDetail(DetailPage):
    """One head count with its history."""

    model = StaffCount
    grant = "budget.see"
    tabs = (HistoryTab,)

    def get_queryset(self) -> Any:
        return super().get_queryset().for_list()

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("head counts"), reverse("budget:staff"))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        row = self.object
        return [
            (_("budget unit"), row.unit),
            (_("fiscal year"), row.year_id),
            (_("staff category"), row.category),
            (_("head count"), row.people),
            (_("as of"), row.as_of),
            (_("source document"), row.source or "—"),
        ]


class StaffChangeList(ListPage):
    model = StaffChange
    table = StaffChangeTable
    filters = StaffChangeFilter
    grant = "budget.see"
    title = gettext_lazy("changes of head counts")
    empty_text = gettext_lazy("Nobody has stated head counts yet. What units hand in stands here until it is in force.")

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("head counts"), reverse("budget:staff"))]


def _counts(page: DetailPage, change: StaffChange) -> dict[str, Any]:
    names = {row.code: row for row in StaffCategory.objects.filter(code__in=change.counts)}
    rows = [(names.get(code, code), *pair) for code, pair in change.counts.items()]
    return {"counts": rows, "change": change}


class StaffChangeDetail(DetailPage):
    """What a unit has stated, and how far its approval is."""

    model = StaffChange
    grant = "budget.see"
    tabs = (
        Tab("counts", gettext_lazy("head counts"), "budget/_staff_counts.html", _counts),
        timeline_tab(SUBJECT),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("unit", "region", "author")

    def get_crumbs(self) -> list[Crumb]:
        return [
            Crumb(_("head counts"), reverse("budget:staff")),
            Crumb(_("changes of head counts"), reverse("budget:staff_changes")),
        ]

    def get_facts(self) -> list[tuple[Any, Any]]:
        row = self.object
        return [
            (_("budget unit"), row.unit),
            (_("fiscal year"), row.year_id),
            (_("as of"), row.as_of),
            (_("in force from"), row.in_force),
            (_("source document"), row.source or "—"),
            (_("author"), row.author or "—"),
        ]

    def get_acts(self) -> list[Act]:
        change = self.object
        if change.state != StaffChangeState.RETURNED or not policies.may_state_staff(self.actor, change.unit):
            return []
        address = f"{reverse('budget:staff_edit')}?year={change.year_id}"
        return [Act(_("mend and hand in again"), address, ALLOWED, primary=True)]


class StaffEdit(FormPage):
    """The head counts of one's own unit for a year."""

    grant = "budget.enter"
    form_class = StaffForm
    title = gettext_lazy("state head counts")
    submit_label = gettext_lazy("hand in")
    success_message = gettext_lazy(
        "The head counts are handed in. They count once the finance office has approved them."
    )

    def setup_page(self) -> None:
        actor = self.request.actor
        self.unit = Unit.objects.visible_to(actor).filter(pk__in=actor.unit_ids).first()
        self.now: Round = round_of(self.request)

    def allowed(self) -> Verdict:
        return policies.may_state_staff(self.actor, self.unit) if self.unit else refused("")

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = StaffCount.objects.filter(unit=self.unit, year=self.now.year)
        categories = list(StaffCategory.objects.filter(is_active=True))
        returned = StaffChange.objects.filter(unit=self.unit, year=self.now.year, state=StaffChangeState.RETURNED)
        return {
            "categories": categories,
            "held": {row.category_id: row for row in rows},
            "returned": returned.first(),
        }

    def get_cancel_url(self) -> str:
        return f"{reverse('budget:staff')}?year={self.now.year}"

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("head counts"), reverse("budget:staff"))]

    def get_context_data(self, form: Any) -> dict[str, Any]:
        text = _("%(unit)s, %(year)s: how many people the budget of the year is compiled for.")
        return super().get_context_data(form) | {"help_text": text % {"unit": self.unit, "year": self.now.year}}

    def save(self, form: StaffForm) -> str:
        values = form.cleaned_data
        days = {"as_of": values["as_of"], "in_force": values["in_force"]}
        change = services.state_staff_counts(
            self.actor, self.unit, self.now.year, form.counts(), source=values["source"], **days
        )
        return change.get_absolute_url()


class SheetBasic(ScopedMixin, FormPage):
    """Shows what head counts and standards give, and puts it into the sheet."""

    model = BudgetSheet
    grant = "budget.enter"
    form_class = BasicForm
    template_name = "budget/basic.html"
    title = gettext_lazy("compute basic expenditure")
    submit_label = gettext_lazy("put into the sheet")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("unit__region", "region", "year")

    def setup_page(self) -> None:
        self.sheet = self.get_object()

    def allowed(self) -> Verdict:
        return policies.may_enter(self.actor, self.sheet)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"codes": codes_written(self.sheet.year_id), "main": main_codes(self.sheet)}

    def get_crumbs(self) -> list[Crumb]:
        sheet = self.sheet
        return [Crumb(_("budget sheets"), reverse("budget:sheets")), Crumb(str(sheet), sheet.get_absolute_url())]

    def get_cancel_url(self) -> str:
        return reverse("budget:sheet_edit", args=[self.sheet.pk])

    def get_context_data(self, form: Any) -> dict[str, Any]:
        basic = basic_expenditure(self.sheet.unit, self.sheet.year_id)
        staff = f"{reverse('budget:staff_edit')}?year={self.sheet.year_id}"
        context = {"basic": basic, "sheet": self.sheet, "staff_url": staff, "suggestions": form.suggestions()}
        return super().get_context_data(form) | context

    def save(self, form: BasicForm) -> str:
        values = form.cleaned_data
        report = services.compute_basic(
            self.actor, self.sheet, values["function"], values["fund"], replace=values["replace"]
        )
        for level, text in told(report):
            messages.add_message(self.request, level, text)
        return self.get_cancel_url()


def told(report: BasicReport) -> list[tuple[int, str]]:
    """What was written and what was not, in sentences."""
    text = _(
        "Basic expenditure by head counts and standards: %(total)s yuan. Lines added: %(added)s, changed: %(changed)s."
    )
    values = {"total": f"{report.total:,.2f}", "added": report.added, "changed": report.changed}
    found = [(messages.SUCCESS, text % values)]
    if report.kept:
        text = ngettext(
            "%(count)d economic class keeps its typed amount: %(codes)s.",
            "%(count)d economic classes keep their typed amounts: %(codes)s.",
            len(report.kept),
        )
        found.append((messages.WARNING, text % {"count": len(report.kept), "codes": ", ".join(report.kept)}))
    if report.retired:
        text = _("Not computed, because the classification of this year does not have these classes: %(codes)s.")
        found.append((messages.WARNING, text % {"codes": ", ".join(report.retired)}))
    return found
