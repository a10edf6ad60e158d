"""Forms of the books."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.codes.models import FiscalYear
from apps.ledger.models import Books
from apps.ledger.selectors.years import year_to_begin_with


class OpenForm(forms.Form):
    """The year whose books are opened."""

    year = forms.TypedChoiceField(label=_("fiscal year"), coerce=int)

    def __init__(self, data: Any = None, files: Any = None, *, region_id: int) -> None:
        super().__init__(data=data)
        opened = Books.objects.filter(region=region_id).values("year")
        years = list(FiscalYear.objects.exclude(pk__in=opened).order_by("-pk").values_list("pk", flat=True))
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.fields["year"].initial = year_to_begin_with(years)
