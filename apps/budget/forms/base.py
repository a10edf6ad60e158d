"""Forms of the base tables: head counts of a unit, and what basic expenditure is computed under."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.budget.forms.sheets import CodeField
from apps.budget.models import StaffCategory, StaffChange, StaffCount
from apps.budget.selectors.entry import CATALOGS
from apps.codes.models import Catalog, Code
from imbudget.kit.forms import TextField

DAY = {"type": "date"}
MOST = 1_000_000


class StaffForm(forms.Form):
    """A number for each category; an empty field says nothing of it."""

    as_of = forms.DateField(
        label=_("as of"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), initial=timezone.localdate
    )
    in_force = forms.DateField(
        label=_("in force from"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), initial=timezone.localdate
    )
    source = TextField(label=_("source document"), max_length=300, required=False)

    def __init__(
        self,
        *args: Any,
        categories: list[StaffCategory],
        held: dict[int, StaffCount],
        returned: StaffChange | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.categories = categories
        for category in categories:
            row = held.get(category.pk)
            self.fields[f"count_{category.pk}"] = forms.IntegerField(
                label=str(category), required=False, min_value=0, max_value=MOST, initial=row.people if row else None
            )
        newest = max(held.values(), key=lambda row: row.as_of, default=None)
        if newest:
            self.fields["as_of"].initial, self.fields["source"].initial = newest.as_of, newest.source
        if returned:
            self._fill(returned)

    def _fill(self, returned: StaffChange) -> None:
        """What was handed in and given back, to be mended."""
        for name in ("as_of", "in_force", "source"):
            self.fields[name].initial = getattr(returned, name)
        for category in self.categories:
            if category.code in returned.counts:
                self.fields[f"count_{category.pk}"].initial = returned.counts[category.code][1]

    def counts(self) -> dict[int, int | None]:
        return {category.pk: self.cleaned_data[f"count_{category.pk}"] for category in self.categories}


class BasicForm(forms.Form):
    """Under which function and from which fund type the computed lines stand."""

    function = CodeField(
        Catalog.FUNCTION, label=_("function"), help_text=_("For lines that the sheet does not have yet.")
    )
    fund = CodeField(Catalog.FUND, label=_("fund type"))
    replace = forms.BooleanField(
        label=_("replace typed amounts by the computed ones"),
        required=False,
        help_text=_("Otherwise an amount that differs from the computed one stays as it was typed."),
    )

    def __init__(self, *args: Any, codes: dict[str, dict[str, Code]], main: tuple[Any, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, code in zip(("function", "fund"), main, strict=True):
            self.fields[name].codes = codes[name]
            self.fields[name].initial = str(code) if code else ""

    def suggestions(self) -> dict[str, list[Code]]:
        """Leaves of each tree for the suggestion lists."""
        return {
            str(CATALOGS[name]): [code for code in self.fields[name].codes.values() if code.is_leaf]
            for name in ("function", "fund")
        }
