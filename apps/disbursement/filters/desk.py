"""Filters of the treasury's desk."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.disbursement.models import DayState, InState, OutKind, OutState
from apps.ledger.filters.authorities import ANY
from apps.projects.filters import within
from apps.regions.pickers import region_picker
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.filters import FilterForm
from imbudget.kit.pickers import PickerField

DATE = {"type": "date"}


class DeskFilter(FilterForm):
    """Of a region with those below it."""

    region = PickerField(region_picker, label=_("region"))
    lookups = {"region": "region"}

    def setup(self, actor: Actor) -> None:
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        return within(value) if name == "region" else super()._wanted(rows, name, value)


class DayFilter(DeskFilter):
    since = forms.DateField(label=_("since"), widget=forms.DateInput(attrs=DATE))
    until = forms.DateField(label=_("until"), widget=forms.DateInput(attrs=DATE))
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(DayState.choices))
    differing = forms.ChoiceField(label=_("differences"), choices=[*ANY, ("1", _("days with differences"))])
    lookups = {
        **DeskFilter.lookups,
        "since": "day__gte",
        "until": "day__lte",
        "state": "state",
        "differing": "unsettled__gte",
    }


class SentFilter(DeskFilter):
    kind = forms.ChoiceField(label=_("kind of message"), choices=ANY + list(OutKind.choices))
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(OutState.choices))
    lookups = {**DeskFilter.lookups, "kind": "kind", "state": "state"}


class ReceivedFilter(DeskFilter):
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(InState.choices))
    lookups = {**DeskFilter.lookups, "state": "state"}
