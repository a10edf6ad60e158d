"""Score sheets as cards, on the desk and on the organiser's page."""

from collections.abc import Collection
from typing import Any

from apps.lowcode.schema.display import display
from apps.lowcode.selectors.forms import schema_of
from apps.review.models import CostFinding, Review, ScoreSheet


def sheet_card(
    review: Review, sheet: ScoreSheet, far: Collection[int], findings: Collection[CostFinding], own: int | None = None
) -> dict[str, Any]:
    """What `review/_sheet_card.html` shows of one sheet; `own` is the key of the reader's seat."""
    return {
        "sheet": sheet,
        "is_own": sheet.member_id == own,
        "is_outlier": sheet.pk in far,
        "answers": display(schema_of(review.form_version), sheet.values),
        "lines": [(row, sheet.lines.get(str(row.number), {})) for row in findings],
    }
