"""A table file of a budget office, opened: its columns, its rows one by one, and what was noted while reading."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from apps.budget.workbook import notes
from apps.budget.workbook.headfind import TOP, Head, Top, find_head, most_promising, title_units, title_years
from apps.budget.workbook.heads import AMOUNTS, CODES, HEADS, REQUIRED, UNITS, WIDTH, plain, unit_at_end
from apps.budget.workbook.notes import Note
from apps.budget.workbook.reading import Layout, Reading
from imbudget.kit.errors import RuleViolation
from imbudget.kit.marking import LIST_SHEET
from imbudget.kit.tablefile import Sheet, TableFile, cell_text, open_file, violation
from imbudget.kit.text import BLANKS
from imbudget.kit.zipparts import Unreadable

UNIT_CODE = re.compile(r"[\[(]?\d{6}(?!\d)")
# No head is wider or longer, and none has more merged cells.
WIDEST, LONGEST, MOST_MERGED = 256, 200, 2_000
SINGLE = (*CODES, *AMOUNTS)  # columns that must not be there twice


def open_table(path: Path, name: str = "") -> "Table":
    """Open a workbook or CSV file; `name` is what its sender called it. Raises RuleViolation for a file that cannot be read."""
    file = open_file(path, name)
    try:
        return _first_table(file)
    except Unreadable as refusal:
        raise violation(refusal, file.name) from refusal


class Table:
    """An opened file. `notes` grows while `rows()` is read, which may be done once.

    `title_years` are the years that the title names, `height` is about how many rows there are (0 for a CSV file).
    """

    def __init__(self, file: TableFile, sheet: Sheet, top: Top, head: Head) -> None:
        self.file, self.sheet, self.head = file, sheet, head
        self.columns = tuple(sorted(head.places, key=lambda name: head.places[name]))
        self.letters = {name: get_column_letter(head.places[name] + 1) for name in self.columns}
        self.head_row = head.row
        self.missing = tuple(name for name in REQUIRED if name not in head.places)
        self.sheet_name, self.height = sheet.name, sheet.height
        self.title_years = title_years(top, head)
        self.notes: list[Note] = []
        names = {place: name for name, place in head.places.items()}
        self.formulas = {
            (row, names[place]) for row, place in sheet.marks.formulas if row > head.row and place in names
        }
        self.factors = self._factors(top)
        self._note_the_head()
        words = {plain(text) for row in top.rows[head.first - 1 : head.row] for text in row if text}
        self.layout = Layout(self.columns, head.places, head.row, self.factors, frozenset(words), file.kind != "csv")

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row number, cell texts aligned with `columns`) of each data row; amounts in yuan as plain text.

        Raises RuleViolation when the file turns out to be unreadable further down.
        """
        try:
            yield from Reading(self.sheet, self.layout, self.notes).rows()
        except Unreadable as refusal:
            raise violation(refusal, self.file.name) from refusal

    def _factors(self, top: Top) -> dict[str, int]:
        """What one of a column's amounts is in yuan; notes what was found out and what was not."""
        stated = title_units(top, self.head)
        if len(stated) > 1:
            text = _("The lines above the table of %(name)s name several units of amounts: %(units)s. Leave one.")
            raise RuleViolation(text % {"name": self.file.name, "units": "、".join(sorted(stated))})
        units = {name: unit or next(iter(stated), "") for name, unit in self.head.units.items()}
        unsaid = [self.head.labels[name] for name, unit in units.items() if not unit]
        if unsaid:
            self.notes.append(notes.no_unit(unsaid, self.head_row))
        factors = {name: UNITS[unit or "元"] for name, unit in units.items()}
        self.notes += [
            notes.factor(name, units[name], self.head_row) for name, factor in factors.items() if factor != 1
        ]
        return factors

    def _note_the_head(self) -> None:
        labels = {name: label for name, label in self.head.labels.items() if _bare(label) != _bare(HEADS[name])}
        if labels:
            self.notes.append(notes.renamed(self.head_row, labels))
        others = dict(self.head.others) | {
            place: HEADS[name] for name, places in self.head.twice.items() for place in places[1:]
        }
        if others:
            columns = [f"{get_column_letter(place + 1)} {label[:40]}" for place, label in sorted(others.items())]
            self.notes.append(notes.unread_columns(self.head_row, columns[:50]))


def _bare(label: str) -> str:
    return unit_at_end(plain(label))[0]


def _first_table(file: TableFile) -> Table:
    """The first visible sheet with a head."""
    best: tuple[int, list[str]] = (0, [])
    for sheet in file.sheets:
        if not sheet.visible:
            continue
        top = _top_of(sheet, file.kind)
        head = find_head(top)
        if head is not None:
            _refuse_twice(file, head)
            _find_unit_code(top, head)
            table = Table(file, sheet, top, head)
            _note_the_file(file, table)
            return table
        best = max(best, most_promising(top), key=lambda found: bool(found[1]))
    raise _unrecognised(file, best)


def _top_of(sheet: Sheet, kind: str) -> Top:
    rows = list(islice(sheet.rows(), TOP))
    texts = [
        ([""] * sheet.shift + [cell_text(value).strip(BLANKS)[:LONGEST] for value in row[:WIDEST]])[:WIDEST]
        for row in rows
    ]
    merged = [area for area in sheet.marks.merged if area.top <= TOP][:MOST_MERGED]
    return Top(texts, None if kind == "csv" else merged)


def _find_unit_code(top: Top, head: Head) -> None:
    """A single column for the unit that begins with its code is the column of the codes."""
    place = head.places.get("unit_name")
    if place is None or "unit_code" in head.places or "名称" in head.labels["unit_name"]:
        return
    texts = [row[place] for row in top.rows[head.row :] if len(row) > place and row[place]]
    if texts and sum(bool(UNIT_CODE.match(text.translate(WIDTH))) for text in texts) * 2 > len(texts):
        head.places["unit_code"] = head.places.pop("unit_name")
        head.labels["unit_code"] = head.labels.pop("unit_name")


def _refuse_twice(file: TableFile, head: Head) -> None:
    for name, places in head.twice.items():
        if name in SINGLE:
            text = _("%(name)s has %(head)s in several columns: %(letters)s. Delete or rename all but one.")
            letters = "、".join(get_column_letter(place + 1) for place in places)
            raise RuleViolation(text % {"name": file.name, "head": HEADS[name], "letters": letters})


def _note_the_file(file: TableFile, table: Table) -> None:
    others = [sheet for sheet in file.sheets if sheet is not table.sheet and sheet.name != LIST_SHEET]
    tables = [sheet.name for sheet in others if sheet.visible and find_head(_top_of(sheet, file.kind))]
    names = [
        sheet.name if sheet.visible else _("%(sheet)s (hidden)") % {"sheet": sheet.name}
        for sheet in others
        if sheet.name not in tables
    ]
    if tables:
        table.notes.append(notes.other_tables(tables))
    if names:
        table.notes.append(notes.unread_sheets(names))
    if file.macros:
        table.notes.append(notes.macros())


def _unrecognised(file: TableFile, best: tuple[int, list[str]]) -> RuleViolation:
    wanted = "、".join(HEADS[name] for name in REQUIRED)
    if not best[1]:
        text = _(
            "%(name)s is not in the template: it has no visible sheet with a table. Columns looked for: %(wanted)s."
        )
        return RuleViolation(text % {"name": file.name, "wanted": wanted})
    text = _(
        "%(name)s is not in the template: no row is a head with the columns %(wanted)s. The most promising is row %(row)s: %(found)s."
    )
    found = "、".join(" ".join(word.split())[:20] for word in best[1][:12])
    return RuleViolation(text % {"name": file.name, "wanted": wanted, "row": best[0], "found": found})
