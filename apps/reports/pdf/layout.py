"""Paper: sizes, margins, colours and the styles of text, for either script."""

from dataclasses import dataclass, replace
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph as Text

from apps.reports.document import Document, Table
from apps.reports.shaping import MONGOLIAN_FACE, rich

MM = 72 / 25.4
FOOT = 20  # points for the page number and the small print
SIZE = 8.0  # points, of the rows of a table
WIDE = 5  # more columns than this run along the long side of the paper
INK, LINE, SOFT = colors.HexColor("#1d2733"), colors.HexColor("#9aa6b4"), colors.HexColor("#eef2f7")
RED = colors.HexColor("#d9001b")


@dataclass(frozen=True, slots=True)
class Look:
    """Margins and sizes in points: above, below, before and after the lines; of the title, heads, text and facts."""

    top: float = 36
    bottom: float = 36
    start: float = 36
    end: float = 36
    title: float = 15
    head: float = 10.5
    text: float = 9.5
    fact: float = 9
    table: float = SIZE
    indent: float = 0  # of the first line of running text, in characters
    leading: float = 1.4  # of running text, in its size


PLAIN_LOOK = Look()
# GB/T 9704: 37 mm above, 28 mm at the binding, a type area of 156 × 225 mm, the title in size 2, heads in black letters.
OFFICIAL_LOOK = Look(37 * MM, 29 * MM, 28 * MM, 26 * MM, title=22, head=14, text=12, fact=12, table=9, indent=2)
# A letter's text in size 3, 22 lines a page.
LETTER_LOOK = replace(OFFICIAL_LOOK, head=16, text=16, fact=16, leading=1.75)
ISSUER = 32  # points, of the issuer's name in red


class Layout:
    """The paper of one document: its size, margins and styles. Sizes differ by script, the story does not."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.vertical = document.language == "mvf"
        columns = max((len(part.columns) for part in document.sections if isinstance(part, Table)), default=0)
        # Lines run along the short side of the paper, in wide tables along the long one; a standing page is laid out
        # turned, so that its paper lies for narrow tables and stands for wide ones.
        self.size = landscape(A4) if columns > WIDE and not document.official else A4
        self.scale = 1.06 if self.vertical else 1.0
        self.look = LETTER_LOOK if document.issuer else OFFICIAL_LOOK if document.official else PLAIN_LOOK
        self.inline = self.size[0] - self.look.start - self.look.end
        self.block = self.size[1] - self.look.top - self.look.bottom - FOOT

    def style(self, size: float, bold: bool = False, align: int = 0, **extra: Any) -> ParagraphStyle:
        points = size * self.scale
        return ParagraphStyle(
            "s",
            fontName="SCB" if bold else "SC",
            fontSize=points,
            leading=points * (1.55 if self.vertical else 1.4),
            alignment=align,
            textColor=INK,
            wordWrap=None if self.vertical else "CJK",
            **extra,
        )

    def text(self, content: Any, style: ParagraphStyle) -> Text:
        return Text(rich(content, style.fontName, MONGOLIAN_FACE[style.fontName]), style)

    def head_style(self) -> ParagraphStyle:
        """Heads stand in the middle; in official documents where their lines begin."""
        return self.style(self.look.head, bold=True, align=0 if self.document.official else 1)
