"""Both logs told to a log server outside: by the clock, from where the last time ended, so that nothing is left out.

An act never waits for it. What is told twice after a failure carries the same id.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from apps.audit import syslog
from apps.audit.models import Forwarding, Record
from apps.audit.services.sealing import settled
from apps.evidence.models import Batch, Entry

PART = 500
SECONDS = 10
LOCK = "SELECT pg_try_advisory_lock(7052)"
UNLOCK = "SELECT pg_advisory_unlock(7052)"
Told = tuple[int, list[bytes]]


def forward() -> int:
    """Tell what is new, for ten seconds at most; returns how many messages. Nothing is set up: 0.

    A server that does not answer is noted in `Forwarding`, for the self check; the next run begins at the same place.
    """
    if not settings.AUDIT_SYSLOG:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(LOCK)  # of the session: an open transaction would keep the sealers waiting
        if not cursor.fetchone()[0]:
            return 0
        try:
            return sum(_forward(log, part) for log, part in (("audit", _records), ("evidence", _entries)))
        finally:
            cursor.execute(UNLOCK)


def _forward(log: str, part: Callable[[int, int], Told]) -> int:
    server = syslog.server_of(settings.AUDIT_SYSLOG, settings.AUDIT_SYSLOG_AUTHORITY)
    state, _made = Forwarding.objects.get_or_create(pk=log)
    until, upto, sent = time.monotonic() + SECONDS, settled(1), 0
    while time.monotonic() < until:
        told, messages = part(state.told, upto)
        if not messages:
            break
        try:
            if server.kind in {"udp", "unix"}:
                messages = [_short(each) for each in messages]
            syslog.send(server, messages)
        except OSError as error:
            Forwarding.objects.filter(pk=log).update(failed_at=timezone.now(), error=str(error)[:400])
            break
        state.told, sent = told, sent + len(messages)
        Forwarding.objects.filter(pk=log).update(told=told, told_at=timezone.now(), error="")
    return sent


def _records(told: int, upto: int) -> Told:
    rows = list(Record.objects.filter(pk__gt=told, pk__lte=upto).order_by("pk")[:PART])
    return (rows[-1].pk if rows else told), [_of_record(row) for row in rows]


def _entries(told: int, _upto: int) -> Told:
    """Of the evidence what is sealed, in the order of its log."""
    batch = Batch.objects.filter(first__lte=told).order_by("-first").first()
    if batch is None:
        return told, []
    rows = Entry.objects.filter(batch__number__gte=batch.number).select_related("batch")
    rows = rows.order_by("batch_id", "position")
    if told > batch.first:
        rows = rows.exclude(batch=batch, position__lte=told - batch.first)
    found = [(row.place or 0, row) for row in rows[:PART]]
    return (found[-1][0] + 1 if found else told), [_of_entry(row, place) for place, row in found]


def _of_record(row: Record) -> bytes:
    body = _body(row) | {"id": f"audit-{row.pk}", "kind": row.kind, "done": row.succeeded, "trace": row.trace}
    return syslog.message(row.recorded_at, row.kind, done=row.succeeded, body=body | {"reason": row.reason})


def _of_entry(row: Entry, place: int) -> bytes:
    body = _body(row) | {"id": f"evidence-{row.pk}", "kind": row.event, "place": place, "leaf": bytes(row.leaf).hex()}
    return syslog.message(row.recorded_at, row.event, done=not row.event.endswith("_failed"), body=body)


def _body(row: Any) -> dict[str, Any]:
    names = ("actor_id", "actor_name", "post_label", "address", "region_code", "subject_type", "subject_id")
    found = {name: getattr(row, name) for name in names}
    return {"id": "", **found, "subject_label": row.subject_label, "facts": row.facts}


def _short(each: bytes) -> bytes:
    """A datagram has an end; the rest stands in the database under the id at the beginning of the body."""
    return each[: syslog.DATAGRAM].decode(errors="ignore").encode() if len(each) > syslog.DATAGRAM else each
