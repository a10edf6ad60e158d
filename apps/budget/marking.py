"""Give a refused budget workbook back: the bad cells marked, columns named as the template names them."""

from collections.abc import Iterable
from pathlib import Path

from apps.budget.workbook import HEADS, Note
from imbudget.kit import marking
from imbudget.kit.marking import BadCell


def mark(
    path: Path,
    errors: Iterable[BadCell],
    letters: dict[str, str],
    sheet_name: str,
    goal: Path,
    notes: Iterable[Note] = (),
) -> bool:
    """Write `goal`: see `kit.marking.mark`."""
    return marking.mark(path, errors, letters, sheet_name, goal, notes, HEADS)
