"""Import of master data from a table file: rows by head, an error for each bad row, all or nothing."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from imbudget.kit.errors import RuleViolation
from imbudget.kit.tablefile import cell_text, rows_of
from imbudget.kit.text import clean, strip


class RowError(Exception):
    """A row that cannot be imported, with the reason."""


@dataclass(slots=True)
class TableReport:
    """What happened to each row."""

    outcomes: Counter = field(default_factory=Counter)
    errors: list[tuple[int, str]] = field(default_factory=list)


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number, head → text) of an XLSX, or of a CSV in UTF-8 or GB18030. Raises RuleViolation."""
    rows = rows_of(path)
    heads = [strip(str(head or "")) for head in next(rows, ())]
    for number, row in enumerate(rows, 2):
        try:
            cells = {head: _text(row[place]) if place < len(row) else "" for place, head in enumerate(heads)}
        except ValueError as error:
            reason = _("This text holds characters of an old Mongolian input method. Type it with a Unicode keyboard.")
            raise RuleViolation(f"{path.name} {number}: {reason}") from error
        if any(cells.values()):
            yield number, cells


def _text(value: Any) -> str:
    return strip(clean(cell_text(value)))


def import_rows(path: Path, put: Callable[[dict[str, str]], str], dry_run: bool = False) -> TableReport:
    """Call `put` for each row in one transaction; any error, or a dry run, takes everything back."""
    report = TableReport()
    with transaction.atomic():
        for number, row in read_rows(path):
            try:
                with transaction.atomic():
                    report.outcomes[put(row)] += 1
            except (RowError, RuleViolation) as error:
                report.errors.append((number, str(error)))
            except ValidationError as error:
                report.errors.append((number, "; ".join(error.messages)))
            except KeyError as error:
                raise RuleViolation(_("The file lacks the column %(name)s.") % {"name": error.args[0]}) from error
        if report.errors or dry_run:
            transaction.set_rollback(True)
    return report


class TableImportCommand(BaseCommand):
    """A management command that imports one file of master data."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")

    def put(self, row: dict[str, str], **options: Any) -> str:
        """Make or change the row's object; returns created, changed or same."""
        raise NotImplementedError

    def record(self, file: str, counts: dict[str, int], options: dict[str, Any]) -> None:
        """Leave the evidence of the whole file."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            report = import_rows(path, lambda row: self.put(row, **options), options["dry_run"])
        except RuleViolation as error:
            raise CommandError(str(error)) from error
        for number, message in report.errors:
            self.stderr.write(f"{path.name} {number}: {message}")
        if report.errors:
            raise CommandError(_("Nothing was imported: %(count)s bad rows.") % {"count": len(report.errors)})
        if not options["dry_run"]:
            self.record(path.name, dict(report.outcomes), options)
        counts = ", ".join(f"{name} {count}" for name, count in sorted(report.outcomes.items()))
        self.stdout.write(f"{path.name}: {counts}" + (" (dry run)" if options["dry_run"] else ""))


def day(text: str) -> Any:
    """A date written YYYY-MM-DD, or None for an empty cell. Raises RowError."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise RowError(_("%(text)s is not a date like 2027-01-01.") % {"text": text}) from error
