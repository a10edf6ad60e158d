"""Forms of payment requests."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.disbursement.models import PayAccount, PaymentRequest, PaymentRow
from apps.disbursement.selectors.choices import accounts_for, authorities_for
from apps.disbursement.services import RowInput
from apps.ledger.models import Authority
from imbudget.kit.actor import Actor
from imbudget.kit.forms import AmountField, TextField


def _text(model: Any, name: str, **kwargs: Any) -> TextField:
    field = model._meta.get_field(name)
    return TextField(label=field.verbose_name, max_length=getattr(field, "max_length", None) or 40, **kwargs)


class RequestForm(forms.Form):
    """One payment to one payee."""

    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("authority"), empty_label=None)
    account = forms.ModelChoiceField(PayAccount.objects.none(), label=_("account to pay from"), empty_label=None)
    business = forms.ChoiceField(
        label=PaymentRequest._meta.get_field("business").verbose_name,
        choices=PaymentRequest._meta.get_field("business").choices,
    )
    settlement = forms.ChoiceField(
        label=PaymentRequest._meta.get_field("settlement").verbose_name,
        choices=PaymentRequest._meta.get_field("settlement").choices,
    )
    purpose = _text(PaymentRequest, "purpose")
    payee_name = _text(
        PaymentRow, "payee_name", help_text=_("Exactly as the bank has it, the middle dot of a name included.")
    )
    payee_account = _text(PaymentRow, "payee_account")
    payee_bank = _text(PaymentRow, "payee_bank", required=False)
    payee_bank_code = _text(PaymentRow, "payee_bank_code", required=False, help_text=_("12 digits"))
    amount = AmountField(label=_("amount"))
    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, actor: Actor, request: PaymentRequest | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data=data, **kwargs)
        if request is None:
            self.fields["authority"].queryset = authorities_for(actor)
            self.fields["authority"].label_from_instance = _labelled
        else:
            del self.fields["authority"]
        self.fields["account"].queryset = accounts_for(actor)

    def rows(self) -> list[RowInput]:
        """The payee as the service takes it."""
        values = self.cleaned_data
        return [
            RowInput(
                payee_name=values["payee_name"],
                payee_account=values["payee_account"],
                amount=Decimal(values["amount"]),
                payee_bank=values["payee_bank"],
                payee_bank_code=values["payee_bank_code"],
            )
        ]


def _labelled(authority: Authority) -> str:
    parts = (
        f"№ {authority.pk}",
        authority.function,
        authority.department_economic,
        f"{authority.balance.available:,.2f}",
    )
    return " · ".join(str(part) for part in parts if part)
