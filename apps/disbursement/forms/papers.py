"""Forms of contracts and plans."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.codes.models import FiscalYear
from apps.disbursement.forms.requests import day_input
from apps.disbursement.models import Contract, Payee, UsePlan
from apps.disbursement.pickers import payee_picker
from apps.files.forms import UploadField
from apps.ledger.models import Books, BooksState
from apps.ledger.selectors.years import year_to_begin_with
from imbudget.kit.actor import Actor
from imbudget.kit.forms import AmountField, TextField
from imbudget.kit.pickers import PickerField


def _label(name: str) -> Any:
    return Contract._meta.get_field(name).verbose_name


class ContractForm(forms.Form):
    """The head of a contract."""

    number = TextField(label=_label("number"), max_length=60)
    name = TextField(label=_label("name"), max_length=200)
    payee = PickerField(
        payee_picker, label=_label("payee"), help_text=_("One of the register: enter a new payee there first.")
    )
    amount = AmountField(label=_label("amount"))
    retention = AmountField(label=_label("retention"), required=False)
    retention_until = forms.DateField(label=_label("retention_until"), required=False, widget=day_input())
    signed_on = forms.DateField(label=_label("signed_on"), widget=day_input())
    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data=data, **kwargs)
        self.actor = actor
        field: Any = self.fields["payee"]
        field.scope(actor)
        row = payee_picker.rows(actor).filter(pk=self.initial.get("payee")).first() if not self.is_bound else None
        if row is not None:
            field.widget.label = str(row)

    def values(self) -> dict[str, Any]:
        """The head as the service takes it."""
        values = {name: self.cleaned_data[name] for name in ("number", "name", "amount", "signed_on")}
        values |= {"retention": self.cleaned_data["retention"] or 0}
        values |= {"retention_until": self.cleaned_data["retention_until"]}
        known: Payee = payee_picker.rows(self.actor).get(pk=self.cleaned_data["payee"])
        return values | {"payee": known}


class ContractFileForm(forms.Form):
    """A scan of a contract."""

    file = UploadField(label=_("file"))

    def __init__(self, data: Any = None, files: Any = None, *, contract: Contract) -> None:
        super().__init__(data=data, files=files)
        self.fields["file"].widget.at(contract.region_id, contract.unit_id)


class PlanForm(forms.Form):
    """The head of a plan."""

    year = forms.ModelChoiceField(FiscalYear.objects.none(), label=_("fiscal year"), empty_label=None)
    reason = TextField(
        label=_("reason"), max_length=500, required=False, help_text=_("Why an approved plan is adjusted.")
    )
    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, actor: Actor, plan: UsePlan | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data=data, **kwargs)
        if plan is not None:
            del self.fields["year"]
            return
        open_years = Books.objects.filter(region=actor.region_id, state=BooksState.OPEN).values_list(
            "year_id", flat=True
        )
        years = sorted(set(open_years))
        self.fields["year"].queryset = FiscalYear.objects.filter(year__in=years).order_by("year")
        if years:
            self.fields["year"].initial = year_to_begin_with(years)


class SettingForm(forms.Form):
    """What a region settles about payments."""

    plans_control = forms.BooleanField(
        label=_("plans of use control payments"),
        required=False,
        help_text=_("A payment is then refused where it goes above what the unit has planned up to this month."),
    )

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data=data, **kwargs)
