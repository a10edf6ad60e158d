"""Forms of monitoring and rectification."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.codes.models import FiscalYear
from apps.files.forms import UploadField
from apps.monitoring.forms.curves import SharesField
from apps.performance.forms.rows import RowsForm
from apps.performance.models import Deviation, Likelihood, MonitoringForm
from apps.performance.selectors.watching import BEHIND, Look
from apps.projects.models import ProjectCategory
from imbudget.kit.forms import AmountField, TextField

NONE = [("", "—")]
DAY = {"type": "date"}


def words(label: Any, length: int = 2000, rows: int = 4, **kwargs: Any) -> TextField:
    """A text of several lines."""
    return TextField(label=label, max_length=length, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class CallForm(forms.Form):
    """下发."""

    year = forms.ModelChoiceField(FiscalYear.objects.none(), label=_("fiscal year"))
    month = forms.TypedChoiceField(label=_("up to month"), coerce=int, choices=[(n, str(n)) for n in range(1, 13)])
    category = forms.ModelChoiceField(
        ProjectCategory.objects.none(), label=_("category"), required=False, empty_label=_("all categories")
    )
    due = forms.DateField(
        label=_("to be filled in by"),
        widget=forms.DateInput(attrs=DAY),
        help_text=_("A day after the end of the month that is asked for."),
    )
    note = words(_("what is asked"), 500, 3, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].queryset = FiscalYear.objects.all()
        self.fields["category"].queryset = ProjectCategory.objects.all()


class FillForm(RowsForm):
    """绩效运行监控表, as the unit fills it in."""

    expected = AmountField(label=_("expected to be executed by the end of the year"), required=False)
    reason = forms.ChoiceField(
        label=_("reason of the deviation"), choices=[*NONE, *Deviation.choices], required=False,
        help_text=_("Where the lamp of the budget is yellow or red."),
    )  # fmt: skip
    words = words(_("explanation"), 1000, 3, required=False)
    row_fields = ("expected", "likelihood", "reason", "words")

    def __init__(self, *args: Any, look: Look, **kwargs: Any) -> None:
        self.look = look
        form: MonitoringForm = look.form
        kwargs["initial"] = {"expected": form.expected, "reason": form.reason, "words": form.words}
        super().__init__(*args, lines=look.lines, revision=form.revision, **kwargs)
        if form.budget_lamp not in BEHIND:
            self.fields["reason"].help_text = ""

    def fields_of_row(self, line: Any) -> dict[str, forms.Field]:
        return {
            "expected": forms.DecimalField(
                label=_("expected by the end of the year"), max_digits=20, decimal_places=4, required=False,
                localize=False,
            ),
            "likelihood": forms.ChoiceField(
                label=_("likelihood"), choices=[*NONE, *Likelihood.choices], required=False
            ),
            "reason": forms.ChoiceField(
                label=_("reason of the deviation"), choices=[*NONE, *Deviation.choices], required=False
            ),
            "words": TextField(
                label=_("explanation"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
            ),
        }  # fmt: skip

    def head(self) -> dict[str, Any]:
        """What is no line, as the service takes it."""
        return {name: self.cleaned_data[name] for name in ("expected", "reason", "words")}


class OrderForm(forms.Form):
    """整改通知."""

    problem = words(_("problem"))
    demands = words(_("what is demanded"))
    due = forms.DateField(label=_("to be mended by"), widget=forms.DateInput(attrs=DAY))
    holds = forms.BooleanField(label=_("payments of the project are held back"), required=False)

    def __init__(self, *args: Any, may_hold: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_hold:
            del self.fields["holds"]


class MendedForm(forms.Form):
    """整改报告."""

    text = words(_("what was done"))
    file = UploadField(label=_("file that proves it"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, of: Any, **kwargs: Any) -> None:
        super().__init__(data=data, files=files, **kwargs)
        self.fields["file"].widget.at(of.region_id, of.unit_id)


class MendAgainForm(forms.Form):
    """退回."""

    reason = words(_("what is missing in the answer"))
    due = forms.DateField(label=_("to be mended by"), widget=forms.DateInput(attrs=DAY))


class SettleForm(forms.Form):
    """销号."""

    words = words(_("remark"), rows=3, required=False)


class ScheduleForm(forms.Form):
    """The schedule of a project."""

    shares = SharesField(label=_("shares by month (%)"))
    source = TextField(label=_("source or reason"), max_length=300)
