"""Drawings: SVG of ours as PNG, and PNG on pages that lie or stand."""

import io
from typing import Any

from django.conf import settings
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable

from apps.reports.vertical import VerticalCanvas

SHARP = 2.0  # pixels of a picture for each unit of its drawing


def png_of(svg: str) -> bytes:
    """The drawing with our own faces; nothing of the machine's and nothing from outside is read."""
    import resvg_py  # only who asks for a picture needs it

    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, font_dirs=[str(settings.FONT_DIR)], skip_system_fonts=True, zoom=SHARP)
    )


class Drawing(Flowable):
    """A picture as wide as the lines, and no higher than there is room."""

    def __init__(self, content: bytes, inline: float, block: float) -> None:
        super().__init__()
        self.image = Image.open(io.BytesIO(content)).convert("RGB")
        self.room = inline, block

    def wrap(self, *_room: float) -> tuple[float, float]:
        """ReportLab asks for the size; on a standing page the picture lies, so its breadth goes along the block."""
        wide, high = self._turned_size()
        scale = min(self.room[0] / wide, self.room[1] / high)
        self.width, self.height = wide * scale, high * scale
        return self.width, self.height

    def _turned_size(self) -> tuple[int, int]:
        wide, high = self.image.size
        return (high, wide) if self._stands else (wide, high)

    @property
    def _stands(self) -> bool:
        return isinstance(getattr(self, "canv", None), VerticalCanvas)

    def draw(self) -> None:
        """A standing page turns over what is drawn on it, so the picture is turned over first."""
        canvas: Any = self.canv
        image = self.image.transpose(Image.Transpose.TRANSPOSE) if self._stands else self.image
        canvas.drawImage(ImageReader(image), 0, 0, self.width, self.height)
