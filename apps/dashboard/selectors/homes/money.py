"""Money of the year in execution, from the figures that are kept for the map: in, on its way, out, and against the calendar."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone

from apps.dashboard.selectors.figures import NONE, Amount
from apps.dashboard.selectors.homes.cards import may
from apps.dashboard.selectors.region import Place, Question, RegionMap
from apps.ledger.selectors.years import year_at_work
from apps.regions.models import Region
from imbudget.kit.actor import Actor

RATE = "execution"
MOST = 5  # places that one screen names


def passed_of(year: int, today: datetime.date) -> Decimal:
    """The part of a fiscal year that has passed, in percent: the pace that execution is held against."""
    if today.year != year:
        return Decimal(100) if today.year > year else Decimal(0)
    length = (datetime.date(year + 1, 1, 1) - datetime.date(year, 1, 1)).days
    return Decimal(today.timetuple().tm_yday * 100) / length


@dataclass(frozen=True, slots=True)
class Off:
    """A place and how many points its execution is from the pace (below zero: behind it)."""

    place: Place
    rate: Decimal
    points: Decimal


class YearMoney:
    """The money of a region with all below it. Everything is read from one answer of the figures."""

    def __init__(self, actor: Actor, region: Region) -> None:
        self.actor, self.year = actor, year_at_work()
        self.map = RegionMap(actor, Question(region, self.year, RATE))
        self.passed = passed_of(self.year, timezone.localdate())

    @property
    def at(self) -> datetime.datetime | None:
        return self.map.at

    def amount(self, name: str) -> Amount:
        return self.map.totals.get(name, NONE)

    @property
    def issued(self) -> Any:
        return self.amount("issued").value

    @property
    def paid(self) -> Any:
        return self.amount("paid").value

    @property
    def held(self) -> Any:
        return self.amount("held").value

    @property
    def rate(self) -> Any:
        """Paid of what is issued, in percent."""
        return self.amount(RATE).value

    @property
    def points(self) -> Decimal | None:
        """How far the whole is from the pace."""
        return None if self.rate is None else self.rate - self.passed

    @property
    def state(self) -> str:
        """By the lamps of budget execution (domain 5.5): below 60 % of the pace red, below 80 % yellow."""
        return lamp(self.rate, self.passed)

    @cached_property
    def off(self) -> list[Off]:
        """The places that are furthest behind the pace, and nobody that keeps it."""
        known = [(place, place.figure.value) for place in self.map.places if place.figure.value is not None]
        behind = [Off(place, rate, rate - self.passed) for place, rate in known if rate < self.passed]
        return sorted(behind, key=lambda one: one.points)[:MOST]

    @property
    def href(self) -> str:
        return self.map.asked.address()


def lamp(rate: Decimal | None, passed: Decimal) -> str:
    """bad, warn or ok; nothing where there is no rate or the year has not begun."""
    if rate is None or not passed:
        return ""
    share = rate * 100 / passed
    return "bad" if share < 60 else "warn" if share < 80 else "ok"


def money_of(actor: Actor, region: Region) -> YearMoney | None:
    """None where the post does not see payments, or its region has none yet."""
    return YearMoney(actor, region) if may(actor, "disbursement.see") and may(actor, "ledger.see") else None
