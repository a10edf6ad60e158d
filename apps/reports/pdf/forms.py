"""Official forms, box by box."""

from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Spacer

from apps.reports.cells import Cells
from apps.reports.document import Box, Form
from apps.reports.grids import FormGrid, Place
from apps.reports.pdf.layout import LINE, SOFT, Layout
from apps.reports.shaping import measure
from apps.reports.widths import PAD, SMALLEST


def form_parts(layout: Layout, form: Form) -> list[Any]:
    """An official form as it stands on paper: labels and texts in the middle, amounts at the end of their line."""
    cells, total = Cells(), sum(form.widths)
    widths = [layout.inline * width / total for width in form.widths]
    found = [
        (row, column, box, sum(widths[column : column + box.across]) - 2 * PAD) for row, column, box in form.placed()
    ]
    styles = _styles(layout, found)
    places = []
    for row, column, box, room in found:
        content = cells.cell(box.text, styles[box.kind], room)
        places.append(Place(row, column, box.across, box.down, content, SOFT if box.kind == "label" else None))
    head = [layout.text(form.title, layout.head_style()), Spacer(1, 2)] if form.title else []
    return [*head, FormGrid(widths, places, LINE, layout.block)]


def _styles(layout: Layout, found: list[tuple[int, int, Box, float]]) -> dict[str, ParagraphStyle]:
    """A style for each kind of box; numbers are as small as the longest needs, so that none is ever cut."""
    size = layout.look.table
    least = min((room / measure(box.text) for *_place, box, room in found if box.is_number), default=size)
    fitting = max(min(size, (least - 0.01) / layout.scale), SMALLEST)
    aligns = {"label": 1, "text": 0, "money": 2, "points": 1, "percent": 1}
    return {
        kind: layout.style(size if kind in {"label", "text"} else fitting, align=align)
        for kind, align in aligns.items()
    }
