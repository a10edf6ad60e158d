"""Forms about personal data: each asks for a reason."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.persons.models import PersonRequest, RequestKind
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.forms import TextField
from imbudget.kit.personal import Sort

OTHER = "other"
CAUSES = [
    ("", _("please choose")),
    ("returned", _("a payment came back: account or name is compared")),
    ("identity", _("identity is compared with a document")),
    ("contact", _("the person is called or written to")),
    ("request", _("the person has asked for it")),
    ("audit", _("audit, inspection, complaint or petition")),
    (OTHER, pgettext_lazy("reason", "another reason")),
]
SORTS = [(Sort.ID, _("identity number")), (Sort.ACCOUNT, _("account or card")), (Sort.PHONE, _("telephone"))]


def file_password(**given: Any) -> forms.CharField:
    """The password of a file with whole numbers."""
    return forms.CharField(
        label=_("password of the file"),
        strip=False,
        max_length=100,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "A file with whole numbers opens with it only. It is kept nowhere: pass it on by another way than the file."
        ),
        **given,
    )


class LockForm(forms.Form):
    """The password of a file that has whole numbers in any case."""

    password = file_password(validators=[validate_password])


class CauseForm(forms.Form):
    """Why personal data is needed: a reason of the list, and in words what it is about."""

    cause = forms.ChoiceField(label=_("reason"), choices=CAUSES)
    reason = TextField(
        label=_("what it is about"),
        max_length=300,
        min_length=4,
        help_text=_(
            "Number of the document or of the payment, or what has happened. It stays in the audit log with your name."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ExportForm(CauseForm):
    """Why a list with personal data is taken away; whole numbers only where they are needed."""

    clear = forms.BooleanField(
        label=_("whole numbers instead of masked ones"),
        required=False,
        help_text=_("Only where the work cannot be done without them; whoever holds the file answers for it."),
    )
    password = file_password(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("clear"):
            try:
                validate_password(cleaned.get("password") or "")
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class SearchForm(CauseForm):
    """Whom to look for: by the exact number, sent by POST so that it stands in no address and no log."""

    sort = forms.ChoiceField(label=_("kind of number"), choices=SORTS)
    number = TextField(
        label=_("number to find the data by"),
        max_length=40,
        min_length=5,
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off"}),
    )

    field_order = ("sort", "number", "cause", "reason")


class RequestForm(forms.ModelForm):
    """What a person asks about their data."""

    kind = forms.ChoiceField(label=_("asks"), choices=RequestKind.choices)
    person = TextField(label=_("name of the person"), max_length=140)
    number = TextField(
        label=_("number to find the data by"),
        max_length=40,
        min_length=5,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = TextField(
        label=pgettext_lazy("request of a person", "what is asked"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    received_on = forms.DateField(
        label=pgettext_lazy("request of a person", "received on"), widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = PersonRequest
        fields = ("region", "kind", "person", "sort", "number", "text", "received_on")

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data=data, **kwargs)
        regions = (
            Region.objects.all() if actor.can("security.administer") else Region.objects.filter(pk=actor.region_id)
        )
        field: Any = self.fields["region"]
        field.queryset = regions


class AnswerForm(forms.Form):
    """How a request is closed."""

    fulfilled = forms.TypedChoiceField(
        label=_("decision"),
        choices=[("yes", _("done as asked")), ("no", _("declined"))],
        coerce=lambda value: value == "yes",
    )
    answer = TextField(
        label=pgettext_lazy("review", "answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was corrected, deleted or handed over, or the law by which it was declined."),
    )


class PeriodForm(forms.Form):
    """How long one kind of data is kept."""

    days = forms.IntegerField(label=_("kept for days"), min_value=1, max_value=36500)
    basis = TextField(label=_("basis"), max_length=300)
    is_active = forms.BooleanField(label=_("carried out by the clock"), required=False)
