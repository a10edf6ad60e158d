"""Which rounds regions run in a year, and how long they still have for the one at work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from apps.budget.clocks import Light, term_until
from apps.budget.models import BudgetRound, RoundPlan

ROUNDS = tuple(BudgetRound.values)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day a region has set for a round."""

    due: date
    light: Light
    days_left: int


def plan_of(region_id: int, year: int) -> RoundPlan:
    """The region's timetable; an unsaved one with all four rounds where there is none."""
    found = RoundPlan.objects.filter(region_id=region_id, year_id=year).select_related("region").first()
    return found or RoundPlan(region_id=region_id, year_id=year)


def runs(region_id: int, year: int, round_: str) -> bool:
    """Whether a region runs this round in the year."""
    return not without_round([region_id], year, round_)


def without_round(region_ids: Iterable[int], year: int, round_: str) -> set[int]:
    """Those of the regions that do not run this round in the year."""
    plans = RoundPlan.objects.filter(region_id__in=list(region_ids), year_id=year, **{f"has_{round_}": False})
    return set(plans.order_by().values_list("region_id", flat=True))


def deadline_of(plan: RoundPlan, round_: str, today: date) -> Deadline | None:
    """How the round stands against the day that the region has set; None where it has set none."""
    due = plan.due_on(round_)
    if due is None:
        return None
    term = term_until(plan.announced_on or due, due)
    light = term.light(today) if plan.announced_on or today > due else Light.GREEN
    return Deadline(due, light, term.left(today))
