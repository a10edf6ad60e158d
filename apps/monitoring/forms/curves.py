"""The field of a curve: twelve numbers in a line."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.monitoring.catalogues import read_shares


class SharesField(forms.CharField):
    """Shares by month in percent, January first."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"help_text": _("Twelve numbers from January to December, such as 8.3 16.7 25 … 100."), **kwargs}
        super().__init__(max_length=200, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return " ".join(f"{share:g}" for share in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[float]:
        try:
            return read_shares(super().to_python(value) or "")
        except ValueError as error:
            raise ValidationError(_now("A curve has twelve shares that never fall and end with 100.")) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
