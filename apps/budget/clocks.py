"""Terms: until which day an act has to follow another one, and how far the term has gone. No database in here."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from apps.codes.workdays import Calendar

WARN_FROM = 80  # percent of the days used


class Light(StrEnum):
    """Green: time enough; yellow: four fifths of the days are used; red: the last day has passed."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Term:
    """So many days after the start: by law natural days, where a rule says so working days of the region's calendar."""

    start: date
    days: int
    working: bool = False
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def due(self) -> date:
        """The last day of the term; the day it begins on does not count."""
        return self.calendar.add(self.start, self.days) if self.working else self.start + timedelta(days=self.days)

    def used(self, today: date) -> int:
        """The days that have gone by."""
        return self.calendar.between(self.start, today) if self.working else (today - self.start).days

    def left(self, today: date) -> int:
        """The days that are left; below zero when the term is over."""
        return self.calendar.between(today, self.due) if self.working else (self.due - today).days

    def light(self, today: date, done: date | None = None) -> Light:
        """How the term stands today; one that was kept stays green, one that was missed stays red."""
        if (done or today) > self.due:
            return Light.RED
        if done is None and self.used(today) * 100 >= self.days * WARN_FROM:
            return Light.YELLOW
        return Light.GREEN


def term_until(start: date, due: date) -> Term:
    """The term that ends on a day somebody has set."""
    return Term(start, (due - start).days)
