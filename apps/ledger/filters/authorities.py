"""Filters of authorities, postings and entries."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.codes.models import Catalog, FiscalYear
from apps.ledger.models import Account, AuthorityState, Event
from apps.ledger.selectors.entries import FIGURES, behind
from apps.projects.filters import within
from apps.regions.pickers import region_picker, unit_picker
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.filters import FilterForm
from imbudget.kit.pickers import PickerField

ANY = [("", "—")]
CATALOGS = {
    "function": Catalog.FUNCTION,
    "department_economic": Catalog.DEPARTMENT_ECONOMIC,
    "fund": Catalog.FUND,
}
LARGEST = 2**63 - 1  # of a key


class YearFilter(FilterForm):
    """Year, region and unit: where every list of the ledger begins."""

    year = forms.TypedChoiceField(label=_("fiscal year"), coerce=int, empty_value=None)
    region = PickerField(region_picker, label=_("region"))
    unit = PickerField(unit_picker, label=_("budget unit"))
    lookups = {"year": "year_id", "region": "region", "unit": "unit_id"}

    def setup(self, actor: Actor) -> None:
        years = FiscalYear.objects.values_list("year", flat=True)
        self.fields["year"].choices = ANY + [(year, str(year)) for year in years]
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]
        if "unit" in self.fields and actor.reach == Reach.UNITS and len(actor.unit_ids) <= 1:
            del self.fields["unit"]

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        return within(value) if name == "region" else super()._wanted(rows, name, value)


class AuthorityFilter(YearFilter):
    """Which authorities: by the elements that people look for them by."""

    state = forms.ChoiceField(label=_("state"), choices=ANY + list(AuthorityState.choices))
    function = forms.CharField(label=_("function code"), max_length=7)
    department_economic = forms.CharField(label=_("department economic class"), max_length=5)
    fund = forms.CharField(label=_("fund type"), max_length=7)
    project_code = forms.CharField(label=_("project code"), max_length=21)
    document_number = forms.CharField(label=_("document number"), max_length=60)
    lookups = {
        **YearFilter.lookups,
        "state": "state",
        "function": "function__code__startswith",
        "department_economic": "department_economic__code__startswith",
        "fund": "fund__code__startswith",
        "project_code": "project_code__startswith",
        "document_number": "document__number__contains",  # documents are few, and authorities are found by theirs
    }
    resolved = frozenset({*CATALOGS, "document_number"})

    def setup(self, actor: Actor) -> None:
        super().setup(actor)
        if actor.reach == Reach.UNITS:
            del self.fields["state"]  # a unit sees what is executable

    def related(self, name: str, rows: QuerySet) -> QuerySet:
        """The codes of the chosen year in the filter's own tree; documents of whatever year."""
        if name == "document_number":
            return rows
        year = {"year": self.chosen["year"]} if "year" in self.chosen else {}
        return rows.filter(catalog=CATALOGS[name], **year)


class PostingFilter(YearFilter):
    event = forms.ChoiceField(label=_("event"), choices=ANY + list(Event.choices))
    lookups = {**YearFilter.lookups, "event": "event"}


class EntryFilter(FilterForm):
    """Which entries: of an authority or one of its figures, of a posting, of an account in a region's year."""

    authority = forms.IntegerField(label=_("number of the authority"), min_value=1, max_value=LARGEST)
    of = forms.ChoiceField(label=_("behind the figure"), choices=ANY + list(FIGURES.items()))
    account = forms.TypedChoiceField(label=_("account"), coerce=int, empty_value=None)
    posting = forms.IntegerField(label=_("number of the posting"), min_value=1, max_value=LARGEST)
    year = forms.TypedChoiceField(label=_("fiscal year"), coerce=int, empty_value=None)
    region = PickerField(region_picker, label=_("region"))
    lookups = {
        "authority": "authority_id",
        "of": "",
        "account": "account_id",
        "posting": "posting_id",
        "year": "posting__year_id",
        "region": "posting__region_id",
    }

    def setup(self, actor: Actor) -> None:
        years = FiscalYear.objects.values_list("year", flat=True)
        self.fields["year"].choices = ANY + [(year, str(year)) for year in years]
        self.fields["account"].choices = ANY + [(row.pk, str(row)) for row in Account.objects.all()]
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        return {} if name == "of" else super()._wanted(rows, name, value)

    def narrow(self, rows: QuerySet) -> QuerySet:
        rows, figure = super().narrow(rows), self.chosen.get("of")
        return behind(rows, figure) if figure else rows
