"""Figures of performance by region, for maps and leaders' pages: each one statement for all regions at once."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.performance.models import Lamp, ProjectYear, YearState
from imbudget.kit.pastsql import moves_of_history
from imbudget.kit.registry import Measure

BEHIND = 1  # money stands before it
PROJECTS, POINTS_UNIT = pgettext_lazy("unit of figures", "projects"), pgettext_lazy("unit of figures", "points")
Units = Mapping[int, tuple[Decimal, int | None]]
WATCHED = """
SELECT year_id, region_id, count(*), count(*) FROM performance_projectyear WHERE state <> 'dropped' GROUP BY 1, 2
"""
LIT = """
SELECT year_id, region_id, count(*), count(*) FROM performance_projectyear
WHERE state <> 'dropped' AND (goal_lamp <> '' OR budget_lamp <> '') GROUP BY 1, 2
"""
RED = """
SELECT year_id, region_id, count(*), count(*) FROM performance_projectyear
WHERE state <> 'dropped' AND (goal_lamp = 'red' OR budget_lamp = 'red') GROUP BY 1, 2
"""
POINTS = """
SELECT year_id, region_id, sum(score), count(*) FROM performance_projectyear WHERE score IS NOT NULL GROUP BY 1, 2
"""
SCORED = """
SELECT year_id, region_id, 100 * count(*), count(*) FROM performance_projectyear WHERE score IS NOT NULL GROUP BY 1, 2
"""
IS_LIT = ~Q(goal_lamp="") | ~Q(budget_lamp="")
IS_RED = Q(goal_lamp=Lamp.RED) | Q(budget_lamp=Lamp.RED)


def _moves(value: str, counts: str) -> str:
    return moves_of_history("performance_historicalprojectyear", "h.year_id", value, counts)


NOT_DROPPED = "h.state <> 'dropped'"
WATCHED_MOVES = _moves("1", NOT_DROPPED)
LIT_MOVES = _moves("1", f"{NOT_DROPPED} AND (h.goal_lamp <> '' OR h.budget_lamp <> '')")
RED_MOVES = _moves("1", f"{NOT_DROPPED} AND (h.goal_lamp = 'red' OR h.budget_lamp = 'red')")
POINTS_MOVES, SCORED_MOVES = _moves("h.score", "h.score IS NOT NULL"), _moves("100", "h.score IS NOT NULL")


def _rows(fixed: Mapping[str, Any], year: int, **place: int) -> str:
    return f"{reverse('performance:years')}?{urlencode({'year': year, **place, **fixed})}"


def _counted(which: Q, region: int, year: int) -> Units:
    rows = ProjectYear.objects.filter(which, region=region, year=year).exclude(state=YearState.DROPPED)
    return {unit: (Decimal(n), n) for unit, n in rows.order_by().values_list("unit").annotate(n=Count("pk"))}


def _points(full: bool, region: int, year: int) -> Units:
    rows = ProjectYear.objects.filter(region=region, year=year, score__isnull=False).order_by()
    found = rows.values_list("unit").annotate(of=Sum("score"), n=Count("pk"))
    return {unit: (Decimal(100 * n) if full else of, n) for unit, of, n in found}


def _count(
    label: Any, statement: str, moves: str, which: Q, direction: str = "neutral", fixed: Mapping[str, Any] | None = None
) -> Measure:
    return Measure(
        label,
        "count",
        "performance.see",
        unit=PROJECTS,
        direction=direction,
        statement=statement,
        moves=moves,
        rows=partial(_rows, fixed or {}),
        units=partial(_counted, which),
        place=BEHIND,
    )


def _part(label: Any, unit: Any, statement: str, moves: str, units: Any) -> Measure:
    return Measure(
        label, "number", "performance.see", unit, statement=statement, moves=moves, units=units, listed=False
    )


MEASURES: dict[str, Measure] = {
    "performance_watched": _count(
        _("projects whose performance is watched"), WATCHED, WATCHED_MOVES, Q(), fixed={"state": "watched"}
    ),
    "performance_red": _count(
        _("projects with a red lamp"), RED, RED_MOVES, IS_RED, "bad", {"lamp": "red", "state": "watched"}
    ),
    "performance_lit": _part(_("projects with any lamp"), PROJECTS, LIT, LIT_MOVES, partial(_counted, IS_LIT)),
    "performance_red_share": Measure(
        _("projects with a red lamp, of those with any lamp"),
        "percent",
        "performance.see",
        unit="%",
        direction="bad",
        part_of=("performance_red", "performance_lit"),
        said=_("%(part)s red of %(whole)s with a lamp, %(all)s watched"),
        out_of="performance_watched",
        rows=partial(_rows, {"lamp": "red", "state": "watched"}),
        place=BEHIND,
    ),
    "performance_points": _part(
        _("points that were given"), POINTS_UNIT, POINTS, POINTS_MOVES, partial(_points, False)
    ),
    "performance_full": _part(
        _("points that could be reached"), POINTS_UNIT, SCORED, SCORED_MOVES, partial(_points, True)
    ),
    "performance_score": Measure(
        _("average score of projects, of 100 points"),
        "percent",
        "performance.see",
        unit="%",
        direction="good",
        part_of=("performance_points", "performance_full"),
        rows=partial(_rows, {"scored": "yes"}),
        place=BEHIND,
    ),
}
