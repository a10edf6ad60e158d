"""Head counts of units, and basic expenditure computed from them."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.budget import policies, services
from apps.budget.filters import StaffFilter
from apps.budget.forms.base import BasicForm, StaffForm
from apps.budget.models import BudgetSheet, StaffCategory, StaffCount
from apps.budget.rounds import Round, round_of
from apps.budget.selectors.basic import basic_expenditure, main_codes
from apps.budget.selectors.entry import codes_written
from apps.budget.services.basic import BasicReport
from apps.budget.tables import StaffTable
from apps.regions.models import Unit
from imbudget.kit.errors import Verdict, refused
from imbudget.kit.views import DetailPage, FormPage, HistoryTab, ListPage, ScopedMixin
from imbudget.kit.views.base import Crumb


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
        if not self.actor.can("budget.enter"):
            return []
        return [(_("state head counts"), f"{reverse('budget:staff_edit')}?year={round_of(self.request).year}")]


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


class StaffEdit(FormPage):
    """The head counts of one's own unit for a year."""

    grant = "budget.enter"
    form_class = StaffForm
    title = gettext_lazy("state head counts")
    success_message = gettext_lazy("The head counts have been saved.")

    def setup_page(self) -> None:
        actor = self.request.actor
        self.unit = Unit.objects.visible_to(actor).filter(pk__in=actor.unit_ids).first()
        self.now: Round = round_of(self.request)

    def allowed(self) -> Verdict:
        return policies.may_keep_staff(self.actor, self.unit) if self.unit else refused("")

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = StaffCount.objects.filter(unit=self.unit, year=self.now.year)
        categories = list(StaffCategory.objects.filter(is_active=True))
        return {"categories": categories, "held": {row.category_id: row for row in rows}}

    def get_cancel_url(self) -> str:
        return f"{reverse('budget:staff')}?year={self.now.year}"

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("head counts"), reverse("budget:staff"))]

    def get_context_data(self, form: Any) -> dict[str, Any]:
        text = _("%(unit)s, %(year)s: how many people the budget of the year is compiled for.")
        return super().get_context_data(form) | {"help_text": text % {"unit": self.unit, "year": self.now.year}}

    def save(self, form: StaffForm) -> str:
        values = form.cleaned_data
        services.set_staff_counts(
            self.actor, self.unit, self.now.year, form.counts(), values["as_of"], values["source"]
        )
        return self.get_cancel_url()


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
