"""Which schedule a project's year goes by, and the limits of its lamps."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from apps.performance.models import ProjectYear, ScheduleCurve, Scheme
from apps.performance.scoring import Limits, elapsed


@dataclass(frozen=True, slots=True)
class Schedule:
    """A curve (None: the year passes evenly), and where it comes from; `own` where it is the project's."""

    shares: list[float] | None = None
    source: str = ""
    own: bool = False

    def elapsed(self, month: int) -> Decimal:
        """Twelfths of a per cent expected by the end of the month."""
        return elapsed(month, self.shares)


def schedule_of(of: ProjectYear) -> Schedule:
    """The project's own schedule, else its category's for the year: the nearest region's, the newest; else an even year.

    One query.
    """
    home = of.region
    here = Q(region__tree_id=home.tree_id, region__lft__lte=home.lft, region__rght__gte=home.rght)
    of_category = Q(category__isnull=False, category=of.category_id, valid_from__lte=of.year_id)
    of_category &= Q(valid_to__gte=of.year_id) & (Q(region=None) | here)
    rows = ScheduleCurve.objects.filter(Q(of=of.pk) | of_category).select_related("region")
    row = max(rows, key=_nearness, default=None)
    return Schedule() if row is None else Schedule(row.shares, row.source, row.of_id is not None)


def _nearness(row: ScheduleCurve) -> tuple[bool, int, int]:
    return row.of_id is not None, row.region.level if row.region is not None else -1, row.valid_from


def limits_of(scheme: Scheme) -> Limits:
    """The limits of lamps that the region's scheme sets."""
    return Limits(scheme.red_below, scheme.yellow_below, scheme.blue_from)
