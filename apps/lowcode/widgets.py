"""Fields of an answer form on the page; what they hand over is what `schema.answers` reads."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from apps.files.forms import UploadWidget
from apps.files.models import StoredFile
from apps.lowcode.schema.fields import FACT_KINDS, NUMBERS, SUMMED, Field
from apps.lowcode.schema.fields import FieldType as T
from apps.lowcode.schema.scores import band
from apps.lowcode.schema.values import LONGEST, plain_number
from apps.regions.pickers import region_picker, unit_picker
from imbudget.kit.pickers import PickerWidget

SPARE_ROWS = 2
FEW_CHOICES = 5
INPUT = {"autocomplete": "off"}
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class PeriodWidget(forms.Widget):
    """A first and a last day beside each other."""

    template_name = "lowcode/_period.html"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return {"from": data.get(f"{name}-from", ""), "to": data.get(f"{name}-to", "")}

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return context | {"period": value if isinstance(value, Mapping) else {}}

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-from"


class RowPicker(PickerWidget):
    """A region or unit: the picker's key goes out as `{"id": …}`."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        key = data.get(name, "")
        return {"id": key} if key else None

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        held = value if isinstance(value, Mapping) else {}
        self.label = held.get("zh") or self.label
        return super().get_context(name, held.get("id", ""), attrs)


class CodeWidget(forms.TextInput):
    """A classification code; a stored one is written `code-name`."""

    def format_value(self, value: Any) -> str:
        return f"{value.get('code')}-{value.get('zh')}" if isinstance(value, Mapping) else str(value or "")


class FileWidget(UploadWidget):
    """A file: what was stored is shown with its name, what is sent is a file or the id of one sent ahead."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        key = value.get("id", "") if isinstance(value, Mapping) else value
        held = StoredFile.objects.filter(pk=key).first() if is_uuid(key) else None
        return super().get_context(name, held, attrs)


def is_uuid(text: Any) -> bool:
    """Whether a text is the key of a stored file."""
    return isinstance(text, str) and UUID_TEXT.fullmatch(text) is not None


class TableWidget(forms.Widget):
    """Repeated rows with the sums of their columns; two rows are spare, and a script adds more."""

    template_name = "lowcode/_rows.html"
    use_fieldset = True

    def __init__(self, table: Field) -> None:
        super().__init__()
        self.table = table
        self.errors: dict[tuple[int, str], str] = {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The rows named `name-0-key`, as many as the page says it has."""
        count = str(data.get(f"{name}-rows", ""))
        rows = min(int(count), 1000) if count.isascii() and count.isdecimal() and len(count) < 5 else 0
        keys = [column.key for column in self.table.columns if column.answered]
        return [{key: data.get(f"{name}-{index}-{key}", "") for key in keys} for index in range(rows)]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        rows: Sequence[Any] = value if isinstance(value, list) else []
        spare: list[Any] = [{}] * SPARE_ROWS
        return super().get_context(name, None, attrs) | {
            "name": name,
            "columns": self.table.columns,
            "rows": [self._cells(name, index, row) for index, row in enumerate([*rows, *spare])],
            "count": len(rows) + SPARE_ROWS,
            "sums": [column if column.type in SUMMED else None for column in self.table.columns],
            "is_summed": any(column.type in SUMMED for column in self.table.columns),
        }

    def _cells(self, name: str, index: int, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "column": column,
                "name": f"{name}-{index}-{column.key}",
                "value": cell_value(column, row.get(column.key)),
                "error": self.errors.get((index, column.key), ""),
                "numeric": column.type in NUMBERS,
                "class": "amount" if column.type == T.AMOUNT else "",
                "kind": FACT_KINDS[column.type] if column.type in NUMBERS else "",
                "instructions": self._instructions(column),
            }
            for column in self.table.columns
        ]

    def _instructions(self, column: Field) -> str:
        """How a script works a computed column out; not where a column that it reads may be hidden in some rows."""
        if column.expression is None:
            return ""
        read = (self.table.column(key) for key in column.expression.fields)
        is_hidden = any(one is not None and one.shown_if is not None for one in (column, *read))
        return "" if is_hidden else column.expression.instructions


def cell_value(column: Field, value: Any) -> Any:
    """A stored or written answer as the text of an input."""
    if isinstance(value, Mapping):
        return value.get("code") or value.get("id") or ""
    if column.type in (T.AMOUNT, T.COMPUTED) and isinstance(value, str):
        return grouped(value)
    return "" if value is None else value


def grouped(text: str) -> str:
    """A stored amount with thousands separators; anything else as it was written."""
    whole, dot, cents = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    if not (digits.isascii() and digits.isdecimal() and len(cents) == 2 and cents.isdecimal()):
        return text
    return f"{sign}{int(digits):,}.{cents}"


class ScoreWidget(forms.Widget):
    """Points beside their full mark, and the comment on them; both go out together as `{"score": …, "comment": …}`."""

    template_name = "lowcode/_score.html"
    use_fieldset = True

    def __init__(self, one: Field) -> None:
        super().__init__()
        self.one = one

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return {"score": data.get(name, ""), "comment": data.get(f"{name}-comment", "")}

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        held = value if isinstance(value, Mapping) else {}
        low, high = (plain_number(bound) for bound in band(self.one))
        return super().get_context(name, None, attrs) | {
            "held": held,
            "full": plain_number(self.one.most),
            "low": low,
            "high": high,
            "is_banded": self.one.low is not None or self.one.high is not None,
        }


class AmountWidget(forms.TextInput):
    """An amount with thousands separators."""

    def format_value(self, value: Any) -> Any:
        return grouped(str(value)) if value not in (None, "") else ""


def widget_for(one: Field) -> forms.Widget:
    """The widget of a field that people fill in."""
    maker = MAKERS.get(one.type)
    return maker(one) if maker else forms.TextInput(attrs=INPUT | {"maxlength": one.most or LONGEST.get(one.type, 400)})


def _choices(one: Field, empty: bool) -> list[tuple[str, str]]:
    found = [(choice.value, str(choice.label)) for choice in one.choices]
    return [("", "—"), *found] if empty else found


def _choice(one: Field) -> forms.Widget:
    few = len(one.choices) <= FEW_CHOICES and one.required
    return forms.RadioSelect(choices=_choices(one, False)) if few else forms.Select(choices=_choices(one, True))


MAKERS: dict[T, Any] = {
    T.LONGTEXT: lambda one: forms.Textarea(attrs={"rows": 5, "maxlength": one.most or LONGEST[T.LONGTEXT]}),
    T.INTEGER: lambda one: forms.TextInput(attrs=INPUT | {"inputmode": "numeric", "maxlength": 30, "class": "num"}),
    T.AMOUNT: lambda one: AmountWidget(attrs=INPUT | {"inputmode": "decimal", "maxlength": 40, "class": "amount"}),
    T.PERCENT: lambda one: forms.TextInput(attrs=INPUT | {"inputmode": "decimal", "maxlength": 30, "class": "num"}),
    T.SCORE: ScoreWidget,
    T.DATE: lambda one: forms.DateInput(attrs={"type": "date"}),
    T.PERIOD: lambda one: PeriodWidget(),
    T.CHOICE: _choice,
    T.MULTICHOICE: lambda one: forms.CheckboxSelectMultiple(choices=_choices(one, False)),
    T.REGION: lambda one: RowPicker(region_picker),
    T.UNIT: lambda one: RowPicker(unit_picker),
    T.CODE: lambda one: CodeWidget(attrs=INPUT | {"maxlength": 400, "list": f"codes-{one.catalog}"}),
    T.PHONE: lambda one: forms.TextInput(attrs=INPUT | {"inputmode": "tel", "maxlength": 30}),
    T.FILE: lambda one: FileWidget(),
    T.TABLE: TableWidget,
}
