"""How times and scores are written in the papers of a review."""

from decimal import Decimal
from typing import Any

from imbudget.kit.formats import as_text


def moment(value: Any) -> str:
    """A time, or a dash where there is none."""
    return as_text(value, "text") if value else "–"


def figure(value: Decimal | None) -> str:
    """A score with its two places, or a dash where there is none."""
    return "–" if value is None else f"{value:.2f}"
