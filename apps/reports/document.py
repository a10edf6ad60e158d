"""A document as plain data: what it says, without how it is drawn. Any app's figures fit in; no model is known here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


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
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A titled sequence of facts, tables and paragraphs in one language (`zh-hans` or `mvf`)."""

    title: str
    subtitle: str = ""
    unit_note: str = ""
    sections: Sequence[Table | Facts | Paragraph] = field(default_factory=tuple)
    footer: str = ""
    number: str = ""
    language: str = "zh-hans"
