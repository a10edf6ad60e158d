"""The form of a what-if: a cut in percent, and rules of their own for functions, departments, fund types and kinds."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.budget.models import ExpenditureKind
from apps.budget.selectors.proposal import Cut, CutBy, CutRule, Source
from imbudget.kit.forms import AmountField, TextField

RULES = 4
BY = [
    ("", "—"),
    (CutBy.FUNCTION.value, _("function")),
    (CutBy.DEPARTMENT.value, _("competent department")),
    (CutBy.FUND.value, _("fund type")),
]


class PercentField(forms.DecimalField):
    """A cut in percent; below zero a rise."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=-100, max_value=100, max_digits=5, decimal_places=2, required=False, **kwargs)


class CutForm(forms.Form):
    """Everything may be left empty: then nothing is cut."""

    source = forms.ChoiceField(
        label=_("start from"),
        choices=[
            (Source.FIRST_UP.value, _("accepted first submissions")),
            (Source.LAST_YEAR.value, _("accepted budgets of last year")),
        ],
        required=False,
    )
    percent = PercentField(label=_("cut in percent"), help_text=_("Below zero: a rise."))
    floor = AmountField(
        label=_("floor"),
        required=False,
        help_text=_("In yuan, for each unit, fund type and kind: nothing is cut below it."),
    )
    excluded = forms.MultipleChoiceField(
        label=_("kinds that are not cut"),
        choices=ExpenditureKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    basic = PercentField(label=_("cut of basic expenditure in percent"))
    project = PercentField(label=_("cut of project expenditure in percent"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(RULES):
            self.fields[f"by_{number}"] = forms.ChoiceField(label=_("rule of its own for"), choices=BY, required=False)
            self.fields[f"code_{number}"] = forms.RegexField(
                "^[0-9A-Z]{1,21}$", label=_("code"), required=False, widget=forms.TextInput(attrs={"class": "code"})
            )
            self.fields[f"percent_{number}"] = PercentField(label=_("cut in percent"))

    def rule_rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each rule, for the page."""
        return [tuple(self[f"{name}_{number}"] for name in ("by", "code", "percent")) for number in range(RULES)]

    def plain_fields(self) -> list[Any]:
        return [self[name] for name in ("source", "percent", "floor", "excluded", "basic", "project")]

    def cut(self) -> Cut:
        """What was asked; a part that is not valid counts as left empty."""
        data = self.cleaned_data
        rules = [
            CutRule(CutBy.KIND, kind, data[kind])
            for kind in (ExpenditureKind.BASIC.value, ExpenditureKind.PROJECT.value)
            if data.get(kind) is not None
        ]
        for number in range(RULES):
            by, code, percent = (data.get(f"{name}_{number}") for name in ("by", "code", "percent"))
            if by and code and percent is not None:
                rules.append(CutRule(CutBy(by), code, percent))
        return Cut(
            source=Source(data.get("source") or Source.FIRST_UP),
            percent=data.get("percent") or Decimal(0),
            floor=data.get("floor") or Decimal(0),
            excluded=tuple(data.get("excluded") or ()),
            rules=tuple(rules),
        )


class TakeForm(forms.Form):
    """Why the figures are what they are; the units read it."""

    reason = TextField(label=_("reason of the cut"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
