"""Suggestions for a year, computed from the accepted sheets of the years before it, league by league."""

from decimal import Decimal
from typing import Any

import numpy as np
from django.db import connection
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.forecasting import BackTested, Forecast, back_test, forecast
from apps.budget.models import BackTest, SeriesBreak, Suggestion, SuggestionGap
from apps.budget.services.locks import refuse_unknown_year
from apps.evidence import services as evidence
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences
from imbudget.kit.errors import require
from imbudget.kit.money import rounded

YEARS = 8
# Of each unit and year the accepted sheet of the last round; figures by the text of the class, which outlives the year.
HISTORY = """
WITH best AS (
    SELECT DISTINCT ON (s.unit_id, s.year_id) s.id, s.unit_id, s.region_id, s.year_id
    FROM budget_budgetsheet s
    WHERE s.state = 'accepted' AND s.year_id >= %(first)s AND s.year_id < %(year)s
        AND s.league_id IS NOT DISTINCT FROM %(league)s
    ORDER BY s.unit_id, s.year_id, array_position(ARRAY['first_up', 'first_down', 'second_up', 'second_down'], s.round::text) DESC
)
SELECT b.unit_id, b.region_id, c.code, b.year_id, sum(l.amount)
FROM best b JOIN budget_budgetline l ON l.sheet_id = b.id JOIN codes_code c ON c.id = l.department_economic_id
GROUP BY b.unit_id, b.region_id, c.code, b.year_id
ORDER BY b.unit_id, c.code
"""
COLUMNS = "unit_id, region_id, league_id, year_id, code, amount, low, high, last, points, gap"


@act
def compute_suggestions(actor: Actor, year: int, progress: Any = None) -> int:
    """Compute all suggestions of a year anew; returns how many amounts are suggested.

    Sums of regions are sums of their units (bottom-up), which proved best on public figures of a tree.
    """
    require(policies.may_forecast(actor))
    refuse_unknown_year(year)
    tell = progress or (lambda done, of, message="": None)
    with connection.cursor() as cursor:  # two computations of one year never meet
        cursor.execute("SELECT pg_advisory_xact_lock(7012, %s)", [year])
    Suggestion.objects.filter(year=year).delete()
    BackTest.objects.filter(year=year).delete()
    leagues = [None, *Region.objects.filter(level=1).order_by("code").values_list("pk", flat=True)]
    breaks = _breaks(year)
    made = 0
    for done, league in enumerate(leagues):
        tell(done, len(leagues), _("computing suggestions"))
        made += _of_league(year, league, breaks)
    evidence.append("budget.forecast", None, actor, year=year, suggestions=made)
    tell(len(leagues), len(leagues))
    return made


def _breaks(year: int) -> list[tuple[str, int]]:
    rows = SeriesBreak.objects.filter(year__lte=year).order_by("year")
    return list(rows.values_list("code", "year_id"))


def _of_league(year: int, league: int | None, breaks: list[tuple[str, int]]) -> int:
    first = year - YEARS
    keys, values, broken = _matrix(year, league, first, breaks)
    if not keys:
        return 0
    codes = sorted({code for _unit, _region, code in keys})
    numbers = {code: number for number, code in enumerate(codes)}
    kinds = np.array([numbers[code] for _unit, _region, code in keys])
    made, tested = forecast(values, kinds), back_test(values, kinds)
    _write(year, league, keys, values, made, broken)
    _keep_test(year, league, codes, kinds, tested)
    return int(np.isfinite(made.amount).sum())


def _matrix(
    year: int, league: int | None, first: int, breaks: list[tuple[str, int]]
) -> tuple[list[tuple[int, int, str]], np.ndarray, list[bool]]:
    """Units × classes as rows, years as columns; what stood before a change of policy is left out."""
    keys: list[tuple[int, int, str]] = []
    rows: list[np.ndarray] = []
    places: dict[tuple[int, str], int] = {}
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, {"first": first, "year": year, "league": league})
        for unit, region, code, of_year, amount in cursor:
            if (unit, code) not in places:
                places[unit, code] = len(keys)
                keys.append((unit, region, code))
                rows.append(np.full(YEARS, np.nan))
            place = places[unit, code]
            if of_year == year - 1:
                keys[place] = (unit, region, code)  # where the unit belongs now
            rows[place][of_year - first] = float(amount)
    broken = [False] * len(keys)
    for code, from_year in breaks:
        for place, (_unit, _region, own) in enumerate(keys):
            if own.startswith(code) and np.isfinite(rows[place][: from_year - first]).any():
                rows[place][: max(from_year - first, 0)] = np.nan
                broken[place] = True
    return keys, np.array(rows).reshape(len(keys), YEARS), broken


def _write(
    year: int,
    league: int | None,
    keys: list[tuple[int, int, str]],
    values: np.ndarray,
    made: Forecast,
    broken: list[bool],
) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY budget_suggestion ({COLUMNS}) FROM STDIN") as copy:
        for place, (unit, region, code) in enumerate(keys):
            if not np.isfinite(values[place, -1]) and not broken[place]:
                continue  # nothing in the last year: the class is no longer used
            amount = _money(made.amount[place])
            gap = "" if amount is not None else SuggestionGap.BREAK if broken[place] else SuggestionGap.FEW
            low, high = (_money(made.low[place]), _money(made.high[place])) if amount is not None else (None, None)
            points = int(made.points[place])
            copy.write_row(
                (unit, region, league, year, code, amount, low, high, _money(values[place, -1]), points, str(gap))
            )


def _keep_test(year: int, league: int | None, codes: list[str], kinds: np.ndarray, tested: BackTested) -> None:
    known = np.isfinite(tested.error)
    rows = []
    for number, code in enumerate(codes):
        mine = known & (kinds == number)
        if mine.any():
            sums = (tested.actual[mine].sum(), tested.error[mine].sum(), tested.naive_error[mine].sum())
            actual, error, naive = (_money(value) or Decimal(0) for value in sums)
            rows.append(
                BackTest(
                    year_id=year,
                    league_id=league,
                    code=code,
                    series=int(mine.sum()),
                    actual=actual,
                    error=error,
                    naive_error=naive,
                )
            )
    BackTest.objects.bulk_create(rows)


def _money(value: float) -> Decimal | None:
    return rounded(Decimal(repr(float(value)))) if np.isfinite(value) else None


@act
def save_break(actor: Actor, row: SeriesBreak) -> None:
    """Keep a change of policy after which figures cannot be compared."""
    require(policies.may_keep_settings(actor))
    changes = differences(row)
    row.full_clean()
    row.save()
    evidence.append("budget.series_break_saved", row, actor, changes=changes)
