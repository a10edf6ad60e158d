"""Words that have little room: names on tiles, large amounts on maps."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from imbudget.kit.charts.base import Head, Kind

WAN, YI = Decimal(10_000), Decimal(100_000_000)
LETTERS = 5  # Chinese characters that a line of a tile holds
ROOM = 12  # Mongolian letters that a standing line of a tile holds


def short(head: Head, values: Sequence[Decimal]) -> tuple[str, Decimal]:
    """The unit of figures on a map in words, and how many yuan it is: 元, 万元 or 亿元, after the largest of them."""
    if head.kind != Kind.MONEY:
        return str(head.unit), Decimal(1)
    largest = max((abs(value) for value in values), default=Decimal(0))
    if largest >= YI:
        return _("hundred million yuan"), YI
    if largest >= WAN:
        return _("ten thousand yuan"), WAN
    return _("yuan"), Decimal(1)


def figure_of(head: Head, value: Decimal | None, per: Decimal) -> str:
    """The figure as it stands on a map: short, in the unit that the map says."""
    if value is None or head.kind != Kind.MONEY:
        return head.say(value)
    places = 0 if abs(value / per) >= 1000 else 1 if abs(value / per) >= 100 else 2
    shown = round(value / per, places)
    return f"{shown or abs(shown):,.{places}f}"


def lines_of(name: str, letters: int = LETTERS) -> list[str]:
    """A name on lines that a tile holds, three at most: Chinese is cut by characters, other scripts between words."""
    if " " in name.strip():
        return _by_words(name.split())
    count = -(-len(name) // letters)
    length = -(-len(name) // count) if count else 0
    lines = [name[place : place + length] for place in range(0, len(name), length or 1)]
    return lines if len(lines) <= 3 else [*lines[:2], lines[2][:-1] + "…"]


def _by_words(words: Sequence[str]) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= ROOM:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines if len(lines) <= 3 else [*lines[:2], lines[2] + "…"]
