"""All rows of a file at once, for callers that need the whole of it."""

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from apps.budget.workbook.heads import HEADS
from apps.budget.workbook.table import open_table
from imbudget.kit.errors import RuleViolation


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
    table = open_table(path)
    if table.missing:
        missing = "、".join(HEADS[name] for name in table.missing)
        text = _("%(name)s lacks the columns %(missing)s. Download the template and copy your lines into it.")
        raise RuleViolation(text % {"name": path.name, "missing": missing})
    rows = [
        RawRow(
            number,
            dict(zip(table.columns, cells, strict=True)),
            tuple(column for column in table.columns if (number, column) in table.formulas),
        )
        for number, cells in table.rows()
    ]
    if not rows:
        raise RuleViolation(_("The file %(name)s has no lines below its head.") % {"name": path.name})
    return RawTable(rows, table.letters)
