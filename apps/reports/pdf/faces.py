"""The faces that documents are set in."""

import threading

from django.conf import settings
from reportlab.pdfbase import pdfmetrics

from apps.reports.shaping import ShapedTTFont

_ready = threading.Lock()


def register_fonts() -> None:
    """Load the faces once a process: SC and SCB (Chinese), Mong and MongB (Mongolian, stroked for bold)."""
    with _ready:
        if "Mong" in pdfmetrics.getRegisteredFontNames():
            return
        folder = settings.FONT_DIR
        mongolian = str(folder / "NotoSansMongolian-Regular.ttf")
        pdfmetrics.registerFont(ShapedTTFont("SC", str(folder / "NotoSansSC-Regular.ttf"), axis=0.367))
        pdfmetrics.registerFont(ShapedTTFont("SCB", str(folder / "NotoSansSC-Bold.ttf"), axis=0.367))
        pdfmetrics.registerFont(ShapedTTFont("MongB", mongolian, axis=0.40, embolden=0.03))
        pdfmetrics.registerFont(ShapedTTFont("Mong", mongolian, axis=0.40))
