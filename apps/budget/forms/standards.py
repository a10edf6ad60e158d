"""The form of an expenditure standard that a finance office states."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.budget.forms.sheets import CodeField
from apps.budget.models import ExpenditureStandard, StaffCategory, StandardKind
from apps.budget.models.base import OPEN_END
from apps.codes.models import Catalog, Code, FiscalYear, YearState
from apps.regions.models import UnitNature
from imbudget.kit.forms import AmountField, TextField


def _said(name: str) -> dict[str, Any]:
    """Label and help of a field as the standard itself has them."""
    field = ExpenditureStandard._meta.get_field(name)
    return {"label": field.verbose_name, "help_text": field.help_text}


class StandardForm(forms.Form):
    """One standard of one's own region; `start` is one that it goes on from."""

    kind = forms.ChoiceField(label=_said("kind")["label"], choices=StandardKind.choices)
    economic = CodeField(Catalog.DEPARTMENT_ECONOMIC, **_said("economic"))
    category = forms.ModelChoiceField(StaffCategory.objects.none(), required=False, **_said("category"))
    nature = forms.ChoiceField(choices=[("", "—"), *UnitNature.choices], required=False, **_said("nature"))
    amount = AmountField(**_said("amount"))
    valid_from = forms.TypedChoiceField(label=_said("valid_from")["label"], coerce=int)
    valid_to = forms.IntegerField(
        label=_said("valid_to")["label"],
        required=False,
        min_value=2000,
        max_value=OPEN_END,
        help_text=_("Empty: until another one takes its place."),
    )
    source = TextField(
        label=_said("source")["label"], max_length=300, help_text=_("The document that sets it, with its number.")
    )

    def __init__(self, *args: Any, codes: dict[str, Code], start: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["economic"].codes = codes
        self.fields["category"].queryset = StaffCategory.objects.filter(is_active=True)
        open_years = FiscalYear.objects.exclude(state=YearState.CLOSED).order_by("year")
        self.fields["valid_from"].choices = [(y, y) for y in open_years.values_list("year", flat=True)]
        self.fields["valid_from"].initial = year
        if start is not None:
            self._fill(start)

    def _fill(self, start: Any) -> None:
        for name in ("kind", "nature", "amount", "source"):
            self.fields[name].initial = getattr(start, name)
        self.fields["category"].initial = start.category_id
        code = self.fields["economic"].codes.get(start.economic)
        self.fields["economic"].initial = str(code) if code else start.economic
        self.fields["valid_to"].initial = None if start.valid_to == OPEN_END else start.valid_to
        if (start.valid_from, start.valid_from) in self.fields["valid_from"].choices:
            self.fields["valid_from"].initial = start.valid_from

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return data | {"economic": data["economic"].code, "valid_to": data["valid_to"] or OPEN_END}

    def suggestions(self) -> dict[str, list[Code]]:
        """The classes for the suggestion list."""
        codes = self.fields["economic"].codes.values()
        return {str(Catalog.DEPARTMENT_ECONOMIC): [code for code in codes if code.is_leaf]}
