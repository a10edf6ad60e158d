"""The money of a project: funding by year and source, cost lines, and both held against each other year by year."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from apps.projects.models import CostLine, FundingLine, Project

CLASSES = ("function", "department_economic", "government_economic", "procurement_item")


@dataclass(frozen=True, slots=True)
class YearSum:
    """What a year gets, and what its lines cost."""

    year: int
    funding: Decimal
    costs: Decimal

    @property
    def difference(self) -> Decimal:
        return self.funding - self.costs


@dataclass(frozen=True, slots=True)
class Money:
    """Lines of both lists with their sums."""

    funding: list[FundingLine]
    costs: list[CostLine]
    years: list[YearSum]

    @property
    def funding_total(self) -> Decimal:
        return sum((year.funding for year in self.years), Decimal(0))

    @property
    def costs_total(self) -> Decimal:
        return sum((year.costs for year in self.years), Decimal(0))

    @property
    def difference(self) -> Decimal:
        return self.funding_total - self.costs_total


def money_of(project: Project) -> Money:
    """Two statements, whatever the number of lines."""
    funding = list(project.funding.select_related("fund").order_by("number"))
    costs = list(project.costs.select_related(*CLASSES).order_by("number"))
    sums: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in funding:
        sums[line.year][0] += line.amount
    for cost in costs:
        sums[cost.year][1] += cost.amount
    return Money(funding, costs, [YearSum(year, *both) for year, both in sorted(sums.items())])
