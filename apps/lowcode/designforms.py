"""Forms of the pages on which forms are made."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.lowcode.jsontext import read_json
from apps.lowcode.models import FormPurpose
from apps.lowcode.services.forms import MAX_BODY
from apps.lowcode.words import Words
from imbudget.kit.errors import RuleViolation
from imbudget.kit.forms import TextField

CODE_HELP = _("Small letters, digits and _; the form keeps it for ever, in exported files too.")


class NameForm(forms.Form):
    """The name of a form in both languages."""

    name_zh = TextField(label=_("name (Chinese)"), max_length=120)
    name_mn = TextField(
        label=_("name (Mongolian)"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"lang": "mn-Mong-CN"}),
    )

    @property
    def name(self) -> Words:
        return Words(self.cleaned_data["name_zh"], self.cleaned_data["name_mn"])


class CopyForm(NameForm):
    """A copy has a name and a code of its own."""

    code = forms.RegexField(r"^[a-z][a-z0-9_]{0,39}$", label=_("code"), help_text=CODE_HELP)


class CreateForm(CopyForm):
    """A new form."""

    purpose = forms.ChoiceField(label=_("purpose"), choices=FormPurpose)
    field_order = ["purpose", "name_zh", "name_mn", "code"]


class DefinitionFileForm(forms.Form):
    """A definition as a JSON file."""

    file = forms.FileField(
        label=_("definition (JSON file)"), help_text=_("A file exported from a form, here or elsewhere.")
    )

    def clean_file(self) -> Any:
        """The JSON of the file."""
        file = self.cleaned_data["file"]
        if file.size > 2 * MAX_BODY:
            raise ValidationError(_("The file is too large to be a form."))
        try:
            return read_json(file.read())
        except RuleViolation as refusal:
            raise ValidationError(str(refusal)) from refusal
