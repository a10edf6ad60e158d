"""Lists of forms and of answers; the columns of answers follow the version they were given to."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.lowcode.models import FormPurpose, FormVersion, VersionState
from apps.lowcode.schema.display import Masked, text_of
from apps.lowcode.schema.fields import Field, FormSchema
from apps.lowcode.schema.fields import FieldType as T
from apps.lowcode.sealing import masked, unseal
from apps.lowcode.selectors.forms import schema_of
from apps.regions.pickers import region_picker, unit_picker
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.filters import FilterForm
from imbudget.kit.pickers import PickerField
from imbudget.kit.tables import Column, Table

ANY = [("", "—")]
STATES = dict(VersionState.choices)
FEW_COLUMNS = 8
KEPT = 64
_tables: dict[str, type[Table]] = {}
KINDS = {T.AMOUNT: "money", T.COMPUTED: "money", T.INTEGER: "count"}


class FormTable(Table):
    columns = (
        Column("name", _("name"), link=True),
        Column("purpose", _("purpose"), "get_purpose_display", sort="purpose"),
        Column("region", _("region"), "region.name"),
        Column("unit", _("budget unit"), "unit.name"),
        Column("code", _("code"), kind="code", sort="code"),
        Column(
            "standing",
            _("state"),
            kind="state",
            detail="standing",
            reads=("standing",),
            of=lambda state: str(STATES[state]),
        ),
        Column("updated_at", _("updated at"), kind="date", sort="updated_at"),
    )
    default_sort = "-updated_at"
    search = ("name_zh_hans", "name_mvf", "code")


class FormFilter(FilterForm):
    purpose = forms.ChoiceField(label=_("purpose"), choices=ANY + list(FormPurpose.choices))
    standing = forms.ChoiceField(label=_("state"), choices=ANY + list(VersionState.choices))
    region = PickerField(region_picker, label=_("region"))
    lookups = {"purpose": "purpose", "standing": "standing", "region": "region_id"}


class AnswerFilter(FilterForm):
    region = PickerField(region_picker, label=_("region"))
    unit = PickerField(unit_picker, label=_("budget unit"))
    complete = forms.ChoiceField(label=_("complete"), choices=[*ANY, ("1", _("yes")), ("0", _("no"))])
    lookups = {"region": "region_id", "unit": "unit_id", "complete": "is_complete"}

    def setup(self, actor: Actor) -> None:
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]
        if actor.reach == Reach.UNITS and len(actor.unit_ids) <= 1:
            del self.fields["unit"]


def answer_table(version: FormVersion) -> type[Table]:
    """The list of the answers to a version: a column for each field, the first ones shown, protected answers masked."""
    if version.digest not in _tables:
        if len(_tables) >= KEPT:
            _tables.clear()
        _tables[version.digest] = _table(schema_of(version))
    return _tables[version.digest]


def _table(schema: FormSchema) -> type[Table]:
    fixed = [
        Column("number", _("number"), "pk", kind="code", link=True),
        Column("region", _("region"), "region.name"),
        Column("unit", _("budget unit"), "unit.name"),
    ]
    asked = [one for one in schema if one.type != T.HEADING]
    own = [_column(one, number >= FEW_COLUMNS) for number, one in enumerate(asked)]
    last = [
        Column("complete", _("complete"), reads=("is_complete",), of=lambda done: _("yes") if done else _("no")),
        Column("updated_at", _("updated at"), kind="date", sort="updated_at"),
    ]
    columns = (*fixed, *own, *last)
    return type("AnswerTable", (Table,), {"columns": columns, "default_sort": "-pk", "search": ("search_key",)})


def label_of(one: Field) -> Any:
    """The label in the language of the page at the moment it is shown."""
    return one.label


def _column(one: Field, optional: bool) -> Column:
    kind = "text" if one.protected else KINDS.get(one.type, "text")
    return Column(
        f"a_{one.key}",
        label_of(one),
        kind=kind,
        reads=("values",),
        of=lambda values: cell(one, shown(one, values)),
        optional=optional,
    )


def cell(one: Field, value: Any) -> Any:
    """The cell of a list or export: a number where the field is one, else text, protected answers masked."""
    if value is None or isinstance(value, Masked):
        return value
    if one.type == T.INTEGER:
        return int(value)
    return Decimal(value) if one.type in KINDS else text_of(one, value)


def shown(one: Field, values: dict[str, Any]) -> Any:
    """A stored answer opened and masked again: nothing protected leaves this function."""
    if values.get(one.key) is None:
        return None
    part = {one.key: values[one.key]}
    return masked([one], unseal([one], part))[one.key]


def row_sheets(schema: FormSchema) -> list[tuple[Field, Sequence[Column]]]:
    """For each table of a form the columns of its own sheet in an export: the answer's number, then its cells."""
    found: list[tuple[Field, Sequence[Column]]] = []
    for one in schema:
        if one.type == T.TABLE:
            first = Column("number", _("number"), "number", kind="code")
            found.append((one, (first, *(_row_column(column) for column in one.columns))))
    return found


def _row_column(column: Field) -> Column:
    kind = "text" if column.protected else KINDS.get(column.type, "text")
    return Column(f"a_{column.key}", label_of(column), f"cells.{column.key}", kind=kind)


def rows_of(table: Field, number: int, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of one answer's table for its sheet."""
    rows = shown(table, values) or []
    return [
        {"number": str(number), "cells": {column.key: cell(column, row.get(column.key)) for column in table.columns}}
        for row in rows
    ]
