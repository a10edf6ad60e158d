"""Fonts that carry HarfBuzz glyphs, so that ReportLab can set traditional Mongolian.

ReportLab's own shaping splits words at U+202F and leaves private-use rubbish in copied text. Here every pair of
(glyph, source letters) gets a private code point: ReportLab measures, breaks and justifies strings of them as
usual, and the ToUnicode map leads each back to its letters, so copying and searching give the true text.
"""

import logging
import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

import uharfbuzz as hb
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

from apps.reports.document import plain

logger = logging.getLogger(__name__)

PRIVATE_FIRST, PRIVATE_LAST = 0xF0000, 0x10FFFD
SPARE = 40_000  # codes kept for glyphs without letters, more than any face has glyphs
CACHE_LIMIT = 50_000
MONGOLIAN = re.compile(
    "[\u202f\u200c\u200d]?[\u1800-\u18af\U00011660-\U0001166c]"
    "[\u1800-\u18af\u200c\u200d\u202f\u2048\u2049\U00011660-\U0001166c]*"
)
HAN_RANGES = (
    "\u2e80-\u303f\u3100-\u312f\u31c0-\u31ef\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
)
HAN = re.compile(f"[{HAN_RANGES}]+")
TOKEN = re.compile(f"({MONGOLIAN.pattern})|({HAN.pattern})")
JOINERS = "\u200c\u200d\u202f"
MISSING = "〓"
MONGOLIAN_FACE = {"SC": "Mong", "SCB": "MongB"}  # what draws Mongolian beside each Chinese face
Piece = tuple[str, str]  # name of a face, and text that it can draw
_lock = threading.RLock()


class ShapedTTFont(TTFont):
    """A TrueType font whose glyphs are addressed through private code points.

    `axis` is the height above the baseline, in em, that sits on the line's centre when the text stands;
    `embolden` strokes the outlines (the Mongolian face has no bold).
    """

    def __init__(self, name: str, path: str, axis: float = 0.37, embolden: float = 0) -> None:
        super().__init__(name, path, shapable=False)
        self.axis = axis
        self.embolden = embolden
        if embolden:
            # ReportLab takes two fonts of one face name for the same font, and would stroke all text.
            self.face.name += b"-Stroked"
        self.back: dict[int, str] = {}
        self._harfbuzz = hb.Font(hb.Face(hb.Blob.from_file_path(path)))
        self._next = PRIVATE_FIRST
        self._pairs: dict[tuple[int, str], int] = {}
        self._cache: dict[tuple[Any, ...], str] = {}

    def covers(self, char: str) -> bool:
        """Whether the face has a glyph for the character."""
        return ord(char) < PRIVATE_FIRST and bool(self.face.charToGlyph.get(ord(char)))

    def shape(self, text: str, script: str, language: str, vertical: bool = False) -> str:
        """The text as private code points of shaped glyphs."""
        key = (text, script, vertical)
        with _lock:
            found = self._cache.get(key)
            if found is None:
                if len(self._cache) > CACHE_LIMIT:
                    self._cache.clear()
                found = self._cache[key] = self._shaped(text, script, language, vertical)
            return found

    def _shaped(self, text: str, script: str, language: str, vertical: bool) -> str:
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.direction, buffer.script, buffer.language = "ltr", script, language
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
        hb.shape(self._harfbuzz, buffer, {"vert": True} if vertical else {})
        infos, places = buffer.glyph_infos, buffer.glyph_positions
        starts = [*sorted({info.cluster for info in infos}), len(text)]
        ends = dict(zip(starts, starts[1:], strict=False))
        glyphs, seen = [], set()
        # This face places no marks in Mongolian, so plain advances suffice (offsets would be ignored).
        for info, place in zip(infos, places, strict=True):
            letters = "" if info.cluster in seen else text[info.cluster : ends[info.cluster]]
            seen.add(info.cluster)
            glyphs.append(self._private(info.codepoint, letters, place.x_advance))
        return "".join(glyphs)

    def _private(self, glyph: int, letters: str, advance: int) -> str:
        code = self._pairs.get((glyph, letters))
        if code is None:
            if letters and self._next > PRIVATE_LAST - SPARE:
                return self._private(glyph, "", advance)  # still drawn; only copying a rare spelling is lost
            code = self._next
            self._next += 1
            self.face.charToGlyph[code] = glyph
            self.face.charWidths[code] = self.face._pdfScale(advance)
            self.back[code] = letters
            self._pairs[(glyph, letters)] = code
        return chr(code)

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - ReportLab's name
        """Write the font into the document with exact ToUnicode maps."""
        with _lock:  # subsets are cut from the face through one file position
            subsets = [list(subset) for subset in self.state[doc].subsets] if doc in self.state else []
            super().addObjects(doc)
            for number, subset in enumerate(subsets):
                parts = (SUBSETN(number), b"+", self.face.name, self.face.subfontNameX)
                base = b"".join(parts).decode("pdfdoc")
                stream = doc.idToObject.get("toUnicodeCMap:" + base)
                if stream is not None:
                    stream.content = self._unicode_map(base, subset)

    def _unicode_map(self, name: str, subset: list[int]) -> str:
        rows = []
        for index, code in enumerate(subset):
            letters = self.back.get(code, "" if code >= PRIVATE_FIRST or not code else chr(code))
            rows.append(f"<{index:02X}> <{letters.encode('utf-16-be').hex().upper()}>")
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


def runs(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text) with kind mongolian, han or other; U+202F inside a Mongolian word stays with it."""
    place = 0
    for match in TOKEN.finditer(text):
        if match.start() > place:
            yield "other", text[place : match.start()]
        yield ("mongolian" if match.group(1) else "han"), match.group(0)
        place = match.end()
    if place < len(text):
        yield "other", text[place:]


def drawable(text: object, face: str = "SC", mongolian: str = "Mong") -> Iterator[tuple[str, str]]:
    """The runs as they can be drawn: 〓 for a character in no face, one kind of blank, no loose joiners."""
    shaped, upright = pdfmetrics.getFont(mongolian), pdfmetrics.getFont(face)
    known = (
        _stand_in(shaped if kind == "mongolian" else upright, char, kind)
        for kind, piece in runs(plain(text))
        for char in piece
    )
    return runs("".join(known))


@lru_cache(maxsize=40_000)  # so that a missing character is told once, not in every cell
def _stand_in(font: ShapedTTFont, char: str, kind: str) -> str:
    if char in "\n\u3000" or (kind == "mongolian" and char in JOINERS):
        return char
    category = unicodedata.category(char)
    if category == "Zs" or char == "\t":
        return " "
    if category != "Co" and font.covers(char):
        return char
    if category == "Cf" or unicodedata.name(char, "").startswith("VARIATION SELECTOR"):
        return ""
    logger.warning("No bundled face has U+%04X; it is drawn as %s.", ord(char), MISSING)
    return MISSING


@lru_cache(maxsize=20_000)
def pieces(text: str, face: str = "SC", mongolian: str = "Mong") -> tuple[Piece, ...]:
    """The text as (face, drawable text); Mongolian shaped, line feeds kept. Never raises for odd characters."""
    if text.isascii() and text.isprintable():
        return ((face, text),) if text else ()
    shape = pdfmetrics.getFont(mongolian).shape
    return tuple(
        (mongolian, shape(piece, "Mong", "mn")) if kind == "mongolian" else (face, piece)
        for kind, piece in drawable(text, face, mongolian)
    )


def rich(text: object, face: str = "SC", mongolian: str = "Mong") -> str:
    """Plain text as Paragraph markup."""
    return "".join(
        f'<font name="{name}">{piece}</font>' if name == mongolian else escape(piece).replace("\n", "<br/>")
        for name, piece in pieces(plain(text), face, mongolian)
    )


@lru_cache(maxsize=20_000)
def _measured(text: str, face: str, mongolian: str) -> float:
    widths = [0.0]
    for name, piece in pieces(text, face, mongolian):
        first, *others = piece.split("\n")
        widths[-1] += pdfmetrics.stringWidth(first, name, 1)
        widths += [pdfmetrics.stringWidth(line, name, 1) for line in others]
    return max(widths)


def measure(text: object, face: str = "SC", mongolian: str = "Mong") -> float:
    """The width of the text's longest line, in em."""
    return _measured(plain(text), face, mongolian)
