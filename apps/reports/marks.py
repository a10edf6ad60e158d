"""Square codes (QR) on paper, drawn as rectangles: they lie and stand alike."""

from typing import Any

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.platypus import Flowable

from apps.reports.vertical import VerticalCanvas

SIDE = 68.0  # points: a module of a longer address is still a third of a millimetre
QUIET = 4  # modules of white around the code, as its standard asks


class SquareCode(Flowable):
    """A code of `content`; correction level M bears a crease or a stamp over it."""

    def __init__(self, content: str, side: float = SIDE) -> None:
        super().__init__()
        self.width = self.height = side
        code = QRCode(None, QRErrorCorrectLevel.M)
        code.addData(content)
        code.make()
        self.size = int(code.getModuleCount())
        self.dark = [[bool(code.isDark(row, column)) for column in range(self.size)] for row in range(self.size)]

    def wrap(self, *_room: float) -> tuple[float, float]:
        """ReportLab asks for the size."""
        return self.width, self.height

    def draw(self) -> None:
        """Rows from above; a standing page turns over what is drawn on it, so there columns take their place."""
        canvas: Any = self.canv
        turned = isinstance(canvas, VerticalCanvas)
        module = self.width / (self.size + 2 * QUIET)
        canvas.setFillGray(0)
        for row in range(self.size):
            for column in range(self.size):
                if self.dark[column][row] if turned else self.dark[row][column]:
                    x, y = (column + QUIET) * module, self.height - (row + QUIET + 1) * module
                    canvas.rect(x, y, module * 1.02, module * 1.02, stroke=0, fill=1)  # a hair more: no white seams
