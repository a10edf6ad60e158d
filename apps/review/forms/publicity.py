"""Forms of publicity and of handling objections."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from imbudget.kit.forms import TextField


class PublishForm(forms.Form):
    """What stands over the results."""

    title_zh = TextField(label=_("title in Chinese"), max_length=200)
    title_mn = TextField(label=_("title in Mongolian"), max_length=200, required=False)
    text = TextField(
        label=pgettext_lazy("review", "text"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands above the results; how to object is said by the page itself."),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """Not accepted: the answer says why."""

    answer = TextField(
        label=pgettext_lazy("review", "answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    is_public = forms.BooleanField(label=_("publish the answer"), required=False)


class DecisionForm(AnswerForm):
    """Upheld or refused, with what was found."""

    decision = forms.ChoiceField(
        label=_("decision"),
        choices=[("dismiss", _("refuse: the result stands")), ("uphold", _("uphold: the result falls"))],
        widget=forms.RadioSelect,
    )
    finding = TextField(
        label=pgettext_lazy("review", "finding"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For the file; it is not published."),
    )  # fmt: skip
    field_order = ("decision", "finding", "answer", "is_public")
