"""Lists of rows as tables of fields: columns, rows as shown, rows as a form sends them (static/js/wizard-rows.js)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Field
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imbudget.kit.formats import format_quantity

BLANKS = {"year", "quantity"}  # what a page fills in by itself makes no row, and a mark alone none either


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `kind` is text, amount, number, year, date, code, choice, flag, computed or kept (sent, not shown).

    A code is written by hand or found at `address`, which is asked with `catalog` and `region` where they are given.
    """

    name: str
    label: str | Promise
    kind: str = "text"
    catalog: str = ""
    longest: int = 400
    hint: str | Promise = ""
    address: str | Promise = ""
    region: int | None = None
    choices: tuple[tuple[str, Any], ...] = ()

    @property
    def numeric(self) -> bool:
        return self.kind in {"amount", "number"} or self.name == "amount"


def column_of(model: Any, name: str, kind: str = "text", **more: Any) -> Column:
    """A column named and limited as the model's field is."""
    source: Field = model._meta.get_field(name)
    choices = tuple(source.choices or ()) if kind == "choice" else ()
    return Column(name, source.verbose_name, kind, longest=source.max_length or 40, choices=choices, **more)


@dataclass(frozen=True, slots=True)
class Part:
    """A list of a document, with the column that is added up below it (in `summed_in`), and the one that notes stand in."""

    name: str
    label: str | Promise
    columns: tuple[Column, ...]
    codes: tuple[str, ...] = ()
    summed: str = ""
    add: str | Promise = _("add a row")
    summed_in: str | Promise = _("yuan")
    noted: str = ""

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns that people see."""
        return tuple(column for column in self.columns if column.kind != "kept")


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
    notes: tuple[Any, ...] = ()

    @property
    def has_errors(self) -> bool:
        return any(cell.error for cell in self.cells)


@dataclass(slots=True)
class PartView:
    """A list with its rows and the pattern of a new row; `year` is the one whose codes are offered."""

    part: Part
    rows: list[RowView]
    pattern: RowView
    year: int

    @property
    def total(self) -> Decimal | None:
        """What the rows add up to as far as they can be read, for pages without script; nothing without a number."""
        cells = [cell for row in self.rows for cell in row.cells if cell.column.name == self.part.summed]
        found = [number for cell in cells if (number := _number(cell.value)) is not None]
        return sum(found, Decimal(0)) if found else None

    def note(self, notes: Mapping[int, tuple[Any, ...]]) -> None:
        """Put what others say (`kit.registry.Note`) to the rows, by their numbers."""
        for row in self.rows:
            row.notes = notes.get(row.number, ())


def view_of(
    part: Part,
    rows: Iterable[Mapping[str, str]],
    errors: Mapping[str, str],
    defaults: Mapping[str, str],
    year: int,
    spare: int = 0,
) -> PartView:
    """The list as fields; `errors` name a cell as `costs.3.price`; spare rows serve pages without script."""
    given = [*rows, *(defaults for _number in range(spare))]
    shown = [_row_view(part, number, str(number - 1), row, errors) for number, row in enumerate(given, 1)]
    return PartView(part, shown, _row_view(part, 0, "__index__", defaults, {}), year)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


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


def as_written(value: Any, kind: str) -> str:
    """A stored value as people write it into a field."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, Decimal):
        return f"{value:,.2f}" if kind in {"amount", "computed"} else format_quantity(value)
    return value.isoformat() if kind == "date" else str(value)


def rows_sent(data: Mapping[str, str], part: Part) -> list[dict[str, str]]:
    """The rows that a form sends, in their order on the page; without empty ones and those marked as removed.

    They are as many as the service counts, so that its errors name them by number.
    """
    pattern = re.compile(rf"{part.name}-(\w{{1,12}})-(\w+)")
    rows: dict[str, dict[str, str]] = {}
    for key, value in data.items():
        found = pattern.fullmatch(key)
        if found:
            rows.setdefault(found[1], {})[found[2]] = value.strip(" \t\r\n\u3000")
    return [row for row in rows.values() if "DELETE" not in row and _is_filled(part, row)]


def _is_filled(part: Part, row: Mapping[str, str]) -> bool:
    names = {column.name for column in part.columns if column.kind not in {"computed", "flag", "kept"}} - BLANKS
    return any(row.get(name) not in {None, "", "0"} for name in names)
