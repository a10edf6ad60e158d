"""Rosters: the list, a new one, the page of one with its money and its way."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ledger.selectors.years import year_at_work
from apps.lowcode.panels import deciding, timeline_tab
from apps.subsidy import policies
from apps.subsidy.filters.rosters import RosterFilter
from apps.subsidy.forms.rosters import RosterForm
from apps.subsidy.models import Roster, RosterState
from apps.subsidy.selectors.rosters import findings_of, money_of
from apps.subsidy.services import rosters
from apps.subsidy.services.rosters import SUBJECT
from apps.subsidy.tables.rosters import RosterTable
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.views import DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

RELATED = ("region", "unit", "subsidy", "place", "author")


def roster_crumbs(roster: Roster | None = None) -> list[Crumb]:
    """The way back to the list, and to the roster."""
    crumbs = [Crumb(_("rosters"), reverse("subsidy:rosters"))]
    return crumbs if roster is None else [*crumbs, Crumb(str(roster), roster.get_absolute_url())]


class RosterList(ListPage):
    model = Roster
    table = RosterTable
    filters = RosterFilter
    grant = "subsidy.see"
    title = gettext_lazy("rosters")
    empty_text = gettext_lazy("No roster has been begun yet.")

    def initial_query(self) -> dict[str, Any]:
        return {"year": year_at_work()}

    def get_actions(self) -> list[tuple[Any, str]]:
        return [(_("new roster"), reverse("subsidy:roster_new"))] if self.actor.can("subsidy.file") else []


class RosterNew(FormPage):
    form_class = RosterForm
    grant = "subsidy.see"
    title = gettext_lazy("new roster")
    help_text = gettext_lazy("Its lines are worked out of the register next, or imported.")

    def allowed(self) -> Verdict:
        if not self.actor.can("subsidy.file"):
            return refused(_("Only the unit that pays the subsidy files its roster."))
        return ALLOWED

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "year": year_at_work()}

    def get_crumbs(self) -> list[Crumb]:
        return roster_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("subsidy:rosters")

    def save(self, form: RosterForm) -> str:
        given = form.cleaned_data
        values = {name: given[name] for name in ("instalment", "share", "as_of", "place")}
        roster = rosters.begin_roster(self.actor, given["unit"], given["subsidy"], given["year"], values)
        return roster.get_absolute_url()


def _overview(page: DetailPage, roster: Roster) -> dict[str, Any]:
    return {"found": findings_of(roster), "hands": list(money_of(roster).items())}


def _payments(page: DetailPage, roster: Roster) -> dict[str, Any]:
    rows = roster.payments.select_related("request", "again__request", "authority").order_by("pk")
    return {"payments": rows[:200]}


def _objections(page: DetailPage, roster: Roster) -> dict[str, Any]:
    return {"objections": roster.objections.select_related("line").order_by("-pk")[:200]}


class RosterDetail(DetailPage):
    model = Roster
    grant = "subsidy.see"
    template_name = "subsidy/roster.html"
    tabs = (
        Tab("overview", gettext_lazy("checks and money"), "subsidy/_overview.html", _overview),
        timeline_tab(SUBJECT),
        Tab("payments", gettext_lazy("payment requests"), "subsidy/_payments.html", _payments),
        Tab("objections", gettext_lazy("objections"), "subsidy/_objections.html", _objections),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_crumbs(self) -> list[Crumb]:
        return roster_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        roster = self.object
        facts = [
            (_("budget unit"), roster.unit),
            (_("region"), roster.region),
            (_("sumu or town"), roster.place or _("the whole banner")),
            (_("fiscal year"), str(roster.year_id)),
            (_("instalment"), roster.instalment),
            (_("share of the year, %"), f"{roster.share:f}"),
            (_("land as of"), roster.as_of),
            (_("author"), roster.author or "–"),
            (_("checked at"), roster.checked_at or "–"),
        ]
        if roster.published_on:
            facts += [
                (_("published on"), roster.published_on),
                (_("before the public until"), roster.public_until),
                (_("where objections go"), roster.objections_to),
            ]
        return facts

    def get_acts(self) -> list[Act]:
        roster, actor = self.object, self.actor
        edit, is_new = policies.may_edit(actor, roster), not roster.count
        acts = [
            *deciding(actor, SUBJECT, roster),
            self._act(_("work the lines out"), "make", edit, primary=is_new),
            self._act(_("import lines"), "import", edit),
            self._act(_("check again"), "check", edit),
            self._act(_("submit"), "submit", policies.may_submit(actor, roster), primary=not is_new),
            self._act(_("take back"), "withdraw", policies.may_withdraw(actor, roster)),
            self._act(_("put before the public"), "publish", policies.may_publish(actor, roster), primary=True),
            self._act(_("end the publicity"), "end", policies.may_end_publicity(actor, roster), primary=True),
            self._act(_("ask for the payments"), "pay", policies.may_pay(actor, roster), primary=True),
            self._act(_("pay corrected lines again"), "again", policies.may_pay(actor, roster)),
            self._act(_("stop dead persons"), "dead", policies.may_stop(actor, roster)),
            self._act(_("give up"), "abandon", policies.may_abandon(actor, roster), danger=True),
        ]
        return [act for act in acts if act.verdict]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"subsidy:roster_{name}", args=[self.object.pk]), verdict, **look)

    def get_context_data(self) -> dict[str, Any]:
        roster = self.object
        context = super().get_context_data()
        context["may_object"] = policies.may_object(self.actor, roster)
        context["on_show"] = roster.state in {RosterState.PUBLISHED, RosterState.READY}
        return context
