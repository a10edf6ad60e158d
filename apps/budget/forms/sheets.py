"""Forms of the budget: the lines of a sheet, the import of a workbook, a comment."""

import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.budget.importrows import KINDS, PROJECT_CODE
from apps.budget.models import BudgetSheet, ExpenditureKind
from apps.budget.selectors.entry import CATALOGS, WRITTEN, EntryRow, codes_written
from apps.budget.selectors.settings import setting_of
from apps.budget.services.entry import Changes, Declared, LineChange, Removal
from apps.budget.services.sheets import LineInput
from apps.codes.models import Catalog, Code
from imbudget.kit.forms import AmountField, TableFileField, TextField
from imbudget.kit.text import FULL_WIDTH

AMOUNTS = ("amount", "prior_approved", "prior_executed")

CODE = re.compile("[0-9A-Z]+")


class CodeField(forms.CharField):
    """A classification code, written alone or with its name, with suggestions from a shared list."""

    def __init__(self, catalog: Catalog, **kwargs: Any) -> None:
        super().__init__(max_length=400, **kwargs)
        self.codes: dict[str, Code] = {}
        self.widget.attrs |= {"list": f"codes-{catalog}", "class": "code", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = CODE.match(text.translate(FULL_WIDTH).strip())
        code = self.codes.get(found[0]) if found else None
        if code is None:
            raise ValidationError(_("This code is not in the classification of the year."))
        if not code.is_leaf:
            raise ValidationError(
                _("%(code)s is not a code of the last level. Choose one below it."), params={"code": code}
            )
        return code


class KindField(forms.ChoiceField):
    """基本支出 or 项目支出, by its value or as tables print it; left empty it follows from the project."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[("", "–"), *ExpenditureKind.choices], required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value).strip()
        labels = {word: kind for kind in ExpenditureKind for word in (kind.value, str(kind.label))}
        return (KINDS | labels).get(text, text)


class LineForm(forms.Form):
    """One line; an empty form is no line. `base` is the stamp of the line as it was shown."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    base = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    function = CodeField(Catalog.FUNCTION, label=_("function"))
    department_economic = CodeField(Catalog.DEPARTMENT_ECONOMIC, label=_("department economic class"))
    fund = CodeField(Catalog.FUND, label=_("fund type"))
    kind = KindField(label=_("kind of expenditure"))
    project_code = TextField(
        label=_("project code"),
        max_length=21,
        required=False,
        widget=forms.TextInput(attrs={"list": "stored-projects", "class": "code"}),
    )
    project_name = TextField(label=_("project name"), max_length=360, required=False)
    amount = AmountField(label=_("amount"))
    prior_approved = AmountField(label=_("approved last year"), required=False)
    prior_executed = AmountField(label=_("executed last year"), required=False)
    note = TextField(label=_("note"), max_length=2000, required=False)

    def take_codes(self, codes: dict[str, dict[str, Code]], without_economic: bool) -> None:
        """The classification of the year; `without_economic` where lines may stand by function alone."""
        for name, known in codes.items():
            self.fields[name].codes = known
        self.fields["department_economic"].required = not without_economic

    def read(self, data: dict[str, Any]) -> bool:
        """Take another row: one form reads the hundreds of rows of a patch, making one for each would cost more."""
        self.data = data
        self.full_clean()
        return not self.errors

    def has_changed(self) -> bool:
        """A row with nothing but its hidden ids is no line; a known line counts even when all its cells are empty."""
        return bool(self["pk"].data) or any(name in WRITTEN for name in self.changed_data)

    def clean_project_code(self) -> str:
        code = self.cleaned_data["project_code"].translate(FULL_WIDTH)
        if code and not PROJECT_CODE.match(code):
            raise ValidationError(_("A project code has 21 characters: 8 digits, then 13 digits or capitals."))
        return code

    def as_input(self) -> LineInput:
        return LineInput(pk=self.cleaned_data["pk"], **{name: self.cleaned_data[name] for name in WRITTEN})


class BaseLines(forms.BaseFormSet):
    """Lines of a sheet; codes are loaded once for all of them. `behind` is the line that stands before the first."""

    def __init__(self, *args: Any, sheet: BudgetSheet, **kwargs: Any) -> None:
        self.codes = codes_written(sheet.year_id)
        self.without_economic = setting_of(sheet.region_id).function_level_lines
        super().__init__(*args, **kwargs)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.take_codes(self.codes, self.without_economic)
        if not self.is_bound and index is not None and index >= self.initial_form_count():
            form.initial["key"] = uuid4()

    def suggestions(self) -> dict[str, list[Code]]:
        """Leaves of each tree for the shared suggestion lists."""
        return {
            str(CATALOGS[name]): [code for code in codes.values() if code.is_leaf] for name, codes in self.codes.items()
        }

    def changes(self, declared: Declared) -> Changes:
        """What was written, as a patch of the sheet: empty rows are no lines, rows not shown stay as they are."""
        lines, removed, after = [], [], None
        for form in self.forms:
            data = form.cleaned_data
            if not data or (data.get("DELETE") and not data.get("pk")):
                continue
            if data.get("DELETE"):  # the cells of such a row were not asked to be right
                removed.append(Removal(data["pk"], data.get("base", "")))
                continue
            change = LineChange(form.as_input(), str(data["key"] or ""), data["base"], after)
            lines.append(change)
            after = change.name or None
        return Changes(lines, removed, declared)


class SheetForm(forms.Form):
    """What belongs to the sheet as a whole; `version` is the optimistic lock."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    declared_base = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    declared_total = AmountField(
        label=_("declared total"),
        required=False,
        help_text=_("In yuan. What your own table adds up to; the check compares it with the lines."),
    )

    def declared(self) -> Declared:
        return Declared(self.cleaned_data["declared_total"], self.cleaned_data["declared_base"])


def initial_of(rows: list[EntryRow], codes: dict[str, dict[str, Code]]) -> list[dict[str, Any]]:
    """The lines of a page as the formset shows them: codes with their names, amounts with separators."""
    initial = []
    for row in rows:
        values: dict[str, Any] = {"pk": row.pk, "base": row.stamp, **row.values}
        values |= {name: str(known.get(values[name]) or values[name]) for name, known in codes.items()}
        values |= {name: Decimal(values[name]) if values[name] else None for name in AMOUNTS}
        initial.append(values)
    return initial


class ImportForm(forms.Form):
    """A workbook that a unit (or several) handed in."""

    file = TableFileField(label=_("workbook"))
    partial = forms.BooleanField(
        label=_("import the good rows even if others are wrong"),
        required=False,
        help_text=_("Otherwise one bad cell refuses the whole file."),
    )
    dry_run = forms.BooleanField(label=_("only check, do not import"), required=False)


class CopyForm(forms.Form):
    """How last year's lines are copied."""

    with_amounts = forms.BooleanField(
        label=_("with last year's amounts"),
        required=False,
        help_text=_("Otherwise every copied line begins with 0.00, and last year's amount stands beside it."),
    )


class RemarkForm(forms.Form):
    """A comment on a sheet."""

    text = TextField(label=_("comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class CompileForm(forms.Form):
    """The reason is asked where something is missing, and only there."""

    missing_reason = TextField(
        label=_("reason for compiling without the missing ones"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, missing: int | bool) -> None:
        super().__init__(data=data)
        if not missing:
            del self.fields["missing_reason"]


class ApprovalForm(forms.Form):
    """The head of the document that approves a budget."""

    number = TextField(
        label=_("document number"), max_length=60, help_text=_("As on the paper, for example 内财预〔2027〕1号")
    )
    title = TextField(label=_("title"), max_length=200)
    dated = forms.DateField(label=_("date of the document"), widget=forms.DateInput(attrs={"type": "date"}))
    basis = TextField(
        label=_("basis"),
        max_length=500,
        help_text=_("The resolution that approved the budget, with its date or number."),
    )
