"""Filters of the expert pool."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.regions.models import Region
from apps.regions.pickers import region_picker
from apps.review.expertfacts import LEVELS
from apps.review.models import ExpertField, ExpertSource, ExpertState, Language, TitleRank
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.filters import FilterForm
from imbudget.kit.pickers import PickerField

ANY = [("", "—")]


class ExpertFilter(FilterForm):
    """Which experts: of a state, a field, a level, a rank, a language, a region with those below it."""

    state = forms.ChoiceField(label=_("state"), choices=ANY + list(ExpertState.choices))
    field = forms.ChoiceField(label=_("field of expertise"))
    level = forms.ChoiceField(label=_("level of the pool"), choices=[*ANY, *LEVELS])
    title_rank = forms.ChoiceField(label=_("rank of the title"), choices=ANY + list(TitleRank.choices))
    language = forms.ChoiceField(label=_("language"), choices=ANY + list(Language.choices))
    source = forms.ChoiceField(label=_("came by"), choices=ANY + list(ExpertSource.choices))
    region = PickerField(region_picker, label=_("region"))
    lookups = {
        "state": "state",
        "field": "specialities__field__code",
        "level": "level",
        "title_rank": "title_rank",
        "language": "languages__contains",
        "source": "source",
        "region": "region",
    }

    def setup(self, actor: Actor) -> None:
        self.fields["field"].choices = ANY + [(row.code, row.name) for row in ExpertField.objects.all()]
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        if name == "language":
            return {"languages__contains": [value]}
        if name == "region":
            region = Region.objects.get(pk=value)
            key = ("", "league", "region")[min(region.level, 2)]
            return {key: region} if key else {}
        return super()._wanted(rows, name, value)
