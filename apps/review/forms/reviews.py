"""Forms of reviews: a new one, and its conclusion project by project."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.projects.models import Project
from apps.regions.models import Region
from apps.review.models import Conclusion, CostFinding, Review, ReviewItem, ReviewKind, Verdict
from apps.review.selectors.waiting import sheets_for
from apps.review.services.conclusions import Decision, LineDecision
from apps.review.services.reviews import MOST_PROJECTS
from imbudget.kit.forms import AmountField, TextField
from imbudget.kit.money import format_yuan


class ReviewForm(forms.Form):
    """A new review of projects of one region that wait."""

    kind = forms.ChoiceField(label=Review._meta.get_field("kind").verbose_name, choices=ReviewKind.choices)
    title = TextField(label=Review._meta.get_field("title").verbose_name, max_length=120)
    form_version = forms.ModelChoiceField(None, label=gettext_lazy("score sheet"), empty_label=None)
    funds = AmountField(
        label=Review._meta.get_field("funds").verbose_name,
        required=False,
        help_text=gettext_lazy("In yuan; only for a competitive review."),
    )
    projects = forms.ModelMultipleChoiceField(
        None,
        label=gettext_lazy("projects"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose the projects that are to be reviewed.")},
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, region: Region, projects: Any, initial: dict[str, Any]
    ) -> None:
        super().__init__(data=data, initial=initial)
        sheets = self.fields["form_version"]
        sheets.queryset = sheets_for(region)
        sheets.label_from_instance = lambda version: f"{version.definition.name} ({version.definition.region})"
        self.fields["projects"].queryset = projects
        self.fields["projects"].label_from_instance = _project_label
        listed = list(projects.order_by("code")[:MOST_PROJECTS])
        self.fields["projects"].choices = [(project.pk, _project_label(project)) for project in listed]


def _project_label(project: Project) -> str:
    return f"{project.code} {project.name} · {format_yuan(project.total)}"


class WordsForm(forms.Form):
    """The words of a conclusion."""

    text = TextField(
        label=Conclusion._meta.get_field("text").verbose_name,
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    advice = TextField(
        label=Conclusion._meta.get_field("advice").verbose_name,
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class LineForm(forms.Form):
    """What is left of one cost line."""

    approved = AmountField(label=CostFinding._meta.get_field("approved").verbose_name)
    reason = TextField(
        label=CostFinding._meta.get_field("reason").verbose_name,
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1}),
    )

    def __init__(self, data: Any, line: CostFinding) -> None:
        self.line = line
        initial = {"approved": line.approved, "reason": line.reason}
        super().__init__(data, prefix=f"line{line.pk}", initial=initial)
        _name_cells(self, str(line))


class ItemForm(forms.Form):
    """The decision for one project; its cost lines stand below it and make the amount."""

    verdict = forms.ChoiceField(label=ReviewItem._meta.get_field("verdict").verbose_name, choices=Verdict.choices)
    amount = AmountField(label=ReviewItem._meta.get_field("amount").verbose_name)
    deviation = TextField(
        label=ReviewItem._meta.get_field("deviation").verbose_name,
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any, item: ReviewItem) -> None:
        self.item = item
        initial = {"verdict": item.verdict, "amount": item.amount, "deviation": item.deviation}
        super().__init__(data, prefix=f"item{item.pk}", initial=initial)
        self.lines = [LineForm(data, line) for line in item.findings.all()]
        if self.lines:
            del self.fields["amount"]
        _name_cells(self, str(item))

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(line.is_valid() for line in self.lines)])

    def decision(self) -> Decision:
        """What was decided, for the service."""
        values = self.cleaned_data
        lines = {form.line.number: LineDecision(**form.cleaned_data) for form in self.lines}
        given = {"amount": values["amount"]} if "amount" in values else {}
        return Decision(values["verdict"], deviation=values["deviation"], lines=lines, **given)

    def refuse(self, place: str, text: str) -> None:
        """Put what the service refuses beside its cell: `amount`, `line.3.reason`."""
        first, *rest = place.split(".")
        if rest:
            next(form for form in self.lines if form.line.number == int(rest[0])).add_error(rest[1], text)
        else:
            self.add_error(first if first in self.fields else None, text)


def _name_cells(form: forms.Form, row: str) -> None:
    """A cell of a table has no label of its own to be read out."""
    for field in form.fields.values():
        field.widget.attrs["aria-label"] = _("%(field)s: %(row)s") % {"field": field.label, "row": row}
