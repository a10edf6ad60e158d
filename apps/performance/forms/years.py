"""Opening a year for the projects of a region."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.codes.models import FiscalYear


class YearForm(forms.Form):
    """Which year."""

    year = forms.ModelChoiceField(FiscalYear.objects.none(), label=_("fiscal year"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].queryset = FiscalYear.objects.all()
