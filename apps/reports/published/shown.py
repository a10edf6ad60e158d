"""What a page draws of a published table."""

from collections.abc import Sequence
from typing import Any

from apps.reports.document import Column, Row, Table, cell_text, indented

SHOWN = 200  # rows of one table on the page; the files have them all


def shown(table: Table, most: int = SHOWN) -> dict[str, Any]:
    """The table as the page draws it: its first rows, and always its total."""
    rows = list(table.rows[:most])
    if len(table.rows) > most:
        rows.append(table.rows[-1])
    named = indented(table)
    return {
        "table": table,
        "rows": [(row, _cells(table.columns, row, named)) for row in rows],
        "left_out": max(0, len(table.rows) - most - 1),
    }


def _cells(columns: Sequence[Column], row: Row, named: int) -> list[tuple[str, bool, int]]:
    """Text, whether it is an amount, and how deep it stands."""
    pairs = enumerate(zip(columns, row.cells, strict=True))
    return [
        (cell_text(column, value), column.kind == "money", row.indent if place == named else 0)
        for place, (column, value) in pairs
    ]
