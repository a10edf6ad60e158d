"""Rosters: the list, a new one, the page of one with its money and its way, and what is done with it."""

from pathlib import Path
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ledger.selectors.years import year_at_work
from apps.lowcode.panels import deciding, timeline_tab
from apps.lowcode.submitting import SubmitPage
from apps.subsidy import policies
from apps.subsidy.filters.rosters import RosterFilter
from apps.subsidy.forms.catalogue import RosterFileForm, heads_of
from apps.subsidy.forms.rosters import PublishForm, RosterForm
from apps.subsidy.models import Roster, RosterState
from apps.subsidy.selectors.rosters import findings_of, money_of
from apps.subsidy.services import publicity, rosters
from apps.subsidy.services.rosters import SUBJECT
from apps.subsidy.tables.rosters import RosterTable
from apps.subsidy.views.households import FilePage
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
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


class RosterAction(ActionPage):
    model = Roster

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_crumbs(self) -> list[Crumb]:
        return roster_crumbs(self.object)


class RosterMake(RosterAction):
    title = gettext_lazy("work the lines out")
    question = gettext_lazy("Work the lines out of the register?")
    consequence = gettext_lazy("The lines that are there are replaced.")
    submit_label = gettext_lazy("work the lines out")
    success_message = gettext_lazy("The lines have been worked out and checked.")

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_edit(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> None:
        rosters.make_lines(self.actor, obj)


class RosterCheck(RosterAction):
    title = gettext_lazy("check again")
    question = gettext_lazy("Check the lines again?")
    consequence = gettext_lazy("Registers and lists may have changed since.")
    submit_label = gettext_lazy("check again")
    success_message = gettext_lazy("The lines have been checked.")

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_edit(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> None:
        rosters.check_roster(self.actor, obj)


class RosterImport(FilePage):
    form_class = RosterFileForm
    grant = "subsidy.see"
    title = gettext_lazy("import lines")
    submit_label = gettext_lazy("import")
    help_text = gettext_lazy("The lines that are there are replaced; areas and amounts are compared with the register.")

    @cached_property
    def object(self) -> Roster:
        found = Roster.objects.visible_to(self.actor).select_related(*RELATED).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def allowed(self) -> Verdict:
        return policies.may_edit(self.actor, self.object)

    def get_crumbs(self) -> list[Crumb]:
        return roster_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def bring(self, path: Path, name: str, form: RosterFileForm) -> str:
        report = rosters.import_lines(self.actor, self.object, path, name)
        return _("%(rows)s rows read, %(written)s written.") % {"rows": report.rows, "written": report.written}

    def goal(self, form: RosterFileForm) -> str:
        return self.object.get_absolute_url()

    def registers(self) -> list[tuple[str, Any, list[str]]]:
        return [("roster", gettext_lazy("roster"), heads_of("roster"))]


class RosterSubmit(SubmitPage, RosterAction):
    title = gettext_lazy("submit")
    question = gettext_lazy("Hand this roster in for approval?")
    consequence = gettext_lazy("It is checked once more; until it is decided it can be taken back.")
    submit_label = gettext_lazy("submit")
    success_message = gettext_lazy("Handed in. The timeline shows who has it now.")

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_submit(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> None:
        rosters.submit_roster(self.actor, obj, chosen=form.chosen())

    def subject(self, obj: Roster) -> str:
        return SUBJECT


class RosterWithdraw(RosterAction):
    title = gettext_lazy("take back")
    question = gettext_lazy("Take this roster back?")
    consequence = gettext_lazy("It is a draft again.")
    submit_label = gettext_lazy("take back")
    success_message = gettext_lazy("The roster is a draft again.")

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_withdraw(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> None:
        rosters.withdraw_roster(self.actor, obj)


class RosterAbandon(RosterAction):
    title = gettext_lazy("give up")
    question = gettext_lazy("Give this roster up for good?")
    consequence = gettext_lazy("It stays to be read and is never paid.")
    submit_label = gettext_lazy("give up")
    success_message = gettext_lazy("The roster is given up.")
    danger = True

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_abandon(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> None:
        rosters.abandon_roster(self.actor, obj)


class RosterPublish(RosterAction):
    form_class = PublishForm
    title = gettext_lazy("put before the public")
    question = gettext_lazy("Put this roster before the public?")
    consequence = gettext_lazy(
        "Everybody reads names and identity numbers in part and the amounts; cards are not shown."
    )
    submit_label = gettext_lazy("put before the public")
    success_message = gettext_lazy("The roster stands before the public.")

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_publish(self.actor, obj)

    def act(self, obj: Roster, form: PublishForm) -> None:
        publicity.publish_roster(self.actor, obj, form.cleaned_data["objections_to"])


class RosterEnd(RosterAction):
    title = gettext_lazy("end the publicity")
    question = gettext_lazy("End the publicity of this roster?")
    consequence = gettext_lazy("Its days must be over and every objection answered; then it is ready to be paid.")
    submit_label = gettext_lazy("end the publicity")
    success_message = gettext_lazy("The roster is ready to be paid.")

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_end_publicity(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> None:
        publicity.end_publicity(self.actor, obj)
