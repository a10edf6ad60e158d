"""Filters of alarms and rules."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.codes.models import FiscalYear
from apps.monitoring.models import OPEN_ALARMS, AlarmState, Level, Mode, Phase
from apps.projects.filters import within
from apps.regions.pickers import region_picker, unit_picker
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.filters import FilterForm
from imbudget.kit.pickers import PickerField

ANY = [("", "—")]
OPEN, DUE = "open", "due"
ANSWERS = (AlarmState.ISSUED, AlarmState.RETURNED)  # the unit has to answer


class AlarmFilter(FilterForm):
    """Which alarms: how grave, how far, of which rule, where."""

    level = forms.ChoiceField(label=_("level of warning"), choices=ANY + list(Level.choices))
    state = forms.ChoiceField(label=_("state"), choices=[*ANY, (OPEN, _("all that are open")), *AlarmState.choices])
    year = forms.TypedChoiceField(label=_("year in which they were raised"), coerce=int, empty_value=None)
    late = forms.ChoiceField(label=_("answer"), choices=[*ANY, (DUE, _("past its term"))])
    rule = forms.CharField(label=_("code of the rule"), max_length=20)
    mode = forms.ChoiceField(label=_("what it does"), choices=ANY + list(Mode.choices))
    region = PickerField(region_picker, label=_("region"))
    unit = PickerField(unit_picker, label=_("budget unit"))
    lookups = {
        "level": "level",
        "state": "state",
        "year": "raised_at__year",
        "late": "due__lt",
        "rule": "rule__code__startswith",
        "mode": "mode",
        "region": "region",
        "unit": "unit_id",
    }
    resolved = frozenset({"rule"})

    def setup(self, actor: Actor) -> None:
        years = FiscalYear.objects.values_list("year", flat=True)
        self.fields["year"].choices = ANY + [(year, str(year)) for year in years]
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]
        if actor.reach == Reach.UNITS and len(actor.unit_ids) <= 1:
            del self.fields["unit"]

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        if name == "state" and value == OPEN:
            return {"state__in": OPEN_ALARMS}
        if name == "late":
            return {"due__lt": timezone.localdate(), "state__in": ANSWERS}
        return within(value) if name == "region" else super()._wanted(rows, name, value)


class RuleFilter(FilterForm):
    """Which rules: by what they do, when they look, and whether they can look at all."""

    mode = forms.ChoiceField(label=_("what it does"), choices=ANY + list(Mode.choices))
    level = forms.ChoiceField(label=_("level of warning"), choices=ANY + list(Level.choices))
    phase = forms.ChoiceField(label=_("phase"), choices=ANY + list(Phase.choices))
    covered = forms.ChoiceField(label=_("covered"), choices=[*ANY, ("yes", _("watches")), ("no", _("not covered"))])
    lookups = {"mode": "current__mode", "level": "current__level", "phase": "current__phase", "covered": "covered"}

    def narrow(self, rows: QuerySet) -> QuerySet:
        without_gap = Q(gap_zh_hans="") | Q(gap_zh_hans=None)
        match self.chosen.get("covered"):
            case "yes":
                rows = rows.filter(without_gap)
            case "no":
                rows = rows.exclude(without_gap)
        return super().narrow(rows)

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        return {} if name == "covered" else super()._wanted(rows, name, value)
