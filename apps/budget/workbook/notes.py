"""What a reader says about a file beside its rows: nothing is skipped or converted without a word."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """Something skipped, converted or missing: the row as a spreadsheet shows it (0 for the whole sheet), and why."""

    row: int
    column: str
    kind: str
    text: str


SKIPPED, CONVERTED, MISSING = "skipped", "converted", "missing"
