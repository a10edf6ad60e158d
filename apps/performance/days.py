"""Days of a fiscal year as performance sees them; the one place that asks which day it is."""

from datetime import date

from django.utils import timezone

from apps.performance.models import ProjectYear


def today() -> date:
    """The day of the machine."""
    return timezone.localdate()


def day_within(year: int) -> date:
    """Today, or the nearest day of the year: figures read after its end are of its last day."""
    return min(max(today(), date(year, 1, 1)), date(year, 12, 31))


def months_over(of: ProjectYear) -> list[int]:
    """The months of the project's year that are over, as numbers."""
    now, year = today(), of.year_id
    return list(range(1, 13 if now.year > year else now.month if now.year == year else 1))
