"""Forms by which alarms are judged and answered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.files.forms import UploadField
from apps.monitoring.models import Alarm, ViolationType
from imbudget.kit.forms import AmountField, TextField


def _words(label: Any, **kwargs: Any) -> TextField:
    return TextField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), **kwargs)


class _WithFile(forms.Form):
    """A form whose file belongs to the alarm's place."""

    def __init__(self, data: Any = None, files: Any = None, *, alarm: Alarm, **kwargs: Any) -> None:
        super().__init__(data=data, files=files, **kwargs)
        self.fields["file"].widget.at(alarm.region_id, alarm.unit_id)


class ViolationForm(_WithFile):
    """认定单."""

    violation = forms.ModelChoiceField(ViolationType.objects.none(), label=_("type of violation"))
    finding = _words(_("description of the facts"), help_text=_("What was found, in a few sentences."))
    demands = _words(_("what is demanded"))
    refund = AmountField(label=_("to be refunded"), required=False)
    adjust = AmountField(label=_("to be adjusted in the books"), required=False)
    other = AmountField(label=_("other amount"), required=False)
    due = forms.DateField(label=_("to be answered by"), widget=forms.DateInput(attrs={"type": "date"}))
    file = UploadField(label=_("file"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["violation"].queryset = ViolationType.objects.filter(is_current=True)

    def values(self) -> dict[str, Any]:
        """The finding as the service takes it; an amount that is left out is nothing."""
        given = self.cleaned_data
        return {name: given[name] for name in ("violation", "finding", "demands", "due")} | {
            name: given[name] or 0 for name in ("refund", "adjust", "other")
        }


class AnswerForm(_WithFile):
    """单位反馈."""

    text = _words(_("what was done"))
    file = UploadField(label=_("file that proves it"), required=False)


class SendBackForm(forms.Form):
    """再退回."""

    reason = _words(_("what is missing in the answer"))
    due = forms.DateField(label=_("to be answered by"), widget=forms.DateInput(attrs={"type": "date"}))


class CloseForm(forms.Form):
    """销号."""

    words = TextField(label=_("remark"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
