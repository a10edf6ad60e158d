"""A list declared once: its columns feed the page, the htmx part, the exports and the totals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.functional import Promise

from imbudget.kit.actor import Actor
from imbudget.kit.formats import as_text, resolve
from imbudget.kit.reading import Row

NUMERIC = {"money", "count", "percent"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `path` is followed from the row (dots); a list reads it from the database as it stands (`unit.name` reads
    `unit__name`, in the language of the page), a choice shows its label. Where the cell is made of other fields,
    `reads` names their lookups and `of` makes the cell's value from them. `sort` names the not-null database field
    that orders it, `total` the one summed in the foot, `kind` is text, code, money, count, percent, date or state;
    `link` makes the cell a link to the row's page (True) or to what the function of the row returns, which may
    use the lookups in `link_reads`. Where a cell takes more than the row and what it points to, `many` makes the
    cells of many rows at once: from their keys, in the order of the list, the value of each. An `optional` column is
    there to be chosen. A `personal` column is about a person: a list that shows one leaves the system only for a reason,
    marked with who took it (`of` masks it; the file in clear has what `reads` names).
    """

    name: str
    label: str | Promise
    path: str = ""
    kind: str = "text"
    sort: str = ""
    total: str = ""
    link: bool | Callable[[Any], str] = False
    link_reads: tuple[str, ...] = ()
    detail: str = ""
    reads: tuple[str, ...] = ()
    of: Callable[..., Any] | None = None
    many: Callable[[Sequence[Any]], Mapping[Any, Any]] | None = None
    optional: bool = False
    personal: bool = False

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    def value(self, row: Any) -> Any:
        return row.value_of(self) if isinstance(row, Row) else resolve(row, self.path or self.name)

    def text(self, row: Any, money_unit: str = "yuan") -> str:
        return as_text(self.value(row), self.kind, money_unit)

    def href(self, row: Any) -> str:
        if callable(self.link):
            return self.link(row) or ""
        return row.get_absolute_url() if self.link else ""

    def state_of(self, row: Any) -> str:
        """The raw state behind a state column, for its colour."""
        return str(row.state_of(self) if isinstance(row, Row) else resolve(row, self.detail or "state"))


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
    def chosen(cls, names: str) -> list[Column]:
        """The columns of a choice (names with commas) in its order; without a valid one, those shown at first."""
        found = [column for name in dict.fromkeys(names.split(",")) if (column := cls.column(name))]
        return found or [column for column in cls.columns if not column.optional]

    @classmethod
    def cells(cls, row: Any, money_unit: str = "yuan", columns: Sequence[Column] | None = None) -> list[Cell]:
        return [
            Cell(
                column,
                column.text(row, money_unit),
                column.href(row),
                column.state_of(row) if column.kind == "state" else "",
            )
            for column in (cls.columns if columns is None else columns)
        ]

    @classmethod
    def sums(cls, actor: Actor, filters: Any, rows: QuerySet, columns: Sequence[Column]) -> dict[str, Any]:
        """The count of these rows, and the sum of each column that has a total; overridden where sums are kept."""
        return rows.order_by().aggregate(count=Count("pk"), **{column.name: Sum(column.total) for column in columns})
