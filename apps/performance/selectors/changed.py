"""Which rows of the catalogues people have changed: what is shipped does not set them back."""

from typing import Any

from apps.performance.models import FrameworkItem, FrameworkPoint, ScheduleCurve


def by_people(model: Any) -> frozenset[int]:
    """Keys of rows that somebody, and no command, has ever made or changed: from the history. One query."""
    return frozenset(model.history.exclude(history_user_id=None).values_list("id", flat=True))


def items_by_people() -> frozenset[int]:
    """The same of items of the framework: whose points were changed is changed. Two queries."""
    points = FrameworkPoint.history.exclude(history_user_id=None)  # type: ignore[attr-defined]
    return by_people(FrameworkItem) | frozenset(points.values_list("item_id", flat=True))


def schedules_by_people() -> frozenset[tuple[int, int]]:
    """Category and first year of the schedules everywhere that somebody has changed or taken away. One query."""
    rows = ScheduleCurve.history.exclude(history_user_id=None)  # type: ignore[attr-defined]
    rows = rows.filter(category_id__isnull=False, region_id=None)
    return frozenset(rows.values_list("category_id", "valid_from"))
