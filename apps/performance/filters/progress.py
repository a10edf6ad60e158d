"""Which progress reports and surveys."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.ledger.filters.authorities import ANY, YearFilter
from apps.performance.models import ReportState, SurveyState


class ReportFilter(YearFilter):
    """Progress reports by year, place and state."""

    state = forms.ChoiceField(label=_("state"), choices=ANY + list(ReportState.choices))
    lookups = {**YearFilter.lookups, "year": "of__year_id", "state": "state"}


class SurveyFilter(YearFilter):
    """Surveys by year, place and state."""

    state = forms.ChoiceField(label=_("state"), choices=ANY + list(SurveyState.choices))
    lookups = {**YearFilter.lookups, "year": "target__of__year_id", "state": "state"}
