"""Which year's figures are published."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.codes.models import FiscalYear
from apps.ledger.selectors.years import year_at_work


class PublishForm(forms.Form):
    """The year."""

    year = forms.TypedChoiceField(label=_("fiscal year"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = FiscalYear.objects.order_by("-year").values_list("year", flat=True)
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.fields["year"].initial = year_at_work()
