"""Forms of the library of indicators and of comments on goals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.performance.models import CommentKind, IndicatorSet, LibraryIndicator, ProcessKind
from apps.projects.models import Project
from imbudget.kit.forms import TextField

WORDS = ("content_zh_hans", "content_mvf", "formula_zh_hans", "scoring_zh_hans")
FIGURES = ("nature", "value", "measure", "source", "basis", "is_core")
LABELS = {
    "content_zh_hans": _("indicator"),
    "content_mvf": _("indicator in Mongolian"),
    "formula_zh_hans": _("formula"),
    "scoring_zh_hans": _("scoring rule"),
}


class WordingForm(forms.ModelForm):
    """The words and figures of an indicator: what who adapts it may say otherwise."""

    class Meta:
        model = LibraryIndicator
        fields = (*WORDS, *FIGURES)
        field_classes = dict.fromkeys((*WORDS, "value", "measure", "basis"), TextField)
        labels = LABELS
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("formula_zh_hans", "scoring_zh_hans")}
        help_texts = {"value": _("Empty where every project states another one.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["content_zh_hans"].required = True

    def values(self) -> dict[str, Any]:
        """What the service takes; what was left empty in Mongolian is not there."""
        found = {name: self.cleaned_data[name] for name in (*WORDS, *FIGURES)}
        return found | {"content_mvf": found["content_mvf"] or None}


class IndicatorForm(WordingForm):
    """A new indicator."""

    class Meta(WordingForm.Meta):
        fields = ("of", "kind", *WORDS, *FIGURES, "valid_from")

    def __init__(self, *args: Any, of_unit: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["of"].queryset = IndicatorSet.objects.filter(is_active=True)
        if of_unit:
            choices = self.fields["kind"].choices
            self.fields["kind"].choices = [each for each in choices if each[0] not in ProcessKind.values]


class RenewForm(WordingForm):
    """A new version, and the year from which it counts."""

    year = forms.IntegerField(label=_("valid from year"), min_value=2000, max_value=2099)

    field_order = ("year",)


class EndForm(forms.Form):
    """The last year of an indicator."""

    year = forms.IntegerField(label=_("valid to year"), min_value=2000, max_value=2099)


class CommentForm(forms.Form):
    """What is wrong with which goal."""

    line = forms.TypedChoiceField(label=_("performance goal"), coerce=int, required=False, empty_value=None)
    kind = forms.ChoiceField(
        label=pgettext_lazy("comment on a goal", "what is wrong"), choices=CommentKind.choices, widget=forms.RadioSelect
    )
    text = TextField(
        label=_("comment"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The unit reads it beside the row."),
    )

    def __init__(self, data: Any = None, files: Any = None, *, project: Project, **kwargs: Any) -> None:
        super().__init__(data=data, **kwargs)
        rows = [(str(goal.number), f"{goal.number}. {goal}") for goal in project.goals.order_by("number")]
        self.fields["line"].choices = [("", _("the whole table")), *rows]


class AnswerForm(forms.Form):
    """What the unit has done, or why it leaves the goal as it is."""

    answer = TextField(
        label=_("answer of the unit"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It may stay empty where you have mended the goal."),
    )
