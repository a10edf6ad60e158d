"""A canvas whose page is transposed: Platypus lays out as ever, lines run downwards and follow left to right.

In logical coordinates u is inline and v is block; on paper x = H - v and y = W - u. Rotating a finished page
instead would make the lines follow right to left, which no Mongolian reader can read.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from apps.reports.shaping import runs

WORDS = re.compile(" +|[^ ]+")
CENTRE = 0.37  # em above the baseline where the runs of a line are hung


class VerticalText(PDFTextObject):
    """Text on a transposed page: Han upright, everything else sideways, one matrix a run."""

    def __init__(self, canvas: Any, x: float = 0, y: float = 0, direction: Any = None) -> None:
        self._lift = 0.0
        super().__init__(canvas, x, y, direction=direction)
        self.setTextOrigin(x, y)

    def setTextOrigin(self, x: float, y: float) -> None:  # noqa: N802 - ReportLab's name, as all below
        self._x0 = self._x = self._u = x
        self._y0 = self._y = self._v = y

    def setTextTransform(self, a: float, b: float, c: float, d: float, e: float, f: float) -> None:  # noqa: N802
        self.setTextOrigin(e, f)

    def moveCursor(self, dx: float, dy: float) -> None:  # noqa: N802
        self.setTextOrigin(self._x0 + dx, self._y0 - dy)

    def setXPos(self, dx: float) -> None:  # noqa: N802
        self.moveCursor(dx, 0)

    def setRise(self, rise: float) -> None:  # noqa: N802
        self._lift = rise

    def _newline(self) -> None:
        self.setTextOrigin(self._x0, self._y - self._leading)

    def _textOut(self, text: str, TStar: int = 0) -> None:  # noqa: N802, N803
        self._emit(text)
        if TStar:
            self._newline()

    def textOut(self, text: str) -> None:  # noqa: N802
        self._emit(text)
        self._x = self._u

    def textLine(self, text: str = "") -> None:  # noqa: N802
        self._emit(text)
        self._newline()

    def _emit(self, text: str) -> None:
        font = pdfmetrics.getFont(self._fontname)
        size = self._fontsize
        centre = self._v + CENTRE * size + self._lift
        bold = getattr(font, "embolden", 0)
        if bold:
            self._code.append(f"2 Tr {bold * size:.3f} w")
        for kind, piece in runs(text):
            if kind == "han" and hasattr(font, "shape"):
                self._upright(font, piece, size, centre)
            else:
                self._sideways(font, piece, size, centre)
        if bold:
            self._code.append("0 Tr")
        self._curSubset = -1

    def _upright(self, font: Any, piece: str, size: float, centre: float) -> None:
        for char in piece:
            glyph = font.shape(char, "Hani", "zh-Hans", vertical=True)
            self._show(font, glyph, (0, -1, -1, 0), (self._u + 0.88 * size, centre + 0.5 * size))
            self._u += pdfmetrics.stringWidth(char, self._fontname, size) + self._spacing()

    def _sideways(self, font: Any, piece: str, size: float, centre: float) -> None:
        axis = getattr(font, "axis", CENTRE)
        for word in WORDS.findall(piece):
            actual = self._canvas.drawn(font, word).actual
            if actual:
                self._code.append(f"/Span <</ActualText <FEFF{actual}>>> BDC")
            self._u += self._show(font, word, (1, 0, 0, -1), (self._u, centre + axis * size))
            if actual:
                self._code.append("EMC")

    def _spacing(self) -> float:
        return getattr(self, "_charSpace", 0) or 0

    def _show(self, font: Any, text: str, turn: tuple[int, int, int, int], at: tuple[float, float]) -> float:
        """Draw one piece at a place of the logical page; returns how far it advances."""
        size = self._fontsize
        word_space = getattr(self, "_wordSpace", 0) or 0
        a, b, c, d = turn
        advance = 0.0
        for name, code, width, letters, blanks in self._canvas.drawn(font, text).parts:
            place = f"{at[0] + a * advance:.3f} {at[1] + b * advance:.3f}"
            self._code.append(f"{a} {b} {c} {d} {place} Tm {name} {size:g} Tf ({code}) Tj")
            advance += width * size + word_space * blanks + self._spacing() * letters
        return advance


class Drawn(NamedTuple):
    """How one word is written into one file: (font of the file, escaped codes, em, letters, blanks) for each subset."""

    actual: str  # UTF-16 of what the word says, where its glyphs do not tell
    parts: tuple[tuple[str, str, float, int, int], ...]


class VerticalCanvas(Canvas):
    """`pagesize` is the logical (inline, block) size; the paper comes out (block, inline)."""

    def drawn(self, font: Any, text: str) -> Drawn:
        """The word in this file's fonts; a budget says the same words on every page."""
        words = self.__dict__.setdefault("_words", {})
        key = (font.fontName, text)
        if key not in words:
            back = getattr(font, "back", {})
            source = "".join(back.get(ord(char), char) for char in text)
            actual = source.encode("utf-16-be").hex().upper() if source != text else ""
            words[key] = Drawn(actual, tuple(self._parts(font, text)))
        return cast(Drawn, words[key])

    def _parts(self, font: Any, text: str) -> Iterator[tuple[str, str, float, int, int]]:
        for subset, code in font.splitString(text, self._doc):
            letters = font.state[self._doc].subsets[subset]
            width = sum(font.face.getCharWidth(letters[byte]) for byte in code) / 1000
            name = font.getSubsetInternalName(subset, self._doc)
            yield name, self._escape(code), width, len(code), code.count(b" ")

    _preamble: str
    _pagesize: tuple[float, float]

    def beginText(self, x: float = 0, y: float = 0, direction: Any = None) -> VerticalText:  # noqa: N802
        return VerticalText(self, x, y, direction)

    def drawString(self, x: float, y: float, text: str, *args: Any, **kwargs: Any) -> None:  # noqa: N802
        line = self.beginText(x, y)
        line.setFont(self._fontname, self._fontsize, self._leading)
        line.textOut(text)
        self.drawText(line)

    def drawRightString(self, x: float, y: float, text: str, *args: Any, **kwargs: Any) -> None:  # noqa: N802
        self.drawString(x - self.stringWidth(text, self._fontname, self._fontsize), y, text)

    def drawCentredString(self, x: float, y: float, text: str, *args: Any, **kwargs: Any) -> None:  # noqa: N802
        self.drawString(x - self.stringWidth(text, self._fontname, self._fontsize) / 2, y, text)

    def _make_preamble(self) -> None:
        super()._make_preamble()
        width, height = self._pagesize
        self._preamble = self._preamble.replace("1 0 0 1 0 0 cm", f"0 -1 -1 0 {height:.3f} {width:.3f} cm", 1)

    def init_graphics_state(self) -> None:
        super().init_graphics_state()
        self._currentMatrix = (0.0, -1.0, -1.0, 0.0, self._pagesize[1], self._pagesize[0])

    def showPage(self) -> None:  # noqa: N802
        size = self._pagesize
        self._pagesize = (size[1], size[0])  # what goes into the MediaBox
        try:
            super().showPage()
        finally:
            self._pagesize = size
            self.init_graphics_state()
