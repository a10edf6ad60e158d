"""The lists of an application as tables of fields: columns, rows as shown, rows as a form sends them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Field
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.codes.models import Catalog
from apps.projects.models import CostLine, FundingLine, Milestone, PolicyBasis, Project
from imbudget.kit.formats import format_quantity

BLANKS = {"year", "quantity", "is_procurement"}  # what a page fills in by itself makes no row


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `kind` is text, amount, number, year, date, code (of `catalog`), flag or computed."""

    name: str
    label: str | Promise
    kind: str = "text"
    catalog: str = ""
    longest: int = 400
    hint: str | Promise = ""

    @property
    def numeric(self) -> bool:
        return self.kind in {"amount", "number"} or self.name == "amount"


@dataclass(frozen=True, slots=True)
class Part:
    """A list of an application, with the columns that are added up below it."""

    name: str
    label: str | Promise
    columns: tuple[Column, ...]
    codes: tuple[str, ...] = ()
    summed: str = ""
    add: str | Promise = _("add a row")


def _of(model: Any, name: str, kind: str = "text", **more: Any) -> Column:
    """A column named and limited as the model's field is."""
    source: Field = model._meta.get_field(name)
    return Column(name, source.verbose_name, kind, longest=source.max_length or 40, **more)


PARTS = {
    "funding": Part(
        "funding",
        _("funding by year and source"),
        (
            _of(FundingLine, "year", "year"),
            _of(FundingLine, "fund", "code", catalog=Catalog.FUND),
            _of(FundingLine, "amount", "amount"),
        ),
        codes=("fund",),
        summed="amount",
    ),
    "costs": Part(
        "costs",
        _("calculation"),
        (
            _of(CostLine, "year", "year"),
            _of(CostLine, "content"),
            _of(CostLine, "quantity", "number"),
            _of(CostLine, "measure"),
            _of(CostLine, "price", "number"),
            Column("amount", _("amount"), "computed"),
            _of(CostLine, "function", "code", catalog=Catalog.FUNCTION),
            _of(CostLine, "department_economic", "code", catalog=Catalog.DEPARTMENT_ECONOMIC),
            Column("government_economic", _("government economic class"), "computed"),
            _of(CostLine, "basis"),
            _of(CostLine, "is_procurement", "flag"),
        ),
        codes=("function", "department_economic", "government_economic"),
        summed="amount",
    ),
    "milestones": Part(
        "milestones",
        _("milestones"),
        (
            _of(Milestone, "content"),
            _of(Milestone, "starts", "date"),
            _of(Milestone, "ends", "date"),
            _of(Milestone, "goal"),
        ),
    ),
    "bases": Part(
        "bases",
        _("policy bases"),
        (
            _of(PolicyBasis, "title"),
            _of(PolicyBasis, "document_number", hint=_("like 内财农〔2021〕780号, with the brackets 〔〕")),
        ),
    ),
}


@dataclass(slots=True)
class Cell:
    """One field of a row as the page shows it."""

    column: Column
    name: str
    id: str
    value: str
    error: str = ""


@dataclass(slots=True)
class RowView:
    """One row of fields."""

    number: int
    mark: str
    cells: list[Cell]

    @property
    def has_errors(self) -> bool:
        return any(cell.error for cell in self.cells)


@dataclass(slots=True)
class PartView:
    """A list with its rows, the pattern of a new row, and its sum."""

    part: Part
    rows: list[RowView]
    pattern: RowView
    total: Decimal | None = None
    catalogs: list[str] = field(default_factory=list)


def part_view(
    name: str, rows: Iterable[Mapping[str, str]], errors: Mapping[str, str], defaults: Mapping[str, str], spare: int = 0
) -> PartView:
    """The list as fields; `errors` name a cell as `costs.3.price`; spare rows serve pages without script."""
    part = PARTS[name]
    given = [*rows, *(defaults for _number in range(spare))]
    shown = [_row_view(part, number, str(number - 1), row, errors) for number, row in enumerate(given, 1)]
    pattern = _row_view(part, 0, "__index__", defaults, {})
    return PartView(part, shown, pattern)


def _row_view(part: Part, number: int, index: str, row: Mapping[str, str], errors: Mapping[str, str]) -> RowView:
    cells = [
        Cell(
            column,
            f"{part.name}-{index}-{column.name}",
            f"id_{part.name}-{number}-{column.name}" if number else "",
            row.get(column.name, ""),
            errors.get(f"{part.name}.{number}.{column.name}", ""),
        )
        for column in part.columns
    ]
    return RowView(number, f"{part.name}-{index}-DELETE", cells)


def stored_rows(project: Project, name: str) -> list[dict[str, str]]:
    """The rows of a list as they stand, as text."""
    part = PARTS[name]
    lines = getattr(project, name).order_by("number").select_related(*part.codes)
    return [
        {column.name: as_written(getattr(line, column.name), column.kind) for column in part.columns} for line in lines
    ]


def frozen_rows(lines: Iterable[Mapping[str, Any]], name: str) -> list[dict[str, str]]:
    """The rows of a list as a version or a request keeps them, as text."""
    return [
        {column.name: _thawed(line.get(column.name), column.kind) for column in PARTS[name].columns} for line in lines
    ]


def _thawed(value: Any, kind: str) -> str:
    if isinstance(value, Mapping):
        return f"{value['code']}-{value['name']}"
    if kind == "date":
        return value or ""  # as a form of the page writes it
    number = kind in {"amount", "number"} or (kind == "computed" and value not in {None, ""})
    return as_written(Decimal(value) if number and value else value, kind)


def as_written(value: Any, kind: str) -> str:
    """A stored value as people write it into a field."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, Decimal):
        return f"{value:,.2f}" if kind in {"amount", "computed"} else format_quantity(value)
    return value.isoformat() if kind == "date" else str(value)


def sent_rows(data: Mapping[str, str], name: str) -> list[dict[str, str]]:
    """The rows that a form sends, in their order on the page; without empty ones and those marked as removed.

    They are as many as the service counts, so that its errors name them by number.
    """
    pattern = re.compile(rf"{name}-(\w{{1,12}})-(\w+)")
    rows: dict[str, dict[str, str]] = {}
    for key, value in data.items():
        found = pattern.fullmatch(key)
        if found:
            rows.setdefault(found[1], {})[found[2]] = value.strip(" \t\r\n\u3000")
    return [row for row in rows.values() if "DELETE" not in row and _is_filled(PARTS[name], row)]


def _is_filled(part: Part, row: Mapping[str, str]) -> bool:
    names = {column.name for column in part.columns if column.kind != "computed"} - BLANKS
    return any(row.get(name) not in {None, "", "0"} for name in names)
