"""Reading the product's own template (XLSX or CSV) as raw rows; knows cells, not budgets."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from imbudget.kit.errors import RuleViolation
from imbudget.kit.tableimport import cell_text
from imbudget.kit.text import strip

MAX_ROWS = 200_000
MAX_UNPACKED = 600 * 1024 * 1024
MAX_WHOLE = 150 * 1024 * 1024  # what openpyxl holds in memory at once, several times over: all but the sheets

# Column heads of the template: what the finance offices print, and the name used in the code.
COLUMNS = {
    "单位代码": "unit_code",
    "单位名称": "unit_name",
    "项目代码": "project_code",
    "项目名称": "project_name",
    "功能分类科目": "function",
    "部门经济分类科目": "department_economic",
    "资金性质": "fund",
    "金额(元)": "amount",
    "上年批复数(元)": "prior_approved",
    "上年执行数(元)": "prior_executed",
    "备注": "note",
    "预算年度": "year",
    "行政区划": "region_code",
}
REQUIRED = ("unit_code", "function", "department_economic", "fund", "amount")
HEADS = {name: head for head, name in COLUMNS.items()}


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
    if not path.is_file():
        raise RuleViolation(_("The file %(name)s does not exist.") % {"name": path.name})
    size = path.stat().st_size
    if size == 0:
        raise RuleViolation(_("The file %(name)s is empty.") % {"name": path.name})
    if size > settings.IMPORT_MAX_BYTES:
        raise RuleViolation(_("The file %(name)s is too large. Split it into several files.") % {"name": path.name})
    rows = _xlsx_rows(path) if _is_zip(path) else _csv_rows(path)
    return _with_heads(rows, path.name)


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _xlsx_rows(path: Path) -> Iterator[tuple[Any, ...]]:
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
        book = load_workbook(path, read_only=True, data_only=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some writers misstate them, and rows outside would be lost without a word
        yield from sheet.iter_rows(values_only=True)
    except RuleViolation:
        raise
    except Exception as error:
        raise broken from error


def _csv_rows(path: Path) -> Iterator[tuple[Any, ...]]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
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
