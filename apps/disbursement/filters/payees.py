"""Filters of payees, contracts and plans."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.disbursement.models import ContractState, PayeeKind, PlanState
from apps.ledger.filters.authorities import ANY, YearFilter
from imbudget.kit.actor import Actor

OPEN = [("", "—"), ("1", pgettext_lazy("payee", "open")), ("0", pgettext_lazy("payee", "closed"))]


class _PlaceFilter(YearFilter):
    """Of a region with those below it, of a unit; without a year."""

    lookups = {name: lookup for name, lookup in YearFilter.lookups.items() if name != "year"}

    def setup(self, actor: Actor) -> None:
        super().setup(actor)
        del self.fields["year"]


class PayeeFilter(_PlaceFilter):
    """Which payees: of a kind, open or closed, staff."""

    kind = forms.ChoiceField(label=_("kind of payee"), choices=ANY + list(PayeeKind.choices))
    is_open = forms.TypedChoiceField(label=_("state"), choices=OPEN, coerce=lambda text: text == "1", empty_value=None)
    lookups = {**_PlaceFilter.lookups, "kind": "kind", "is_open": "is_open"}


class ContractFilter(_PlaceFilter):
    """Which contracts: in a state."""

    state = forms.ChoiceField(label=_("state"), choices=ANY + list(ContractState.choices))
    lookups: dict[str, Any] = {**_PlaceFilter.lookups, "state": "state"}


class PlanFilter(YearFilter):
    """Which plans: of a year, in a state."""

    state = forms.ChoiceField(label=_("state"), choices=ANY + list(PlanState.choices))
    lookups = {**YearFilter.lookups, "state": "state"}
