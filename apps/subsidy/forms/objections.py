"""Forms of objections to rosters: what the unit records, what anybody files, how they are decided and followed."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from imbudget.kit.forms import TextField


class ObjectionForm(forms.Form):
    """What somebody objects."""

    number = forms.IntegerField(
        label=_("no. of the line"),
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        help_text=_("Empty: the whole roster."),
    )
    ground = TextField(label=_("objection and its grounds"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    person = TextField(label=_("who objects"), max_length=140, required=False)
    contact = TextField(label=_("contact"), max_length=140, required=False)


class AnswerForm(forms.Form):
    """How an objection is decided."""

    uphold = forms.TypedChoiceField(
        label=_("decision"),
        coerce=lambda value: value == "yes",
        choices=[("no", _("the line stands")), ("yes", _("upheld: the line is stopped"))],
        widget=forms.RadioSelect,
    )
    answer = TextField(
        label=pgettext_lazy("review", "answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class PublicObjectionForm(forms.Form):
    """Anonymous without a name."""

    number = forms.IntegerField(
        label=_("no. of the line"),
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        help_text=_("As the list has it; leave it empty to object to the roster as a whole."),
    )
    ground = TextField(
        label=_("objection and its grounds"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Say what is wrong and how you know it. Name no private data of others."),
    )
    person = TextField(
        label=_("your name"),
        max_length=60,
        required=False,
        help_text=_("Leave it empty to stay anonymous. It is stored sealed and read by the handler alone."),
    )
    contact = TextField(
        label=_("how to reach you"),
        max_length=100,
        required=False,
        help_text=_("Telephone or e-mail, if you want to be asked."),
    )
    altcha = forms.CharField(required=False, widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """Follow an objection by its code."""

    code = TextField(label=_("code of the objection"), max_length=19)
