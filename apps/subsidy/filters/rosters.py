"""Filters of households, rosters and their lines."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.ledger.filters.authorities import ANY, YearFilter
from apps.projects.filters import within
from apps.regions.pickers import region_picker
from apps.subsidy.models import (
    FindingRule,
    Household,
    HouseholdState,
    ObjectionState,
    Outcome,
    Place,
    PlaceLevel,
    RosterState,
    Subsidy,
)
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.filters import FilterForm
from imbudget.kit.pickers import PickerField

LARGEST = 2**63 - 1


class StandardFilter(FilterForm):
    subsidy = forms.TypedChoiceField(label=_("subsidy"), coerce=int, empty_value=None)
    lookups = {"subsidy": "subsidy_id"}

    def setup(self, actor: Actor) -> None:
        self.fields["subsidy"].choices = ANY + [(row.pk, str(row)) for row in Subsidy.objects.visible_to(actor)]


class HouseholdFilter(FilterForm):
    """Which households: of a sumu, in a state, or the one of an identity number or card."""

    region = PickerField(region_picker, label=_("region"))
    sumu = forms.TypedChoiceField(label=_("sumu or town"), coerce=int, empty_value=None)
    number = forms.CharField(label=_("identity number or card"), max_length=40)
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(HouseholdState.choices))
    lookups = {"region": "region", "sumu": "", "number": "", "state": "state"}

    def setup(self, actor: Actor) -> None:
        if actor.reach in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["sumu"]
        else:
            del self.fields["region"]
            sumus = Place.objects.visible_to(actor).filter(level=PlaceLevel.SUMU)
            self.fields["sumu"].choices = ANY + [(row.pk, row.name) for row in sumus]

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        if name == "region":
            return within(value)
        if name == "sumu":
            code = Place.objects.filter(pk=value).values_list("code", flat=True).first() or "-"
            return {"place__code__startswith": code[:9]}
        if name == "number":
            found = [
                pk
                for field in ("id_index", "card_index")
                for pk in Household.objects.filter(**{field: value}).values_list("pk", flat=True)[:1000]
            ]
            return {"pk__in": found}
        return super()._wanted(rows, name, value)


class RosterFilter(YearFilter):
    subsidy = forms.TypedChoiceField(label=_("subsidy"), coerce=int, empty_value=None)
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(RosterState.choices))
    lookups = {**YearFilter.lookups, "subsidy": "subsidy_id", "state": "state"}

    def setup(self, actor: Actor) -> None:
        super().setup(actor)
        self.fields["subsidy"].choices = ANY + [(row.pk, str(row)) for row in Subsidy.objects.visible_to(actor)]


class LineFilter(FilterForm):
    """Which lines of a roster: with an outcome, with a finding, of a sumu or gacha."""

    outcome = forms.ChoiceField(label=_("outcome"), choices=ANY + list(Outcome.choices))
    finding = forms.ChoiceField(label=_("finding"), choices=ANY + list(FindingRule.choices))
    sumu = forms.IntegerField(label=_("sumu or town"), min_value=1, max_value=LARGEST, widget=forms.HiddenInput)
    gacha = forms.IntegerField(label=_("gacha or village"), min_value=1, max_value=LARGEST, widget=forms.HiddenInput)
    lookups = {"outcome": "outcome", "finding": "findings__rule", "sumu": "sumu_id", "gacha": "gacha_id"}


class ObjectionFilter(FilterForm):
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(ObjectionState.choices))
    lookups = {"state": "state"}
