"""The form with which anybody has a receipt checked."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.evidence.receipts.writing import LARGEST, NoReceipt, parse, text_in

LARGEST_FILE = 2 * 1024 * 1024


class ReceiptForm(forms.Form):
    """A file, or what stands in it; `cleaned_data["receipt"]` is the receipt as data."""

    file = forms.FileField(
        label=gettext_lazy("file of the receipt"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.pdf"}),
        help_text=gettext_lazy("JSON or PDF as it was downloaded, up to 2 MB."),
    )
    text = forms.CharField(
        label=gettext_lazy("or the text of the receipt"),
        required=False,
        max_length=LARGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    altcha = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        upload, text = found.get("file"), found.get("text", "")
        if upload is not None and upload.size > LARGEST_FILE:
            raise ValidationError(_("The file is larger than 2 MB."))
        if upload is None and not text.strip():
            raise ValidationError(_("Choose the file of a receipt, or paste its text."))
        try:
            found["receipt"] = parse(text_in(upload.read() if upload else text.encode()))
        except (NoReceipt, UnicodeEncodeError):
            raise ValidationError(
                _("This is no receipt of this system: choose the file as it was downloaded.")
            ) from None
        return found
