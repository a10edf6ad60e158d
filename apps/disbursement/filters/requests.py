"""Filters of payment requests."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.disbursement.models import Business, RequestState
from apps.disbursement.selectors.outflow import Flow, flowing
from apps.ledger.filters.authorities import ANY, YearFilter


class RequestFilter(YearFilter):
    """Which requests: of a type, in a state, of a region with those below it, of a unit."""

    business = forms.ChoiceField(label=_("type of business"), choices=ANY + list(Business.choices))
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(RequestState.choices))
    flow = forms.ChoiceField(label=_("money"), choices=ANY + list(Flow.choices))
    lookups = {**YearFilter.lookups, "business": "business", "state": "state", "flow": ""}

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        return {} if name == "flow" else super()._wanted(rows, name, value)

    def narrow(self, rows: QuerySet) -> QuerySet:
        flow = self.chosen.get("flow")
        return super().narrow(flowing(rows, flow) if flow else rows)
