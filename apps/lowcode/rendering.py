"""From a schema to a Django form for filling in; reading what was filled in is `schema.display.display`.

The form shows and collects only. Answers are checked by `services.answers.save_answer` alone, whoever sends them; what it
refuses comes back with `refuse(error.errors)` beside the fields.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext as _

from apps.codes.models import Code
from apps.codes.selectors import leaves, year_being_compiled
from apps.lowcode.conditions import as_json
from apps.lowcode.schema.display import POINTING, Line, differences, display, text_of
from apps.lowcode.schema.fields import FACT_KINDS, Field, FormSchema
from apps.lowcode.schema.fields import FieldType as T
from apps.lowcode.selectors.lookups import AnswerLookups
from apps.lowcode.widgets import RowPicker, ScoreWidget, TableWidget, widget_for
from imbudget.kit.actor import NOBODY, Actor

__all__ = ["AnswerForm", "Line", "differences", "display"]
CELL = re.compile(r"(\w+)\[(\d+)\]\.(\w+)")
WIDE = frozenset({T.LONGTEXT, T.TABLE, T.MULTICHOICE, T.SCORE})


class AnswerField(forms.Field):
    """Hands over what was sent as it is."""

    def clean(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Item:
    """One field in the order of the form, with its bound Django field where people fill it in."""

    field: Field
    bound: Any = None
    text: str = ""

    @property
    def kind(self) -> str:
        return "heading" if self.field.type == T.HEADING else "computed" if self.bound is None else "input"

    @property
    def wide(self) -> bool:
        return self.field.type in WIDE

    @property
    def fact(self) -> str:
        """What sort of value conditions compare here; a script hides and shows by them while one types."""
        return "" if self.field.type in POINTING else FACT_KINDS.get(self.field.type, "")

    @property
    def instructions(self) -> str:
        """How a script works a computed field out while one types; the server does it again at saving."""
        return self.field.expression.instructions if self.field.expression else ""

    @property
    def condition(self) -> str:
        return json.dumps(as_json(self.field.shown_if), ensure_ascii=False) if self.field.shown_if else ""


class AnswerForm(forms.Form):
    """The fields of a schema; `values` are stored answers in clear, `raw` is what was sent, `place` the keys of the
    region and unit to which files belong. `lowcode/_answer_fields.html` draws it as `form`.

    Its Django fields are named `answer-key`: templates look for fields first, and a key such as `errors` would hide the
    form's own attribute.
    """

    use_required_attribute = False

    def __init__(  # noqa: PLR0913 - a form's own arguments
        self,
        schema: FormSchema,
        *,
        actor: Actor = NOBODY,
        values: Mapping[str, Any] | None = None,
        place: tuple[int, int | None] | None = None,
        data: Any = None,
        files: Any = None,
        prefix: str = "answer",
    ) -> None:
        self.schema, self.actor = schema, actor
        self.values = dict(values) if values is not None else defaults_of(schema)
        self.names = {one.key: f"{prefix}-{one.key}" for one in schema if one.answered}
        initial = {self.names[one.key]: self._held(one) for one in schema if one.answered}
        super().__init__(data=data, files=files, initial=initial)
        for one in schema:
            if one.answered:
                self.fields[self.names[one.key]] = AnswerField(
                    label=str(one.label), help_text=escape(str(one.help)), required=one.required, widget=widget_for(one)
                )
            if one.type == T.FILE and place is not None:
                self.fields[self.names[one.key]].widget.at(*place)

    @property
    def raw(self) -> dict[str, Any]:
        """What was sent, for `save_answer`; a file is an upload, or the id of one sent ahead."""
        sent: dict[str, Any] = {}
        for key, name in self.names.items():
            widget, one = self.fields[name].widget, self.schema.field(key)
            value = widget.value_from_datadict(self.data, self.files, name)
            if one is not None and isinstance(widget, ScoreWidget):
                sent |= {key: value["score"], one.comment_key: value["comment"]}
            else:
                sent[key] = value
        return sent

    def _held(self, one: Field) -> Any:
        """A stored answer as its widget takes it."""
        value = self.values.get(one.key)
        return {"score": value, "comment": self.values.get(one.comment_key)} if one.type == T.SCORE else value

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Put the sentences of `BadAnswers.errors` beside their fields."""
        self.is_valid()
        for path, text in errors.items():
            cell = CELL.fullmatch(path)
            if cell and cell[1] in self.names:
                self._refuse_cell(cell[1], int(cell[2]), cell[3], text)
            else:
                self.add_error(self.names.get(path) or self.names.get(path.removesuffix("__comment")), text)
        self._name_rows()

    def _refuse_cell(self, key: str, row: int, column: str, text: str) -> None:
        widget, table = self.fields[self.names[key]].widget, self.schema.field(key)
        if isinstance(widget, TableWidget):
            widget.errors[row, column] = text
        named = table.column(column) if table else None
        words = {"row": row + 1, "column": named.label if named else column, "text": text}
        self.add_error(self.names[key], _("Row %(row)s, %(column)s: %(text)s") % words)

    def _name_rows(self) -> None:
        """A picker knows the key that was sent, and shows the name again."""
        lookups = AnswerLookups(self.actor)
        sent = self.raw
        for key, name in self.names.items():
            widget, one, raw = self.fields[name].widget, self.schema.field(key), sent[key]
            if isinstance(widget, RowPicker) and one is not None and raw:
                row = lookups.region(raw) if one.type == T.REGION else lookups.unit(raw)
                widget.label = row["zh"] if row else ""

    def items(self) -> Iterator[Item]:
        """Headings, inputs and computed fields in the order of the form."""
        for one in self.schema:
            if one.answered:
                yield Item(one, self[self.names[one.key]])
            else:
                yield Item(one, text=text_of(one, self.values.get(one.key)))

    def suggestions(self) -> dict[str, list[Code]]:
        """Catalogue → codes, for the lists that code fields offer."""
        catalogs = {one.catalog for one in self.schema if one.type == T.CODE}
        if self.actor is NOBODY or not catalogs:
            return {}
        year = year_being_compiled()
        return {catalog: leaves(year, catalog) for catalog in sorted(catalogs)}


def defaults_of(schema: FormSchema) -> dict[str, Any]:
    """What a form begins with."""
    return {one.key: one.default for one in schema if one.default is not None}
