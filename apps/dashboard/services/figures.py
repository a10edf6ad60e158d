"""Figures computed anew for all regions at once: one statement for each measure, never one for each region."""

import logging
import time
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apps.dashboard.models import MeasureRun
from imbudget.kit import registry
from imbudget.kit.registry import Measure

logger = logging.getLogger(__name__)
LOCK = "SELECT pg_try_advisory_xact_lock(7031)"
# What has changed is written, what has gone becomes nothing; a figure that stands as it is is not touched. The month that
# runs is kept beside what stands now, so that its last state stays when it ends.
REFRESH = """
WITH found AS MATERIALIZED (
    SELECT s.year, s.region, coalesce(s.value, 0)::numeric(24, 4) AS value, s.count::bigint
    FROM ({statement}) AS s (year, region, value, count)
), places AS (
    SELECT f.*, r.league_id, m.month FROM found f JOIN regions_region r ON r.id = f.region
    JOIN codes_fiscalyear y ON y.year = f.year
    CROSS JOIN (VALUES (0), (%(month)s)) AS m (month) WHERE m.month = 0 OR f.year = %(year)s
), written AS (
    INSERT INTO dashboard_figure AS d (measure, year_id, region_id, league_id, month, value, count)
    SELECT %(measure)s, year, region, league_id, month, value, count FROM places
    ON CONFLICT (measure, year_id, month, region_id) DO UPDATE
    SET value = excluded.value, count = excluded.count, league_id = excluded.league_id
    WHERE (d.value, d.count, d.league_id) IS DISTINCT FROM (excluded.value, excluded.count, excluded.league_id)
    RETURNING 1
), emptied AS (
    UPDATE dashboard_figure d SET value = 0, count = CASE WHEN d.count IS NULL THEN NULL ELSE 0 END
    WHERE d.measure = %(measure)s AND (d.month = 0 OR d.month = %(month)s AND d.year_id = %(year)s)
      AND (d.value <> 0 OR d.count <> 0)
      AND NOT EXISTS (SELECT FROM found f WHERE f.year = d.year_id AND f.region = d.region_id)
    RETURNING 1
)
SELECT (SELECT count(*) FROM written) + (SELECT count(*) FROM emptied)
"""
# What stood at the end of each past month: all that moved until then. Months that have a row keep it. Before the first move
# nothing is known, but of a sum that begins with its year: there it is nothing.
PAST = """
WITH moved AS MATERIALIZED (
    SELECT s.year, s.region, date_trunc('month', s.day)::date AS month, sum(s.value) AS value
    FROM ({moves}) AS s (year, region, day, value) GROUP BY 1, 2, 3
), ends AS (
    SELECT y.year, n.month, make_date(y.year::int, n.month, 1) AS first
    FROM codes_fiscalyear y CROSS JOIN generate_series(1, 12) AS n (month)
    WHERE make_date(y.year::int, n.month, 1) < date_trunc('month', %(today)s::date)
), places AS (
    SELECT year, region, min(month) AS first FROM moved GROUP BY 1, 2
)
INSERT INTO dashboard_figure (measure, year_id, region_id, league_id, month, value)
SELECT %(measure)s, p.year, p.region, r.league_id, e.month, coalesce((
    SELECT sum(m.value) FROM moved m WHERE m.year = p.year AND m.region = p.region AND m.month <= e.first), 0)
FROM places p JOIN ends e ON e.year = p.year AND (%(grows)s OR e.first >= p.first) JOIN regions_region r ON r.id = p.region
ON CONFLICT (measure, year_id, month, region_id) DO NOTHING
"""


def refresh_figures() -> dict[str, int] | None:
    """Compute every measure anew: measure → rows written. None when another refresh is at work.

    A measure whose statement fails keeps its older figures, and says so (`MeasureRun.error`); the others go on.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return None
        return {name: _refresh(name, measure) for name, measure in registry.measures.items() if measure.statement}


def _refresh(name: str, measure: Measure) -> int:
    begun = time.perf_counter()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(REFRESH.replace("{statement}", _escaped(measure.statement)), _now(name))
            written = cursor.fetchone()[0]
    except DatabaseError as error:
        logger.exception("The figures of %s could not be computed.", name)
        MeasureRun.objects.update_or_create(measure=name, defaults={"error": str(error)[:500]})
        return 0
    took = round((time.perf_counter() - begun) * 1000)
    MeasureRun.objects.update_or_create(
        measure=name, defaults={"at": timezone.now(), "milliseconds": took, "error": ""}
    )
    return int(written)


def _now(name: str) -> dict[str, Any]:
    today = timezone.localdate()
    return {"measure": name, "year": today.year, "month": today.month}


def _escaped(statement: str) -> str:
    """A statement has no parameters: its signs of per cent are its own."""
    return statement.strip().replace("%", "%%")


@transaction.atomic
def fill_past_months() -> dict[str, int]:
    """What stood at the ends of months before the figures were kept: measure → rows added. Reads all dated rows once."""
    found = {}
    with connection.cursor() as cursor:
        for name, measure in registry.measures.items():
            if measure.moves:
                values: dict[str, Any] = {"measure": name, "today": timezone.localdate(), "grows": measure.grows}
                cursor.execute(PAST.replace("{moves}", _escaped(measure.moves)), values)
                found[name] = int(cursor.rowcount)
    return found
