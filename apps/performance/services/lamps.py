"""The lamps of budgets of all projects, in one statement: the same formula as `scoring.budget_lamp`, without a division."""

import json
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from apps.codes.models import FiscalYear
from apps.evidence import services as evidence
from apps.performance.models import EvaluationKind, ProjectYear, Scheme
from apps.performance.selectors.schemes import scheme_among
from apps.regions.models import Region
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.acts import act

CLOCK = system_actor("performance")
# `share` in twelfths of a per cent (1,200 is all of the year's work): the project's own schedule, its category's, m/12.
LIGHT = """
WITH limits AS (
    SELECT (l->>'region')::bigint AS region_id, (l->>'red')::int AS red, (l->>'yellow')::int AS yellow
    FROM jsonb_array_elements(%(limits)s::jsonb) l
), kind AS (
    SELECT DISTINCT ON (l.region_id, c.category_id) l.region_id, c.category_id, c.shares
    FROM limits l
    JOIN regions_region home ON home.id = l.region_id
    JOIN performance_schedulecurve c ON c.category_id IS NOT NULL AND %(year)s BETWEEN c.valid_from AND c.valid_to
    LEFT JOIN regions_region r ON r.id = c.region_id
    WHERE r.id IS NULL OR (r.tree_id = home.tree_id AND r.lft <= home.lft AND r.rght >= home.rght)
    ORDER BY l.region_id, c.category_id, r.level DESC NULLS LAST, c.valid_from DESC
), expected AS (
    SELECT y.id, y.budget, y.executed, l.red, l.yellow, COALESCE(
        12 * (own.shares->>(%(month)s - 1))::numeric, 12 * (kind.shares->>(%(month)s - 1))::numeric, 100 * %(month)s
    ) AS share
    FROM performance_projectyear y
    JOIN limits l ON l.region_id = y.region_id
    LEFT JOIN performance_schedulecurve own ON own.of_id = y.id
    LEFT JOIN kind ON kind.region_id = y.region_id AND kind.category_id = y.category_id
    WHERE y.year_id = %(year)s AND y.state NOT IN ('settled', 'dropped')
      AND (%(ids)s::bigint[] IS NULL OR y.id = ANY(%(ids)s))
), lit AS (
    SELECT id, CASE
        WHEN budget <= 0 OR share <= 0 THEN ''
        WHEN executed * 120000 < red * budget * share THEN 'red'
        WHEN executed * 120000 < yellow * budget * share THEN 'yellow'
        ELSE 'green'
    END AS lamp
    FROM expected
)
UPDATE performance_projectyear y SET budget_lamp = lit.lamp
FROM lit WHERE lit.id = y.id AND y.budget_lamp <> lit.lamp
"""


@act
def _light(actor: Actor, year: FiscalYear, month: int, ids: Sequence[int] | None) -> int:
    limits = [
        {"region": region.pk, "red": scheme.red_below, "yellow": scheme.yellow_below}
        for region, scheme in _schemes(year.pk)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            LIGHT,
            {"year": year.pk, "month": month, "limits": json.dumps(limits), "ids": None if ids is None else list(ids)},
        )
        changed = cursor.rowcount
    if changed:
        evidence.append("performance.lamps_lit", None, actor, year=year.pk, month=month, changed=changed)
    return changed


def light_budgets(year: FiscalYear, month: int, ids: Sequence[int] | None = None) -> int:
    """Light the budget lamps as of the end of a month: of all projects that are watched, or of these whose money moved.

    Returns how many changed.
    """
    return _light(CLOCK, year, month, ids)


def light_by_today(ids: Sequence[int] | None = None) -> int:
    """The same as of the last whole month of this year, and of last year as a whole, whose December would else never be lit.

    In January nothing of this year is held against a schedule yet.
    """
    today = timezone.localdate()
    months = {today.year - 1: 12, today.year: today.month - 1}
    years = FiscalYear.objects.filter(pk__in=[year for year, month in months.items() if month])
    return sum(light_budgets(year, months[year.pk], ids) for year in years.order_by("pk"))


def _schemes(year: int) -> list[tuple[Region, Scheme]]:
    """Each region that watches projects with the scheme of self-evaluation that counts in it.

    One that has none is left out: its lamps stay as they are, and money is folded all the same.
    """
    watching = ProjectYear.objects.filter(year=year).order_by().values("region").distinct()
    regions = list(Region.objects.filter(pk__in=watching))
    if Scheme.objects.filter(kind=EvaluationKind.SELF, region__isnull=False).exists():
        found = [(region, _scheme(list(region.get_ancestors(include_self=True)), year)) for region in regions]
    else:
        everywhere = _scheme([], year)
        found = [(region, everywhere) for region in regions]
    return [(region, scheme) for region, scheme in found if scheme is not None]


def _scheme(nodes: list[Region], year: int) -> Scheme | None:
    return scheme_among(nodes, year, EvaluationKind.SELF)
