"""Expenditure standards: those in force, those on their way, and the form by which a finance office states one."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget import policies, services
from apps.budget.filters import StandardChangeFilter, StandardFilter
from apps.budget.forms.standards import StandardForm
from apps.budget.models import ExpenditureStandard, StandardChange
from apps.budget.models.base import OPEN_END
from apps.budget.rounds import round_of
from apps.budget.selectors.entry import codes_written
from apps.budget.services.standards import SUBJECT
from apps.budget.tables import StandardChangeTable, StandardTable
from apps.lowcode.panels import timeline_tab
from apps.regions.models import Region
from imbudget.kit.errors import ALLOWED, Verdict
from imbudget.kit.views import DetailPage, FormPage, HistoryTab, ListPage
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

SHOWN = 10


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("expenditure standards"), reverse("budget:standards")), *more]


class StandardList(ListPage):
    """What holds in a year, and above it what waits for approval."""

    model = ExpenditureStandard
    table = StandardTable
    filters = StandardFilter
    grant = "budget.see"
    template_name = "budget/standards.html"
    title = gettext_lazy("expenditure standards")
    empty_text = gettext_lazy("No standard holds here. The finance office states them; basic expenditure needs them.")

    def template(self) -> str:
        """The part that htmx asks for is defined in the template of every list."""
        asked = super().template()
        return asked if asked == self.template_name else "kit/list.html#rows"

    def initial_query(self) -> dict[str, Any]:
        return {"year": round_of(self.request).year}

    def get_actions(self) -> list[tuple[Any, str]]:
        changes = [(_("changes of expenditure standards"), reverse("budget:standard_changes"))]
        if not policies.may_state_standard(self.actor, self.actor.region_id or 0):
            return changes
        return [(_("state a standard"), reverse("budget:standard_edit")), *changes]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = StandardChange.objects.visible_to(self.actor).under_way().for_list()
        rows = list(waiting[: SHOWN + 1])
        more = {"waiting": rows[:SHOWN], "waits_more": len(rows) > SHOWN}
        return super().get_context_data(**kwargs) | more


class _Facts(DetailPage):
    """A standard in force or on its way."""

    grant = "budget.see"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "category")

    def get_facts(self) -> list[tuple[Any, Any]]:
        row = self.object
        return [
            (_("region"), row.region or _("everywhere")),
            (_("kind of standard"), row.get_kind_display()),
            (_("department economic class"), row.economic),
            (_("staff category"), row.category or _("the whole unit")),
            (_("nature of unit"), row.get_nature_display() or "—"),
            (_("amount a year"), row.amount),
            (_("valid from year"), row.valid_from),
            (_("valid to year"), "–" if row.valid_to == OPEN_END else row.valid_to),
            (_("source document"), row.source or "—"),
        ]


class StandardDetail(_Facts):
    """One standard with its history."""

    model = ExpenditureStandard
    tabs = (HistoryTab,)

    def get_crumbs(self) -> list[Crumb]:
        return _crumbs()

    def get_acts(self) -> list[Act]:
        row = self.object
        if row.region_id is None or not policies.may_state_standard(self.actor, row.region_id):
            return []
        return [Act(_("state it anew"), f"{reverse('budget:standard_edit')}?standard={row.pk}", ALLOWED, primary=True)]


class StandardChangeList(ListPage):
    model = StandardChange
    table = StandardChangeTable
    filters = StandardChangeFilter
    grant = "budget.see"
    title = gettext_lazy("changes of expenditure standards")
    empty_text = gettext_lazy("Nobody has stated a standard yet. What a finance office states stands here.")

    def get_crumbs(self) -> list[Crumb]:
        return _crumbs()


class StandardChangeDetail(_Facts):
    """What a finance office has stated, and how far its approval is."""

    model = StandardChange
    template_name = "budget/standard_change.html"
    tabs = (timeline_tab(SUBJECT), HistoryTab)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("author")

    def get_crumbs(self) -> list[Crumb]:
        return _crumbs(Crumb(_("changes of expenditure standards"), reverse("budget:standard_changes")))

    def get_facts(self) -> list[tuple[Any, Any]]:
        change = self.object
        before = "–" if change.before is None else change.before
        return [*super().get_facts(), (_("amount before"), before), (_("author"), change.author or "—")]

    def get_acts(self) -> list[Act]:
        change = self.object
        if not policies.may_mend_standard(self.actor, change):
            return []
        address = f"{reverse('budget:standard_edit')}?change={change.pk}"
        return [Act(_("mend and hand in again"), address, ALLOWED, primary=True)]


class StandardEdit(FormPage):
    """A standard of one's own region: a new one, one in force stated anew, or one that was returned."""

    grant = "budget.compile"
    form_class = StandardForm
    template_name = "budget/standard_edit.html"
    title = gettext_lazy("state a standard")
    submit_label = gettext_lazy("hand in")
    success_message = gettext_lazy("The standard is handed in. It holds once it has been approved.")

    def setup_page(self) -> None:
        self.year = round_of(self.request).year
        self.returned = self._asked("change", StandardChange)
        self.standard = self._asked("standard", ExpenditureStandard)

    def _asked(self, name: str, model: Any) -> Any:
        """The row that the address names, of one's own region."""
        text = self.request.GET.get(name, "")
        if not text:
            return None
        rows = model.objects.visible_to(self.request.actor).filter(region_id=self.request.actor.region_id)
        row = rows.filter(pk=text).first() if text.isascii() and text.isdecimal() and len(text) < 19 else None
        if row is None:
            raise Http404
        return row

    def allowed(self) -> Verdict:
        if self.returned is not None:
            return policies.may_mend_standard(self.actor, self.returned)
        return policies.may_state_standard(self.actor, self.actor.region_id or 0)

    def get_form_kwargs(self) -> dict[str, Any]:
        codes = codes_written(self.year)["department_economic"]
        return {"codes": codes, "start": self.returned or self.standard, "year": self.year}

    def get_cancel_url(self) -> str:
        return self.returned.get_absolute_url() if self.returned else reverse("budget:standards")

    def get_crumbs(self) -> list[Crumb]:
        return _crumbs()

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"suggestions": form.suggestions()}

    def save(self, form: StandardForm) -> str:
        region = Region.objects.get(pk=self.actor.region_id)
        change = services.state_standard(self.actor, region, form.values(), self.returned)
        return change.get_absolute_url()
