"""What the published tables are put together of."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.reports.document import Coded, Column, Row, Table
from apps.reports.published.figures import ACCOUNTS, CAPITAL, FUNDS, GENERAL, INSURANCE, OWN, ZERO, Figures, Sums

FINANCE = (GENERAL, FUNDS, CAPITAL)  # what the finance office appropriates (财政拨款)
FUNCTION_LEVELS = (3, 5, 7)  # digits of 类, 款 and 项


def budget_names() -> dict[str, str]:
    """The budgets and funds that money comes from."""
    return {
        GENERAL: _("general public budget"),
        FUNDS: _("government funds"),
        CAPITAL: _("state capital operations"),
        INSURANCE: _("social insurance funds"),
        ACCOUNTS: _("special fiscal accounts"),
        OWN: _("funds of the unit"),
    }


def table_of(title: str, columns: Sequence[Column], rows: list[Row], ends: Sequence[Any]) -> Table:
    """With its total; one that says nothing but zeros is empty, and says so."""
    stated = any(isinstance(cell, Decimal) and cell for row in rows for cell in row.cells)
    return Table(columns, [*rows, Row(tuple(ends), kind="total")] if stated else [], title, empty=empty_words())


def empty_words() -> str:
    """What stands in a table that has nothing to say: it is published all the same."""
    return _("This unit has no such income or expenditure, so this table is empty.")


def columns_of(rows: Sequence[Row], first: int, last: int | None = None) -> list[Decimal]:
    """The sums of money columns, subtotals left out."""
    lines = [row.cells[first:last] for row in rows if row.kind == "line"]
    return [sum_of(column) for column in zip(*lines, strict=True)]


def part_of(sums: Sums, budgets: Iterable[str]) -> Decimal:
    return sum_of(sums.get(budget, ZERO) for budget in budgets)


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def money(label: str, **sums: Any) -> Column:
    return Column(label, align="end", kind="money", **sums)


def unit_column() -> Column:
    return Column(_("budget unit"), code_label=_("unit code"))


def unit_cell(made: Figures, unit: int) -> Coded:
    found = made.unit_rows[unit]
    return Coded(found.code, found.name)


def unit_code(made: Figures, unit: int) -> str:
    return made.unit_rows[unit].code
