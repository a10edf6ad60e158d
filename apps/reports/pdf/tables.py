"""What a document sets in rows: tables, facts, a mark with its words."""

from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Table as Grid

from apps.reports.cells import Cells, Lines
from apps.reports.document import Facts, Mark, Row, Table, cell_text, indented, plain
from apps.reports.marks import SquareCode
from apps.reports.pdf.layout import LINE, SOFT, Layout
from apps.reports.shaping import measure
from apps.reports.widths import INDENT, PAD, Claim, claims, column_widths, fitting_size


def facts_grid(layout: Layout, facts: Facts) -> Grid:
    """Labels as wide as the longest needs, their values beside them."""
    label, value = layout.style(layout.look.fact - 0.5), layout.style(layout.look.fact)
    widest = max(measure(name) for name, _value in facts.rows) * label.fontSize + 18
    first = min(widest, layout.inline * 0.35)
    rows = [[layout.text(name, label), layout.text(text, value)] for name, text in facts.rows]
    grid = Grid(rows, colWidths=[first, layout.inline - first], splitInRow=1)
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


def mark_grid(layout: Layout, mark: Mark) -> Grid:
    """The code where the lines begin, its words beside it."""
    code = SquareCode(mark.content)
    words = layout.text(mark.words, layout.style(layout.look.fact - 0.5))
    grid = Grid([[code, words]], colWidths=[code.width + 12, layout.inline - code.width - 12])
    grid.setStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), "SC"),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (0, 0), 0),
        ]
    )
    return grid


def table_grid(layout: Layout, table: Table) -> Grid:
    """Columns as wide as what stands in them, numbers never cut; one without rows says why."""
    asked = claims(table)
    size = fitting_size(asked, layout.inline, layout.look.table * layout.scale) / layout.scale
    widths = _widths(layout, asked, size)
    rows = _rows(layout, table, widths, size)
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
                layout.text(
                    table.empty or _("This unit has no such item, so this table is empty."), layout.style(9, align=1)
                )
            ]
        )
        rows[-1] += [""] * (len(table.columns) - 1)
        style.append(("SPAN", (0, 1), (-1, 1)))
    style += [("BACKGROUND", (0, n), (-1, n), SOFT) for n, row in enumerate(table.rows, 1) if row.kind == "total"]
    # ReportLab would use splitting to fill every page's last points with slivers of rows.
    tall = any(cell.lines_height > layout.block / 2 for row in rows[1:] for cell in row if isinstance(cell, Lines))
    grid = Grid(rows, colWidths=widths, repeatRows=1, splitInRow=int(tall))
    grid.setStyle(style)
    return grid


def _rows(layout: Layout, table: Table, widths: list[float], size: float) -> list[list[Any]]:
    """Head and lines; a style for each kind of cell there is, not for each cell."""
    cells, named = Cells(), indented(table)
    heads = {align: layout.style(size, bold=True, align=2 if align == "end" else 1) for align in ("start", "end")}
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
            styles[key] = layout.style(size, bold=bold, align=align, leftIndent=depth * INDENT * size * layout.scale)
        return cells.cell(cell_text(column, row.cells[place]), styles[key], widths[place] - 2 * PAD)

    return [head, *([cell(row, place) for place in range(len(table.columns))] for row in table.rows)]


def _widths(layout: Layout, asked: list[Claim], size: float) -> list[float]:
    # A hair more, so that rounding never sends an amount to a second line.
    return [width + 0.01 for width in column_widths(asked, layout.inline, size * layout.scale)]
