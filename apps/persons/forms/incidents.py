"""Forms of incidents with personal data and of records of processing."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.selectors import find_by_name
from apps.persons.models import Incident, Processing
from imbudget.kit import registry
from imbudget.kit.classification import purposes
from imbudget.kit.forms import TextField


def _moment(label: Any, **given: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **given)


def _day(label: Any, **given: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given)


def _long(label: Any, rows: int = 3, **given: Any) -> TextField:
    return TextField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **{"max_length": 2000, **given})


class IncidentForm(forms.ModelForm):
    """What is known of an incident: what the notice to the authority and to persons has to say."""

    title = TextField(label=pgettext_lazy("incident", "what happened"), max_length=200)
    tables = forms.MultipleChoiceField(
        label=_("kinds of personal data concerned"), widget=forms.CheckboxSelectMultiple(attrs={"class": "many"})
    )
    account = TextField(
        label=_("account through which it happened"),
        max_length=150,
        required=False,
        help_text=_("The sign-in name, where it is known: then only what was shown to it in clear is concerned."),
    )
    begun_at = _moment(_("began at"))
    ended_at = _moment(pgettext_lazy("incident", "ended at"))
    found_at = _moment(_("found at"))
    cause = _long(_("cause"))
    harm = _long(_("harm that may follow"))
    measures = _long(_("what is done about it"))
    advice = _long(_("what persons can do against harm"))
    contact = TextField(label=_("whom to ask"), max_length=200)

    class Meta:
        model = Incident
        fields = (
            *("region", "kind", "title", "tables", "begun_at", "ended_at", "found_at"),
            *("cause", "harm", "measures", "advice", "contact"),
        )

    field_order = ("region", "kind", "title", "tables", "account")

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data=data, **kwargs)
        field: Any = self.fields["tables"]
        field.choices = [(label, holding.label) for label, holding in registry.personal_data.items()]
        suspect = self.instance.suspect if self.instance.pk else None
        self.fields["account"].initial = suspect.username if suspect else ""

    def clean_account(self) -> User | None:
        name = self.cleaned_data["account"]
        found = find_by_name(name) if name else None
        if name and found is None:
            raise ValidationError(gettext("There is no such sign-in name."))
        return found

    def _post_clean(self) -> None:
        """The service writes the row; here it stays as it is."""

    @property
    def values(self) -> dict[str, Any]:
        """What the service keeps."""
        given = dict(self.cleaned_data)
        return given | {"suspect": given.pop("account")}


class AuthorityForm(forms.Form):
    """Which authority was told, and when."""

    authority = TextField(label=_("authority that was told"), max_length=200)
    told_at = _moment(_("authority told at"))


class PersonsToldForm(forms.Form):
    """How persons were told, or why not."""

    told_at = _moment(
        _("persons told at"),
        required=False,
        help_text=_("Empty where measures have averted the harm and nobody is told (PIPL 57)."),
    )
    how = _long(_("how persons were told, or why not"))


class ProcessingForm(forms.ModelForm):
    """One record of processing."""

    title = TextField(label=_("subject"), max_length=200)
    purpose = forms.ChoiceField(label=_("purpose"), required=False)
    party = TextField(label=_("who gets the data, or who assessed"), max_length=200)
    basis = TextField(label=_("agreement or basis"), max_length=300)
    since = _day(pgettext_lazy("processing", "from"))
    until = _day(pgettext_lazy("processing", "until"), required=False)
    text = _long(_("result: risks, measures, what was agreed"), rows=8, max_length=5000)

    class Meta:
        model = Processing
        fields = ("region", "kind", "title", "purpose", "party", "basis", "since", "until", "text")

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data=data)
        field: Any = self.fields["purpose"]
        field.choices = [("", "–"), *((code, purpose.name) for code, purpose in purposes().items())]

    def _post_clean(self) -> None:
        """The service writes the row."""


class EndForm(forms.Form):
    """The last day of an agreement."""

    until = _day(pgettext_lazy("processing", "until"))
