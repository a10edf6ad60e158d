"""A version of an application as a reader sees it: fields, texts, lists and the answers to the region's form."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.functional import Promise

from apps.lowcode.schema.display import Line
from apps.projects.models import ProjectVersion
from apps.projects.selectors.versions import ORDER, ROWS, answers_of, column_label, label_of, list_label, shown

TEXTS = ("overview", "necessity", "feasibility", "organisation", "risks")
PRIVATE = ("phone",)  # whom to call is for those who work with the unit
NUMBERS = ("amount", "quantity", "price", "weight")
Label = str | Promise


@dataclass(frozen=True, slots=True)
class Cell:
    """A column, or a value below it."""

    label: Label
    is_number: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class FrozenList:
    """A list of the application with its columns and rows."""

    label: Label
    columns: list[Cell]
    rows: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Application:
    """What a version says, in the language of the page."""

    facts: list[tuple[Label, str]] = field(default_factory=list)
    texts: list[tuple[Label, str]] = field(default_factory=list)
    lists: list[FrozenList] = field(default_factory=list)
    answers: list[Line] = field(default_factory=list)


def application_of(body: Mapping[str, Any]) -> Application:
    """The body of a version without telephone and attachments; protected answers are masked."""
    values = body["fields"]
    names = [name for name in ORDER if name not in PRIVATE and name not in TEXTS]
    return Application(
        facts=[(label_of(name), text) for name in names if (text := shown(name, values.get(name)))],
        texts=[(label_of(name), values.get(name) or "") for name in TEXTS],
        lists=[_list(name, body.get(name, [])) for name in ROWS if name != "attachments"],
        answers=[line for _clear, line in answers_of(body.get("form")).values()],
    )


def _list(name: str, rows: list[dict[str, Any]]) -> FrozenList:
    spec = ROWS[name]
    columns = {column: Cell(column_label(spec.model, column), column in NUMBERS) for column in spec.columns}
    cells = [
        [replace(cell, text=shown(column, row.get(column), spec.model)) for column, cell in columns.items()]
        for row in rows
    ]
    return FrozenList(list_label(name), list(columns.values()), cells)


def versions_under(head: bytes) -> int:
    """How many frozen versions hold a telephone or a sealed answer under the key with this head of values.

    Their digests are of the encrypted text, so that nothing can encrypt it anew: the key of their day stays.
    """
    sealed = base64.b64encode(head).decode()  # a head of six bytes is eight signs of its own
    phone = Q(body__fields__phone__startswith=head.hex())
    return (
        ProjectVersion.objects.annotate(text=Cast("body", TextField()))
        .filter(phone | Q(text__contains=f'"sealed": "{sealed}'))
        .count()
    )
