"""Forms of the budget: the lines of a sheet, the import of a workbook, a comment."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.budget.importrows import PROJECT_CODE
from apps.budget.models import BudgetSheet
from apps.budget.services.sheets import LineInput
from apps.codes.models import Catalog, Code
from apps.codes.selectors import codes_by_text
from imbudget.kit.forms import AmountField, TextField

CODE_FIELDS = {
    "function": Catalog.FUNCTION,
    "department_economic": Catalog.DEPARTMENT_ECONOMIC,
    "fund": Catalog.FUND,
}


class CodeField(forms.CharField):
    """A classification code, written alone or as code-name, with suggestions from a shared list."""

    def __init__(self, catalog: Catalog, **kwargs: Any) -> None:
        super().__init__(max_length=400, **kwargs)
        self.catalog = catalog
        self.codes: dict[str, Code] = {}
        self.widget.attrs |= {"list": f"codes-{catalog}", "class": "code", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        code = self.codes.get(text.split("-")[0].strip())
        if code is None:
            raise ValidationError(_("This code is not in the classification of the year."))
        return code


class LineForm(forms.Form):
    """One line; an empty form is no line."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    function = CodeField(Catalog.FUNCTION, label=_("function"))
    department_economic = CodeField(Catalog.DEPARTMENT_ECONOMIC, label=_("department economic class"))
    fund = CodeField(Catalog.FUND, label=_("fund type"))
    project_code = TextField(label=_("project code"), max_length=21, required=False)
    project_name = TextField(label=_("project name"), max_length=360, required=False)
    amount = AmountField(label=_("amount"))
    prior_approved = AmountField(label=_("approved last year"), required=False)
    prior_executed = AmountField(label=_("executed last year"), required=False)
    note = TextField(label=_("note"), max_length=2000, required=False)

    def clean_project_code(self) -> str:
        code = self.cleaned_data["project_code"]
        if code and not PROJECT_CODE.match(code):
            raise ValidationError(_("A project code has 21 characters: 8 digits, then 13 digits or capitals."))
        return code

    def as_input(self) -> LineInput:
        return LineInput(**{key: value for key, value in self.cleaned_data.items() if key != "DELETE"})


class BaseLines(forms.BaseFormSet):
    """The lines of a sheet; codes are loaded once for all of them."""

    def __init__(self, *args: Any, sheet: BudgetSheet, **kwargs: Any) -> None:
        self.codes = {name: codes_by_text(sheet.year_id, catalog) for name, catalog in CODE_FIELDS.items()}
        super().__init__(*args, **kwargs)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name, codes in self.codes.items():
            form.fields[name].codes = codes

    def suggestions(self) -> dict[str, list[Code]]:
        """Leaves of each tree for the shared suggestion lists."""
        return {
            str(CODE_FIELDS[name]): [code for code in codes.values() if code.is_leaf]
            for name, codes in self.codes.items()
        }

    def inputs(self) -> list[LineInput]:
        """What was written, without empty and deleted rows."""
        return [form.as_input() for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]


class SheetForm(forms.Form):
    """What belongs to the sheet as a whole; `version` is the optimistic lock."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    declared_total = AmountField(
        label=_("declared total"),
        required=False,
        help_text=_("In yuan. What your own table adds up to; the check compares it with the lines."),
    )


def initial_of(sheet: BudgetSheet) -> list[dict[str, Any]]:
    """The sheet's lines as the formset shows them."""
    rows = sheet.lines.select_related("function", "department_economic", "fund").order_by("number")
    names = ("pk", "project_code", "project_name", "amount", "prior_approved", "prior_executed", "note")
    return [
        {name: getattr(line, name) for name in names} | {name: str(getattr(line, name)) for name in CODE_FIELDS}
        for line in rows
    ]


class ImportForm(forms.Form):
    """A workbook that a unit (or several) handed in."""

    file = forms.FileField(
        label=_("workbook"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.csv"}),
        help_text=_("XLSX, XLSM, XLS or CSV, up to 30 MB."),
    )
    partial = forms.BooleanField(
        label=_("import the good rows even if others are wrong"),
        required=False,
        help_text=_("Otherwise one bad cell refuses the whole file."),
    )
    dry_run = forms.BooleanField(label=_("only check, do not import"), required=False)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            raise ValidationError(
                _("The file %(name)s is too large. Split it into several files.") % {"name": file.name}
            )
        return file


class RemarkForm(forms.Form):
    """A comment on a sheet."""

    text = TextField(label=_("comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class SeenForm(forms.Form):
    """Which version of the sheet the officer has before them."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CompileForm(forms.Form):
    """The reason is asked only when something is missing."""

    missing_reason = TextField(
        label=_("reason for compiling without the missing ones"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
