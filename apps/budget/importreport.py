"""The order of an import, and what is said about it afterwards, to a page, a command or an evidence record."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.budget.importrows import CellError
from apps.budget.models import SheetState
from apps.budget.workbook import HEADS, Note
from apps.regions.models import Region, Unit
from imbudget.kit.errors import RuleViolation

MAX_ERRORS = 20_000  # errors kept with their words; the rest is counted
SHOWN = 200  # errors and notes that a page shows


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """Which file goes where.

    `partial` lets good rows in beside bad ones; `unit` refuses the rows of every other unit; `goal` is the state that
    good sheets get (draft for a unit's own upload, accepted only for the operator's history).
    """

    path: Path
    region: Region
    year: int
    round: str
    name: str = ""
    dry_run: bool = False
    goal: str = SheetState.SUBMITTED
    partial: bool = False
    unit: Unit | None = None


@dataclass(slots=True)
class ImportReport:
    """What an import did, or why it did nothing. `errors` are the first ones, `error_count` counts all."""

    file: str
    rows: int = 0
    bad_rows: int = 0
    lines: int = 0
    units: int = 0
    total: Decimal = Decimal(0)
    errors: list[CellError] = field(default_factory=list)
    error_count: int = 0
    not_handed_in: list[tuple[str, str]] = field(default_factory=list)
    dry_run: bool = False
    partial: bool = False
    sheet: str = ""
    head_row: int = 0
    letters: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    notes: list[Note] = field(default_factory=list)

    def add(self, errors: Iterable[CellError]) -> None:
        """Count errors, and keep them while there is room."""
        found = list(errors)
        self.error_count += len(found)
        self.errors += found[: MAX_ERRORS - len(self.errors)]

    @property
    def is_refused(self) -> bool:
        """Whether nothing was imported: all or nothing unless the order said otherwise."""
        return bool(self.error_count) and (not self.partial or not self.lines)

    def as_json(self, most: int | None = None) -> dict[str, Any]:
        """For the job's result and for `--json`; `most` limits the lists."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "head_row": self.head_row,
            "rows": self.rows,
            "bad_rows": self.bad_rows,
            "lines": self.lines,
            "units": self.units,
            "total": str(self.total),
            "refused": self.is_refused,
            "error_count": self.error_count,
            "errors": [error.as_json(self.letters) for error in self.errors[:most]],
            "missing": [HEADS[name] for name in self.missing],
            "notes": [asdict(note) | {"column": HEADS.get(note.column, "")} for note in self.notes[:most]],
            "not_handed_in": [list(pair) for pair in self.not_handed_in[:most]],
            "not_handed_in_count": len(self.not_handed_in),
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
