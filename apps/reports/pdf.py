"""A document as PDF: Chinese lies, traditional Mongolian stands, from one Platypus story."""

import io
import threading
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from pypdf import PdfWriter
from reportlab import rl_config
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Frame, HRFlowable, PageBreak, PageTemplate, Spacer
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid

from apps.reports.cells import Cells, Lines
from apps.reports.document import (
    Box,
    Document,
    Facts,
    Form,
    Mark,
    Paragraph,
    Picture,
    Plot,
    Row,
    Section,
    Table,
    cell_text,
    indented,
    plain,
)
from apps.reports.grids import FormGrid, Place
from apps.reports.marks import SquareCode
from apps.reports.pictures import Drawing
from apps.reports.plots import drawing_of
from apps.reports.shaping import MONGOLIAN_FACE, ShapedTTFont, measure, rich
from apps.reports.vertical import VerticalCanvas
from apps.reports.widths import INDENT, PAD, SMALLEST, Claim, claims, column_widths, fitting_size

MM = 72 / 25.4
FOOT = 20  # points for the page number and the small print
SIZE = 8.0  # points, of the rows of a table
WIDE = 5  # more columns than this run along the long side of the paper
INK, LINE, SOFT = colors.HexColor("#1d2733"), colors.HexColor("#9aa6b4"), colors.HexColor("#eef2f7")
RED = colors.HexColor("#d9001b")
_fonts_ready = threading.Lock()


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
rl_config.useA85 = (
    0  # pages as bytes, not as letters: every transport of ours takes them, and files are a fifth smaller
)


def register_fonts() -> None:
    """Load the faces once a process: SC and SCB (Chinese), Mong and MongB (Mongolian, stroked for bold)."""
    with _fonts_ready:
        if "Mong" in pdfmetrics.getRegisteredFontNames():
            return
        folder = settings.FONT_DIR
        mongolian = str(folder / "NotoSansMongolian-Regular.ttf")
        pdfmetrics.registerFont(ShapedTTFont("SC", str(folder / "NotoSansSC-Regular.ttf"), axis=0.367))
        pdfmetrics.registerFont(ShapedTTFont("SCB", str(folder / "NotoSansSC-Bold.ttf"), axis=0.367))
        pdfmetrics.registerFont(ShapedTTFont("MongB", mongolian, axis=0.40, embolden=0.03))
        pdfmetrics.registerFont(ShapedTTFont("Mong", mongolian, axis=0.40))


def render_pdf(document: Document) -> bytes:
    """The PDF's bytes; the same document gives the same bytes."""
    register_fonts()
    with translation.override(document.language):
        content = _Writer(document).write()
    if document.layer is None:
        return content
    return _joined([content, render_pdf(replace(document.layer, digest=document.digest))])


def _joined(files: list[bytes]) -> bytes:
    """Pages that lie and pages that stand in one file."""
    writer, target = PdfWriter(), io.BytesIO()
    for file in files:
        writer.append(io.BytesIO(file))
    writer.write(target)
    return target.getvalue()


class _Writer:
    """Lays one document out; sizes differ by script, the story does not."""

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

    def write(self) -> bytes:
        target = io.BytesIO()
        template = BaseDocTemplate(
            target,
            pagesize=self.size,
            leftMargin=self.look.start,
            rightMargin=self.look.end,
            topMargin=self.look.top,
            bottomMargin=self.look.bottom + FOOT,
            title=plain(self.document.title),
            lang="mn-Mong-CN" if self.vertical else "zh-Hans-CN",
            initialFontName="SC",
            invariant=1,
        )
        frame = Frame(self.look.start, self.look.bottom + FOOT, self.inline, self.block, 0, 0, 0, 0)
        template.addPageTemplates(PageTemplate("all", [frame]))
        template.build(self.story(), canvasmaker=self.canvas_class())
        return target.getvalue()

    def story(self) -> list[Any]:
        document = self.document
        parts: list[Any] = self.letterhead() if document.issuer else []
        parts.append(self.text(document.title, self.style(self.look.title, bold=True, align=1)))
        parts.append(Spacer(1, self.look.text / 2))
        if document.subtitle:
            parts += [self.text(document.subtitle, self.style(self.look.fact, align=1)), Spacer(1, 4)]
        for section in document.sections:
            parts += [*self.section(section), Spacer(1, 8)]
        if document.sections:
            parts.pop()  # room behind the last one could begin an empty page
        if document.footer:
            parts.append(self.text(document.footer, self.style(8)))
        return parts

    def letterhead(self) -> list[Any]:
        """Who issues the letter, in red and no wider than the lines; its number; the red line."""
        name = _("document of %(issuer)s") % {"issuer": self.document.issuer}
        points = min(ISSUER, 0.97 * self.inline / max(measure(name) * self.scale, 1))
        style = self.style(points, bold=not self.vertical, align=1)  # bold Mongolian is stroked, in black
        style.textColor = RED
        number = self.style(self.look.text, align=1)
        rule = HRFlowable(width="100%", thickness=1.6, color=RED, spaceBefore=8, spaceAfter=24, lineCap="butt")
        return [self.text(name, style), Spacer(1, 20), self.text(self.document.number, number), rule]

    def section(self, section: Section) -> list[Any]:
        """The parts of the story that a section becomes."""
        ways: dict[type, Any] = {
            Facts: lambda part: [self.facts(part)] if part.rows else [],
            Mark: lambda part: [self.mark(part)],
            Picture: lambda part: [Drawing(part.content, self.inline, self.block * 0.6)],
            Plot: self.plot,
            Paragraph: self.paragraphs,
            Form: self.form,
            Table: self.titled_table,
        }
        found: list[Any] = ways[type(section)](section)
        return found

    def titled_table(self, section: Table) -> list[Any]:
        """A table's head is not left alone at the end of a page."""
        if not section.columns:
            return []
        head = [self.text(section.title, self.head_style())] if section.title else []
        if self.document.unit_note and any(column.kind == "money" for column in section.columns):
            head.append(self.text(self.document.unit_note, self.style(8, align=2)))
        return [PageBreak() if section.apart else CondPageBreak(90), *head, Spacer(1, 2), self.table(section)]

    def plot(self, plot: Plot) -> list[Any]:
        """A chart under its title, together on one page."""
        drawn = drawing_of(plot, self.inline)
        return [CondPageBreak(drawn.height + 40), self.text(plot.title, self.head_style()), Spacer(1, 3), drawn]

    def form(self, form: Form) -> list[Any]:
        """An official form as it stands on paper: labels and texts in the middle, amounts at the end of their line."""
        cells, total = Cells(), sum(form.widths)
        widths = [self.inline * width / total for width in form.widths]
        found = [
            (row, column, box, sum(widths[column : column + box.across]) - 2 * PAD)
            for row, column, box in form.placed()
        ]
        styles = self.form_styles(found)
        places = []
        for row, column, box, room in found:
            content = cells.cell(box.text, styles[box.kind], room)
            places.append(Place(row, column, box.across, box.down, content, SOFT if box.kind == "label" else None))
        head = [self.text(form.title, self.head_style()), Spacer(1, 2)] if form.title else []
        return [*head, FormGrid(widths, places, LINE, self.block)]

    def form_styles(self, found: list[tuple[int, int, Box, float]]) -> dict[str, ParagraphStyle]:
        """A style for each kind of box; numbers are as small as the longest needs, so that none is ever cut."""
        size = self.look.table
        least = min((room / measure(box.text) for *_place, box, room in found if box.is_number), default=size)
        fitting = max(min(size, (least - 0.01) / self.scale), SMALLEST)
        aligns = {"label": 1, "text": 0, "money": 2, "points": 1, "percent": 1}
        return {
            kind: self.style(size if kind in {"label", "text"} else fitting, align=align)
            for kind, align in aligns.items()
        }

    def head_style(self) -> ParagraphStyle:
        """Heads stand in the middle; in official documents where their lines begin."""
        return self.style(self.look.head, bold=True, align=0 if self.document.official else 1)

    def paragraphs(self, section: Paragraph) -> list[Any]:
        """A heading is not left alone; the first line of official text begins two characters in."""
        look = self.look
        style = self.style(look.text)
        style.leading *= look.leading / PLAIN_LOOK.leading
        character = look.text * self.scale
        if section.place == "text":
            style.firstLineIndent = look.indent * character
        elif section.place == "end":
            style.alignment, style.rightIndent = 2, 2 * look.indent * character
        lines = [self.text(line, style) for line in section.text.split("\n")] if look.indent else []
        body = lines or [self.text(section.text, style)]
        if not section.title:
            return body
        return [CondPageBreak(4 * look.head), self.text(section.title, self.head_style()), Spacer(1, 3), *body]

    def facts(self, facts: Facts) -> Grid:
        label, value = self.style(self.look.fact - 0.5), self.style(self.look.fact)
        widest = max(measure(name) for name, _value in facts.rows) * label.fontSize + 18
        first = min(widest, self.inline * 0.35)
        rows = [[self.text(name, label), self.text(text, value)] for name, text in facts.rows]
        grid = Grid(rows, colWidths=[first, self.inline - first], splitInRow=1)
        grid.setStyle(
            [
                ("FONTNAME", (0, 0), (-1, -1), "SC"),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
            ]
        )
        return grid

    def mark(self, mark: Mark) -> Grid:
        """The code where the lines begin, its words beside it."""
        code = SquareCode(mark.content)
        words = self.text(mark.words, self.style(self.look.fact - 0.5))
        grid = Grid([[code, words]], colWidths=[code.width + 12, self.inline - code.width - 12])
        grid.setStyle(
            [
                ("FONTNAME", (0, 0), (-1, -1), "SC"),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (0, 0), 0),
            ]
        )
        return grid

    def table(self, table: Table) -> Grid:
        asked = claims(table)
        size = fitting_size(asked, self.inline, self.look.table * self.scale) / self.scale
        widths = self.widths(asked, size)
        rows = self.rows(table, widths, size)
        style: list[Any] = [
            ("FONTNAME", (0, 0), (-1, -1), "SC"),  # else Helvetica is named, which no file of ours embeds
            ("GRID", (0, 0), (-1, -1), 0.4, LINE),
            ("BACKGROUND", (0, 0), (-1, 0), SOFT),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ("LEFTPADDING", (0, 0), (-1, -1), PAD),
            ("RIGHTPADDING", (0, 0), (-1, -1), PAD),
        ]
        if not table.rows:
            rows.append(
                [
                    self.text(
                        table.empty or _("This unit has no such item, so this table is empty."), self.style(9, align=1)
                    )
                ]
            )
            rows[-1] += [""] * (len(table.columns) - 1)
            style.append(("SPAN", (0, 1), (-1, 1)))
        style += [("BACKGROUND", (0, n), (-1, n), SOFT) for n, row in enumerate(table.rows, 1) if row.kind == "total"]
        # ReportLab would use splitting to fill every page's last points with slivers of rows.
        tall = any(cell.lines_height > self.block / 2 for row in rows[1:] for cell in row if isinstance(cell, Lines))
        grid = Grid(rows, colWidths=widths, repeatRows=1, splitInRow=int(tall))
        grid.setStyle(style)
        return grid

    def rows(self, table: Table, widths: list[float], size: float) -> list[list[Any]]:
        """Head and lines; a style for each kind of cell there is, not for each cell."""
        cells, named = Cells(), indented(table)
        heads = {align: self.style(size, bold=True, align=2 if align == "end" else 1) for align in ("start", "end")}
        head = [
            cells.cell(plain(column.label), heads[column.align], widths[place] - 2 * PAD)
            for place, column in enumerate(table.columns)
        ]
        styles: dict[tuple[bool, int, int], ParagraphStyle] = {}

        def cell(row: Row, place: int) -> Any:
            column = table.columns[place]
            depth = row.indent if place == named else 0
            key = (row.kind != "line", 2 if column.align == "end" else 0, depth)
            if key not in styles:
                bold, align, depth = key
                styles[key] = self.style(size, bold=bold, align=align, leftIndent=depth * INDENT * size * self.scale)
            return cells.cell(cell_text(column, row.cells[place]), styles[key], widths[place] - 2 * PAD)

        return [head, *([cell(row, place) for place in range(len(table.columns))] for row in table.rows)]

    def widths(self, asked: list[Claim], size: float) -> list[float]:
        # A hair more, so that rounding never sends an amount to a second line.
        return [width + 0.01 for width in column_widths(asked, self.inline, size * self.scale)]

    def canvas_class(self) -> Any:
        base = VerticalCanvas if self.vertical else Canvas
        writer = self

        class Numbered(base):  # type: ignore[misc, valid-type]
            """Keeps the pages until their number is known, then writes “page n of m” on each."""

            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                self._kept: list[dict[str, Any]] = []

            def showPage(self) -> None:  # noqa: N802 - ReportLab's name
                self._kept.append(dict(self.__dict__))
                self._startPage()

            def save(self) -> None:
                for page, state in enumerate(self._kept, 1):
                    self.__dict__.update(state)
                    writer.foot(self, page, len(self._kept))
                    super().showPage()
                super().save()

        return Numbered

    def foot(self, canvas: Canvas, page: int, pages: int) -> None:
        """The page's number at the end, the document's number at the start, its digest below in small print."""
        words = _("page %(page)s of %(pages)s") % {"page": page, "pages": pages}
        digest = f"SM3 {plain(self.document.digest)}" if self.document.digest else ""
        for content, size, align, place in (
            (words, 7.5, 2, 6),
            (self.document.number, 7.5, 0, 6),
            (digest, 5.5, 0, -4),
        ):
            if content:
                # The number may not run into the page's.
                room = self.inline * (0.7 if align == 0 else 1)
                line = self.text(content, self.style(size, align=align))
                line.wrap(room, 20)
                line.drawOn(canvas, self.look.start, self.look.bottom + place - 8)
