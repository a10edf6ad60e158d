"""Filters of the inbox and of the list of flows."""

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.lowcode import subjects
from apps.lowcode.models import CaseState
from apps.regions.pickers import region_picker, unit_picker
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.filters import FilterForm
from imbudget.kit.pickers import PickerField

ANY = [("", "—")]


class PlaceFilter(FilterForm):
    """Type of document, region and unit; `lookups` say where they stand."""

    subject = forms.ChoiceField(label=_("type of document"))
    region = PickerField(region_picker, label=_("region"))
    unit = PickerField(unit_picker, label=_("budget unit"))
    lookups = {"subject": "case__subject", "region": "case__region_id", "unit": "case__unit_id"}

    def setup(self, actor: Actor) -> None:
        self.fields["subject"].choices = [*ANY, *subjects.choices()]
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]
        if actor.reach == Reach.UNITS and len(actor.unit_ids) <= 1:
            del self.fields["unit"]


class TodoFilter(PlaceFilter):
    overdue = forms.ChoiceField(label=_("deadline"), choices=[*ANY, ("1", _("overdue"))])

    def narrow(self, rows: QuerySet) -> QuerySet:
        rows = super().narrow(rows)
        return rows.filter(due__lt=timezone.localdate()) if getattr(self, "cleaned_data", {}).get("overdue") else rows


class DoneFilter(PlaceFilter):
    state = forms.ChoiceField(label=_("state of the document"), choices=[*ANY, *CaseState.choices])
    lookups = PlaceFilter.lookups | {"state": "case__state"}


class MineFilter(PlaceFilter):
    state = forms.ChoiceField(label=_("state"), choices=[*ANY, *CaseState.choices])
    lookups = {"subject": "subject", "region": "region_id", "unit": "unit_id", "state": "state"}


class FlowFilter(FilterForm):
    subject = forms.ChoiceField(label=_("type of document"))
    lookups = {"subject": "subject"}

    def setup(self, actor: Actor) -> None:
        self.fields["subject"].choices = [*ANY, *subjects.choices()]
