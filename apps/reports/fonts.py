"""Faces that carry glyphs shaped by HarfBuzz, and the few that documents use.

ReportLab knows characters, shaping yields glyphs. Each pair (glyph, letters it stands for) gets a private code
that exists only in memory: ReportLab subsets by it, and the map from glyphs back to text that readers copy and
search by is written from the letters. No private-use character reaches the file.
"""

import threading
from collections.abc import Mapping
from functools import cache
from typing import Any

import uharfbuzz
from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

PRIVATE = range(0xF0000, 0x10FFFE)
SPARE = 40_000  # codes kept for glyphs without letters, more than any face has glyphs
CACHED = 20_000
GETA = "\u3013"  # 〓, the printer's mark for a character that the faces lack


class ShapedFont(TTFont):
    """A TrueType face that can shape; `axis` is the height, in em, that is hung on a line's centre."""

    _lock = threading.RLock()

    def __init__(self, name: str, path: str, axis: float) -> None:
        super().__init__(name, path, shapable=False)
        self.axis = axis
        self._shaper = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path)))
        self._codes: dict[tuple[int, str], int] = {}
        self._letters: dict[int, str] = {}
        self._shaped: dict[tuple[str, str], str] = {}

    def has(self, code: int) -> bool:
        """Whether the face has a glyph for the character."""
        return code < PRIVATE.start and bool(self.face.charToGlyph.get(code))

    def width(self, codes: str) -> float:
        """The width of shaped or plain text, in em."""
        widths, default = self.face.charWidths, self.face.defaultWidth
        return sum(widths.get(ord(char), default) for char in codes) / 1000

    def letters(self, codes: str) -> str:
        """The text that shaped codes stand for."""
        return "".join(self._letters.get(ord(char), char) for char in codes)

    def shape(self, text: str, script: str, features: Mapping[str, bool] | None = None) -> str:
        """The text as codes, one per glyph. Marks with offsets are drawn at plain advances."""
        with self._lock:
            codes = self._shaped.get((text, script))
            if codes is None:
                if len(self._shaped) >= CACHED:
                    self._shaped.clear()
                codes = self._shaped[text, script] = self._shape(text, script, dict(features or {}))
        return codes

    def _shape(self, text: str, script: str, features: dict[str, bool]) -> str:
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.direction, buffer.script, buffer.language = "ltr", script, "mn" if script == "Mong" else "zh-Hans"
        buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
        uharfbuzz.shape(self._shaper, buffer, features)
        starts = sorted({info.cluster for info in buffer.glyph_infos})
        letters = {start: text[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)}
        # The first glyph of a cluster carries its letters, the others none.
        return "".join(
            self._code(info.codepoint, letters.pop(info.cluster, ""), position.x_advance)
            for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        )

    def _code(self, glyph: int, letters: str, advance: int) -> str:
        face = self.face
        if len(letters) == 1 and face.charToGlyph.get(ord(letters)) == glyph:
            return letters
        if letters and len(self._codes) >= len(PRIVATE) - SPARE:
            letters = ""  # still drawn; only copying this rare spelling from the file is lost
        code = self._codes.get((glyph, letters))
        if code is None:
            code = self._codes[glyph, letters] = PRIVATE[len(self._codes)]
            self._letters[code] = letters
            face.charWidths[code] = face._pdfScale(advance)
            face.charToGlyph[code] = glyph
        return chr(code)

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - ReportLab's name
        """Write the face's subsets; one thread at a time, as they are read through one file position."""
        with self._lock:
            subsets = [list(subset) for subset in self.state[doc].subsets] if doc in self.state else []
            super().addObjects(doc)
            for number, subset in enumerate(subsets):
                name = (SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX).decode("pdfdoc")
                stream = doc.idToObject.get(f"toUnicodeCMap:{name}")
                if stream is not None:
                    stream.content = self._unicode_map(name, subset)

    def _unicode_map(self, name: str, subset: list[int]) -> str:
        letters = [self._letters.get(code, chr(code) if code else "") for code in subset]
        rows = [f"<{index:02X}> <{text.encode('utf-16-be').hex().upper()}>" for index, text in enumerate(letters)]
        lines = [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
        ]
        for start in range(0, len(rows), 100):
            part = rows[start : start + 100]
            lines += [f"{len(part)} beginbfchar", *part, "endbfchar"]
        return "\n".join([*lines, "endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"])


class Fonts:
    """The faces of a document. Mongolian has no bold face; bold Mongolian is drawn with a stroke."""

    def __init__(self) -> None:
        folder = settings.FONT_DIR
        self.han = ShapedFont("NotoSansSC", str(folder / "NotoSansSC-Regular.ttf"), 0.37)
        self.bold = ShapedFont("NotoSansSC-Bold", str(folder / "NotoSansSC-Bold.ttf"), 0.37)
        self.mongolian = ShapedFont("NotoSansMongolian", str(folder / "NotoSansMongolian-Regular.ttf"), 0.40)
        for font in (self.han, self.bold, self.mongolian):
            pdfmetrics.registerFont(font)


_loading = threading.Lock()


@cache
def _loaded() -> Fonts:
    return Fonts()


def fonts() -> Fonts:
    """The faces, read from `settings.FONT_DIR` at first use (0.1 s), then shared by all threads."""
    with _loading:
        return _loaded()
