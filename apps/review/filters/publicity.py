"""Filters of public notices and objections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.regions.pickers import region_picker
from apps.review.models import ObjectionState, PublicityState
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.filters import FilterForm
from imbudget.kit.pickers import PickerField

ANY: list[Any] = [("", "—")]


class PublicityFilter(FilterForm):
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(PublicityState.choices))
    region = PickerField(region_picker, label=_("region"))
    lookups = {"state": "state", "region": "region"}

    def setup(self, actor: Actor) -> None:
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]


class ObjectionFilter(PublicityFilter):
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(ObjectionState.choices))
