"""Timed rules: one statement each over sets of rows, from where the last run stopped, told once for what is hit."""

import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.evidence import services as evidence
from apps.monitoring.measures import MEASURES, Measure
from apps.monitoring.models import Phase, RuleRun, RuleVersion
from apps.monitoring.selectors.rules import in_force
from imbudget.kit.actor import system_actor

CLOCK = system_actor("monitoring")
EVER = datetime(2000, 1, 1, tzinfo=timezone.get_default_timezone())
# Payments that commit late carry an earlier time: the next run looks back a little.
OVERLAP = timedelta(minutes=10)
RAISE = """
INSERT INTO monitoring_alarm (rule_id, version_id, key, region_id, unit_id, authority_id, phase, mode, level, amount, figures,
    rows, raised_at, state, finding, demands, refund, adjust, other)
SELECT %(rule)s, %(version)s, m.key, m.region_id, m.unit_id, m.authority_id, 'timed', %(mode)s,
       coalesce(nullif(m.level, ''), %(level)s), m.amount, m.figures, '[]', now(), 'suspected', '', '', 0, 0, 0
FROM ({measure}) AS m (key, region_id, unit_id, authority_id, level, amount, figures)
LEFT JOIN regions_unit u ON u.id = m.unit_id
LEFT JOIN ledger_authority a ON a.id = m.authority_id
WHERE NOT EXISTS (
    SELECT FROM monitoring_exemption e
    WHERE e.rule_id = %(rule)s AND %(day)s BETWEEN e.valid_from AND e.valid_to
      AND CASE e.kind WHEN 'unit' THEN starts_with(u.code, e.value)
                      WHEN 'project' THEN starts_with(a.project_code, e.value)
                      WHEN 'document' THEN starts_with(a.document_number, e.value)
                      ELSE false END
)
ON CONFLICT (rule_id, key) DO NOTHING
"""


def run_timed(day: date | None = None, versions: Iterable[RuleVersion] | None = None) -> dict[str, int]:
    """Run all timed rules in force that are due; rule → new alarms. A second run on a day raises nothing twice."""
    day = day or timezone.localdate()
    due = in_force(day, Phase.TIMED).select_related("rule", "region") if versions is None else versions
    return {version.rule.code: _run(version, day) for version in due if version.measure in MEASURES}


def _run(version: RuleVersion, day: date) -> int:
    measure = MEASURES[version.measure]
    period = measure.period(day)
    if period is None:
        return 0
    with transaction.atomic():
        run, _new = RuleRun.objects.get_or_create(version=version, defaults={"seen_to": EVER, "day": EVER.date()})
        run = RuleRun.objects.select_for_update().get(pk=run.pk)
        if not measure.incremental and measure.period(run.day) == period:
            return 0  # a rule over whole months is asked once for each
        begun, started = time.perf_counter(), timezone.now()
        found = raise_alarms(version, measure, day, period, run.seen_to - OVERLAP)
        RuleRun.objects.filter(pk=run.pk).update(
            seen_to=started, day=day, found=found, seconds=round(time.perf_counter() - begun, 3)
        )
        if found:
            evidence.append("monitoring.alarms_raised", None, CLOCK, rules=[version.rule.code], count=found)
    return found


def raise_alarms(version: RuleVersion, measure: Measure, day: date, period: str, since: datetime) -> int:
    """One INSERT … SELECT; returns how many alarms are new."""
    region = version.region
    values: dict[str, Any] = {
        **measure.read(version.parameters),
        "rule": version.rule_id,
        "version": version.pk,
        "mode": version.mode,
        "level": version.level,
        "year": day.year,
        "month": day.month - 1,
        "day": day,
        "period": period,
        "since": since,
        "zone": settings.TIME_ZONE,
        "tree": region.tree_id,
        "lft": region.lft,
        "rght": region.rght,
    }
    with connection.cursor() as cursor:
        cursor.execute(RAISE.replace("{measure}", measure.sql), values)
        return cursor.rowcount
