"""Which figure of the roll-out the rows of a list are behind."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.dashboard.models import Kpi, KpiPeriod
from apps.regions.models import RolloutPhase
from apps.regions.pickers import region_picker
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.filters import FilterForm
from imbudget.kit.pickers import PickerField

MONTHS = 24  # as many as a whole run works out


def months_offered(today: date) -> list[date]:
    """The first days of the months that figures are worked out for, the present one first."""
    number = today.year * 12 + today.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(number, number - MONTHS, -1)]


class KpiRowFilter(FilterForm):
    """Measure, region, days and phase. They say which rows these are (`KpiRows`); nothing is narrowed behind that."""

    kpi = forms.ChoiceField(label=_("measure"), choices=Kpi.choices)
    region = PickerField(region_picker, label=_("region"))
    period = forms.ChoiceField(label=_("period"))
    phase = forms.TypedChoiceField(label=_("phase of the roll-out"), coerce=int, empty_value=None)

    def setup(self, actor: Actor) -> None:
        months = [(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in months_offered(timezone.localdate())]
        spans = [(one.value, one.label) for one in (KpiPeriod.CURRENT, KpiPeriod.BASELINE)]
        self.fields["period"].choices = [*spans, *months]
        phases = [(row.pk, str(row)) for row in RolloutPhase.objects.all()]
        self.fields["phase"].choices = [("", "—"), *phases]
        if not phases:
            del self.fields["phase"]
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]

    def narrow(self, rows: QuerySet) -> QuerySet:
        return rows

    @property
    def asked(self) -> dict[str, Any]:
        """What is valid of it."""
        return getattr(self, "cleaned_data", {})
