"""Refusals: the first of its kind, source and page in a minute is a record, the others are counted.

However much somebody tries, a minute leaves no more than `AUDIT_REFUSALS_PER_MINUTE` records, and a source no more
than `OF_ONE_SOURCE` kinds of them; what is beyond is counted under no name.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.audit.models import Record
from imbudget.kit import tracing
from imbudget.kit.actor import Actor

OF_ONE_SOURCE = 30
CLOSED_AFTER = timedelta(minutes=2)  # a minute is over for every request that began in it
COUNT = """
WITH standing AS (
    SELECT count(*) AS every, count(*) FILTER (WHERE source = %(source)s) AS own,
        bool_or((kind, source, route) = (%(kind)s, %(source)s, %(route)s)) AS known
    FROM audit_tally WHERE minute = %(minute)s
)
INSERT INTO audit_tally AS tally (minute, kind, source, route, count, who)
SELECT %(minute)s, %(kind)s,
    CASE WHEN known OR every < %(most)s THEN %(source)s ELSE '' END,
    CASE WHEN known OR every < %(most)s AND own < %(own)s THEN %(route)s ELSE '' END, 1, %(who)s
FROM standing
ON CONFLICT (minute, kind, source, route) DO UPDATE SET count = tally.count + 1
RETURNING count
"""
TAKE = "DELETE FROM audit_tally WHERE minute < %s RETURNING minute, kind, source, route, count, who"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused: the page by the name of its address, the row it was about, and what was said."""

    kind: str
    route: str
    method: str
    status: int
    path: str = ""
    reason: str = ""
    subject_type: str = ""
    subject_id: str = ""


@transaction.atomic
def record_refusal(actor: Actor, refusal: Refusal) -> Record | None:
    """Write the refusal down, or count it where the same one stands in this minute already."""
    if _count(actor, refusal) > 1:
        return None
    found = Record(
        recorded_at=timezone.now(),
        kind=refusal.kind,
        succeeded=False,
        subject_type=refusal.subject_type[:80],
        subject_id=refusal.subject_id[:40],
        subject_label=refusal.path[:400],
        reason=refusal.reason[:400],
        facts={"page": refusal.route, "path": refusal.path, "method": refusal.method, "status": refusal.status},
        trace=tracing.current(),
        **_who(actor),
    )
    found.save(force_insert=True)
    return found


@transaction.atomic
def fold_refusals() -> int:
    """Write down how often was repeated what the minutes before have counted; returns how many rows were folded."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [timezone.now() - CLOSED_AFTER])
        rows = cursor.fetchall()
    for minute, kind, source, route, count, who in rows:
        if count > 1:
            facts = {"what": kind, "page": route, "times": count - 1, "minute": minute.isoformat(), "source": source}
            known = who if isinstance(who, dict) else json.loads(who)
            Record.objects.create(
                recorded_at=timezone.now(), kind="audit.repeated", succeeded=False, facts=facts, **known
            )
    return len(rows)


def _count(actor: Actor, refusal: Refusal) -> int:
    source = f"user {actor.user_id}" if actor.user_id else actor.address
    values: dict[str, Any] = {
        "minute": timezone.now().replace(second=0, microsecond=0),
        "kind": refusal.kind,
        "source": source[:60],
        "route": refusal.route[:120],
        "most": settings.AUDIT_REFUSALS_PER_MINUTE,
        "own": OF_ONE_SOURCE,
        "who": json.dumps(_who(actor)),
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        return int(cursor.fetchone()[0])


def _who(actor: Actor) -> dict[str, str]:
    return {
        "actor_id": str(actor.user_id or ""),
        "actor_name": actor.name[:150],
        "post_label": actor.post_label[:250],
        "address": actor.address[:45],
        "region_code": actor.region_code,
    }
