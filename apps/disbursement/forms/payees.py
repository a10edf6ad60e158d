"""Forms of payees."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.disbursement.models import Payee, PayeeKind
from imbudget.kit.actor import Actor
from imbudget.kit.forms import TableFileField, TextField


def _text(name: str, **kwargs: Any) -> TextField:
    field = Payee._meta.get_field(name)
    limit = getattr(field, "max_length", None) or 40
    return TextField(label=field.verbose_name, max_length=limit, help_text=field.help_text, **kwargs)


class PayeeForm(forms.Form):
    """An account and whose it is."""

    kind = forms.ChoiceField(label=_("kind of payee"), choices=PayeeKind.choices)
    name = _text("name")
    account = _text("account")
    bank_name = _text("bank_name", required=False)
    bank_code = _text("bank_code", required=False)
    id_number = _text("id_number", required=False)
    is_staff = forms.BooleanField(label=_("staff of the unit"), required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, actor: Actor, held: Payee | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data=data, **kwargs)
        self.masks = {"account": held.masked_account, "id_number": held.masked_id} if held else {}
        self.initial |= self.masks
        if not actor.unit_ids:
            del self.fields["is_staff"]

    def clean(self) -> dict[str, Any]:
        """A number that came back masked, as the page had it, stays as it is held."""
        values = super().clean() or {}
        kept = {name for name, mask in self.masks.items() if mask and values.get(name) == mask}
        return {name: value for name, value in values.items() if name not in kept}


class PayeesFileForm(forms.Form):
    """A table file with payees."""

    file = TableFileField()
    is_staff = forms.BooleanField(label=_("staff of the unit"), required=False)
