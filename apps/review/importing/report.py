"""The order of an import of experts, and what is said about it afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.regions.models import Region
from imbudget.kit.errors import RuleViolation

MAX_ERRORS = 20_000  # errors kept with their words; the rest is counted
SHOWN = 200  # of them on the page of the job


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that stops the import: its row, the internal name of its column, what stands in it, and why.

    A private value is left out: reports are kept as plain text.
    """

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """Which file goes into the pool of which region; `admit` is for the operator alone."""

    path: Path
    region: Region
    name: str = ""
    dry_run: bool = False
    partial: bool = False
    admit: bool = False


@dataclass(slots=True)
class ImportReport:
    """What an import did, or why it did nothing. `errors` are the first ones, `error_count` counts all."""

    file: str
    rows: int = 0
    bad_rows: int = 0
    created: int = 0
    same: int = 0
    errors: list[CellError] = field(default_factory=list)
    error_count: int = 0
    dry_run: bool = False
    partial: bool = False
    sheet: str = ""
    letters: dict[str, str] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Whether nothing of the file was or would be taken."""
        return self.error_count > 0 and (not self.partial or not self.created + self.same)

    def add(self, errors: Iterable[CellError]) -> None:
        """Count errors, and keep them while there is room."""
        found = list(errors)
        self.error_count += len(found)
        self.errors += found[: MAX_ERRORS - len(self.errors)]

    def place_of(self, error: CellError) -> str:
        """The cell as a spreadsheet shows it; its row alone where the file has no such column."""
        return f"{self.letters.get(error.column, '')}{error.row}"

    def as_json(self, most: int | None = None) -> dict[str, Any]:
        """For the job's result and for `--json`; `most` limits the list."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "rows": self.rows,
            "bad_rows": self.bad_rows,
            "created": self.created,
            "same": self.same,
            "refused": self.refused,
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
