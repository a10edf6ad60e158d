"""Answers to a form: read against its definition, field by field in its order, with one sentence for each wrong place.

What is hidden by its condition is neither demanded nor kept; computed fields are computed here, whatever was sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from apps.lowcode.conditions import evaluate
from apps.lowcode.schema.fields import NUMBERS, SUMMED, Field, FormSchema
from apps.lowcode.schema.fields import FieldType as T
from apps.lowcode.schema.scores import read_comment, wanting_comment
from apps.lowcode.schema.values import READERS, AnswerError, is_blank

MOST_ROWS = 500
MAX_BYTES = 1_000_000  # of all answers of one form together


class Lookups(Protocol):
    """What answers point to. Each gives what is stored and stays readable for ever, or None when there is no such row.

    `raw` is a code, or a dict with the `id` that a picker sends or that was stored before.
    """

    def region(self, raw: Any) -> dict[str, Any] | None: ...
    def unit(self, raw: Any) -> dict[str, Any] | None: ...
    def code(self, catalog: str, raw: Any) -> dict[str, Any] | None: ...
    def file(self, raw: Any) -> dict[str, Any] | None: ...


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Typed JSON by key, and a translated sentence by the path of each wrong place (`items[2].price`)."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return not self.errors


def clean_answers(schema: FormSchema, raw: Any, *, lookups: Lookups, draft: bool = False) -> Cleaned:
    """Read the answers; a draft may leave out what is required. Raises nothing, whatever `raw` is."""
    if not isinstance(raw, Mapping):
        return Cleaned({}, {"": _("The answers of a form stand under the keys of its fields.")})
    remarks = {one.comment_key for one in schema if one.type == T.SCORE}
    errors = {
        str(key)[:100]: _("This form has no such field.")
        for key in raw
        if not isinstance(key, str) or (schema.field(key) is None and key not in remarks)
    }
    reader = _Reader(lookups, draft, errors)
    return Cleaned(reader.row(schema.fields, raw, ""), errors)


def plain_values(fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """The stored values as conditions compare them: what points to a row by its code."""
    plain = {}
    for one in fields:
        value = values.get(one.key)
        plain[one.key] = value.get("code") if isinstance(value, dict) and one.fact() else value
    return plain


def numbers_of(fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """The numbers among stored values, for calculations."""
    return {
        one.key: None if values.get(one.key) is None else Decimal(values[one.key])
        for one in fields
        if one.type in NUMBERS
    }


class _Reader:
    """Reads one form or one row of a table."""

    def __init__(self, lookups: Lookups, draft: bool, errors: dict[str, str]) -> None:
        self.lookups, self.draft, self.errors = lookups, draft, errors

    def row(self, fields: Sequence[Field], raw: Mapping[str, Any], path: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for one in fields:
            if one.shown_if is not None and not evaluate(one.shown_if, plain_values(fields, values)):
                continue
            try:
                value = self.value(one, raw.get(one.key), fields, values, path + one.key)
            except AnswerError as error:
                self.errors[path + one.key] = error.message
                continue
            if value is not None:
                values[one.key] = value
            elif one.required and one.answered and not self.draft:
                self.errors.setdefault(path + one.key, _("This field must be filled in."))
            if one.type == T.SCORE:
                self.comment(one, raw.get(one.comment_key), values)
        return values

    def comment(self, one: Field, raw: Any, values: dict[str, Any]) -> None:
        """What was written beside a score; one outside of its band is not complete without."""
        try:
            text = read_comment(raw)
        except AnswerError as error:
            self.errors[one.comment_key] = error.message
            return
        if text:
            values[one.comment_key] = text
        elif not self.draft and (reason := wanting_comment(one, values.get(one.key))):
            self.errors[one.comment_key] = reason

    def value(self, one: Field, raw: Any, fields: Sequence[Field], values: dict[str, Any], path: str) -> Any:
        if one.type == T.HEADING:
            return None
        if one.type == T.COMPUTED:
            return self.computed(one, fields, values)
        if is_blank(raw) or (one.type == T.PERIOD and _is_empty_period(raw)):
            return None
        if one.type == T.TABLE:
            return self.table(one, raw, path)
        if one.type in READERS:
            return _or_none(READERS[one.type](one, raw))
        return self.found(one, raw)

    def computed(self, one: Field, fields: Sequence[Field], values: dict[str, Any]) -> str | None:
        tables = {
            table.key: [numbers_of(table.columns, row) for row in values.get(table.key) or ()]
            for table in fields
            if table.type == T.TABLE
        }
        if one.expression is None:
            return None
        try:
            number = one.expression.value(numbers_of(fields, values), tables)
        except OverflowError as error:
            raise AnswerError(_("The number is too large.")) from error
        return None if number is None else f"{number:.2f}"

    def table(self, one: Field, raw: Any, path: str) -> list[dict[str, Any]] | None:
        if not isinstance(raw, list | tuple):
            raise AnswerError(_("A table has rows."))
        if len(raw) > MOST_ROWS:
            raise AnswerError(_("A table has at most %(count)s rows.") % {"count": MOST_ROWS})
        rows = []
        for index, row in enumerate(raw):
            if not isinstance(row, Mapping):
                raise AnswerError(_("A table has rows."))
            self.refuse_unknown(one, row, f"{path}[{index}]")
            if any(not is_blank(row.get(column.key)) for column in one.columns if column.answered):
                rows.append(self.row(one.columns, row, f"{path}[{index}]."))
        if rows and one.least is not None and len(rows) < one.least:
            raise AnswerError(_("At least %(bound)s rows are needed.") % {"bound": one.least})
        if one.most is not None and len(rows) > one.most:
            raise AnswerError(_("At most %(bound)s rows are allowed.") % {"bound": one.most})
        return rows or None

    def refuse_unknown(self, one: Field, row: Mapping[Any, Any], path: str) -> None:
        for key in row:
            if not isinstance(key, str) or one.column(key) is None:
                self.errors[f"{path}.{str(key)[:60]}"] = _("This table has no such column.")

    def found(self, one: Field, raw: Any) -> dict[str, Any]:
        """What a region, unit, code or file stands for."""
        if one.type != T.FILE and (not isinstance(raw, str | int | dict) or isinstance(raw, bool)):
            raise AnswerError(_("A single value is needed here."))
        row = self.lookup(one, raw)
        if row is None:
            raise AnswerError(NOT_FOUND[one.type]())
        return row

    def lookup(self, one: Field, raw: Any) -> dict[str, Any] | None:
        if one.type == T.CODE:
            return self.lookups.code(one.catalog, raw)
        if one.type == T.FILE:
            return self.lookups.file(raw)
        return self.lookups.region(raw) if one.type == T.REGION else self.lookups.unit(raw)


NOT_FOUND = {
    T.REGION: lambda: _("There is no such region."),
    T.UNIT: lambda: _("There is no such budget unit."),
    T.CODE: lambda: _("This code is not in the classification."),
    T.FILE: lambda: _("There is no such file, or it was not uploaded here."),
}


def _is_empty_period(raw: Any) -> bool:
    return isinstance(raw, Mapping) and is_blank(raw.get("from")) and is_blank(raw.get("to"))


def _or_none(value: Any) -> Any:
    """An answer of which nothing is left after cleaning is none."""
    return None if value == "" or value == [] else value


def totals(table: Field, rows: Sequence[Mapping[str, Any]]) -> dict[str, Decimal]:
    """The sums of a table's columns that hold numbers one can add."""
    sums: dict[str, Decimal] = {}
    for column in table.columns:
        if column.type in SUMMED:
            cells = [Decimal(row[column.key]) for row in rows if row.get(column.key) is not None]
            sums[column.key] = sum(cells, Decimal(0))
    return sums
