"""The story of a document: what title, letterhead and sections become, one after the other."""

from typing import Any

from django.utils.translation import gettext as _
from reportlab.platypus import CondPageBreak, HRFlowable, PageBreak, Spacer

from apps.reports.document import Facts, Form, Mark, Paragraph, Picture, Plot, Section, Table
from apps.reports.pdf.forms import form_parts
from apps.reports.pdf.layout import ISSUER, PLAIN_LOOK, RED, Layout
from apps.reports.pdf.tables import facts_grid, mark_grid, table_grid
from apps.reports.pictures import Drawing
from apps.reports.plots import drawing_of
from apps.reports.shaping import measure


def story_of(layout: Layout) -> list[Any]:
    """Everything that stands on the pages, but for what is on each of them."""
    document = layout.document
    parts: list[Any] = _letterhead(layout) if document.issuer else []
    parts.append(layout.text(document.title, layout.style(layout.look.title, bold=True, align=1)))
    parts.append(Spacer(1, layout.look.text / 2))
    if document.subtitle:
        parts += [layout.text(document.subtitle, layout.style(layout.look.fact, align=1)), Spacer(1, 4)]
    for section in document.sections:
        parts += [*_section(layout, section), Spacer(1, 8)]
    if document.sections:
        parts.pop()  # room behind the last one could begin an empty page
    if document.footer:
        parts.append(layout.text(document.footer, layout.style(8)))
    return parts


def _letterhead(layout: Layout) -> list[Any]:
    """Who issues the letter, in red and no wider than the lines; its number; the red line."""
    name = _("document of %(issuer)s") % {"issuer": layout.document.issuer}
    points = min(ISSUER, 0.97 * layout.inline / max(measure(name) * layout.scale, 1))
    style = layout.style(points, bold=not layout.vertical, align=1)  # bold Mongolian is stroked, in black
    style.textColor = RED
    number = layout.style(layout.look.text, align=1)
    rule = HRFlowable(width="100%", thickness=1.6, color=RED, spaceBefore=8, spaceAfter=24, lineCap="butt")
    return [layout.text(name, style), Spacer(1, 20), layout.text(layout.document.number, number), rule]


def _section(layout: Layout, section: Section) -> list[Any]:
    """The parts of the story that a section becomes."""
    ways: dict[type, Any] = {
        Facts: _facts,
        Mark: lambda layout, part: [mark_grid(layout, part)],
        Picture: lambda layout, part: [Drawing(part.content, layout.inline, layout.block * 0.6)],
        Plot: _plot,
        Paragraph: _paragraphs,
        Form: form_parts,
        Table: _titled_table,
    }
    found: list[Any] = ways[type(section)](layout, section)
    return found


def _facts(layout: Layout, facts: Facts) -> list[Any]:
    return [facts_grid(layout, facts)] if facts.rows else []


def _titled_table(layout: Layout, section: Table) -> list[Any]:
    """A table's head is not left alone at the end of a page."""
    if not section.columns:
        return []
    head = [layout.text(section.title, layout.head_style())] if section.title else []
    if layout.document.unit_note and any(column.kind == "money" for column in section.columns):
        head.append(layout.text(layout.document.unit_note, layout.style(8, align=2)))
    return [PageBreak() if section.apart else CondPageBreak(90), *head, Spacer(1, 2), table_grid(layout, section)]


def _plot(layout: Layout, plot: Plot) -> list[Any]:
    """A chart under its title, together on one page."""
    drawn = drawing_of(plot, layout.inline)
    return [CondPageBreak(drawn.height + 40), layout.text(plot.title, layout.head_style()), Spacer(1, 3), drawn]


def _paragraphs(layout: Layout, section: Paragraph) -> list[Any]:
    """A heading is not left alone; the first line of official text begins two characters in."""
    look = layout.look
    style = layout.style(look.text)
    style.leading *= look.leading / PLAIN_LOOK.leading
    character = look.text * layout.scale
    if section.place == "text":
        style.firstLineIndent = look.indent * character
    elif section.place == "end":
        style.alignment, style.rightIndent = 2, 2 * look.indent * character
    lines = [layout.text(line, style) for line in section.text.split("\n")] if look.indent else []
    body = lines or [layout.text(section.text, style)]
    if not section.title:
        return body
    return [CondPageBreak(4 * look.head), layout.text(section.title, layout.head_style()), Spacer(1, 3), *body]
