"""Forms of evaluation, spot checks and the use of results."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.codes.models import FiscalYear
from apps.performance.forms.rows import RowsForm
from apps.performance.forms.watching import DAY, words
from apps.performance.forms.years import YearForm
from apps.performance.models import EvaluationKind, Suggestion
from apps.performance.selectors.evaluating import Result
from imbudget.kit.forms import TextField


class OpenForm(YearForm):
    """Self-evaluations of a whole region."""

    due = forms.DateField(label=_("to be handed in by"), widget=forms.DateInput(attrs=DAY))


class EvaluationForm(RowsForm):
    """绩效自评表 or an evaluation with the items of the framework."""

    expected_goal = words(_("expected goal of the year"), 2000, 3, required=False)
    actual_goal = words(_("what was actually reached"), 2000, 3, required=False)
    execution_reason = words(_("why execution deviates"), 1000, 2, required=False)
    analysis = words(_("deviations and how they are mended"), 4000, 4, required=False)
    row_fields = ("ticks", "given", "reason")

    def __init__(self, *args: Any, result: Result, **kwargs: Any) -> None:
        self.result = result
        evaluation = result.evaluation
        self.is_own = evaluation.kind == EvaluationKind.SELF
        names = ("expected_goal", "actual_goal", "execution_reason", "analysis")
        kwargs["initial"] = {name: getattr(evaluation, name) for name in names}
        super().__init__(*args, lines=result.lines, revision=evaluation.revision, **kwargs)
        if not evaluation.execution_weight:
            del self.fields["execution_reason"]

    def initial_of(self, line: Any, name: str) -> Any:
        value = super().initial_of(line, name)
        return [str(one) for one in value or []] if name == "ticks" else value

    def fields_of_row(self, line: Any) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        if line.item is not None and not line.item.formula:
            choices = [(str(point.number), point.text) for point in line.item.ticks.all()]
            fields["ticks"] = forms.MultipleChoiceField(
                label=_("found in order"), choices=choices, required=False,
                widget=forms.CheckboxSelectMultiple(attrs={"class": "many"}),
            )  # fmt: skip
        if not self.is_own:
            fields["given"] = forms.DecimalField(
                label=_("points given"),
                max_digits=5,
                decimal_places=2,
                min_value=0,
                max_value=line.weight,
                required=False,
            )
        fields["reason"] = TextField(
            label=_("reason and measures"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
        )
        return fields

    def texts(self) -> dict[str, Any]:
        """What is no line, as the service takes it."""
        names = ("expected_goal", "actual_goal", "execution_reason", "analysis")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def values(self) -> dict[int, dict[str, Any]]:
        found = super().values()
        for row in found.values():
            if "ticks" in row:
                row["ticks"] = sorted(int(one) for one in row["ticks"]) or None  # nothing ticked: nobody has looked
        return found


class DrawForm(forms.Form):
    """抽评."""

    year = forms.ModelChoiceField(FiscalYear.objects.none(), label=_("fiscal year"))
    count = forms.IntegerField(label=_("how many"), min_value=1, max_value=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].queryset = FiscalYear.objects.all()


class LowerForm(forms.Form):
    """Points of one line."""

    line = forms.ModelChoiceField(None, label=_("line of an evaluation"))
    points = forms.DecimalField(label=_("points after"), max_digits=5, decimal_places=2, min_value=0)
    reason = words(_("reason"), 1000, 3)

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = lines
        self.fields["line"].label_from_instance = _named


def _named(line: Any) -> str:
    return f"{line.number}. {line.third} ({line.score if line.score is not None else '–'} / {line.weight})"


class ViewForm(forms.Form):
    """What the unit says."""

    text = words(_("view of the unit"))


class OpinionForm(forms.Form):
    """What the examiner says."""

    opinion = words(_("opinion of the examiner"))


class DecideForm(forms.Form):
    """结果应用."""

    decision = forms.ChoiceField(label=_("for next year's budget"), choices=Suggestion.choices)
    percent = forms.IntegerField(
        label=_("cut by, %"), min_value=0, max_value=100, required=False, help_text=_("Where the budget is cut.")
    )
    reason = words(_("reason"), 1000)


class FeedbackForm(forms.Form):
    """反馈."""

    feedback = words(_("feedback to the unit"))


class HoldForm(forms.Form):
    """Hold payments back or let them go."""

    reason = words(_("reason"))
