"""Filters of the budget's lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.budget.models import BudgetRound, ExpenditureKind, SheetState
from apps.codes.models import FiscalYear
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.filters import FilterForm

ANY = [("", "—")]


class RoundFilter(FilterForm):
    """Year, round and region."""

    year = forms.TypedChoiceField(label=_("fiscal year"), coerce=int, empty_value=None)
    round = forms.ChoiceField(label=_("round"))
    region = forms.TypedChoiceField(label=_("region"), coerce=int, empty_value=None)
    lookups = {"year": "year_id", "round": "round", "region": "region_id"}

    def setup(self, actor: Actor) -> None:
        self.fields["year"].choices = ANY + [(y, y) for y in FiscalYear.objects.values_list("year", flat=True)]
        self.fields["round"].choices = ANY + list(BudgetRound.choices)
        regions = list(Region.objects.visible_to(actor).order_by("code")) if actor.region_level != 2 else []
        if len(regions) > 1:
            self.fields["region"].choices = ANY + [(r.pk, "\u3000" * r.level + r.name) for r in regions]
        else:
            del self.fields["region"]


class SheetFilter(RoundFilter):
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(SheetState.choices))
    lookups = {**RoundFilter.lookups, "state": "state"}


class LineFilter(RoundFilter):
    function = forms.CharField(label=_("function code"), max_length=7)
    department_economic = forms.CharField(label=_("department economic class"), max_length=5)
    fund = forms.CharField(label=_("fund type"), max_length=7)
    government_economic = forms.CharField(label=_("government economic class"), max_length=5)
    kind = forms.ChoiceField(label=_("kind of expenditure"), choices=ANY + list(ExpenditureKind.choices))
    # The summary leads here; a person searches for the unit's name instead.
    unit = forms.IntegerField(widget=forms.HiddenInput, max_value=2**31)
    lookups = {
        **RoundFilter.lookups,
        "function": "function__code__startswith",
        "department_economic": "department_economic__code__startswith",
        "fund": "fund__code__startswith",
        "government_economic": "government_economic__code__startswith",
        "kind": "kind",
        "unit": "unit_id",
    }
