"""The order of an import, and what is said about it afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.regions.models import Region
from imbudget.kit.errors import RuleViolation

MAX_ERRORS = 20_000  # errors kept with their words; the rest is counted
SHOWN = 200  # errors and notes that a page shows


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that stops the import: its row, the internal name of its column, what stands in it, and why."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something converted or left out while the file was read; row 0 means the whole sheet."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """Which file goes where; `year` is the year of set-up of rows that name none."""

    path: Path
    region: Region
    year: int
    name: str = ""
    dry_run: bool = False
    partial: bool = False


@dataclass(slots=True)
class ImportReport:
    """What an import did, or why it did nothing. `errors` are the first ones, `error_count` counts all."""

    file: str
    rows: int = 0
    bad_rows: int = 0
    created: int = 0
    same: int = 0
    total: Decimal = Decimal(0)
    errors: list[CellError] = field(default_factory=list)
    error_count: int = 0
    notes: list[Note] = field(default_factory=list)
    dry_run: bool = False
    partial: bool = False
    sheet: str = ""
    letters: dict[str, str] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)

    def add(self, errors: Iterable[CellError]) -> None:
        """Count errors, and keep them while there is room."""
        found = list(errors)
        self.error_count += len(found)
        self.errors += found[: MAX_ERRORS - len(self.errors)]

    @property
    def is_refused(self) -> bool:
        """Whether nothing was imported: all or nothing unless the order said otherwise."""
        return bool(self.error_count) and (not self.partial or not self.created + self.same)

    def place_of(self, error: CellError) -> str:
        """The cell as a spreadsheet shows it; its row and column where the file has no such column."""
        letter = self.letters.get(error.column, "")
        return f"{letter}{error.row}" if letter else f"{error.row} {self.heads.get(error.column, '')}".strip()

    def as_json(self, most: int | None = None) -> dict[str, Any]:
        """For the job's result and for `--json`; `most` limits the lists."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "rows": self.rows,
            "bad_rows": self.bad_rows,
            "created": self.created,
            "same": self.same,
            "total": str(self.total),
            "refused": self.is_refused,
            "error_count": self.error_count,
            "errors": [
                {
                    "row": error.row,
                    "cell": self.place_of(error),
                    "column": self.heads.get(error.column, ""),
                    "value": error.value,
                    "message": error.message,
                }
                for error in self.errors[:most]
            ],
            "notes": [{"row": note.row, "text": note.text} for note in self.notes[:most]],
            "dry_run": self.dry_run,
            "partial": self.partial,
        }


class ImportRefused(RuleViolation):
    """The file has bad cells; nothing was written. `report` lists them."""

    def __init__(self, report: ImportReport) -> None:
        first = report.errors[0]
        super().__init__(
            _("Nothing was imported: %(count)s errors in %(file)s, the first in row %(row)s: %(first)s")
            % {"count": report.error_count, "file": report.file, "row": first.row, "first": first.message}
        )
        self.report = report
