"""A document as plain data: what it says, without how it is drawn. Any app's figures fit in; no model is known here."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from imbudget.kit.crypto import sm3_hex
from imbudget.kit.money import format_yuan, rounded

# Characters that no file format of ours may carry: controls but tab and line feed, non-characters, byte order marks.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\ufdd0-\ufdef\ufeff\ufffe\uffff]|[^\x00-\U0010fffd]")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `width` in points, or None to fit its content."""

    label: str
    width: float | None = None
    align: Literal["start", "end"] = "start"
    kind: Literal["text", "money", "code"] = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """One row; cells are text, or Decimal (yuan) in money columns, or None."""

    cells: tuple[Any, ...]
    kind: Literal["line", "subtotal", "total"] = "line"
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; without rows it is printed with the sentence that official empty tables carry."""

    columns: Sequence[Column]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled values above a table."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a line feed in it starts a new line."""

    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A titled sequence of facts, tables and paragraphs in one language (`zh-hans` or `mvf`).

    `number` and `digest` (hexadecimal SM3, see `fingerprint`) are printed small at the foot of each page.
    """

    title: str
    subtitle: str = ""
    unit_note: str = ""
    sections: Sequence[Table | Facts | Paragraph] = field(default_factory=tuple)
    footer: str = ""
    number: str = ""
    language: str = "zh-hans"
    digest: str = ""


def plain(value: Any) -> str:
    """The text of a label or cell, fit for every format: NFC, no controls; Mongolian spelling marks are kept."""
    if value is None:
        return ""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATES.sub("\ufffd", _FORBIDDEN.sub("", unicodedata.normalize("NFC", text)))


def is_amount(column: Column, value: Any) -> bool:
    """Whether the cell is a number to be formatted; a money column may also hold a text such as a dash."""
    return column.kind == "money" and isinstance(value, Decimal | int) and not isinstance(value, bool)


def amount(value: Decimal | int) -> Decimal:
    """The cell's amount in yuan, rounded to the cent."""
    return rounded(Decimal(value))


def cell_text(column: Column, value: Any) -> str:
    """The cell as people read it: amounts with thousands separators and two decimals."""
    return format_yuan(Decimal(value)) if is_amount(column, value) else plain(value)


def indented(table: Table) -> int:
    """The place of the column that shows the depth of rows: the first of texts."""
    return next((place for place, column in enumerate(table.columns) if column.kind == "text"), 0)


def fingerprint(document: Document) -> str:
    """The hexadecimal SM3 digest of what the document says; the same for PDF, XLSX and CSV."""
    parts = [document.title, document.subtitle, document.unit_note, document.number, document.language]
    for section in document.sections:
        parts.append(type(section).__name__)
        if isinstance(section, Paragraph):
            parts.append(section.text)
        elif isinstance(section, Facts):
            parts += [text for pair in section.rows for text in pair]
        else:
            parts += [column.label for column in section.columns]
            for row in section.rows:
                parts += [row.kind, *map(cell_text, section.columns, row.cells)]
    return sm3_hex("\x1f".join(map(plain, parts)).encode())
