"""The statutory clocks that run in regions: begun by an act, ended by another one, late when that has not come."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from apps.budget.clocks import Light, Term, term_until
from apps.budget.models import ActDay, BudgetAct, Counting, RoundPlan, StatutoryClock
from apps.codes.workdays import Calendar, calendars_of
from apps.ledger.models import AuthorityDocument, DocumentKind, DocumentLine, DocumentState
from apps.regions.models import Region

MOST_LATE = 50
# Documents of money in advance are the acts themselves: nobody has to write their days down.
ADVANCES: dict[str, str] = {
    DocumentKind.REVENUE: BudgetAct.ADVANCE_RECEIVED,
    DocumentKind.TRANSFER: BudgetAct.ADVANCE_PASSED,
}
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
    """Every clock that an act has begun in these regions; the most urgent first. Six queries, however many regions."""
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
        for running in _running(places[region_id], clock, days, year, calendars.get(region_id, Calendar()), today)
    ]
    return sorted(found, key=lambda each: (each.done is not None, each.due, each.region.code))


def late_below(region: Region, year: int, today: date) -> tuple[list[RunningClock], int]:
    """The clocks below a region that have run out without their act, and how many there are in all."""
    below = region.get_descendants().only("pk", "code", "name", "level")
    late = [clock for clock in clocks_of(below, year, today) if clock.is_late]
    return late[:MOST_LATE], len(late)


def _acts(region_ids: list[int], year: int) -> dict[int, Acts]:
    acts: dict[int, Acts] = defaultdict(dict)
    plans = RoundPlan.objects.filter(region_id__in=region_ids, year_id=year).order_by()
    for region_id, announced, approved in plans.values_list("region_id", "announced_on", "approved_on"):
        for kept, on in ((BudgetAct.ANNOUNCED, announced), (BudgetAct.CONGRESS, approved)):
            if on is not None:
                acts[region_id][kept, ""] = on
    for region_id, kind, day in _advances(region_ids, year):
        acts[region_id][ADVANCES[kind], ""] = day
    days = ActDay.objects.filter(region_id__in=region_ids, year_id=year).order_by()
    for region_id, act, subject, day in days.values_list("region_id", "act", "subject", "day"):
        acts[region_id][act, subject] = day
    return dict(acts)


def _advances(region_ids: list[int], year: int) -> QuerySet[AuthorityDocument, tuple[int, str, date]]:
    """The first posted document of next year's money that arrived from above or went below, marked as in advance."""
    marked = DocumentLine.objects.filter(document=OuterRef("pk"), is_advance=True)
    rows = AuthorityDocument.objects.filter(
        Exists(marked), ~Q(kind=DocumentKind.REVENUE) | ~Q(upper_number=""), region__in=region_ids, year=year
    ).filter(kind__in=ADVANCES, state=DocumentState.POSTED, dated__isnull=False)
    return rows.order_by().values_list("region_id", "kind").annotate(first=Min("dated"))


def _term(clock: StatutoryClock, start: date, year: int, calendar: Calendar) -> Term:
    due = clock.due_in(year)
    if due is not None:
        return term_until(start, due)
    return Term(start, clock.days or 0, clock.counting == Counting.WORKING, calendar)


def _running(
    region: Region, clock: StatutoryClock, days: Acts, year: int, calendar: Calendar, today: date
) -> Iterator[RunningClock]:
    for (act, subject), start in days.items():
        if act == clock.from_act:
            term = _term(clock, start, year, calendar)
            done = days.get((clock.to_act, subject))
            yield RunningClock(region, clock, subject, term, done, term.light(today, done), term.left(today))
