"""Forms of subsidies, standards and registers."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.regions.models import Department
from apps.subsidy.importing.columns import FILES
from apps.subsidy.models import Household, Standard, Subsidy
from imbudget.kit.actor import Actor
from imbudget.kit.forms import TableFileField, TextField


class SubsidyForm(forms.ModelForm):
    class Meta:
        model = Subsidy
        fields = (
            "code",
            "name",
            "short_name",
            "level",
            "basis",
            "measure",
            "cycle",
            "due_month",
            "department",
            "hot_topic",
            "economic_prefix",
            "function_prefix",
            "publicity_days",
            "is_open",
        )
        field_classes = {"name": TextField, "basis": TextField, "short_name": TextField}

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, instance: Subsidy) -> None:
        super().__init__(data=data, instance=instance)
        self.fields["department"].queryset = Department.objects.filter(region=actor.region_id)

    def _post_clean(self) -> None:
        """The service takes the values and looks at them: the row is not touched here."""


class StandardForm(forms.ModelForm):
    coefficients = forms.CharField(
        label=_("coefficients of grassland"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One class in each line: 1 = 1.05. A class that is not named counts as it is."),
    )

    class Meta:
        model = Standard
        fields = (
            "subsidy",
            "year",
            "ban_rate",
            "balance_rate",
            "unit_rate",
            "floor",
            "cap",
            "valid_from",
            "valid_to",
            "source",
        )
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in ("valid_from", "valid_to")
        }
        field_classes = {"source": TextField}

    def __init__(self, data: Any = None, files: Any = None, *, instance: Standard) -> None:
        super().__init__(data=data, instance=instance)
        if instance.pk:
            self.fields["subsidy"].disabled = self.fields["year"].disabled = True
            rows = instance.coefficients.all()
            self.initial["coefficients"] = "\n".join(f"{row.grass_class} = {row.value.normalize():f}" for row in rows)

    def _post_clean(self) -> None:
        """The service takes the values and looks at them: the row is not touched here."""

    def clean_coefficients(self) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        for text in self.cleaned_data["coefficients"].splitlines():
            name, _sign, number = text.replace("＝", "=").partition("=")
            if not text.strip():
                continue
            try:
                value = Decimal(number.strip())
            except InvalidOperation as error:
                raise ValidationError(_now("“%(line)s” is not like 1 = 1.05.") % {"line": text[:40]}) from error
            if not value.is_finite() or name.strip() in found or not name.strip():
                raise ValidationError(_now("“%(line)s” is not like 1 = 1.05.") % {"line": text[:40]})
            found[name.strip()] = value
        return found


LABELS = {
    "places": _("places"),
    "households": _("households"),
    "members": _("members of households"),
    "parcels": _("parcels of grassland"),
    "violations": _("violations"),
    "persons": _("lists of dead persons and public employees"),
}


class RegisterForm(forms.Form):
    """A file of one register."""

    register = forms.ChoiceField(label=_("register"), choices=list(LABELS.items()))
    file = TableFileField()


class RosterFileForm(forms.Form):
    """A file of a roster's lines."""

    file = TableFileField()


class HouseholdStateForm(forms.Form):
    """Whether a household is paid, and why that changes."""

    state = forms.ChoiceField(label=_("state"), choices=Household._meta.get_field("state").choices)
    reason = TextField(label=_("reason"), max_length=360)


def heads_of(register: str) -> list[str]:
    """The heads of a file."""
    return [cell.head for cell in FILES[register]]
