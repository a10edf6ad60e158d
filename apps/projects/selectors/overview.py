"""Totals of a library by category and stage."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from apps.projects.models import Project, ProjectCategory
from apps.projects.stages import STAGE_OF, Stage


@dataclass(slots=True)
class Figure:
    """How many projects and how much money."""

    count: int = 0
    amount: Decimal = Decimal(0)

    def add(self, count: int, amount: Decimal) -> None:
        self.count += count
        self.amount += amount


@dataclass(slots=True)
class OverviewRow:
    """One category with everything below it; the last row may be that of projects without a category."""

    category: ProjectCategory | None
    depth: int = 0
    stages: dict[Stage, Figure] = field(default_factory=lambda: defaultdict(Figure))
    total: Figure = field(default_factory=Figure)

    def add(self, stage: Stage, count: int, amount: Decimal) -> None:
        self.stages[stage].add(count, amount)
        if stage != Stage.OUT:  # what was refused or given up is no part of the library's money
            self.total.add(count, amount)

    @property
    def figures(self) -> list[tuple[Stage, Figure]]:
        return [(stage, self.stages[stage]) for stage in Stage]


def overview(projects: QuerySet[Project]) -> tuple[list[OverviewRow], OverviewRow]:
    """The rows of the categories in use, in the order of their tree, and the sum of all: two statements."""
    categories = list(ProjectCategory.objects.order_by("tree_id", "lft"))
    rows: dict[int | None, OverviewRow] = {row.pk: OverviewRow(row, row.level) for row in categories}
    rows[None] = OverviewRow(None)
    parents = {row.pk: row.parent_id for row in categories}
    whole = OverviewRow(None)
    groups = projects.order_by().values_list("category_id", "state").annotate(number=Count("*"), amount=Sum("total"))
    for category, state, count, amount in groups:
        stage = STAGE_OF[state]
        whole.add(stage, count, amount)
        for place in _line(category, parents):
            rows[place].add(stage, count, amount)
    return [row for row in rows.values() if any(figure.count for figure in row.stages.values())], whole


def _line(category: int | None, parents: dict[int, int | None]) -> list[int | None]:
    """The category and all above it."""
    line = [category]
    while line[-1] is not None and (above := parents[line[-1]]) is not None:
        line.append(above)
    return line
