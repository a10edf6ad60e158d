"""The rows of a table file, an Excel workbook or CSV, whatever a stranger put into it."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from imbudget.kit.errors import RuleViolation

MAX_UNPACKED = 600 * 1024 * 1024
MAX_WHOLE = 150 * 1024 * 1024  # what openpyxl holds in memory at once, several times over: all but the sheets
ENCODINGS = ("utf-8-sig", "gb18030")


def rows_of(path: Path) -> Iterator[tuple[Any, ...]]:
    """Every row of the first sheet, or of a CSV in UTF-8 or GB18030. Raises RuleViolation, also while reading on."""
    if not path.is_file():
        raise RuleViolation(_("The file %(name)s does not exist.") % {"name": path.name})
    size = path.stat().st_size
    if size == 0:
        raise RuleViolation(_("The file %(name)s is empty.") % {"name": path.name})
    if size > settings.IMPORT_MAX_BYTES:
        raise RuleViolation(_("The file %(name)s is too large. Split it into several files.") % {"name": path.name})
    return _workbook_rows(path) if _is_zip(path) else _csv_rows(path)


def cell_text(value: Any) -> str:
    """A cell as Excel shows it, which keeps 15 digits of a number.

    2130122.0 is a code, 0.30000000000000004 are 30 cents, and a longer code typed as a number has lost its end: the
    exponent makes it an error instead of another code. A formula in any form begins with "=".
    """
    if isinstance(value, ArrayFormula | DataTableFormula):
        return "="
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15g}"
    return "" if value is None else str(value)


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _workbook_rows(path: Path) -> Iterator[tuple[Any, ...]]:
    broken = RuleViolation(
        _("The file %(name)s is damaged or not an Excel workbook. Save it again as .xlsx and send it once more.")
        % {"name": path.name}
    )
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            whole = [part for part in parts if not part.filename.startswith("xl/worksheets/")]
            if sum(part.file_size for part in parts) > MAX_UNPACKED or sum(p.file_size for p in whole) > MAX_WHOLE:
                raise broken
        sheet = load_workbook(path, read_only=True, data_only=False).worksheets[0]
        sheet.reset_dimensions()  # some writers misstate them, and rows outside would be lost without a word
        yield from sheet.iter_rows(values_only=True)
    except RuleViolation:
        raise
    except Exception as error:  # openpyxl raises whatever a hostile file provokes
        raise broken from error


def _csv_rows(path: Path) -> Iterator[tuple[Any, ...]]:
    raw = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        try:
            yield from (tuple(row) for row in csv.reader(io.StringIO(text, newline="")))
        except csv.Error:
            break
        return
    raise RuleViolation(
        _("The file %(name)s is neither an Excel workbook nor a CSV file in UTF-8 or GB18030.") % {"name": path.name}
    )
