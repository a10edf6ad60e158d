"""Collection: each source is asked once for many projects, and a row is added only where it says something new."""

from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from apps.evidence import services as evidence
from apps.performance import policies
from apps.performance.days import day_within
from apps.performance.models import ProjectYear, YearState
from apps.performance.services.money import fold_money, refresh_money
from apps.performance.sources import SOURCES, Source
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.acts import act
from imbudget.kit.errors import require

CLOCK = system_actor("collect")
AT_ONCE = 2_000  # projects of one transaction
WATCHED = (YearState.RUNNING, YearState.EVALUATING)
HOLD = "SELECT id, year_id FROM performance_projectyear WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
# A gap that no value came before is of the first day of the year: whatever is reported later, for whichever day, counts.
ADD = """
INSERT INTO performance_actualvalue (target_id, as_of, value, tier, share, words, gap, source, subject_label, subject_id,
    author_id, recorded_at)
SELECT f.target_id, CASE WHEN f.gap = '' OR v.gap = '' THEN %(day)s ELSE coalesce(v.as_of, %(first)s) END, CASE WHEN f.gap = '' THEN f.value END, '', NULL, '', f.gap, %(source)s, f.subject_label,
    coalesce(f.subject_id, ''), NULL, %(now)s
FROM ({found}) AS f (target_id, value, gap, subject_label, subject_id)
LEFT JOIN LATERAL (
    SELECT v.as_of, v.value, v.gap, v.subject_label, v.subject_id FROM performance_actualvalue v
    WHERE v.target_id = f.target_id AND v.source = %(source)s ORDER BY v.as_of DESC, v.id DESC LIMIT 1
) v ON true
WHERE (v.value, v.gap, v.subject_label, v.subject_id) IS DISTINCT FROM
      (CASE WHEN f.gap = '' THEN f.value END, f.gap, f.subject_label, coalesce(f.subject_id, ''))
RETURNING target_id
"""
LATEST = """
UPDATE performance_target t
SET latest_id = (SELECT v.id FROM performance_actualvalue v WHERE v.target_id = t.id ORDER BY v.as_of DESC, v.id DESC LIMIT 1)
WHERE t.id = ANY(%s)
"""


@act
def collect_now(actor: Actor, of: ProjectYear) -> int:
    """Ask all sources for one project's year now, its money first; returns how many values or gaps are new."""
    require(policies.may_collect(actor, of))
    fold_money()
    count = _collect(of.year_id, [of.pk])
    evidence.append("performance.values_collected", of, actor, count=count)
    return count


def collect_due(year: int | None = None) -> int:
    """The nightly run: money of all years, then all sources for those that are watched, some thousands at a time.

    Returns how many values or gaps are new; a second run adds none.
    """
    refresh_money()
    rows = ProjectYear.objects.filter(state__in=WATCHED).order_by("pk")
    rows = rows.filter(year=year) if year else rows
    count, last = 0, 0
    while keys := list(rows.filter(pk__gt=last).values_list("pk", "year_id")[:AT_ONCE]):
        last = keys[-1][0]
        for number in sorted({of for _pk, of in keys}):
            count += _collect_many(CLOCK, number, [pk for pk, of in keys if of == number])
    return count


@act
def _collect_many(actor: Actor, year: int, keys: list[int]) -> int:
    count = _collect(year, keys)
    if count:
        evidence.append("performance.values_collected", None, actor, year=year, projects=len(keys), count=count)
    return count


def _collect(year: int, keys: list[int]) -> int:
    """Under the locks of these years, so that what is entered by hand meanwhile comes before or after."""
    day, touched = day_within(year), []
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [keys])
        for source in SOURCES.values():
            touched += _ask(cursor, source, keys, day)
        if touched:
            cursor.execute(LATEST, [touched])
    return len(touched)


def _ask(cursor: Any, source: Source, keys: list[int], day: date) -> list[int]:
    values: dict[str, Any] = {
        "years": keys,
        "source": str(source.code),
        "day": day,
        "first": day.replace(month=1, day=1),
    }
    values["now"] = timezone.now()
    cursor.execute(ADD.format(found=source.statement), values)
    return [pk for (pk,) in cursor.fetchall()]
