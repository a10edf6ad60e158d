"""The rows of a table file, an Excel workbook or CSV, whatever a stranger put into it."""

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import python_calamine as calamine
from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import fromstring

from imbudget.kit.csvrows import CsvFile
from imbudget.kit.errors import RuleViolation
from imbudget.kit.oldbooks import marks_of
from imbudget.kit.sheetxml import Range, SheetMarks, scan
from imbudget.kit.zipparts import Archive, Unreadable, is_sheet

MAX_UNPACKED = 400 * 1024 * 1024
MAX_WHOLE = 150 * 1024 * 1024  # what readers hold in memory at once, several times over: all but the sheets
MAX_CSV = 300 * 1024 * 1024  # read row by row
BINARY = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Excel 97 to 2003, and also the envelope of an encrypted workbook
BOOK, BOOK_LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


@dataclass(slots=True)
class Sheet:
    """One sheet. The first cell of a row stands in column `shift` (0 is A), which is known when rows are read."""

    name: str
    visible: bool
    marks: SheetMarks
    _rows: Callable[["Sheet"], Iterator[list[Any]]]
    shift: int = 0
    height: int = 0

    def rows(self) -> Iterator[list[Any]]:
        """Every row from row 1 on: text, numbers, dates or "" by cell. May be asked again."""
        return self._rows(self)


@dataclass(slots=True)
class TableFile:
    """An opened file: `kind` is xlsx, xls or csv; a CSV file has one sheet without a name."""

    name: str
    kind: str
    sheets: list[Sheet] = field(default_factory=list)
    macros: bool = False


def open_file(path: Path, name: str = "") -> TableFile:
    """Look at a file and its sheets; `name` is what its sender called it. Raises RuleViolation."""
    name = name or path.name
    try:
        return _open(path, name)
    except Unreadable as refusal:
        raise violation(refusal, name) from refusal


def rows_of(
    path: Path, name: str = "", is_head: Callable[[list[Any]], bool] | None = None
) -> Iterator[tuple[Any, ...]]:
    """Every row of the first visible sheet, or of a CSV file; a formula is "=".

    `is_head` knows the head of the table, which is the first row without it; see `refuse_unclear` for what stands
    below. Raises RuleViolation, also while reading on.
    """
    file = open_file(path, name)
    sheet = next((sheet for sheet in file.sheets if sheet.visible), file.sheets[0])
    head = 0
    try:
        for number, row in enumerate(sheet.rows(), 1):
            cells = [""] * sheet.shift + row
            for place in range(len(cells)):
                cells[place] = sheet.marks.errors.get((number, place), cells[place])
                if (number, place) in sheet.marks.formulas:
                    cells[place] = "="
            if head:
                refuse_unclear(sheet, number, cells)
            elif is_head is None or is_head(cells):
                head = number
            yield tuple(cells)
    except Unreadable as refusal:
        raise violation(refusal, file.name) from refusal


def refuse_unclear(sheet: Sheet, number: int, cells: Iterable[Any]) -> None:
    """Raise Unreadable for a row that is hidden, or has a cell that stands for the rows below too: whoever sent the
    file sees something else there than a reader of its values.
    """
    if number in sheet.marks.hidden and any(cell != "" for cell in cells):
        raise Unreadable(f"hidden {number}")
    area = sheet.marks.over.get(number)
    if area is not None:
        raise Unreadable(f"merged {get_column_letter(area.left + 1)}{area.top}:{area.bottom}")


def cell_text(value: Any) -> str:
    """A cell as Excel shows it, which keeps 15 digits of a number.

    2130122.0 is a code, 0.30000000000000004 are 30 cents, and a longer code typed as a number has lost its end: the
    exponent makes it an error instead of another code.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15g}"
    return "" if value is None else str(value)


def violation(refusal: Unreadable, name: str) -> RuleViolation:
    """The sentence for the sender of a file that cannot be read."""
    reason, _sep, row = refusal.reason.partition(" ")
    sentences = {
        "missing": _("The file %(name)s does not exist."),
        "empty": _("The file %(name)s is empty."),
        "large": _("The file %(name)s is too large. Split it into several files."),
        "damaged": _(
            "The file %(name)s is damaged or not an Excel workbook. Save it again as .xlsx and send it once more."
        ),
        "bomb": _(
            "The file %(name)s is damaged or made to unpack to far more than a workbook holds. Save it again as .xlsx and send it once more."
        ),
        "password": _("The file %(name)s is protected by a password. Take the password off and send it once more."),
        "rows": _("The file %(name)s has too many rows. Split it into several files."),
        "cells": _(
            "A sheet of %(name)s reaches over too many columns and rows. Delete what lies far from the table, or copy the table into a new workbook."
        ),
        "markup": _(
            "The file %(name)s is a web page or an XML file, whatever its name says. Open it in Excel and save it as .xlsx."
        ),
        "cut": _("The file %(name)s ends in the middle of a character: it was cut off. Send it once more."),
        "row": _(
            "Line %(row)s of %(name)s cannot be read: a quotation mark is not closed, or the file is neither an Excel workbook nor a CSV file."
        ),
        "hidden": _("Row %(row)s of %(name)s is hidden. Show it, or delete it, and send the file once more."),
        "merged": _(
            "A cell of %(name)s reaches over several rows (%(row)s). Unmerge it and write its value into each row."
        ),
        "text": _("The file %(name)s is neither an Excel workbook nor a CSV file in UTF-8 or GB18030."),
    }
    return RuleViolation(sentences[reason] % {"name": name, "row": row})


def _open(path: Path, name: str) -> TableFile:
    if not path.is_file():
        raise Unreadable("missing")
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("empty")
    with path.open("rb") as file:
        start = file.read(8)
    is_book = start[:2] == b"PK" or start == BINARY
    if size > (settings.IMPORT_MAX_BYTES if is_book else max(MAX_CSV, settings.IMPORT_MAX_BYTES)):
        raise Unreadable("large")
    if start == BINARY:
        return _open_binary(path, name)
    return _open_archive(path, name) if is_book else _open_csv(path, name)


def _open_csv(path: Path, name: str) -> TableFile:
    file = CsvFile(path)
    return TableFile(name, "csv", [Sheet("", True, file.marks, lambda sheet: file.rows())])


def _open_archive(path: Path, name: str) -> TableFile:
    archive = Archive(path, MAX_UNPACKED, MAX_WHOLE)
    parts = _sheet_parts(archive)
    found = {part for part in archive.parts if is_sheet(part) or part in parts.values()}
    marks = {part: scan(partial(archive.chunks, part)) for part in sorted(found)}
    for part in archive.parts.keys() - marks.keys():
        for _chunk in archive.chunks(part):
            pass  # unpacked once to see that it is what it says
    book = _calamine(path)
    sheets = []
    for data in book.sheets_metadata:
        if data.typ == calamine.SheetTypeEnum.WorkSheet:
            if parts.get(data.name) not in marks:
                raise Unreadable("damaged")
            sheets.append(_book_sheet(book, data, marks[parts[data.name]]))
    if not sheets:
        raise Unreadable("damaged")
    return TableFile(name, "xlsx", sheets, any(part.endswith("vbaproject.bin") for part in archive.parts))


def _sheet_parts(archive: Archive) -> dict[str, str]:
    """Name of the sheet → its part of the archive."""
    try:
        links = {
            link.get("Id"): posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip("/").lower()
            for link in fromstring(archive.read(BOOK_LINKS))
        }
        elements = [node for node in fromstring(archive.read(BOOK)).iter() if str(node.tag).endswith("}sheet")]
    except (SyntaxError, ValueError) as error:
        raise Unreadable("damaged") from error
    found = {}
    for node in elements:
        link = next((value for key, value in node.attrib.items() if key.endswith("}id")), "")
        found[node.get("name", "")] = links.get(link, "")
    return found


def _open_binary(path: Path, name: str) -> TableFile:
    raw = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise Unreadable("password")
    found = marks_of(raw)
    book, sheets = _calamine(path, damaged="text"), []
    if len(found) != len(book.sheets_metadata):
        raise Unreadable("damaged")
    for data, marks in zip(book.sheets_metadata, found, strict=True):
        if data.typ == calamine.SheetTypeEnum.WorkSheet:
            merged = _guarded(partial(_merged, book, data.name))
            marks.merged = [Range(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in merged]
            sheets.append(_book_sheet(book, data, marks))
    if not sheets:
        raise Unreadable("damaged")
    return TableFile(name, "xls", sheets, "_VBA_PROJECT".encode("utf-16-le") in raw)


def _merged(book: Any, name: str) -> list[Any]:
    return book.get_sheet_by_name(name).merged_cell_ranges or []


def _calamine(path: Path, damaged: str = "damaged") -> Any:
    def load() -> Any:
        with path.open("rb") as file:
            return calamine.CalamineWorkbook.from_filelike(file)

    return _guarded(load, damaged)


def _book_sheet(book: Any, data: Any, marks: SheetMarks) -> Sheet:
    kept: list[Any] = []

    def rows(sheet: Sheet) -> Iterator[list[Any]]:
        if not kept:
            kept.append(_guarded(lambda: book.get_sheet_by_name(data.name)))
        start = kept[0].start
        sheet.shift, sheet.height = start[1] if start else 0, kept[0].total_height
        return islice(kept[0].iter_rows(), None)

    return Sheet(data.name, data.visible == calamine.SheetVisibleEnum.Visible, marks, rows)


def _guarded(call: Callable[[], Any], damaged: str = "damaged") -> Any:
    """What a foreign reader answers; whatever a hostile file makes it raise, panics included, means damaged."""
    try:
        return call()
    except calamine.PasswordError as error:
        raise Unreadable("password") from error
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # its panics are no Exception
        raise Unreadable(damaged) from error
