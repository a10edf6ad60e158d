"""The form with which anybody objects to a published result."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.review.services.objections import FILES, MOST_FILES
from imbudget.kit.forms import TextField

LARGEST = 5 * 1024 * 1024


class ManyFiles(forms.ClearableFileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A few small files."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [super(FilesField, self).clean(each, initial) for each in data or []]
        if len(files) > MOST_FILES:
            raise ValidationError(_("Attach %(count)s files at most.") % {"count": MOST_FILES})
        for each in files:
            if each.size > LARGEST:
                text = _("The file %(name)s is larger than %(limit)s MB.")
                raise ValidationError(text % {"name": each.name, "limit": LARGEST // (1024 * 1024)})
        return files


class ObjectionForm(forms.Form):
    """Anonymous without a name."""

    ground = TextField(
        label=gettext_lazy("objection and its grounds"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Say what is wrong and how you know it. Name no private data of others."),
    )
    name = TextField(
        label=gettext_lazy("your name"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Leave it empty to stay anonymous. It is stored sealed and read by the handler alone."),
    )
    contact = TextField(
        label=gettext_lazy("how to reach you"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Telephone or e-mail, if you want to be asked."),
    )
    files = FilesField(
        label=gettext_lazy("attachments"),
        required=False,
        widget=ManyFiles(attrs={"accept": ",".join(f".{ending}" for ending in FILES)}),
        help_text=gettext_lazy("Up to 3 files of 5 MB: PDF, pictures, Word, Excel."),
    )
    altcha = forms.CharField(required=False, widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """Follow an objection by its code."""

    code = TextField(label=gettext_lazy("code of the objection"), max_length=19)
