"""Control figures read: who stands above whom, whether a level gives more than it has, and what a unit has left."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from apps.budget.models import BudgetLine, BudgetRound, BudgetSheet, ControlFigure, ControlState
from apps.budget.selectors.plans import plan_of
from apps.codes.models import Code
from apps.regions.models import Department, Unit

ZERO = Decimal(0)
Key = tuple[int | None, int | None, int, str]  # department, unit, fund, kind
# Of a key that has both, the draft counts as long as figures are being worked out.
OVERDRAWN = """
WITH live AS (
    SELECT DISTINCT ON (department_id, unit_id, fund_id, kind) department_id, unit_id, fund_id, kind, amount
    FROM budget_controlfigure
    WHERE region_id = %(region)s AND year_id = %(year)s AND state = ANY(%(states)s)
    ORDER BY department_id, unit_id, fund_id, kind, (state = 'draft') DESC
), given AS (
    SELECT CASE WHEN unit_id IS NOT NULL THEN department_id END AS department_id, fund_id, kind, sum(amount) AS amount
    FROM live WHERE department_id IS NOT NULL GROUP BY 1, 2, 3
)
SELECT g.department_id, g.fund_id, g.kind, g.amount, coalesce(u.amount, 0)
FROM given g
LEFT JOIN live u ON u.unit_id IS NULL AND u.department_id IS NOT DISTINCT FROM g.department_id
    AND u.fund_id = g.fund_id AND u.kind = g.kind
WHERE g.amount > coalesce(u.amount, 0)
ORDER BY g.department_id NULLS FIRST, g.fund_id, g.kind
"""
# Figures of units below what was accepted in the first submission, without a word why.
UNEXPLAINED = """
SELECT f.id FROM budget_controlfigure f
WHERE f.id = ANY(%(figures)s) AND f.unit_id IS NOT NULL AND f.reason = '' AND f.amount < (
    SELECT coalesce(sum(l.amount), 0) FROM budget_budgetline l JOIN budget_budgetsheet s ON s.id = l.sheet_id
    WHERE s.unit_id = f.unit_id AND s.year_id = f.year_id AND s.round = 'first_up' AND s.state = 'accepted'
        AND l.fund_id = f.fund_id AND l.kind = f.kind
)
ORDER BY f.id
"""
# Sheets that were handed in within figures which are lower now, by fund type.
EXCEEDING = """
SELECT s.id FROM budget_budgetsheet s
WHERE s.unit_id = ANY(%(units)s) AND s.year_id = %(year)s AND s.round = 'second_up'
    AND s.state IN ('submitted', 'accepted') AND EXISTS (
        SELECT FROM budget_budgetline l WHERE l.sheet_id = s.id GROUP BY l.fund_id
        HAVING sum(l.amount) > (
            SELECT coalesce(sum(f.amount), 0) FROM budget_controlfigure f
            WHERE f.unit_id = s.unit_id AND f.year_id = s.year_id AND f.state = 'issued' AND f.fund_id = l.fund_id
        )
    )
ORDER BY s.id
"""


@dataclass(frozen=True, slots=True)
class Overdrawn:
    """A department (None: the region's pool) that gives away more than it has."""

    department_id: int | None
    fund_id: int
    kind: str
    given: Decimal
    held: Decimal


def written_of(figure: ControlFigure | None) -> str:
    """What a figure says, to be compared with what somebody saw; empty where there is none."""
    return "" if figure is None else f"{figure.amount:.2f}|{figure.reason}"


def overdrawn(region_id: int, year: int, states: list[str]) -> list[Overdrawn]:
    """Every figure of a region whose parts come to more than itself, among figures in these states."""
    with connection.cursor() as cursor:
        cursor.execute(OVERDRAWN, {"region": region_id, "year": year, "states": states})
        return [Overdrawn(*row) for row in cursor.fetchall()]


def unexplained(figure_ids: list[int]) -> list[int]:
    """Figures of units that cut what was accepted without giving a reason."""
    with connection.cursor() as cursor:
        cursor.execute(UNEXPLAINED, {"figures": figure_ids})
        return [pk for (pk,) in cursor.fetchall()]


def exceeding(unit_ids: list[int], year: int) -> list[int]:
    """Second submissions that lie with the office and ask for more than the figures in force."""
    with connection.cursor() as cursor:
        cursor.execute(EXCEEDING, {"units": unit_ids, "year": year})
        return [pk for (pk,) in cursor.fetchall()]


def tops_of(region_id: int) -> dict[int, int]:
    """Department → the department of the top level above it, or itself. One query; a region has some dozens."""
    uppers = dict(Department.objects.filter(region_id=region_id).order_by().values_list("pk", "parent_id"))
    tops: dict[int, int] = {}
    for start in uppers:
        top = start
        while (upper := uppers.get(top)) is not None:
            top = upper
        tops[start] = top
    return tops


def top_of_units(region_id: int) -> dict[int, int]:
    """Unit → the department of the top level that it counts under. Two queries."""
    tops = tops_of(region_id)
    units = Unit.objects.filter(region_id=region_id).order_by().values_list("pk", "department_id")
    return {unit: tops[department] for unit, department in units}


def parts_of(figure: ControlFigure) -> dict[int, ControlFigure]:
    """What a figure is split into: department or unit → its figure, the draft where there is one."""
    rows = ControlFigure.objects.live().filter(
        region=figure.region_id, year=figure.year_id, fund=figure.fund_id, kind=figure.kind
    )
    if figure.department_id is None:
        rows, key = rows.filter(department__isnull=False, unit=None), "department_id"
    else:
        rows, key = rows.filter(department=figure.department_id, unit__isnull=False), "unit_id"
    drafts_last = sorted(rows, key=lambda row: row.state == ControlState.DRAFT)
    return {getattr(row, key): row for row in drafts_last}


@dataclass(frozen=True, slots=True)
class Used:
    """A fund type of a second submission: what may be asked for, and what is."""

    fund: Code
    figure: Decimal
    used: Decimal

    @property
    def left(self) -> Decimal:
        return self.figure - self.used


def is_controlled(sheet: BudgetSheet) -> bool:
    """Whether a sheet has to keep within figures: the second submission where the region gives any."""
    if sheet.round != BudgetRound.SECOND_UP:
        return False
    return bool(plan_of(sheet.region_id, sheet.year_id).has_first_down)


def figures_of(sheet: BudgetSheet) -> list[ControlFigure]:
    """The figures in force for the unit of a sheet."""
    rows = ControlFigure.objects.issued().filter(unit=sheet.unit_id, year=sheet.year_id)
    return list(rows.select_related("fund").order_by("fund__code", "kind"))


def used_of(sheet: BudgetSheet) -> list[Used]:
    """Figure, use and rest of each fund type; three queries. Empty where no figures are given."""
    if not is_controlled(sheet):
        return []
    funds: dict[int, Code] = {}
    held: dict[int, Decimal] = defaultdict(Decimal)
    for figure in figures_of(sheet):
        funds[figure.fund_id] = figure.fund
        held[figure.fund_id] += figure.amount
    lines = BudgetLine.objects.filter(sheet=sheet).order_by().values("fund_id").annotate(sum=Sum("amount"))
    used = dict(lines.values_list("fund_id", "sum"))
    if missing := set(used) - set(funds):
        funds |= Code.objects.in_bulk(missing)
    rows = [Used(fund, held[pk], used.get(pk, ZERO)) for pk, fund in funds.items()]
    return sorted(rows, key=lambda row: row.fund.code)
