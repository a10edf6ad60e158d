"""Names as they are compared: one person's name is written with many dots, blanks and widths."""

import unicodedata

from imbudget.kit.text import FULL_WIDTH

# ID cards have U+00B7; input methods and banks send the others.
DOTS = dict.fromkeys(map(ord, "·•・．‧∙⋅᛫･·."), "·")
BLANKS = dict.fromkeys(map(ord, " \t\u00a0\u2009\u202f\u3000"))


def name_key(name: str) -> str:
    """The same for every way of writing one name: NFC, half width, one kind of dot, no blanks, upper case."""
    plain = unicodedata.normalize("NFC", name).translate(DOTS).translate(FULL_WIDTH).translate(DOTS)
    return plain.translate(BLANKS).replace("（", "(").replace("）", ")").upper()[:140]
