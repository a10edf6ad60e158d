"""The four rounds side by side: what was asked for, given, asked for again and approved, by whatever one looks at."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, Max, QuerySet, Sum
from django.db.models.functions import Left

from apps.budget.models import (
    BudgetLine,
    BudgetRound,
    BudgetSheet,
    ControlFigure,
    SheetState,
    SummaryByFunction,
)
from apps.budget.selectors.control import tops_of
from apps.codes.models import Catalog
from apps.codes.selectors import names_of
from apps.regions.models import Department, Region, Unit
from imbudget.kit.actor import Actor, Reach

ZERO = Decimal(0)
GIVEN = str(BudgetRound.FIRST_DOWN)  # what comes down is control figures, not lines
SHEETS = [str(round_) for round_ in BudgetRound if round_ != BudgetRound.FIRST_DOWN]
DEPTHS = (3, 5, 7)
REASONS = "；"
Amounts = dict[Any, dict[str, Decimal]]  # key of a row → round → yuan


class By(StrEnum):
    """What a row stands for."""

    REGION = "region"
    DEPARTMENT = "department"
    UNIT = "unit"
    FUNCTION = "function"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class RoundsQuery:
    """One question: a region with all below it (by region or function) or its own level, narrowed to a part of it."""

    region: Region
    year: int
    by: By = By.REGION
    department_id: int | None = None
    unit_id: int | None = None
    function: str = ""
    accepted_only: bool = False


@dataclass(slots=True)
class RoundsRow:
    """One row; a round in which nothing at all was found is None, and what follows it is compared with the one before."""

    key: Any
    label: str
    code: str = ""
    amounts: dict[str, Decimal | None] = field(default_factory=dict)
    reason: str = ""

    @property
    def first_up(self) -> Decimal | None:
        return self.amounts.get(BudgetRound.FIRST_UP)

    @property
    def first_down(self) -> Decimal | None:
        return self.amounts.get(BudgetRound.FIRST_DOWN)

    @property
    def second_up(self) -> Decimal | None:
        return self.amounts.get(BudgetRound.SECOND_UP)

    @property
    def second_down(self) -> Decimal | None:
        return self.amounts.get(BudgetRound.SECOND_DOWN)

    @property
    def first_down_change(self) -> Decimal | None:
        return self._change(BudgetRound.FIRST_DOWN)

    @property
    def second_up_change(self) -> Decimal | None:
        return self._change(BudgetRound.SECOND_UP)

    @property
    def second_down_change(self) -> Decimal | None:
        return self._change(BudgetRound.SECOND_DOWN)

    def _change(self, round_: str) -> Decimal | None:
        """The difference from the round before, or from the last one before that of which anything is known."""
        rounds = BudgetRound.values
        earlier = [self.amounts.get(each) for each in rounds[: rounds.index(round_)]]
        before = next((amount for amount in reversed(earlier) if amount is not None), None)
        now = self.amounts.get(round_)
        return None if now is None or before is None else now - before


def rounds_rows(actor: Actor, query: RoundsQuery) -> list[RoundsRow]:
    """The rows of the question within what the actor sees; at most seven queries, however many rows."""
    amounts = _asked(actor, query)
    reasons: dict[Any, str] = {}
    if query.by in {By.REGION, By.DEPARTMENT, By.UNIT}:
        given = _given(actor, query)
        for key, (amount, reason) in given.items():
            amounts[key][GIVEN] = amount
            reasons[key] = reason
    present = {round_ for sums in amounts.values() for round_ in sums}
    return [
        RoundsRow(
            key,
            label,
            code,
            {round_: amounts[key].get(round_, ZERO) if round_ in present else None for round_ in BudgetRound.values},
            reasons.get(key, ""),
        )
        for key, code, label in _named(query, list(amounts))
    ]


def total_of(rows: list[RoundsRow]) -> RoundsRow:
    """The sums over all rows."""
    total = RoundsRow("", "")
    for round_ in BudgetRound.values:
        known = [amount for row in rows if (amount := row.amounts[round_]) is not None]
        total.amounts[round_] = sum(known, ZERO) if known else None
    return total


def _asked(actor: Actor, query: RoundsQuery) -> Amounts:
    """What sheets come to: from the roll-up over regions, from the sheets' totals by unit, else from lines by index."""
    found: Amounts = defaultdict(dict)
    if query.by == By.REGION:
        homes = _homes(query.region)
        rows = _within(_summary(actor, query), query).values("region_id", "round").annotate(sum=Sum("amount"))
        for row in rows:
            _add(found, homes[row["region_id"]], row)
    elif query.by in {By.DEPARTMENT, By.UNIT}:
        tops = tops_of(query.region.pk)
        rows = _sheets(actor, query, tops).values("unit_id", "unit__department_id", "round").annotate(sum=Sum("total"))
        for row in rows:
            _add(found, row["unit_id"] if query.by == By.UNIT else tops[row["unit__department_id"]], row)
    else:
        for row in _by_lines(actor, query):
            _add(found, row["key"], row)
    return found


def _add(found: Amounts, key: Any, row: Mapping[str, Any]) -> None:
    # What came and went between two folds still stands in the delta table, as nothing.
    if row["sum"]:
        sums = found[key]
        sums[row["round"]] = sums.get(row["round"], ZERO) + row["sum"]


def _summary(actor: Actor, query: RoundsQuery) -> QuerySet[Any]:
    rows = SummaryByFunction.objects.visible_to(actor).filter(year=query.year, round__in=SHEETS).order_by()
    return rows.filter(accepted=True) if query.accepted_only else rows


def _within(rows: QuerySet[Any], query: RoundsQuery) -> QuerySet[Any]:
    """The rows of the region and all below it."""
    if query.region.level >= 2:
        return rows.filter(region=query.region)
    return rows.filter(league=query.region) if query.region.level == 1 else rows


def _sheets(actor: Actor, query: RoundsQuery, tops: dict[int, int]) -> QuerySet[BudgetSheet]:
    rows = BudgetSheet.objects.visible_to(actor).filter(region=query.region, year=query.year, round__in=SHEETS)
    if query.accepted_only:
        rows = rows.filter(state=SheetState.ACCEPTED)
    if query.department_id is not None:
        rows = rows.filter(unit__department__in=_below(query.department_id, tops))
    if query.unit_id is not None:
        rows = rows.filter(unit=query.unit_id)
    return rows.order_by()


def _below(department_id: int, tops: dict[int, int]) -> list[int]:
    return [pk for pk, top in tops.items() if top == department_id]


def _by_lines(actor: Actor, query: RoundsQuery) -> Iterable[dict[str, Any]]:
    """Sums by function or project: functions of whole regions stand in the roll-up, all else is read by its index."""
    if query.by == By.FUNCTION and actor.reach != Reach.UNITS and not (query.unit_id or query.department_id):
        rows = _within(_summary(actor, query), query)
    else:
        rows = BudgetLine.objects.visible_to(actor).filter(region=query.region, year=query.year, round__in=SHEETS)
        if query.accepted_only:
            rows = rows.filter(sheet__state=SheetState.ACCEPTED)
        if query.unit_id is not None:
            rows = rows.filter(unit=query.unit_id)
        if query.department_id is not None:
            rows = rows.filter(unit__department__in=_below(query.department_id, tops_of(query.region.pk)))
    if query.function:
        rows = rows.filter(function__code__startswith=query.function)
    if query.by == By.PROJECT:
        return (
            rows.exclude(project_code="").order_by().values("round", key=F("project_code")).annotate(sum=Sum("amount"))
        )
    depth = next((depth for depth in DEPTHS if depth > len(query.function)), DEPTHS[-1])
    return rows.order_by().values("round", key=Left("function__code", depth)).annotate(sum=Sum("amount"))


def _given(actor: Actor, query: RoundsQuery) -> dict[Any, tuple[Decimal, str]]:
    """The control figures in force, with the reasons that stand beside them."""
    rows = ControlFigure.objects.visible_to(actor).issued().filter(year=query.year).order_by()
    if query.by == By.REGION:
        homes = _homes(query.region)
        found: dict[Any, tuple[Decimal, str]] = {}
        departments = _within(rows.filter(department__isnull=False, unit=None), query)
        for region_id, amount in departments.values_list("region_id").annotate(sum=Sum("amount")):
            home = homes[region_id]
            found[home] = (found.get(home, (ZERO, ""))[0] + amount, "")
        return found
    rows = rows.filter(region=query.region)
    if query.by == By.UNIT:
        rows, key = rows.filter(unit__isnull=False), "unit_id"
        if query.department_id is not None:
            rows = rows.filter(department=query.department_id)
        if query.unit_id is not None:
            rows = rows.filter(unit=query.unit_id)
    else:
        rows, key = rows.filter(department__isnull=False, unit=None), "department_id"
    reasons = StringAgg("reason", delimiter=REASONS, distinct=True)
    sums = rows.values(key).annotate(sum=Sum("amount"), reasons=reasons)
    return {row[key]: (row["sum"], row["reasons"].strip(REASONS)) for row in sums}


def _homes(region: Region) -> dict[int, int]:
    """Region → the region right below this one under which it counts, or this one for its own level."""
    parents = dict(Region.objects.order_by().values_list("pk", "parent_id"))
    homes: dict[int, int] = {}
    for start in parents:
        node, below = start, start
        while node != region.pk and (upper := parents[node]) is not None:
            node, below = upper, node
        if node == region.pk:
            homes[start] = below if start != region.pk else region.pk
    return homes


def _named(query: RoundsQuery, keys: list[Any]) -> list[tuple[Any, str, str]]:
    """(key, code, name) of the rows in the order of their codes; the own level of a region first."""
    if query.by == By.REGION:
        regions = Region.objects.filter(pk__in=keys).order_by("level", "code")
        return [(row.pk, row.code, row.name) for row in regions]
    if query.by in {By.DEPARTMENT, By.UNIT}:
        model: Any = Department if query.by == By.DEPARTMENT else Unit
        return [(row.pk, row.code, row.name) for row in model.objects.filter(pk__in=keys).order_by("code")]
    if query.by == By.FUNCTION:
        names = names_of(query.year, Catalog.FUNCTION)
        return [(key, key, names.get(key, "")) for key in sorted(keys)]
    lines = BudgetLine.objects.filter(region=query.region, year=query.year, project_code__in=keys)
    named = dict(lines.order_by().values_list("project_code").annotate(name=Max("project_name")))
    return [(key, key, named.get(key, "")) for key in sorted(keys)]
