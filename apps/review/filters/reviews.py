"""Filters of the lists of reviews and of the projects that wait for one."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.projects.filters import within
from apps.projects.pickers import category_picker
from apps.regions.models import Region
from apps.regions.pickers import region_picker, unit_picker
from apps.review.models import ReviewKind, ReviewState
from apps.review.selectors.waiting import needing
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.filters import FilterForm
from imbudget.kit.forms import AmountField
from imbudget.kit.pickers import PickerField

ANY = [("", "—")]


class ReviewFilter(FilterForm):
    """Which reviews: of a kind, in a state, of a region with those below it, of a year."""

    kind = forms.ChoiceField(label=_("kind of review"), choices=ANY + list(ReviewKind.choices))
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(ReviewState.choices))
    region = PickerField(region_picker, label=_("region"))
    year = forms.IntegerField(label=_("year"), min_value=2000, max_value=2099)
    lookups = {"kind": "kind", "state": "state", "region": "region", "year": "year"}

    def setup(self, actor: Actor) -> None:
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        return within(value) if name == "region" else super()._wanted(rows, name, value)


class WaitingFilter(FilterForm):
    """Which waiting projects of one region: that need a review of a kind and stand in none, of a category, …

    The region is the page's: its rules say which reviews are needed.
    """

    kind = forms.ChoiceField(label=_("kind of review"), choices=ANY + list(ReviewKind.choices))
    region = PickerField(region_picker, label=_("region"))
    category = PickerField(category_picker, label=_("category"))
    unit = PickerField(unit_picker, label=_("budget unit"))
    least = AmountField(label=_("amount from"))
    most = AmountField(label=_("amount to"))
    lookups = {"category": "category", "unit": "unit_id", "least": "total__gte", "most": "total__lte"}

    def setup(self, actor: Actor) -> None:
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]

    @property
    def region_id(self) -> int | None:
        """The region asked for, else the actor's own."""
        return getattr(self, "cleaned_data", {}).get("region") or self.actor.region_id

    def narrow(self, rows: QuerySet) -> QuerySet:
        rows, kind = super().narrow(rows), getattr(self, "cleaned_data", {}).get("kind", "")
        region = Region.objects.filter(pk=self.region_id).first() if kind else None
        return rows.filter(needing(region, kind)) if region else rows
