"""Counters that all processes share (`registry.counted`): limits of public pages hold for a place, not for a process."""

from django.db import connection
from django.utils import timezone

from apps.accounts.models import Count
from imbudget.kit.crypto import blind_index

ADD = """
INSERT INTO accounts_count AS c (key, count, ends_at)
VALUES (%(key)s, %(more)s, clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN c.ends_at <= clock_timestamp() THEN excluded.count ELSE c.count + excluded.count END,
    ends_at = CASE WHEN c.ends_at <= clock_timestamp() THEN excluded.ends_at ELSE c.ends_at END
RETURNING count
"""


def count(what: str, source: str, more: int, seconds: float) -> int:
    """Count `more` for this source; returns how many there are within the `seconds` since the first. One statement.

    Called outside of acts: within a transaction the source would wait for its end, and what it rolls back is not counted.
    """
    key = f"{what}:{blind_index(source, 'accounts_count.key').hex()}"
    with connection.cursor() as cursor:
        cursor.execute(ADD, {"key": key, "more": more, "seconds": seconds})
        return int(cursor.fetchone()[0])


def clear_counts() -> int:
    """Delete counters whose time is over; returns how many."""
    deleted, _by_model = Count.objects.filter(ends_at__lt=timezone.now()).delete()
    return deleted
