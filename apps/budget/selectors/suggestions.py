"""Reading suggestions: of a unit, and summed up over a region and what lies below it."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from apps.budget.models import BackTest, BudgetSheet, Suggestion
from apps.codes.models import Catalog
from apps.codes.selectors import names_of
from apps.regions.models import Region, Unit


@dataclass(frozen=True, slots=True)
class ClassSum:
    """One economic class over many units: what is suggested, what it was, and how many units have no suggestion."""

    code: str
    name: str
    last: Decimal
    amount: Decimal
    blank: int

    @property
    def growth(self) -> Decimal | None:
        return None if not self.last else (self.amount / self.last - 1) * 100


@dataclass(frozen=True, slots=True)
class Tested:
    """How far off the method was in the last known year, in percent of the money, beside last year's figure itself."""

    series: int
    error: Decimal
    naive: Decimal

    @property
    def is_better(self) -> bool:
        return self.error < self.naive


@dataclass(frozen=True, slots=True)
class Beside:
    """One economic class of a sheet: what the unit asks for, and what past years suggest."""

    code: str
    name: str
    asked: Decimal | None
    suggestion: Suggestion | None

    @property
    def is_outside(self) -> bool:
        """Whether the amount asked for lies outside the range that eight of ten years fell into."""
        found = self.suggestion
        if self.asked is None or found is None or found.low is None or found.high is None:
            return False
        return not found.low <= self.asked <= found.high


def beside_lines(sheet: BudgetSheet) -> list[Beside]:
    """The suggestions of the sheet's unit beside the sums of its lines, by economic class."""
    lines = sheet.lines.order_by().exclude(department_economic=None)
    asked = dict(lines.values_list("department_economic__code").annotate(total=Sum("amount")))
    found = {row.code: row for row in suggestions(sheet.unit, sheet.year_id)}
    if not found:
        return []
    names = names_of(sheet.year_id, Catalog.DEPARTMENT_ECONOMIC)
    return [
        Beside(code, names.get(code, ""), asked.get(code), found.get(code))
        for code in sorted(found.keys() | asked.keys())
    ]


def suggestions(unit: Unit, year: int) -> QuerySet[Suggestion]:
    """What past years suggest for a unit, by economic class. Empty where nothing was computed for the year."""
    return Suggestion.objects.filter(unit=unit, year=year).order_by("code")


def region_suggestions(region: Region, year: int, below: bool) -> list[ClassSum]:
    """By economic class, the sum of the units of a region (and of everything below it): bottom-up.

    A class without a suggestion counts with last year's amount, so that sums stay sums of the whole.
    """
    rows = Suggestion.objects.filter(year=year)
    if not below:
        rows = rows.filter(region=region)
    elif region.level == 1:
        rows = rows.filter(league=region)
    elif region.level > 1:
        rows = rows.filter(region=region)
    names = names_of(year, Catalog.DEPARTMENT_ECONOMIC)
    sums = rows.values("code").annotate(
        before=Sum("last"),
        known=Sum("amount"),
        held=Sum("last", filter=Q(amount=None)),
        blank=Count("pk", filter=Q(amount=None)),
    )
    zero = Decimal(0)
    return [
        ClassSum(
            row["code"],
            names.get(row["code"], ""),
            row["before"] or zero,
            (row["known"] or zero) + (row["held"] or zero),
            row["blank"],
        )
        for row in sums.order_by("code")
    ]


def back_tested(year: int, league_id: int | None = None, whole: bool = False) -> Tested | None:
    """The back-test of a league, or of everything; None where no class has years enough."""
    rows = BackTest.objects.filter(year=year)
    if not whole:
        rows = rows.filter(league=league_id)
    sums = rows.aggregate(series=Sum("series"), actual=Sum("actual"), error=Sum("error"), naive=Sum("naive_error"))
    if not sums["actual"]:
        return None
    return Tested(sums["series"], sums["error"] / sums["actual"] * 100, sums["naive"] / sums["actual"] * 100)
