"""Give a refused workbook back: the same file, with each bad cell marked and its reason beside it."""

import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook, load_workbook
from openpyxl.cell import MergedCell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from imbudget.kit.sheetxml import spread
from imbudget.kit.tablefile import Sheet, TableFile, cell_text, open_file
from imbudget.kit.zipparts import Archive, is_sheet

MOST_ROWS = 20_000
MOST_XML = 40 * 1024 * 1024  # of all sheets; beyond it they are not rebuilt in memory
MOST_CELLS, MOST_AREA = 1_000_000, 4_000_000  # cells with something in them, and with the empty ones between
MOST_COLUMNS = 16_384  # no workbook has more
MOST_SPREAD = 300_000  # cells of merged ranges and links: each becomes an object
MOST_COMMENTS = 5_000
MOST_LISTED = 100_000
AUTHOR = "imbudget"
LIST_SHEET = "改正清单"  # put in front of a workbook that is given back; no table of its sender
NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")  # other programs than Excel take them
RED = PatternFill("solid", start_color="FFFF7C80", end_color="FFFF7C80")
ILLEGAL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


class BadCell(Protocol):
    """An error of one cell: the row as a spreadsheet shows it, the internal name of the column or "", the reason."""

    @property
    def row(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def message(self) -> str: ...


class Remark(Protocol):
    """What was skipped or converted while the file was read: the row (0 for the whole sheet), the column, and why."""

    @property
    def row(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Said:
    """What is said about a file: errors, remarks, the letter of each column, and what its head is called."""

    errors: list[BadCell]
    notes: list[Remark]
    letters: Mapping[str, str]
    heads: Mapping[str, str]


def mark(  # noqa: PLR0913 - the file, what is wrong with it, and where the answer goes
    path: Path,
    errors: Iterable[BadCell],
    letters: dict[str, str],
    sheet_name: str,
    goal: Path,
    notes: Iterable[Remark] = (),
    heads: Mapping[str, str] = MappingProxyType({}),
) -> bool:
    """Write `goal`, an XLSX: the workbook at `path` with the bad cells marked, and in front a sheet that lists them.

    A CSV or XLS file becomes an XLSX of the same rows. Returns False where the cells cannot be marked: then `goal` holds
    the list alone (more than 20,000 rows), or the rows as text with the reasons beside them. Raises RuleViolation for a
    file that cannot be read.
    """
    said = Said(list(errors), list(notes), letters, heads)
    file = open_file(path)
    sheet = next((sheet for sheet in file.sheets if sheet.name == sheet_name), file.sheets[0])
    if _is_long(path, file, sheet):
        _write_list(goal, said)
        return False
    if _mark_cells(path, file, sheet, goal, said):
        return True
    _write_rows(goal, sheet, said)
    return False


def _is_long(path: Path, file: TableFile, sheet: Sheet) -> bool:
    if file.kind == "xlsx" and _is_heavy(Archive(path, MOST_XML * 100, MOST_XML * 100)):
        return True
    rows = cells = width = 0
    for row in islice(sheet.rows(), MOST_ROWS + 101):
        rows, width = rows + 1, max(width, len(row))
        cells += sum(value != "" for value in row)
        if cells > MOST_CELLS or rows * width > MOST_AREA or width > MOST_COLUMNS:
            return True
    return rows > MOST_ROWS + 100


def _is_heavy(archive: Archive) -> bool:
    """Whether the library that rebuilds workbooks would make more cells of this one than memory should hold."""
    if sum(part.file_size for name, part in archive.parts.items() if is_sheet(name)) > MOST_XML:
        return True
    sheets = [name for name in archive.parts if name.endswith(".xml")]
    return sum(spread(archive.chunks(name), MOST_SPREAD) for name in sheets) > MOST_SPREAD


def _mark_cells(path: Path, file: TableFile, sheet: Sheet, goal: Path, said: Said) -> bool:
    """False when the library that rebuilds workbooks cannot cope with this one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of what it does not keep
            book = _load(path) if file.kind == "xlsx" else _copy(sheet)
            target = book[sheet.name] if file.kind == "xlsx" else book.active
            _unmark(target)
            for (row, column), reasons in _by_place(said.errors, said.letters).items():
                _mark_cell(target, row, column, reasons)
            _put_list(book, target, said)
            book.save(goal)
    except Exception:  # noqa: BLE001 - it raises whatever an odd workbook provokes
        return False
    return True


def _load(path: Path) -> Workbook:
    with path.open("rb") as file:  # by its name it would ask for the right ending
        return load_workbook(file)


def _by_place(errors: list[BadCell], letters: Mapping[str, str]) -> dict[tuple[int, str], list[str]]:
    """(row, column letter) → reasons; an error without a column belongs to the first one of the table."""
    found: dict[tuple[int, str], list[str]] = {}
    first = min(letters.values(), key=lambda letter: (len(letter), letter), default="A")
    for error in errors:
        if error.row > 0:
            found.setdefault((error.row, letters.get(error.column, first)), []).append(error.message)
    return dict(islice(found.items(), MOST_COMMENTS))


def _mark_cell(sheet: Worksheet, row: int, column: str, reasons: list[str]) -> None:
    cell = sheet[f"{column}{row}"]
    if isinstance(cell, MergedCell):
        area = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
        cell = sheet.cell(area.min_row, area.min_col)
    before = f"{cell.comment.text}\n" if cell.comment else ""
    cell.fill = RED
    text = (before + "\n".join(reasons)).translate(ILLEGAL)[:8_000]
    cell.comment = Comment(text, AUTHOR, height=40 + 40 * len(reasons), width=320)


def _unmark(sheet: Worksheet) -> None:
    """Take away the marks of an earlier refusal."""
    # The cells that there are: iter_rows() makes all of the rectangle up to one stray cell far off, gigabytes of them.
    for cell in list(sheet._cells.values()):
        if cell.comment is not None and cell.comment.author == AUTHOR:
            cell.comment = None
            cell.fill = PatternFill()


def _put_list(book: Workbook, target: Worksheet, said: Said) -> None:
    """The list in front of all sheets, with links to the cells; that of an earlier refusal goes."""
    if LIST_SHEET in book.sheetnames and target.title != LIST_SHEET:
        del book[LIST_SHEET]
    sheet = book.create_sheet(LIST_SHEET, 0)
    rows = _list_rows(said, lambda place: cell_text(target[place].value))
    for number, (place, cells) in enumerate(rows, 1):
        for column, text in enumerate(cells, 1):
            _write_text(sheet.cell(number, column), text)
        if place:
            link = sheet.cell(number, 2)
            quoted = target.title.replace("'", "''")
            link.hyperlink = Hyperlink(link.coordinate, location=f"'{quoted}'!{place}")
    _dress(sheet)
    book.active = 0
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet


def _list_rows(said: Said, value_at: Any) -> Iterable[tuple[str, list[str]]]:
    """(place or "", cells) of the head, of each error and of each note."""
    yield "", [_("row"), _("cell"), _("column"), pgettext("cell", "value"), _("reason")]
    errors, heads = said.errors, said.heads
    for error in errors[:MOST_LISTED]:
        place = f"{said.letters[error.column]}{error.row}" if error.row > 0 and error.column in said.letters else ""
        value = getattr(error, "value", "") or (value_at(place) if place else "")
        yield place, [str(error.row or ""), place, heads.get(error.column, ""), value, error.message]
    if len(errors) > MOST_LISTED:
        text = _("%(count)s more errors are not listed.") % {"count": len(errors) - MOST_LISTED}
        yield "", ["", "", "", "", text]
    if said.notes:
        yield "", []
        yield "", ["", "", "", "", _("What was skipped or converted while the file was read:")]
    for note in said.notes:
        yield "", [str(note.row or ""), "", heads.get(note.column, ""), "", note.text]


def _write_text(cell: Any, text: str) -> None:
    cell.value = text.translate(ILLEGAL)[:32_000]
    cell.data_type = "s"  # never a formula
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _dress(sheet: Any) -> None:
    for letter, width in zip("ABCDE", (8, 10, 22, 30, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    for cell in sheet[1]:
        cell.font = Font(bold=True)


def _copy(sheet: Sheet) -> Workbook:
    """The rows of a CSV or XLS file as a workbook; numbers stay numbers, all else is text."""
    book = Workbook()
    target = book.active
    target.title = NOT_IN_TITLES.sub(" ", sheet.name)[:31].strip() or _("file")
    for number, row in enumerate(sheet.rows(), 1):
        for column, value in enumerate(row, sheet.shift + 1):
            if value == "":
                continue
            cell = target.cell(number, column)
            if isinstance(value, int | float):
                cell.value = value
            else:
                cell.value, cell.number_format = cell_text(value).translate(ILLEGAL)[:32_000], "@"
                cell.data_type = "s"
    return book


def _write_list(goal: Path, said: Said) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(LIST_SHEET)
    for letter, width in zip("ABCDE", (8, 10, 22, 30, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    for _place, cells in _list_rows(said, lambda place: ""):
        sheet.append([_text_cell(sheet, text) for text in cells])
    book.save(goal)


def _write_rows(goal: Path, sheet: Sheet, said: Said) -> None:
    """The rows as text with a last column of reasons, for a workbook that cannot be rebuilt."""
    reasons: dict[int, list[str]] = {}
    for error in said.errors:
        place = f"{said.letters.get(error.column, '')}{error.row}: " if error.column in said.letters else ""
        reasons.setdefault(error.row, []).append(place + error.message)
    width = max(map(len, sheet.rows()), default=0) + sheet.shift
    book = Workbook(write_only=True)
    target = book.create_sheet(NOT_IN_TITLES.sub(" ", sheet.name)[:31].strip() or _("file"))
    for number, row in enumerate(sheet.rows(), 1):
        texts = [*[""] * sheet.shift, *map(cell_text, row)]
        texts += [""] * (width - len(texts)) + ["\n".join(reasons.get(number, []))]
        target.append([_text_cell(target, text) for text in texts])
    listed = book.create_sheet(LIST_SHEET)
    for _place, cells in _list_rows(said, lambda place: ""):
        listed.append([_text_cell(listed, text) for text in cells])
    book.save(goal)


def _text_cell(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text.translate(ILLEGAL)[:32_000])
    cell.data_type = "s"
    return cell
