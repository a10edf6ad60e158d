"""QR codes as the path of an SVG: no picture file, no script, sharp in print."""

from dataclasses import dataclass

import segno

QUIET = 4  # modules of white around it, as ISO/IEC 18004 asks


@dataclass(frozen=True, slots=True)
class QrCode:
    """A square of `side` units and the path of its dark modules."""

    side: int
    path: str


def qr_of(text: str) -> QrCode:
    """The code of a text, with error correction M."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    return QrCode(len(rows) + 2 * QUIET, "".join(_row(number, row) for number, row in enumerate(rows)))


def _row(number: int, row: bytes) -> str:
    """The runs of dark modules of one row."""
    found, start = [], None
    for column, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            found.append(f"M{start + QUIET} {number + QUIET}h{column - start}v1h-{column - start}z")
            start = None
    return "".join(found)
