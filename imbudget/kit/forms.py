"""Form fields that respect Mongolian spelling and Chinese habits of writing amounts, and the one for table files."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imbudget.kit import text
from imbudget.kit.money import MAX_AMOUNT, parse_amount


class TextField(forms.CharField):
    """Text that keeps U+202F and U+180E (str.strip would cut a Mongolian word at its suffix)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        try:
            return text.strip(text.clean(super().to_python(value) or ""))
        except ValueError as error:
            raise ValidationError(
                _("This text holds characters of an old Mongolian input method. Type it with a Unicode keyboard.")
            ) from error


class AmountField(forms.CharField):
    """An amount in yuan: full-width digits and thousands separators are read, not more than two decimals."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "amount", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:
        written = super().to_python(value)
        if written in self.empty_values:
            return None
        try:
            amount = parse_amount(written)
        except ValueError as error:
            raise ValidationError(_("Write an amount in yuan, such as 12,345.60.")) from error
        if amount < 0:
            raise ValidationError(_("The amount must not be below zero."))
        if amount >= MAX_AMOUNT:
            raise ValidationError(_("The amount is too large."))
        return amount

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,.2f}" if isinstance(value, Decimal) else value


class TableFileField(forms.FileField):
    """A workbook or CSV with rows of strangers, no larger than what is read of one (`IMPORT_MAX_BYTES`)."""

    widget = forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.csv"})

    def __init__(self, **kwargs: Any) -> None:
        given = {
            "label": _("table file"),
            "help_text": _("XLSX, XLSM, XLS or CSV, up to 30 MB."),
            "max_length": 200,
        }
        super().__init__(**given | kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file.size > settings.IMPORT_MAX_BYTES:
            text = gettext("The file %(name)s is too large. Split it into several files.")
            raise ValidationError(text % {"name": file.name})
        return file
