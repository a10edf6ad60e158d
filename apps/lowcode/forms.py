"""What a person fills in to act on a task or a case, and to begin or import a flow."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.lowcode.jsontext import read_json
from apps.lowcode.selectors.choosing import ChoiceToMake
from imbudget.kit.errors import RuleViolation
from imbudget.kit.forms import TextField

ANY = [("", "—")]
MAX_DEFINITION = 500_000  # bytes; the largest definition that can be read has a tenth of it


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PeopleField(forms.TypedChoiceField):
    """One person of those who may be named, grouped by where they hold their post."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **kwargs)


class BulkForm(forms.Form):
    """One opinion for all chosen tasks."""

    opinion = TextField(label=_("opinion"), max_length=500, required=False)


class ActForm(forms.Form):
    """A form on the page of a task; `place` carries what the choices depend on."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, place: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if place is not None:
            self.setup(place)

    def setup(self, place: Any) -> None:
        """Fill in the choices of this task."""


class ApproveForm(ActForm):
    opinion = TextField(label=_("opinion"), max_length=2000, required=False, widget=_area(2))

    def setup(self, place: Any) -> None:
        for key, (label, choices) in place.asks.items():
            self.fields[f"ask_{key}"] = forms.ChoiceField(label=label, choices=[*ANY, *choices])

    def asked(self) -> dict[str, str]:
        """What the step asks for, by its key."""
        return {name.removeprefix("ask_"): value for name, value in self.cleaned_data.items() if name != "opinion"}


class ReturnForm(ActForm):
    reason = TextField(label=_("reason"), max_length=2000, widget=_area())
    to = forms.ChoiceField(label=_("goes back to"), required=False)
    fields_meant = forms.MultipleChoiceField(
        label=_("fields that need work"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def setup(self, place: Any) -> None:
        for name, choices in (("to", place.returns), ("fields_meant", place.fields)):
            if choices:
                self.fields[name].choices = choices
            else:
                del self.fields[name]


class ReasonActForm(ActForm):
    reason = TextField(label=_("reason"), max_length=2000, widget=_area())


class PersonForm(ActForm):
    """Names a person; who may be named depends on the case and on the act."""

    act = ""
    user = PeopleField(label=_("colleague"))

    def setup(self, place: Any) -> None:
        self.fields["user"].choices = [*ANY, *place.people.get(self.act, ())]


class DelegateForm(PersonForm):
    act = "delegate"
    reason = TextField(label=_("reason"), max_length=2000, widget=_area(2))


class SignerForm(PersonForm):
    act = "add_signer"
    where = forms.ChoiceField(
        label=_("signs"), choices=[("before", _("before me")), ("after", _("after me"))], initial="before"
    )
    reason = TextField(label=_("reason"), max_length=2000, widget=_area(2))


class ConsultForm(PersonForm):
    act = "consult"
    question = TextField(label=_("question"), max_length=2000, widget=_area(2))


class OpinionForm(ActForm):
    opinion = TextField(label=_("opinion"), max_length=2000, widget=_area())


class CopyForm(ActForm):
    users = forms.TypedMultipleChoiceField(label=_("colleagues"), coerce=int, widget=forms.CheckboxSelectMultiple)

    def setup(self, place: Any) -> None:
        self.fields["users"].choices = place.people.get("copy", ())


class FlowTextForm(forms.Form):
    """A definition as text, and the revision it was made from."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    body = forms.CharField(
        label=_("definition"),
        strip=False,
        max_length=MAX_DEFINITION,
        widget=forms.Textarea(attrs={"rows": 24, "lang": "zxx"}),
    )

    def clean_body(self) -> Any:
        try:
            body = read_json(self.cleaned_data["body"])
        except RuleViolation as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if not isinstance(body, dict):
            raise forms.ValidationError(_("A definition is an object with “format” and “steps”."))
        return body


class FlowNewForm(forms.Form):
    """A flow of one's own region for a type of document that has none there yet."""

    subject = forms.ChoiceField(label=_("type of document"))
    name = TextField(label=_("name in Chinese"), max_length=120)
    name_mvf = TextField(
        label=_("name in Mongolian"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"lang": "mn-Mong-CN"}),
    )
    copied = forms.BooleanField(
        label=_("begin with the steps of the flow that applies from above"), required=False, initial=True
    )

    def __init__(self, *args: Any, subjects: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = subjects


class FlowFileForm(forms.Form):
    """A definition as a file; it is read as text, never kept as a file."""

    file = forms.FileField(label=_("JSON file"), widget=forms.FileInput(attrs={"accept": ".json,application/json"}))

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MAX_DEFINITION:
            raise forms.ValidationError(_("The definition is too large."))
        try:
            return read_json(upload.read())
        except RuleViolation as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class ApproversForm(forms.Form):
    """Who approves at the steps that leave it to the applicant: one person at least for each.

    A part of the page that submits a document; `chosen()` is what `start_case` and `resubmit` take.
    """

    def __init__(self, data: Any = None, *, choices: list[ChoiceToMake]) -> None:
        super().__init__(data)
        for choice in choices:
            self.fields[choice.step] = forms.TypedMultipleChoiceField(
                label=str(choice.name),
                coerce=int,
                choices=[(each.user_id, f"{each.name} · {each.post_label}") for each in choice.people],
                initial=choice.chosen,
                widget=forms.CheckboxSelectMultiple,
                required=bool(choice.people),
            )

    def chosen(self) -> dict[str, list[int]]:
        return {step: list(users) for step, users in self.cleaned_data.items()}
