"""A list declared once: its columns feed the page, the htmx part, the exports and the totals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from imbudget.kit.formats import as_text, resolve

NUMERIC = {"money", "count", "percent"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `path` is followed from the row (dots), `sort` names the not-null database field that orders it, `total`
    names the database field summed in the foot, `kind` is text, code, money, count, percent, date or state;
    `link` makes the cell a link to the row's page (True) or to what the function returns.
    """

    name: str
    label: str | Promise
    path: str = ""
    kind: str = "text"
    sort: str = ""
    total: str = ""
    link: bool | Callable[[Any], str] = False
    detail: str = ""

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    def value(self, row: Any) -> Any:
        return resolve(row, self.path or self.name)

    def text(self, row: Any, money_unit: str = "yuan") -> str:
        return as_text(self.value(row), self.kind, money_unit)

    def href(self, row: Any) -> str:
        if callable(self.link):
            return self.link(row) or ""
        return row.get_absolute_url() if self.link else ""

    def state_of(self, row: Any) -> str:
        """The raw state behind a state column, for its colour."""
        return str(resolve(row, self.detail or "state"))


@dataclass(frozen=True, slots=True)
class Cell:
    """What the template needs of one cell."""

    column: Column
    text: str
    href: str = ""
    state: str = ""


class Table:
    """Columns, the order they start in, and what the search box looks through (folded keys, or plain text)."""

    columns: Sequence[Column] = ()
    default_sort: str = "-pk"
    search: Sequence[str] = ()

    @classmethod
    def column(cls, name: str) -> Column | None:
        return next((column for column in cls.columns if column.name == name), None)

    @classmethod
    def cells(cls, row: Any, money_unit: str = "yuan") -> list[Cell]:
        return [
            Cell(
                column,
                column.text(row, money_unit),
                column.href(row),
                column.state_of(row) if column.kind == "state" else "",
            )
            for column in cls.columns
        ]
