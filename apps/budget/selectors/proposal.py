"""What if: the control figures that a cut of the requests would come to, before anybody writes one down.

One statement adds up the lines of a region's accepted sheets, applies the rule that fits each sum best and keeps the
floor; a page asks it for its departments and for the units it shows, a service for everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import connection

from apps.budget.models import BudgetRound
from apps.codes.models import Catalog

ZERO = Decimal(0)


class Source(StrEnum):
    """What the figures start from."""

    FIRST_UP = "first_up"
    LAST_YEAR = "last_year"


class CutBy(StrEnum):
    """What a rule of its own may name; a function decides before a department, that before a fund type, then the kind."""

    FUNCTION = "function"
    DEPARTMENT = "department"
    FUND = "fund"
    KIND = "kind"


RANKS = {by: rank for rank, by in enumerate(CutBy)}


@dataclass(frozen=True, slots=True)
class CutRule:
    """A percentage of its own for what begins with a code (a kind is named as it is)."""

    by: CutBy
    code: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut in percent, below zero a rise. Sums up to the floor are never cut, nor are the excluded kinds."""

    source: Source = Source.FIRST_UP
    percent: Decimal = ZERO
    floor: Decimal = ZERO
    excluded: tuple[str, ...] = ()
    rules: tuple[CutRule, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Proposed:
    """One unit, fund type and kind: what was asked for and what is proposed."""

    department_id: int
    unit_id: int
    fund_id: int
    kind: str
    asked: Decimal
    amount: Decimal

    @property
    def difference(self) -> Decimal:
        return self.amount - self.asked


@dataclass(frozen=True, slots=True)
class OfDepartment:
    """The same over all units of a department."""

    department_id: int
    units: int
    asked: Decimal
    amount: Decimal

    @property
    def difference(self) -> Decimal:
        return self.amount - self.asked


PROPOSED = """
WITH RECURSIVE tops AS (
    SELECT id, id AS top, code FROM regions_department WHERE region_id = %(region)s AND parent_id IS NULL
    UNION ALL
    SELECT d.id, t.top, t.code FROM regions_department d JOIN tops t ON d.parent_id = t.id
), sheets AS (
    SELECT DISTINCT ON (s.unit_id) s.id, s.unit_id, t.top, t.code AS department
    FROM budget_budgetsheet s JOIN regions_unit u ON u.id = s.unit_id JOIN tops t ON t.id = u.department_id
    WHERE s.region_id = %(region)s AND s.year_id = %(source_year)s AND s.round = ANY(%(rounds)s)
        AND s.state = 'accepted' AND (%(units)s::bigint[] IS NULL OR s.unit_id = ANY(%(units)s))
        AND coalesce(u.valid_from, make_date(%(year)s, 1, 1)) <= make_date(%(year)s, 1, 1)
        AND coalesce(u.valid_to, make_date(%(year)s, 1, 1)) >= make_date(%(year)s, 1, 1)
    ORDER BY s.unit_id, array_position(%(rounds)s, s.round::text)
), sums AS (
    SELECT s.top, s.department, s.unit_id, l.function_id, l.fund_id, l.kind, sum(l.amount) AS amount
    FROM sheets s JOIN budget_budgetline l ON l.sheet_id = s.id GROUP BY 1, 2, 3, 4, 5, 6
), kept AS (
    SELECT s.top, s.unit_id, k.id AS fund_id, s.kind, s.amount,
           s.amount * (100 - coalesce(r.percent, %(percent)s)) / 100 AS kept
    FROM sums s
    JOIN codes_code f ON f.id = s.function_id
    JOIN codes_code w ON w.id = s.fund_id
    JOIN codes_code k ON k.catalog = %(catalog)s AND k.year_id = %(year)s AND k.code = w.code
    LEFT JOIN LATERAL (
        SELECT g.percent
        FROM unnest(%(ranks)s::int[], %(bys)s::text[], %(codes)s::text[], %(percents)s::numeric[])
            AS g (rank, by, code, percent)
        WHERE CASE g.by WHEN 'function' THEN starts_with(f.code, g.code)
            WHEN 'department' THEN s.department = g.code
            WHEN 'fund' THEN starts_with(w.code, g.code)
            ELSE s.kind = g.code END
        ORDER BY g.rank, length(g.code) DESC LIMIT 1
    ) r ON true
), proposed AS (
    SELECT top, unit_id, fund_id, kind, sum(amount) AS asked,
           CASE WHEN kind = ANY(%(excluded)s) THEN sum(amount)
               ELSE greatest(round(sum(kept), 2), least(sum(amount), %(floor)s)) END AS amount
    FROM kept GROUP BY 1, 2, 3, 4
)
"""
BY_UNIT = f"{PROPOSED} SELECT * FROM proposed ORDER BY top, unit_id, fund_id, kind"  # noqa: S608 - constants
BY_DEPARTMENT = f"""{PROPOSED}
SELECT p.top, count(DISTINCT p.unit_id), sum(p.asked), sum(p.amount)
FROM proposed p JOIN regions_department d ON d.id = p.top GROUP BY p.top, d.code ORDER BY d.code
"""  # noqa: S608 - constants


def proposal(region_id: int, year: int, cut: Cut, units: Sequence[int] | None = None) -> list[Proposed]:
    """The proposed figure of each unit, fund type and kind; of these units only, where some are named."""
    return [Proposed(*row) for row in _ask(BY_UNIT, region_id, year, cut, units)]


def proposal_by_department(region_id: int, year: int, cut: Cut) -> list[OfDepartment]:
    """The same added up by department of the top level, in the order of their codes."""
    return [OfDepartment(*row) for row in _ask(BY_DEPARTMENT, region_id, year, cut, None)]


def _ask(question: str, region_id: int, year: int, cut: Cut, units: Sequence[int] | None) -> list[tuple[Any, ...]]:
    last_year = cut.source == Source.LAST_YEAR
    values: dict[str, Any] = {
        "region": region_id,
        "year": year,
        "source_year": year - 1 if last_year else year,
        "rounds": list(reversed(BudgetRound.values)) if last_year else [str(BudgetRound.FIRST_UP)],
        "units": None if units is None else list(units),
        "catalog": str(Catalog.FUND),
        "percent": cut.percent,
        "floor": cut.floor,
        "excluded": list(cut.excluded),
        "ranks": [RANKS[rule.by] for rule in cut.rules],
        "bys": [str(rule.by) for rule in cut.rules],
        "codes": [rule.code for rule in cut.rules],
        "percents": [rule.percent for rule in cut.rules],
    }
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()
