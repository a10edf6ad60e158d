"""Answers as people read them: one line for each field, a table for repeated rows, in the language of the page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, pgettext

from apps.lowcode.conditions import evaluate
from apps.lowcode.schema.answers import plain_values, totals
from apps.lowcode.schema.fields import NUMBERS, Field, FormSchema
from apps.lowcode.schema.fields import FieldType as T
from apps.lowcode.schema.values import plain_number
from imbudget.kit.formats import as_text
from imbudget.kit.money import format_yuan
from imbudget.kit.text import search_key

POINTING = frozenset({T.REGION, T.UNIT, T.CODE, T.FILE})
LONGEST_KEY = 10_000


class Masked(str):
    """The text that stands for a protected answer where it is not shown in full."""


@dataclass(frozen=True, slots=True)
class Line:
    """One field with its answer as text; a table has rows of cells and a foot with its sums instead."""

    field: Field
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    foot: tuple[str, ...] = ()
    file: str = ""
    note: str = ""  # the comment on a score

    @property
    def kind(self) -> str:
        """heading, table, file, long or text: what a page draws."""
        known = {T.HEADING: "heading", T.TABLE: "table", T.FILE: "file", T.LONGTEXT: "long"}
        return known.get(self.field.type, "text")


def display(schema: FormSchema, values: Mapping[str, Any]) -> list[Line]:
    """What was answered, in the order of the form, without what its conditions hide; values in clear or masked."""
    plain = plain_values(schema.fields, values)
    return [
        _score(one, values) if one.type == T.SCORE else _line(one, values.get(one.key))
        for one in schema
        if one.shown_if is None or values.get(one.key) is not None or evaluate(one.shown_if, plain)
    ]


def _line(one: Field, value: Any) -> Line:
    if one.type == T.TABLE:
        rows = value if isinstance(value, list) else []
        return Line(one, rows=tuple(_cells(one, row) for row in rows), foot=_foot(one, rows))
    if one.type == T.FILE and isinstance(value, dict):
        return Line(one, text=text_of(one, value), file=str(value.get("id", "")))
    return Line(one, text=text_of(one, value))


def _score(one: Field, values: Mapping[str, Any]) -> Line:
    return Line(one, text=text_of(one, values.get(one.key)), note=values.get(one.comment_key) or "")


def _cells(table: Field, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(text_of(column, row.get(column.key)) for column in table.columns)


def _foot(table: Field, rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    clear = [{key: value for key, value in row.items() if not isinstance(value, Masked)} for row in rows]
    sums = totals(table, clear)
    if not sums or not rows:
        return ()
    return tuple(_number(column, sums[column.key]) if column.key in sums else "" for column in table.columns)


def text_of(one: Field, value: Any) -> str:
    """One answer as text."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, Masked):
        return value
    if one.type in POINTING:
        return _pointed(value)
    writer = WRITERS.get(one.type)
    if writer is not None:
        return writer(one, value)
    return _number(one, Decimal(value)) if one.type in NUMBERS else str(value)


def _pointed(value: Mapping[str, Any]) -> str:
    name = (value.get("mn") if get_language() == "mvf" else "") or value.get("zh") or value.get("name") or ""
    code = value.get("code", "")
    return f"{code} {name}".strip()


def _number(one: Field, number: Decimal) -> str:
    if one.type == T.INTEGER:
        return f"{int(number):,}"
    if one.type == T.SCORE:
        return f"{number:f} / {plain_number(one.most)}"
    return f"{number:f}%" if one.type == T.PERCENT else format_yuan(number)


def _day(value: str) -> str:
    return as_text(date.fromisoformat(value), "date")


def _choice(one: Field, value: str) -> str:
    found = one.choice(value)
    return str(found.label) if found else value


WRITERS: dict[T, Any] = {
    T.DATE: lambda _one, value: _day(value),
    T.PERIOD: lambda _one, value: f"{_day(value['from'])} – {_day(value['to'])}",
    T.CHOICE: _choice,
    T.MULTICHOICE: lambda one, value: pgettext("between the values of a list", ", ").join(
        _choice(one, part) for part in value
    ),
    T.TABLE: lambda one, value: "\n".join(" · ".join(filter(None, _cells(one, row))) for row in value),
}


def _whole(one: Field, values: Mapping[str, Any]) -> str:
    """The answer as text, of a score with the comment on it."""
    text = text_of(one, values.get(one.key))
    note = values.get(one.comment_key) if one.type == T.SCORE else None
    return f"{text} · {note}" if note else text


def search_text(schema: FormSchema, values: Mapping[str, Any]) -> str:
    """What a search through answers finds: ordinary data only, folded as search keys are."""
    return search_key("\n".join(_searched(schema.fields, values)))[:LONGEST_KEY]


def _searched(fields: Sequence[Field], values: Mapping[str, Any]) -> Iterator[str]:
    for one in fields:
        value = values.get(one.key)
        if value is None or one.protected:
            continue
        if one.type == T.TABLE:
            for row in value:
                yield from _searched(one.columns, row)
        elif one.type in POINTING:
            yield " ".join(str(value.get(name) or "") for name in ("code", "zh", "mn", "name"))
        elif one.type in (T.CHOICE, T.MULTICHOICE):
            for part in [value] if isinstance(value, str) else value:
                choice = one.choice(part)
                yield f"{choice.label.zh} {choice.label.mn}" if choice else part
        else:
            yield _whole(one, values)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose answer changed between two fillings."""

    field: Field
    before: str
    after: str


def differences(
    before: FormSchema, old: Mapping[str, Any], after: FormSchema, new: Mapping[str, Any]
) -> list[Difference]:
    """The fields whose answers differ, those of the later form first and in its order."""
    fields = {one.key: one for one in (*after, *(one for one in before if after.field(one.key) is None))}
    found = []
    for key, one in fields.items():
        earlier = before.field(key) or one
        texts = _whole(earlier, old), _whole(one, new)
        if texts[0] != texts[1]:
            found.append(Difference(one, *texts))
    return found
