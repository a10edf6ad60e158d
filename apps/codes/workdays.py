"""Counting working days: Monday to Friday, but for what the calendar says of a day.

Of several rows for one day the one nearest to the region decides: its own, then its league's, then everybody's.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.codes.models import CalendarDay, DayKind
from apps.regions.models import Region

ONE = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """The exceptions that hold in one region, read once; lists count with it without asking the database again."""

    worked: dict[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        return self.worked.get(day, day.weekday() < SATURDAY)

    def add(self, start: date, days: int) -> date:
        """The working day that many days after the start (before it when negative); the start itself for 0."""
        step, left, day = (ONE if days > 0 else -ONE), abs(days), start
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after the start up to and with the end; negative when the end has passed."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + ONE * number) for number in range(1, (end - start).days + 1))


def calendar_of(region: Region | None = None, start: date = date.min, end: date = date.max) -> Calendar:
    """The exceptions from one day to another in a region (None: those that hold everywhere). One query."""
    rows = _rows(region).filter(day__gte=start, day__lte=end)
    # Nearer regions come later and overwrite; rows for everywhere have no level and come first.
    listed = sorted(rows.values_list("region__level", "day", "kind"), key=lambda row: -1 if row[0] is None else row[0])
    return Calendar({day: kind == DayKind.WORKDAY for _level, day, kind in listed})


def calendars_of(region_ids: Iterable[int]) -> dict[int, Calendar]:
    """The calendars of many regions, for a list with rows of several of them. Two queries, however many."""
    general: dict[date, bool] = {}
    own: dict[int, dict[date, bool]] = defaultdict(dict)
    for region_id, day, kind in CalendarDay.objects.order_by("day").values_list("region_id", "day", "kind"):
        (general if region_id is None else own[region_id])[day] = kind == DayKind.WORKDAY
    return {
        region_id: Calendar(
            {key: value for days in (general, *(own[pk] for pk in line)) for key, value in days.items()}
        )
        for region_id, line in _lines(set(region_ids)).items()
    }


def add_working_days(start: date, days: int, region: Region | None = None) -> date:
    """The day on which a deadline of that many working days ends; negative counts back."""
    since, until = (start, date.max) if days > 0 else (date.min, start)
    return calendar_of(region, since, until).add(start, days)


def working_days_between(start: date, end: date, region: Region | None = None) -> int:
    """How many working days are left from a day to another: positive when the second is later, negative when passed."""
    return calendar_of(region, min(start, end), max(start, end)).between(start, end)


def _rows(region: Region | None) -> QuerySet[CalendarDay]:
    everywhere = Q(region=None)
    if region is None:
        return CalendarDay.objects.filter(everywhere)
    # The tree numbers are the database's, not those of an object that may have been read before the tree was changed.
    below = Region.objects.filter(
        pk=region.pk,
        tree_id=OuterRef("region__tree_id"),
        lft__gte=OuterRef("region__lft"),
        rght__lte=OuterRef("region__rght"),
    )
    return CalendarDay.objects.filter(everywhere | Exists(below))


def _lines(region_ids: set[int]) -> dict[int, list[int]]:
    """Region → itself and those above it, from the highest down."""
    uppers = dict(Region.objects.values_list("pk", "parent_id"))
    lines: dict[int, list[int]] = {}
    for region_id in region_ids:
        line: list[int] = []
        node: int | None = region_id
        while node is not None:
            line.insert(0, node)
            node = uppers.get(node)
        lines[region_id] = line
    return lines
