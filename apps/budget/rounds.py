"""Which year and round a page is about: the address says, else the year being compiled and the round that runs now."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Exists
from django.http import HttpRequest

from apps.budget.models import BudgetRound, ControlFigure, RoundPlan
from apps.codes.models import FiscalYear
from apps.codes.selectors import year_being_compiled
from apps.regions.models import Region


@dataclass(frozen=True, slots=True)
class Round:
    """A year and one of its rounds."""

    year: int
    round: str

    @property
    def label(self) -> str:
        return f"{self.year} · {BudgetRound(self.round).label}"

    @property
    def query(self) -> str:
        """The part of an address that names the round."""
        return urlencode({"year": self.year, "round": self.round})


def round_of(request: HttpRequest) -> Round:
    """The round a request asks for; nonsense falls back to the default."""
    year, round_ = request.GET.get("year", ""), request.GET.get("round", "")
    known = year.isdecimal() and len(year) == 4 and FiscalYear.objects.filter(pk=int(year)).exists()
    chosen = int(year) if known else year_being_compiled()
    return Round(chosen, round_ if round_ in BudgetRound.values else _running(request.actor.region_id, chosen))


def _running(region_id: int | None, year: int) -> str:
    """Once a region has issued control figures its units hand in for the second time; some run that round alone."""
    issued = ControlFigure.objects.issued().filter(region=region_id, year=year)
    alone = RoundPlan.objects.filter(region=region_id, year=year, has_first_up=False)
    second = Region.objects.filter(pk=region_id).filter(Exists(issued) | Exists(alone)).exists()
    return BudgetRound.SECOND_UP if second else BudgetRound.FIRST_UP


def rounds_offered() -> tuple[list[int], list[tuple[str, str]]]:
    """Years and rounds for a chooser."""
    return list(FiscalYear.objects.values_list("year", flat=True)), [
        (value, str(label)) for value, label in BudgetRound.choices
    ]
