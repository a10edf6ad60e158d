"""A document as plain data: what it says, without how it is drawn. Any app's figures fit in; no model is known here."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from imbudget.kit.crypto import sm3_hex
from imbudget.kit.formats import format_quantity
from imbudget.kit.money import format_yuan, rounded

# Characters that no file format of ours may carry: controls but tab and line feed, non-characters, byte order marks.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\ufdd0-\ufdef\ufeff\ufffe\uffff]|[^\x00-\U0010fffd]")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `width` in points, or None to fit its content.

    `code_label` heads the codes of `Coded` cells where they get a column of their own. `adds` and `takes` are the
    places of the columns that a line's amount is the sum of, and of those taken off it.
    """

    label: str
    width: float | None = None
    align: Literal["start", "end"] = "start"
    kind: Literal["text", "money", "number", "code"] = "text"
    code_label: str = ""
    adds: tuple[int, ...] = ()
    takes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Coded:
    """A code with its name: one cell on paper, two in files that people go on working with."""

    code: str
    name: str

    def __str__(self) -> str:
        return "-".join(filter(None, (self.code, self.name)))


@dataclass(frozen=True, slots=True)
class Row:
    """One row; cells are text, `Coded`, or Decimal (yuan) in money columns, or None.

    A subtotal stands above what it adds up: the rows after it that are deeper.
    """

    cells: tuple[Any, ...]
    kind: Literal["line", "subtotal", "total"] = "line"
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; without rows it is printed with the sentence that official empty tables carry, or with `empty`.

    `title` stands above it and names its worksheet. `derived`: it only adds up what another table of the document
    says, so files for machines leave it out. One that stands `apart` begins a page of its own.
    Of one that is `charted` a workbook draws the columns behind the first one as lines; None is a gap in them.
    """

    columns: Sequence[Column]
    rows: Sequence[Row]
    title: str = ""
    derived: bool = False
    apart: bool = False
    empty: str = ""
    charted: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled values above a table."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, under a heading where it has one; a line feed in it starts a new line.

    `flush`: it begins where the lines begin, as whom a letter is for does; `end`: it stands at their end, as who signs does.
    """

    text: str
    title: str = ""
    place: Literal["text", "flush", "end"] = "text"


@dataclass(frozen=True, slots=True)
class Mark:
    """A square code (QR) that leads from paper to the record, with the words beside it."""

    content: str
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing (PNG) on paper; `words` say what it shows. Files of tables leave it out: their tables say the same."""

    content: bytes
    words: str


@dataclass(frozen=True, slots=True)
class Box:
    """One cell of an official form, so many columns wide and rows deep; a `label` is what the form itself says.

    A Decimal is an amount in yuan (`money`), points of a score (`points`) or per cent (`percent`). Boxes of one `name` are
    what a `formula` of a workbook means by it in braces: `=SUM({score})`; it is given only where it comes to the value.
    """

    value: Any = ""
    kind: Literal["label", "text", "money", "points", "percent"] = "text"
    across: int = 1
    down: int = 1
    name: str = ""
    formula: str = ""

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, Decimal) and self.kind in {"money", "points", "percent"}

    @property
    def text(self) -> str:
        """As people read it."""
        if not self.is_number:
            return plain(self.value)
        if self.kind == "money":
            return format_yuan(self.value)
        shown = f"{rounded(self.value):,.2f}"
        return f"{shown}%" if self.kind == "percent" else shown


@dataclass(frozen=True, slots=True)
class Form:
    """An official form: boxes in rows, as HTML places cells; `widths` are the shares of its columns."""

    widths: Sequence[float]
    rows: Sequence[Sequence[Box]]
    title: str = ""

    def placed(self) -> Iterator[tuple[int, int, Box]]:
        """(row, column, box) for each box; a box that is several rows deep pushes those below aside."""
        taken: set[tuple[int, int]] = set()
        for row, boxes in enumerate(self.rows):
            column = 0
            for box in boxes:
                while (row, column) in taken:
                    column += 1
                yield row, column, box
                taken.update((row + down, column + across) for down in range(box.down) for across in range(box.across))
                column += box.across


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart on paper: bars beside their labels or lines over them; None is a figure that is not there.

    The table that says the same stands behind it; files for machines have that alone. `said` writes a figure.
    """

    title: str
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[Decimal | None]]]
    said: Callable[[Decimal | None], str]
    shape: Literal["bars", "lines"] = "bars"


Section = Table | Facts | Paragraph | Mark | Picture | Form | Plot


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a PDF carries with it, for machines."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """A titled sequence of facts, tables and paragraphs in one language (`zh-hans` or `mvf`).

    `number` and `digest` (hexadecimal SM3, see `fingerprint`) are printed small at the foot of each page. An `official`
    one is laid out like official documents (GB/T 9704). Its `layer` says the same in the other language, behind it.
    With an `issuer` it is a letter: who issues it stands in red at its head, above the number. What is `attached` lies in the PDF.
    """

    title: str
    subtitle: str = ""
    unit_note: str = ""
    sections: Sequence[Section] = field(default_factory=tuple)
    footer: str = ""
    number: str = ""
    language: str = "zh-hans"
    digest: str = ""
    official: bool = False
    layer: "Document | None" = None
    issuer: str = ""
    attached: "Attached | None" = None


def plain(value: Any) -> str:
    """The text of a label or cell, fit for every format: NFC, no controls; Mongolian spelling marks are kept."""
    if value is None:
        return ""
    text = str(value)
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATES.sub("\ufffd", _FORBIDDEN.sub("", unicodedata.normalize("NFC", text)))


def is_amount(column: Column, value: Any) -> bool:
    """Whether the cell is a number to be formatted; a money column may also hold a text such as a dash."""
    return column.kind == "money" and isinstance(value, Decimal | int) and not isinstance(value, bool)


def is_number(column: Column, value: Any) -> bool:
    """Whether the cell is a number that is no amount: how many, how much per cent."""
    return column.kind == "number" and isinstance(value, Decimal | int) and not isinstance(value, bool)


def amount(value: Decimal | int) -> Decimal:
    """The cell's amount in yuan, rounded to the cent."""
    return rounded(Decimal(value))


def cell_text(column: Column, value: Any) -> str:
    """The cell as people read it: amounts with thousands separators and two decimals, other numbers as they are."""
    if is_number(column, value):
        return format_quantity(Decimal(value))
    return format_yuan(Decimal(value)) if is_amount(column, value) else plain(value)


def indented(table: Table) -> int:
    """The place of the column that shows the depth of rows: the first of texts."""
    return next((place for place, column in enumerate(table.columns) if column.kind == "text"), 0)


def with_codes_apart(table: Table) -> Table:
    """The table with each column of `Coded` cells as two: codes, then names."""
    places: list[int] = []
    columns: list[Column] = []
    for column in table.columns:
        if column.code_label:
            columns.append(Column(column.code_label, kind="code"))
        places.append(len(columns))
        columns.append(column)
    if len(columns) == len(table.columns):
        return table
    moved = [
        replace(
            column,
            code_label="",
            adds=tuple(places[place] for place in column.adds),
            takes=tuple(places[place] for place in column.takes),
        )
        for column in columns
    ]
    rows = [replace(row, cells=tuple(_apart(table.columns, row.cells))) for row in table.rows]
    return replace(table, columns=moved, rows=rows)


def _apart(columns: Sequence[Column], cells: tuple[Any, ...]) -> Iterator[Any]:
    for column, cell in zip(columns, cells, strict=True):
        if isinstance(cell, Coded):
            yield from (cell.code, cell.name)
        elif column.code_label:
            yield from (cell, "")
        else:
            yield cell


def fingerprint(document: Document) -> str:
    """The hexadecimal SM3 digest of what the document says; the same for PDF, XLSX and CSV."""
    return sm3_hex("\x1f".join(map(plain, _said(document))).encode())


def _said(document: Document) -> list[str]:
    parts = [document.title, document.subtitle, document.unit_note, document.number, document.language]
    if document.issuer:
        parts.append(document.issuer)
    for section in document.sections:
        parts += [type(section).__name__, *SAID[type(section)](section)]
    return parts + _said(document.layer) if document.layer else parts


def _said_by_table(table: Table) -> list[str]:
    parts = [table.title, *(column.label for column in table.columns)]
    for row in table.rows:
        parts += [row.kind, *map(cell_text, table.columns, row.cells)]
    return parts


SAID: dict[type, Callable[[Any], list[str]]] = {
    Paragraph: lambda part: [part.title, part.text] if part.title else [part.text],
    Facts: lambda part: [text for pair in part.rows for text in pair],
    Mark: lambda part: [part.content, part.words],
    Picture: lambda part: [part.words],  # what it draws is in the tables
    Plot: lambda part: [part.title],  # its figures are in the table behind it
    Form: lambda part: [part.title, *(box.text for row in part.rows for box in row)],
    Table: _said_by_table,
}
