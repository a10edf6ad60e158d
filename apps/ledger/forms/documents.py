"""Forms of documents: what a new one is, its head, a file of its lines."""

from typing import Any

from django import forms

from apps.ledger.models import AuthorityDocument, DocumentKind
from apps.ledger.policies import KINDS_OF_UNITS
from apps.ledger.selectors.years import year_to_begin_with
from apps.regions.models import Unit
from imbudget.kit.actor import Actor
from imbudget.kit.forms import TableFileField, TextField

NUMBERED = ("number", "dated")  # what the finance office gives to a document that a unit asks for


def _field(name: str) -> Any:
    return AuthorityDocument._meta.get_field(name)


def text_field(name: str, **kwargs: Any) -> TextField:
    """A text of the head, named and limited as the model has it."""
    field = _field(name)
    return TextField(label=field.verbose_name, max_length=field.max_length, help_text=field.help_text, **kwargs)


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NewForm(forms.Form):
    """What a document cannot change later, and its title."""

    kind = forms.ChoiceField(label=_field("kind").verbose_name)
    year = forms.TypedChoiceField(label=_field("year").verbose_name, coerce=int)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_field("unit").verbose_name, empty_label=None)
    title = text_field("title")

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, years: list[int]) -> None:
        super().__init__(data=data)
        kinds = [
            (value, label) for value, label in DocumentKind.choices if not actor.unit_ids or value in KINDS_OF_UNITS
        ]
        self.fields["kind"].choices = kinds
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.fields["year"].initial = year_to_begin_with(years)
        if actor.unit_ids:
            self.fields["unit"].queryset = Unit.objects.filter(pk__in=actor.unit_ids).order_by("code")
        else:
            del self.fields["unit"]


class HeadForm(forms.Form):
    """The head of a document; a draft may leave much of it empty, and a unit neither numbers nor dates what it asks for."""

    number = text_field("number", required=False)
    title = text_field("title")
    dated = forms.DateField(label=_field("dated").verbose_name, required=False, widget=_day())
    basis = text_field("basis", required=False)
    upper_number = text_field("upper_number", required=False)
    reason = text_field("reason", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by_unit: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by_unit:
            for name in NUMBERED:
                del self.fields[name]


class NumberForm(forms.Form):
    """Number and date of a document that a unit has asked for."""

    number = text_field("number")
    dated = forms.DateField(label=_field("dated").verbose_name, widget=_day())


class LinesFileForm(forms.Form):
    """A table file with the lines of a document."""

    file = TableFileField()
    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
