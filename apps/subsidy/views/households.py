"""The register of households: search, one household and its state."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.persons.selectors import masked
from apps.subsidy import policies
from apps.subsidy.filters.rosters import HouseholdFilter
from apps.subsidy.forms.catalogue import HouseholdStateForm
from apps.subsidy.models import Household
from apps.subsidy.services.households import set_household_state
from apps.subsidy.tables.households import HouseholdTable
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, DetailPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

SHOWN = 200


def household_crumbs(household: Household | None = None) -> list[Crumb]:
    crumbs = [Crumb(_("households"), reverse("subsidy:households"))]
    return crumbs if household is None else [*crumbs, Crumb(household.code, household.get_absolute_url())]


class HouseholdList(ListPage):
    model = Household
    table = HouseholdTable
    filters = HouseholdFilter
    grant = "subsidy.see"
    title = gettext_lazy("households")
    empty_text = gettext_lazy("No household has been brought into the register yet.")

    def get_actions(self) -> list[tuple[Any, str]]:
        if not self.actor.can("subsidy.configure"):
            return []
        return [(_("import a register"), reverse("subsidy:register_import"))]


def _people(page: DetailPage, household: Household) -> dict[str, Any]:
    members = household.members.all()[:SHOWN]
    return {"members": [(one, masked(page.actor, one, "id_number")) for one in members]}


def _land(page: DetailPage, household: Household) -> dict[str, Any]:
    return {"parcels": household.parcels.all()[:SHOWN], "violations": household.violations.all()[:SHOWN]}


def _received(page: DetailPage, household: Household) -> dict[str, Any]:
    lines = household.lines.select_related("roster__subsidy", "roster__place").order_by("-pk")[:SHOWN]
    return {"received": [line for line in lines if line.roster.state != "abandoned"]}


class HouseholdDetail(DetailPage):
    model = Household
    person = True
    grant = "subsidy.see"
    template_name = "subsidy/household.html"
    tabs = (
        Tab("people", gettext_lazy("people"), "subsidy/_people.html", _people),
        Tab("land", gettext_lazy("land and violations"), "subsidy/_land.html", _land),
        Tab("received", gettext_lazy("subsidies received"), "subsidy/_received.html", _received),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "place__parent__parent")

    def get_crumbs(self) -> list[Crumb]:
        return household_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        one = self.object
        above = [one.place, one.place.parent, one.place.parent.parent if one.place.parent else None]
        return [
            (_("household code"), one.code),
            (_("head of the household"), one.head_name),
            (_("identity number"), masked(self.actor, one, "id_number")),
            (_("card"), masked(self.actor, one, "card") or "–"),
            (_("bank"), one.bank or "–"),
            (_("place"), " ".join(place.name for place in reversed(above) if place)),
            (_("people"), one.people),
            (_("head of livestock"), one.livestock),
            (_("region"), one.region),
        ]

    def get_acts(self) -> list[Act]:
        verdict = policies.may_change_household(self.actor, self.object)
        href = reverse("subsidy:household_state", args=[self.object.pk])
        return [Act(_("change the state"), href, verdict)] if verdict else []


class HouseholdState(ActionPage):
    model = Household
    form_class = HouseholdStateForm
    title = gettext_lazy("change the state")
    question = gettext_lazy("Change the state of this household?")
    consequence = gettext_lazy("Rosters made from now on leave out who is stopped or void.")
    submit_label = gettext_lazy("save")

    def allowed(self, obj: Household) -> Verdict:
        return policies.may_change_household(self.actor, obj)

    def get_initial(self, obj: Household) -> dict[str, Any]:
        return {"state": obj.state}

    def get_crumbs(self) -> list[Crumb]:
        return household_crumbs(self.object)

    def act(self, obj: Household, form: HouseholdStateForm) -> None:
        set_household_state(self.actor, obj, form.cleaned_data["state"], form.cleaned_data["reason"])
