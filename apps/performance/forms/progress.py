"""The form of a progress report; it is filled in on a phone beside the works."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.files.forms import UploadField
from apps.performance.forms.values import NumberField, ProvedForm, day_field
from apps.performance.models import ProgressReport, Target
from apps.performance.services import Written
from imbudget.kit.forms import TextField


class ReportForm(ProvedForm):
    """A report with one field for each target that progress reports speak of."""

    as_of = day_field(_("as of"))
    percent = NumberField(label=_("physical progress"), help_text="%")
    words = TextField(
        label=pgettext_lazy("progress report", "what was done"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    started_on = day_field(_("works began on"), required=False)
    finished_on = day_field(
        _("completed on"), required=False, help_text=_("Only when everything is done: timeliness is read from it.")
    )
    file = UploadField(label=_("photograph or file"), required=False)
    file2 = UploadField(label=_("another file"), required=False)
    file3 = UploadField(label=_("another file"), required=False)
    client_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, targets: list[Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = targets
        last = {name: self.fields.pop(name) for name in ("file", "file2", "file3")}
        for target in targets:
            self.fields[f"q{target.pk}"] = NumberField(
                label=f"{target.content} ({target.measure})" if target.measure else target.content,
                required=False,
                help_text=_told(target),
            )
        self.fields |= last

    @property
    def written(self) -> Written:
        given = self.cleaned_data
        quantities = {one.pk: given[f"q{one.pk}"] for one in self.targets if given.get(f"q{one.pk}") is not None}
        names = ("as_of", "percent", "words", "started_on", "finished_on")
        return Written(**{name: given[name] for name in names}, quantities=quantities, uploads=self.uploads)

    @property
    def key(self) -> uuid.UUID:
        return self.cleaned_data["client_key"]


def _told(target: Target) -> Any:
    words = {"target": target.said, "last": target.latest.said if target.latest else "–"}
    return _("Since the beginning of the year. Target %(target)s, last value %(last)s.") % words


def initial_of(report: ProgressReport | None, **given: Any) -> dict[str, Any]:
    """What the form of a draft begins with; a new one begins with what is `given`."""
    if report is None:
        return {"client_key": uuid.uuid4(), **given}
    names = ("as_of", "percent", "words", "started_on", "finished_on", "client_key")
    quantities: dict[str, Decimal] = {f"q{one.target_id}": one.value for one in report.quantities.all()}
    return {name: getattr(report, name) for name in names} | quantities
