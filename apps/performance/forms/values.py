"""Forms by which people say what was reached."""

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.files.forms import UploadField
from apps.performance.models import ProjectYear, Target, Tier
from apps.performance.plausible import Reached
from apps.performance.scoring import TIERS
from apps.projects.models import IndicatorNature
from imbudget.kit.formats import format_quantity
from imbudget.kit.forms import TextField

LONGEST = 40  # characters of a number
MOST = Decimal(10) ** 20  # beyond all quantities that are kept; what is far larger cannot even be rounded
FILES = ("file", "file2", "file3")
IGNORED = str.maketrans("", "", ", \u00a0\u202f%")


class NumberField(forms.CharField):
    """A quantity of at most four decimals: full-width digits, separators and a per-cent sign are read."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "num", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:
        written = unicodedata.normalize("NFKC", super().to_python(value) or "").translate(IGNORED)
        if not written:
            return None
        try:
            number = Decimal(written[:LONGEST])
        except InvalidOperation as error:
            raise ValidationError(_("Write a number, such as 1,250.5.")) from error
        if not number.is_finite() or abs(number) >= MOST or number != round(number, 4):
            raise ValidationError(_("Write a number, such as 1,250.5."))
        return number

    def prepare_value(self, value: Any) -> Any:
        return format_quantity(value) if isinstance(value, Decimal) else value


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day, with the picker of the browser."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


class DoubtForm(forms.Form):
    """A form that asks once more where a value looks like a slip."""

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data=data, files=files, **kwargs)
        if data is not None and "confirmed" in data:
            self.ask()

    def ask(self) -> None:
        """Show the box by which a doubtful value is confirmed."""
        label = _("I have checked it: the value is right as it stands.")
        self.fields["confirmed"] = forms.BooleanField(label=label, required=False)

    @property
    def is_confirmed(self) -> bool:
        return bool(self.cleaned_data.get("confirmed"))


class ProvedForm(DoubtForm):
    """A form with up to three files of the project's place."""

    def __init__(self, data: Any = None, files: Any = None, *, of: ProjectYear, **kwargs: Any) -> None:
        super().__init__(data=data, files=files, **kwargs)
        for name in FILES:
            self.fields[name].widget.at(of.region_id, of.unit_id)

    @property
    def uploads(self) -> list[Any]:
        return [given for name in FILES if (given := self.cleaned_data.get(name))]


class ValueForm(ProvedForm):
    """What a target has reached, or why that cannot be said; a goal in words has a tier and a share."""

    as_of = day_field(_("as of"))
    value = NumberField(label=_("value reached"), required=False)
    tier = forms.ChoiceField(label=_("how far"), choices=[("", "—"), *Tier.choices], required=False)
    share = NumberField(label=_("share of the points, %"), required=False)
    words = TextField(label=_("in words"), max_length=500, required=False)
    gap = TextField(
        label=_("why there is no value"),
        max_length=300,
        required=False,
        help_text=_("Only where nothing can be measured yet: then nothing is scored by it."),
    )
    file = UploadField(label=_("file that proves it"), required=False)
    file2 = UploadField(label=_("another file"), required=False)
    file3 = UploadField(label=_("another file"), required=False)

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_in_words = target.nature == IndicatorNature.QUALITATIVE
        for name in ("value",) if is_in_words else ("tier", "share"):
            del self.fields[name]
        if is_in_words:
            bands = "; ".join(f"{Tier(tier).label} {least}–{most}" for tier, (least, most, _closed) in TIERS.items())
            self.fields["share"].help_text = bands
        else:
            self.fields["value"].help_text = target.measure

    @property
    def reached(self) -> Reached:
        given = self.cleaned_data
        return Reached(
            given["as_of"],
            given.get("value"),
            given.get("tier", ""),
            given.get("share"),
            given["words"],
            given["gap"],
        )
