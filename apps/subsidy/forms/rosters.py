"""Forms of rosters, their payments and corrections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.codes.models import FiscalYear
from apps.disbursement.models import PayAccount
from apps.disbursement.selectors.choices import accounts_for
from apps.ledger.models import Authority
from apps.regions.models import Unit
from apps.subsidy.models import Place, PlaceLevel, Roster, RosterLine, Subsidy
from apps.subsidy.selectors.authorities import payers_of
from imbudget.kit.actor import Actor
from imbudget.kit.forms import TextField


class RosterForm(forms.Form):
    """What a roster is of."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("budget unit"), empty_label=None)
    subsidy = forms.ModelChoiceField(Subsidy.objects.none(), label=_("subsidy"), empty_label=None)
    year = forms.TypedChoiceField(label=_("fiscal year"), coerce=int)
    instalment = forms.IntegerField(label=_("instalment"), min_value=1, max_value=12, initial=1)
    share = forms.DecimalField(
        label=_("share of the year, %"), min_value=1, max_value=100, max_digits=5, decimal_places=2, initial=100
    )
    as_of = forms.DateField(
        label=_("land as of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Parcels count that the household holds on this day; empty: the first of January."),
    )
    place = forms.ModelChoiceField(
        Place.objects.none(), label=_("sumu or town"), required=False, empty_label=_("the whole banner")
    )

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, year: int) -> None:
        super().__init__(data=data)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=actor.unit_ids)
        self.fields["subsidy"].queryset = Subsidy.objects.visible_to(actor).filter(is_open=True)
        years = list(FiscalYear.objects.values_list("year", flat=True))
        self.fields["year"].choices = [(one, str(one)) for one in years]
        self.fields["year"].initial = year
        self.fields["place"].queryset = Place.objects.filter(region=actor.region_id, level=PlaceLevel.SUMU)


class PublishForm(forms.Form):
    objections_to = TextField(
        label=_("where objections go"), max_length=200, help_text=_("Office and telephone, for everybody to read.")
    )


class PayForm(forms.Form):
    """Out of what a roster is paid."""

    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("authority"), empty_label=None)
    account = forms.ModelChoiceField(PayAccount.objects.none(), label=_("account to pay from"), empty_label=None)
    purpose = TextField(label=_("purpose"), max_length=140)

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, roster: Roster, purpose: str) -> None:
        super().__init__(data=data, initial={"purpose": purpose})
        self.fields["authority"].queryset = payers_of(actor, roster)
        self.fields["authority"].label_from_instance = _labelled
        self.fields["account"].queryset = accounts_for(actor)


def _labelled(authority: Authority) -> str:
    parts = (
        f"№ {authority.pk}",
        authority.department_economic,
        authority.summary,
        f"{authority.balance.available:,.2f}",
    )
    return " · ".join(str(part) for part in parts if part)


class CorrectionForm(forms.Form):
    """Name and card as the bank has them."""

    name = TextField(
        label=_("payee"), max_length=140, help_text=_("Exactly as the bank has it, the middle dot of a name included.")
    )
    card = TextField(label=_("new card"), max_length=40, required=False, help_text=_("Empty: the card stays as it is."))
    bank = TextField(label=_("bank"), max_length=140, required=False)
    bank_code = TextField(label=_("number of the bank"), max_length=12, required=False)
    reason = TextField(label=_("reason"), max_length=360)

    def __init__(self, data: Any = None, files: Any = None, *, line: RosterLine) -> None:
        super().__init__(data=data, initial={name: getattr(line, name) for name in ("name", "bank", "bank_code")})
