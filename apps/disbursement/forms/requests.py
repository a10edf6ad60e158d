"""Forms of payment requests: what all have, one payee, many payees, what changes a payment."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.disbursement import rowcolumns
from apps.disbursement.models import (
    Business,
    Contract,
    ContractStage,
    PayAccount,
    Payee,
    PaymentRequest,
    PaymentRow,
    Settlement,
)
from apps.disbursement.pickers import authority_picker, payee_picker
from apps.disbursement.selectors.choices import accounts_for, contract_choices
from apps.disbursement.services import RowInput
from apps.ledger.models import Authority
from imbudget.kit.actor import Actor
from imbudget.kit.forms import AmountField, TableFileField, TextField
from imbudget.kit.pickers import PickerField

MONTH = ("%Y-%m",)


def _text(model: Any, name: str, **kwargs: Any) -> TextField:
    field = model._meta.get_field(name)
    return TextField(label=field.verbose_name, max_length=getattr(field, "max_length", None) or 40, **kwargs)


def day_input() -> forms.DateInput:
    """A day as the browser asks for it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HeadForm(forms.Form):
    """What every request says: out of which authority, from which account, what for."""

    business: str = Business.BATCH
    authority = PickerField(
        authority_picker,
        label=_("authority"),
        help_text=_("Type a number, a class or a name; what is left stands beside it."),
    )
    account = forms.ModelChoiceField(PayAccount.objects.none(), label=_("account to pay from"), empty_label=None)
    settlement = forms.ChoiceField(
        label=PaymentRequest._meta.get_field("settlement").verbose_name, choices=Settlement.choices
    )
    period = forms.DateField(
        label=_("payroll period"),
        input_formats=MONTH,
        widget=forms.DateInput(attrs={"placeholder": "2027-03"}, format="%Y-%m"),
        help_text=_("like 2027-03"),
    )
    contract = forms.ChoiceField(label=_("contract and stage"), required=False)
    purpose = _text(PaymentRequest, "purpose")
    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        actor: Actor,
        business: str = "",
        request: PaymentRequest | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data=data, **kwargs)
        self.actor, self.kind, self.request = actor, business or self.business, request
        if request is None:
            self._offer_authority()
        else:
            del self.fields["authority"]
        self.fields["account"].queryset = accounts_for(actor)
        if self.kind != Business.SALARY:
            del self.fields["period"]
        if self.kind == Business.CARD:
            del self.fields["settlement"]
        self._offer_contracts()

    def _offer_contracts(self) -> None:
        """Contracts of the unit in force with their stages; only for what can be paid on a contract."""
        choices = contract_choices(self.actor) if self.kind in {Business.NORMAL, Business.BATCH} else []
        if choices:
            self.fields["contract"].choices = [("", "—"), *choices]
        else:
            del self.fields["contract"]

    def _offer_authority(self) -> None:
        field: Any = self.fields["authority"]
        field.scope(self.actor)
        chosen = self.initial.get("authority")
        row = authority_picker.rows(self.actor).filter(pk=chosen).first() if chosen else None
        if row is not None:
            field.widget.label = str(row)
        else:
            self.initial.pop("authority", None)

    def head(self) -> dict[str, Any]:
        """The head as the service takes it."""
        values = {name: self.cleaned_data[name] for name in ("account", "purpose")}
        values |= {"business": self.kind, "period": self.cleaned_data.get("period")}
        contract, _dot, stage = self.cleaned_data.get("contract", "").partition(".")
        values |= {
            "contract": Contract.objects.visible_to(self.actor).get(pk=contract) if contract else None,
            "stage": ContractStage.objects.get(pk=stage, contract=contract) if stage else None,
        }
        values["settlement"] = Settlement.CARD if self.kind == Business.CARD else self.cleaned_data["settlement"]
        return values

    def chosen_authority(self) -> Authority:
        """The authority of a new request."""
        return authority_picker.rows(self.actor).get(pk=self.cleaned_data["authority"])


class RequestForm(HeadForm):
    """One payment to one payee: one of the register, or a new one."""

    business = Business.NORMAL
    payee = PickerField(
        payee_picker,
        label=_("payee of the register"),
        required=False,
        help_text=_("Choose a known payee, or write a new one below."),
    )
    payee_name = _text(
        PaymentRow,
        "payee_name",
        required=False,
        help_text=_("Exactly as the bank has it, the middle dot of a name included."),
    )
    payee_account = _text(PaymentRow, "payee_account", required=False)
    payee_bank = _text(PaymentRow, "payee_bank", required=False)
    payee_bank_code = _text(PaymentRow, "payee_bank_code", required=False, help_text=_("12 digits"))
    amount = AmountField(label=_("amount"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["payee"]
        field.scope(self.actor)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("payee"):
            for name in ("payee_name", "payee_account"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, self.fields["amount"].error_messages["required"])
        return values

    def rows(self) -> list[RowInput]:
        """The payee as the service takes it."""
        values = self.cleaned_data
        amount = Decimal(values["amount"])
        if values.get("payee"):
            known: Payee = payee_picker.rows(self.actor).get(pk=values["payee"])
            return [RowInput(known.name, known.account, amount, known.bank_name, known.bank_code)]
        given = {name: values[name] for name in ("payee_name", "payee_account")}
        if self.request is not None:
            given = rowcolumns.whole_accounts([given], self.request)[0]
        return [
            RowInput(
                **given,
                amount=amount,
                payee_bank=values["payee_bank"],
                payee_bank_code=values["payee_bank_code"],
            )
        ]


class RowsFileForm(forms.Form):
    """A table file with the payees of a request."""

    file = TableFileField()
    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class RefundForm(forms.Form):
    """How much of a payment comes back, and why."""

    amount = AmountField(label=_("amount"))
    purpose = _text(PaymentRequest, "purpose", help_text=_("Why the money comes back or is booked anew."))

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data=data, **kwargs)
        self.actor = actor


class CorrectionForm(RefundForm):
    """How much of a payment should have been paid out of another authority."""

    authority = PickerField(authority_picker, label=_("authority that should have paid"))
    field_order = ("authority", "amount", "purpose")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["authority"]
        field.scope(self.actor)

    def chosen_authority(self) -> Authority:
        """The authority that is used now."""
        return authority_picker.rows(self.actor).get(pk=self.cleaned_data["authority"])


class ReceivedForm(forms.Form):
    """The booking by which a refund has come back."""

    received_on = forms.DateField(label=_("received on"), widget=day_input())
    bank_reference = _text(PaymentRow, "bank_reference")
