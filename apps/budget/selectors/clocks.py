"""The statutory clocks that run in regions: begun by an act, ended by another one, late when that has not come."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from apps.budget.clocks import Light, Term
from apps.budget.models import ActDay, BudgetAct, Counting, RoundPlan, StatutoryClock
from apps.codes.workdays import Calendar, calendars_of
from apps.regions.models import Region

MOST_LATE = 50
Acts = dict[tuple[str, str], date]  # (act, what it is about) → day


@dataclass(frozen=True, slots=True)
class RunningClock:
    """One term in one region."""

    region: Region
    clock: StatutoryClock
    subject: str
    term: Term
    done: date | None
    light: Light
    days_left: int

    @property
    def due(self) -> date:
        return self.term.due

    @property
    def is_late(self) -> bool:
        """Whether the act is still missing though its day has passed."""
        return self.done is None and self.light == Light.RED


def clocks_of(regions: Iterable[Region], year: int, today: date) -> list[RunningClock]:
    """Every clock that an act has begun in these regions; the most urgent first. Five queries, however many regions."""
    places = {region.pk: region for region in regions}
    clocks = list(StatutoryClock.objects.filter(is_active=True))
    acts = _acts(list(places), year)
    working = any(clock.counting == Counting.WORKING for clock in clocks)
    calendars = calendars_of(acts) if working and acts else {}
    found = [
        running
        for region_id, days in acts.items()
        for clock in clocks
        if clock.level is None or clock.level == places[region_id].level
        for running in _running(places[region_id], clock, days, calendars.get(region_id, Calendar()), today)
    ]
    return sorted(found, key=lambda each: (each.done is not None, each.due, each.region.code))


def late_below(region: Region, year: int, today: date) -> tuple[list[RunningClock], int]:
    """The clocks below a region that have run out without their act, and how many there are in all."""
    below = region.get_descendants().only("pk", "code", "name", "level")
    late = [clock for clock in clocks_of(below, year, today) if clock.is_late]
    return late[:MOST_LATE], len(late)


def _acts(region_ids: list[int], year: int) -> dict[int, Acts]:
    acts: dict[int, Acts] = defaultdict(dict)
    plans = RoundPlan.objects.filter(region_id__in=region_ids, year_id=year, approved_on__isnull=False)
    for region_id, approved in plans.order_by().values_list("region_id", "approved_on"):
        if approved is not None:
            acts[region_id][BudgetAct.CONGRESS, ""] = approved
    days = ActDay.objects.filter(region_id__in=region_ids, year_id=year).order_by()
    for region_id, act, subject, day in days.values_list("region_id", "act", "subject", "day"):
        acts[region_id][act, subject] = day
    return dict(acts)


def _running(
    region: Region, clock: StatutoryClock, days: Acts, calendar: Calendar, today: date
) -> Iterator[RunningClock]:
    for (act, subject), start in days.items():
        if act == clock.from_act:
            term = Term(start, clock.days, clock.counting == Counting.WORKING, calendar)
            done = days.get((clock.to_act, subject))
            yield RunningClock(region, clock, subject, term, done, term.light(today, done), term.left(today))
