"""The pattern of a region's project codes: `{division:6}{year:2}{kind:1}{sequence:12}`, 21 characters in all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LENGTH = 21
# Common letters of the kinds (T for the specific target, Y for other operation); the sequence stands last.
KIND_LETTERS = {"1": "R", "21": "G", "22": "Y", "3": "T"}
LEAST_DIGITS = 4
WIDTHS = {"division": 6, "year": 2, "department": 3, "kind": 1}
PART = re.compile(r"\{([a-z]+):(\d{1,2})\}|([0-9A-Z]+)")


@dataclass(frozen=True, slots=True)
class CodePattern:
    """Parts before the sequence as (name, text when it is fixed), and how many digits the sequence has."""

    parts: tuple[tuple[str, str], ...]
    digits: int

    def prefix(self, values: Mapping[str, str]) -> str:
        """What stands before the sequence."""
        return "".join(text or values[name] for name, text in self.parts)

    def code(self, prefix: str, number: int) -> str:
        """The whole code. Raises OverflowError when the sequence is used up."""
        if number >= 10**self.digits:
            raise OverflowError(prefix)
        return f"{prefix}{number:0{self.digits}d}"


def parse_pattern(text: str) -> CodePattern:
    """Raises ValueError with a reason: `shape`, `part`, `begin` (not 区划6 + year 2), `sequence`, `length`."""
    found = list(PART.finditer(text))
    if "".join(part[0] for part in found) != text:
        raise ValueError("shape")
    if not found or found[-1][1] != "sequence" or int(found[-1][2]) < LEAST_DIGITS:
        raise ValueError("sequence")
    parts = tuple((part[1] or "", part[3] or "") for part in found[:-1])
    if any(part[1] and WIDTHS.get(part[1]) != int(part[2]) for part in found[:-1]):
        raise ValueError("part")
    if [name for name, _fixed in parts[:2]] != ["division", "year"]:
        raise ValueError("begin")
    digits = int(found[-1][2])
    if sum(WIDTHS.get(name, len(fixed)) for name, fixed in parts) + digits != LENGTH:
        raise ValueError("length")
    return CodePattern(parts, digits)
