"""Forms at an expert's desk and on the organiser's page of a panel."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.review.models import CostFinding, ReviewItem, ReviewKind, ScoreSheet, Verdict
from imbudget.kit.forms import TextField
from imbudget.kit.money import format_yuan

FREE, TIED = "free", "tied"
ANSWERS = [(FREE, _("I have no interest in it")), (TIED, _("I have an interest in it"))]
AMOUNT = {"inputmode": "decimal", "class": "amount", "autocomplete": "off", "maxlength": 40}


class DeclarationForm(forms.Form):
    """One answer for each project, given one by one: nothing is ticked beforehand."""

    def __init__(self, data: Any = None, files: Any = None, *, items: Iterable[ReviewItem]) -> None:
        super().__init__(data, files)
        self.items = list(items)
        for item in self.items:
            label = f"{item.number}. {item.project.name} · {item.project.unit} · {item.project.department or ''}"
            self.fields[f"item-{item.pk}"] = forms.ChoiceField(
                label=label.rstrip(" ·"), choices=ANSWERS, widget=forms.RadioSelect
            )
            self.fields[f"text-{item.pk}"] = TextField(
                label=_("which interest"), max_length=200, required=False, widget=forms.TextInput()
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for item in self.items:
            if values.get(f"item-{item.pk}") == TIED and not values.get(f"text-{item.pk}"):
                self.add_error(f"text-{item.pk}", _("Say which interest you have in this project."))
        return values

    def interests(self) -> dict[int, str]:
        """What `panel.declare` takes."""
        values = self.cleaned_data
        return {item.pk: values[f"text-{item.pk}"] if values[f"item-{item.pk}"] == TIED else "" for item in self.items}


class SheetForm(forms.Form):
    """What stands on a score sheet beside its answers; it hands over what was sent, the service reads it."""

    use_required_attribute = False
    opinion = forms.CharField(label=_("opinion"), required=False, widget=forms.RadioSelect(choices=Verdict.choices))
    amount = forms.CharField(label=_("recommended amount"), required=False, widget=forms.TextInput(attrs=AMOUNT))
    comment = forms.CharField(
        label=_("remark"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 4, "maxlength": 4000})
    )

    def __init__(
        self, data: Any = None, *, item: ReviewItem, kind: str, findings: list[CostFinding], sheet: ScoreSheet | None
    ) -> None:
        super().__init__(data)
        self.findings, self.sheet = findings, sheet
        if kind != ReviewKind.EVALUATION:
            del self.fields["opinion"]
        if findings:
            del self.fields["amount"]
        else:
            self.fields["amount"].help_text = _("At most %(amount)s, the amount submitted.") % {
                "amount": format_yuan(item.submitted)
            }
        for name in self.fields:
            value = getattr(sheet, name, None)
            self.initial[name] = format_yuan(value) if name == "amount" and value is not None else value

    def written(self) -> dict[str, Any]:
        """The parts of the sheet as they were sent."""
        parts: dict[str, Any] = {name: self.data.get(name, "") for name in self.fields}
        if self.findings:
            parts["lines"] = {
                str(finding.number): {
                    name: self.data.get(f"line-{finding.number}-{name}", "") for name in ("amount", "reason")
                }
                for finding in self.findings
            }
        return parts

    def lines(self, errors: dict[str, str]) -> list[dict[str, Any]]:
        """The cost lines with what stands beside them."""
        kept: dict[str, Any] = self.written()["lines"] if self.is_bound and self.findings else {}
        stored = {key: _shown(line) for key, line in (self.sheet.lines if self.sheet else {}).items()}
        rows = []
        for finding in self.findings:
            key = str(finding.number)
            row = kept.get(key) if self.is_bound else stored.get(key)
            rows.append(
                {
                    "finding": finding,
                    "row": row or {},
                    "errors": {name: errors.get(f"line-{key}-{name}", "") for name in ("amount", "reason")},
                }
            )
        return rows


def _shown(line: dict[str, str]) -> dict[str, str]:
    """A kept line with its amount as people write it."""
    return line | {"amount": format_yuan(Decimal(line["amount"]))} if line.get("amount") else line


class NoteForm(forms.Form):
    """Something said in the discussion, of one project or of all."""

    item = forms.ModelChoiceField(
        label=_("project"), queryset=ReviewItem.objects.none(), required=False, empty_label=_("all projects")
    )
    text = TextField(label=pgettext_lazy("review", "text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any = None, files: Any = None, *, items: Any) -> None:
        super().__init__(data, files)
        self.fields["item"].queryset = items


class DissentForm(forms.Form):
    """Why a member does not share the panel's conclusion."""

    text = TextField(label=_("dissent"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))


class ExplainForm(forms.Form):
    """Why a score lies far from the others."""

    reason = TextField(label=_("reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))


class ChangeForm(forms.Form):
    """Why a sheet is changed after the discussion."""

    change_reason = TextField(
        label=_("reason of the change"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
