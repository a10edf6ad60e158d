"""Forms of the timetable of a region and of the days of its acts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.budget.models import ActDay, BudgetAct, RoundPlan
from apps.budget.services.plans import IN_PLAN
from imbudget.kit.forms import TextField

DAY = {"type": "date"}


class PlanForm(forms.ModelForm):
    """The rounds that take place and their days."""

    source = TextField(label=_("source document"), max_length=300, required=False)

    class Meta:
        model = RoundPlan
        # Each round beside its day, two fields a row.
        fields = (
            "has_first_up",
            "first_up_due",
            "has_first_down",
            "first_down_due",
            "has_second_up",
            "second_up_due",
            "has_second_down",
            "second_down_due",
            "announced_on",
            "approved_on",
            "source",
        )
        widgets = {
            name: forms.DateInput(attrs=DAY, format="%Y-%m-%d")
            for name in (
                "announced_on",
                "first_up_due",
                "first_down_due",
                "second_up_due",
                "approved_on",
                "second_down_due",
            )
        }


class ActDayForm(forms.Form):
    """An act that has taken place."""

    act = forms.ChoiceField(
        label=_("act"), choices=[(value, label) for value, label in BudgetAct.choices if value not in IN_PLAN]
    )
    day = forms.DateField(label=_("day"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    subject = TextField(
        label=ActDay._meta.get_field("subject").verbose_name,
        max_length=200,
        required=False,
        help_text=_("The name or number of a transfer, where a year has several of them."),
    )
    document = TextField(label=_("document number"), max_length=200, required=False)
