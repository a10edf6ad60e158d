"""Patterns of texts, such as `[A-Z]{2}[0-9]{6}`, matched in time that grows with the text alone.

The notation is the common one without groups: characters, `.`, `[…]`, `\\d \\w \\s`, each followed by `?`, `*`, `+`,
`{2}`, `{2,}` or `{2,5}`, and `|` between whole patterns. Python's own patterns can be written so that one short answer
keeps a server busy for hours, and these are written by many people.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 200
MOST = 100  # repetitions of one character
STATES = 500
SHORT = {
    "d": lambda char: "0" <= char <= "9",
    "w": lambda char: char.isalnum() or char == "_",
    "s": str.isspace,
}
SPECIAL = set("?*+{}()[]|.\\^$")

Test = Callable[[str], bool]


class PatternError(ValueError):
    """The text is no pattern; `args[0]` says why: long, group, repeat, class, escape, empty."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A parsed pattern: for each alternative a row of (test, may be missing, may repeat)."""

    source: str
    rows: tuple[tuple[tuple[Test, bool, bool], ...], ...]

    def matches(self, text: str) -> bool:
        """Whether the whole text fits."""
        return any(_fits(row, text) for row in self.rows)


def parse_pattern(source: str) -> Pattern:
    """Raises PatternError."""
    if len(source) > LONGEST:
        raise PatternError("long")
    rows = []
    for part in _alternatives(source):
        row = tuple(_Reader(part.removeprefix("^")).read())
        if not row:
            raise PatternError("empty")
        if len(row) > STATES:
            raise PatternError("long")
        rows.append(row)
    return Pattern(source, tuple(rows))


def _alternatives(source: str) -> list[str]:
    """The parts between `|` that stand neither in brackets nor behind a backslash."""
    cuts, inside, escaped = [-1], False, False
    for at, char in enumerate(source):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in "[]":
            inside = char == "["
        elif char == "|" and not inside:
            cuts.append(at)
    return [source[before + 1 : after] for before, after in pairwise([*cuts, len(source)])]


class _Reader:
    """Reads one alternative from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def read(self) -> list[tuple[Test, bool, bool]]:
        row: list[tuple[Test, bool, bool]] = []
        while self.at < len(self.text):
            if self.text[self.at :] == "$":
                break
            test = self._one()
            least, most = self._repeat()
            row += [(test, False, False)] * least
            row += [(test, True, True)] if most is None else [(test, True, False)] * (most - least)
        return row

    def _next(self) -> str:
        char = self.text[self.at : self.at + 1]
        self.at += 1
        return char

    def _one(self) -> Test:
        char = self._next()
        if char == ".":
            return lambda _char: True
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape()
        if char in "()":
            raise PatternError("group")
        if char in SPECIAL:
            raise PatternError("repeat")
        return lambda other: other == char

    def _escape(self) -> Test:
        char = self._next()
        test = SHORT.get(char.lower()) if char else None
        if test is not None:
            return test if char.islower() else lambda other: not test(other)
        if not char or char.isalnum():
            raise PatternError("escape")
        return lambda other: other == char

    def _class(self) -> Test:
        negated = self.text[self.at : self.at + 1] == "^"
        self.at += negated
        tests: list[Test] = []
        while True:
            char = self._next()
            if not char:
                raise PatternError("class")
            if char == "]":
                break
            tests.append(self._escape() if char == "\\" else self._range(char))
        if not tests:
            raise PatternError("class")
        return lambda other: any(test(other) for test in tests) != negated

    def _range(self, first: str) -> Test:
        if self.text[self.at : self.at + 1] != "-" or self.text[self.at + 1 : self.at + 2] in ("]", ""):
            return lambda other: other == first
        self.at += 1
        last = self._next()
        if last == "\\" or last < first:
            raise PatternError("class")
        return lambda other: first <= other <= last

    def _repeat(self) -> tuple[int, int | None]:
        char = self.text[self.at : self.at + 1]
        simple: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
        if char in simple:
            self.at += 1
            return simple[char]
        if char != "{":
            return 1, 1
        body, closed, _rest = self.text[self.at + 1 :].partition("}")
        self.at += len(body) + 2
        least, comma, most = body.partition(",")
        numbers = [number for number in (least, most) if number]
        good = closed and least and all(number.isascii() and number.isdigit() and len(number) < 4 for number in numbers)
        if not good or max(map(int, numbers)) > MOST:
            raise PatternError("repeat")
        upper = int(most) if most else None if comma else int(least)
        if upper is not None and upper < int(least):
            raise PatternError("repeat")
        return int(least), upper


def _fits(row: tuple[tuple[Test, bool, bool], ...], text: str) -> bool:
    """All ways through the row at once: the places that the text may have come to."""
    places = _with_skipped(row, {0})
    for char in text:
        reached = set()
        for place in places:
            if place < len(row) and row[place][0](char):
                reached.add(place if row[place][2] else place + 1)
        places = _with_skipped(row, reached)
        if not places:
            return False
    return len(row) in places


def _with_skipped(row: tuple[tuple[Test, bool, bool], ...], places: set[int]) -> set[int]:
    found = set()
    for place in places:
        found.add(place)
        while place < len(row) and row[place][1] and place + 1 not in found:
            place += 1
            found.add(place)
    return found
