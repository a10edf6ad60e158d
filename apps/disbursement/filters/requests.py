"""Filters of payment requests."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.disbursement.models import Business, RequestState
from apps.ledger.filters.authorities import ANY, YearFilter


class RequestFilter(YearFilter):
    """Which requests: of a type, in a state, of a region with those below it, of a unit."""

    business = forms.ChoiceField(label=_("type of business"), choices=ANY + list(Business.choices))
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(RequestState.choices))
    lookups = {**YearFilter.lookups, "business": "business", "state": "state"}
