"""Pages and files: the story laid out, a number and the small print on each page, both scripts in one file."""

import io
from dataclasses import replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from pypdf import PdfWriter
from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from apps.reports.document import Attached, Document, plain
from apps.reports.pdf.faces import register_fonts
from apps.reports.pdf.layout import FOOT, Layout
from apps.reports.pdf.story import story_of
from apps.reports.vertical import VerticalCanvas

# Pages as bytes, not as letters: every transport of ours takes them, and files are a fifth smaller.
rl_config.useA85 = 0


def render_pdf(document: Document) -> bytes:
    """The PDF's bytes; the same document gives the same bytes."""
    register_fonts()
    with translation.override(document.language):
        content = _write(Layout(document))
    layers = [] if document.layer is None else [render_pdf(replace(document.layer, digest=document.digest))]
    if not layers and document.attached is None:
        return content
    return _joined([content, *layers], document.attached)


def _joined(files: list[bytes], attached: Attached | None) -> bytes:
    """Pages that lie and pages that stand in one file, with what goes along; that stays as it is, for whoever cuts it out."""
    writer, target = PdfWriter(), io.BytesIO()
    for file in files:
        writer.append(io.BytesIO(file))
    if attached is not None:
        writer.add_attachment(attached.name, attached.content)
    writer.write(target)
    return target.getvalue()


def _write(layout: Layout) -> bytes:
    target = io.BytesIO()
    template = BaseDocTemplate(
        target,
        pagesize=layout.size,
        leftMargin=layout.look.start,
        rightMargin=layout.look.end,
        topMargin=layout.look.top,
        bottomMargin=layout.look.bottom + FOOT,
        title=plain(layout.document.title),
        lang="mn-Mong-CN" if layout.vertical else "zh-Hans-CN",
        initialFontName="SC",
        invariant=1,
    )
    frame = Frame(layout.look.start, layout.look.bottom + FOOT, layout.inline, layout.block, 0, 0, 0, 0)
    template.addPageTemplates(PageTemplate("all", [frame]))
    template.build(story_of(layout), canvasmaker=_canvas_class(layout))
    return target.getvalue()


def _canvas_class(layout: Layout) -> Any:
    base = VerticalCanvas if layout.vertical else Canvas

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
                _foot(layout, self, page, len(self._kept))
                super().showPage()
            super().save()

    return Numbered


def _foot(layout: Layout, canvas: Canvas, page: int, pages: int) -> None:
    """The page's number at the end, the document's number at the start, its digest below in small print."""
    words = _("page %(page)s of %(pages)s") % {"page": page, "pages": pages}
    digest = f"SM3 {plain(layout.document.digest)}" if layout.document.digest else ""
    for content, size, align, place in (
        (words, 7.5, 2, 6),
        (layout.document.number, 7.5, 0, 6),
        (digest, 5.5, 0, -4),
    ):
        if content:
            # The number may not run into the page's.
            room = layout.inline * (0.7 if align == 0 else 1)
            line = layout.text(content, layout.style(size, align=align))
            line.wrap(room, 20)
            line.drawOn(canvas, layout.look.start, layout.look.bottom + place - 8)
