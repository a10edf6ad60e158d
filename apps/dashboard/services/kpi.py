"""Working the measures of the roll-out out, in a handful of statements over all regions."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.dashboard.models import KpiFigure, KpiPeriod
from apps.dashboard.models.kpi import KPI_DAYS
from apps.dashboard.services import kpisql
from apps.regions.selectors import standings

LOCK = "SELECT pg_try_advisory_xact_lock(7032)"
MONTHS = 24  # a whole run works as many months out
LIGHT_DAYS = 95  # what a run of every hour looks at: the last 90 days, and the month before the present one
FACTS = (kpisql.CASES, kpisql.RETURNS, kpisql.ON_TIME, kpisql.DEVIATION)


@transaction.atomic
def refresh_kpis(*, whole: bool = False, today: date | None = None) -> int:
    """Work out the present figures and months; with `whole` two years of months and the baselines as well.

    Returns how many figures stand, -1 where another worker is at it. The first run is always a whole one.
    """
    today = today or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return -1
        cursor.execute(kpisql.PREPARE)
        values = _values(today, whole or not KpiFigure.objects.exists())
        for statement in (kpisql.STANDINGS, kpisql.PLACES, kpisql.DAYS, *FACTS):
            cursor.execute(statement, values)
        cursor.execute("ANALYZE kpi_case; ANALYZE kpi_part; ANALYZE kpi_place; ANALYZE kpi_standing")
        for statement in (kpisql.DURATIONS, kpisql.SHARES, kpisql.DROP_STALE):
            cursor.execute(statement, values)
        cursor.execute("DROP TABLE kpi_standing, kpi_part, kpi_case, kpi_place, kpi_day")
    return KpiFigure.objects.exclude(period=KpiPeriod.MONTH).count()


def _values(today: date, whole: bool) -> dict[str, Any]:
    """What the statements are asked with."""
    found = standings()
    current = {region: standing.on(today) for region, standing in found.items()}
    return {
        "today": today,
        "at": timezone.now(),
        "zone": settings.TIME_ZONE,
        "whole": whole,
        "year": today.year,
        "passed": Decimal(today.day) / monthrange(today.year, today.month)[1],
        "first": today - timedelta(days=KPI_DAYS if whole else LIGHT_DAYS),
        "since_month": _months_back(today, MONTHS if whole else 2),
        "regions": list(found),
        "days": [standing.switched_on for standing in found.values()],
        "phases": [row.phase_id if row else None for row in current.values()],
    }


def _months_back(today: date, months: int) -> date:
    """The first day of the month that is the last of so many, the present one among them."""
    number = today.year * 12 + today.month - months
    return date(number // 12, number % 12 + 1, 1)
