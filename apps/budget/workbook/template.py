"""Reading the product's own template (XLSX or CSV) as raw rows; knows cells, not budgets."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from apps.budget.workbook.heads import COLUMNS, HEADS, REQUIRED
from imbudget.kit.errors import RuleViolation
from imbudget.kit.tablefile import cell_text, rows_of
from imbudget.kit.text import strip

MAX_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a file: its number as a spreadsheet shows it, its cells as text, and its formula cells."""

    number: int
    cells: dict[str, str]
    formulas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file read: its rows, and which column of the file holds which cell (for messages)."""

    rows: list[RawRow]
    letters: dict[str, str]


def read_table(path: Path) -> RawTable:
    """Read a workbook or CSV file. Raises RuleViolation for a file that cannot be the template."""
    return _with_heads(rows_of(path), path.name)


def _with_heads(rows: Iterator[tuple[Any, ...]], name: str) -> RawTable:
    heads = next(rows, ())
    places = {}
    for index, head in enumerate(heads):
        key = COLUMNS.get(_head(head))
        if key is not None and key not in places:
            places[key] = index
    missing = [HEADS[key] for key in REQUIRED if key not in places]
    if missing:
        raise RuleViolation(
            _(
                "%(name)s is not in the template: the first row lacks the columns %(missing)s. Download the template and copy your lines into it."
            )
            % {"name": name, "missing": "、".join(missing)}
        )
    found = []
    for number, row in enumerate(rows, 2):
        if number > MAX_ROWS + 1:
            raise RuleViolation(_("The file %(name)s has too many rows. Split it into several files.") % {"name": name})
        cells = {key: _text(row[index]) if index < len(row) else "" for key, index in places.items()}
        if any(cells.values()):
            found.append(RawRow(number, cells, tuple(key for key, text in cells.items() if text.startswith("="))))
    if not found:
        raise RuleViolation(_("The file %(name)s has no lines below its head.") % {"name": name})
    return RawTable(found, {key: get_column_letter(index + 1) for key, index in places.items()})


def _head(value: Any) -> str:
    return (
        str(value or "")
        .replace("\uff08", "(")
        .replace("\uff09", ")")
        .replace(" ", "")
        .replace("\u3000", "")
        .strip("\ufeff*")
    )


def _text(value: Any) -> str:
    return strip(cell_text(value))
