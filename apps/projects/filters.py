"""Filters of the project library."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.codes.models import FiscalYear
from apps.projects.models import PolicyTag, ProjectCategory, ProjectKind, ProjectState
from apps.projects.pickers import category_picker
from apps.projects.stages import LIVE, LIVE_STATES, STATES, Stage
from apps.regions.models import Region
from apps.regions.pickers import region_picker, unit_picker
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.filters import FilterForm
from imbudget.kit.forms import AmountField
from imbudget.kit.pickers import PickerField

ANY = [("", "—")]


class ProjectFilter(FilterForm):
    """Which projects: a category with what is below it, a region with those below it, a stage, an amount, …"""

    category = PickerField(category_picker, label=_("category"))
    tag = forms.TypedChoiceField(label=_("policy tag"), coerce=int, empty_value=None)
    stage = forms.ChoiceField(label=_("stage"), choices=[*ANY, (LIVE, _("all but those left out")), *Stage.choices])
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(ProjectState.choices))
    region = PickerField(region_picker, label=_("region"))
    unit = PickerField(unit_picker, label=_("budget unit"))
    year = forms.TypedChoiceField(label=_("year of set-up"), coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("kind of project"), choices=ANY + list(ProjectKind.choices))
    least = AmountField(label=_("amount from"))
    most = AmountField(label=_("amount to"))
    lookups = {
        "category": "category",
        "tag": "project_tags__tag_id",
        "stage": "state",
        "state": "state",
        "region": "region",
        "unit": "unit_id",
        "year": "setup_year",
        "kind": "kind",
        "least": "total__gte",
        "most": "total__lte",
    }

    def setup(self, actor: Actor) -> None:
        self.fields["tag"].choices = ANY + [(tag.pk, str(tag)) for tag in PolicyTag.objects.all()]
        years = FiscalYear.objects.values_list("year", flat=True)
        self.fields["year"].choices = ANY + [(year, str(year)) for year in years]
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]
        if actor.reach == Reach.UNITS and len(actor.unit_ids) <= 1:
            del self.fields["unit"]

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        if name == "region":
            return within(value)
        if name == "stage":
            return {"state__in": LIVE_STATES if value == LIVE else STATES[Stage(value)]}
        if name == "category":
            return {"category__in": self.below(value)}
        return super()._wanted(rows, name, value)

    def below(self, category: int) -> list[int]:
        """The category and those below it."""
        row = ProjectCategory.objects.get(pk=category)
        return list(row.get_descendants(include_self=True).values_list("pk", flat=True))


def within(region_id: int) -> dict[str, Any]:
    """The condition that a row lies in a region or in one below it: one indexed equality."""
    return inside(Region.objects.get(pk=region_id))


def inside(region: Region) -> dict[str, Any]:
    """The same of a region that has been read."""
    if region.level == 0:
        return {}
    return {"league": region} if region.level == 1 else {"region": region}
