"""Import of master data from a table file: rows by head, an error for each bad row, all or nothing."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from imbudget.kit.errors import RuleViolation
from imbudget.kit.tablefile import cell_text, rows_of
from imbudget.kit.text import clean, strip

TOP = 15  # rows among which the head is looked for
LEAST = 2  # columns that make a row a head
MOST_TEXT = 300  # of one error
DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T]00:00(?::00)?)?")


class RowError(Exception):
    """A row that cannot be imported, with the reason."""


@dataclass(slots=True)
class TableReport:
    """What happened to each row."""

    outcomes: Counter = field(default_factory=Counter)
    errors: list[tuple[int, str]] = field(default_factory=list)


def read_rows(path: Path, name: str = "", heads: Collection[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number, head → text) of an XLSX, or of a CSV in UTF-8 or GB18030. Raises RuleViolation.

    The first row is the head; with `heads`, the first one that holds several of them, so that a title may stand above.
    """
    rows, name = enumerate(rows_of(path, name, partial(_is_head, heads)), 1), name or path.name
    found = _head(rows, heads, name)
    empty = True
    for number, row in rows:
        cells = {}
        for place, head in enumerate(found):
            try:
                cells[head] = _text(row[place]) if place < len(row) else ""
            except ValueError as error:
                text = _(
                    "This text holds characters of an old Mongolian input method. Type it with a Unicode keyboard."
                )
                raise RuleViolation(f"{name} {number}, {head}: {text}") from error
        if any(cells.values()):
            empty = False
            yield number, cells
    if empty:
        raise RuleViolation(_("The file %(name)s has no lines below its head.") % {"name": name})


def _is_head(heads: Collection[str], row: Iterable[Any]) -> bool:
    return not heads or len(set(heads) & set(_heads(row))) >= LEAST


def _heads(row: Iterable[Any]) -> list[str]:
    return [strip(str(cell or "")) for cell in row]


def _head(rows: Iterator[tuple[int, tuple[Any, ...]]], heads: Collection[str], name: str) -> list[str]:
    """The texts of the head; takes the rows down to it. Raises RuleViolation for two columns of one name."""
    for _number, row in islice(rows, TOP):
        if _is_head(heads, row):
            texts = _heads(row)
            twice = next((text for text in texts if text and texts.count(text) > 1), "")
            if twice:
                raise RuleViolation(_("The column %(name)s stands there twice.") % {"name": twice})
            return texts
    if heads:
        text = _("%(name)s has no head with the columns %(wanted)s.")
        raise RuleViolation(text % {"name": name, "wanted": "、".join(heads)})
    return []


def _text(value: Any) -> str:
    return strip(clean(cell_text(value)))


def refuse_formulas(row: dict[str, str]) -> None:
    """Raise RowError for a formula, whose value nobody here can know."""
    for head, text in row.items():
        if text.startswith("="):
            raise RowError(_("%(column)s holds a formula: write its value.") % {"column": head})


def import_rows(path: Path, put: Callable[[dict[str, str]], str], dry_run: bool = False) -> TableReport:
    """Call `put` for each row in one transaction; any error, or a dry run, takes everything back."""
    report = TableReport()
    with transaction.atomic():
        for number, row in read_rows(path):
            try:
                refuse_formulas(row)
                with transaction.atomic():
                    report.outcomes[put(row)] += 1
            except (RowError, RuleViolation) as error:
                report.errors.append((number, str(error)[:MOST_TEXT]))
            except ValidationError as error:
                report.errors.append((number, "; ".join(_sentences(error))[:MOST_TEXT]))
            except KeyError as error:
                raise RuleViolation(_("The file lacks the column %(name)s.") % {"name": error.args[0]}) from error
        if report.errors or dry_run:
            transaction.set_rollback(True)
    return report


def _sentences(error: ValidationError) -> list[str]:
    """What is wrong with a row, each with the name of what it is about."""
    if not hasattr(error, "error_dict"):
        return error.messages
    about = {name: "" if name == NON_FIELD_ERRORS else f"{name}: " for name in error.message_dict}
    return [f"{about[name]}{text}" for name, texts in error.message_dict.items() for text in texts]


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
    found = DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError as error:
        raise RowError(_("%(text)s is not a date like 2027-01-01.") % {"text": text}) from error
