"""Append, seal and verify. The act writes its entry in its own transaction; the sealer orders and chains later."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import connection, models, transaction
from django.http import HttpRequest
from django.utils import timezone

from apps.evidence.canonical import FIELDS, GENESIS, canonical_bytes, head_of, leaf_of, root_of
from apps.evidence.models import Batch, Entry
from apps.evidence.vocabulary import is_known
from imbudget.kit.actor import Actor
from imbudget.kit.money import rounded

BATCH_SIZE = 5000
COLUMNS = (*FIELDS, "facts", "recorded_at", "leaf")
COPY = f"COPY evidence_entry ({', '.join(COLUMNS)}) FROM STDIN"
SEAL_LOCK = "SELECT pg_try_advisory_xact_lock(7004)"
# Only entries whose transactions can no longer be followed by an older one: nothing is ever sealed out of order.
# An id from the snapshot's end on, other than our own, came with a restored backup: its transaction is over too.
READY = """
SELECT id, leaf FROM evidence_entry
WHERE batch_id IS NULL AND (
    xid < pg_snapshot_xmin(pg_current_snapshot())
    OR xid >= pg_snapshot_xmax(pg_current_snapshot()) AND xid IS DISTINCT FROM pg_current_xact_id_if_assigned()
)
ORDER BY xid, id LIMIT %s
"""
PLACE = """
UPDATE evidence_entry e SET batch_id = %s, position = p.position
FROM unnest(%s::bigint[]) WITH ORDINALITY AS p (id, position) WHERE e.id = p.id
"""


def append(event: str, subject: models.Model | None, actor: Actor, **facts: Any) -> Entry:
    """Record one key operation, in the transaction of the act itself (one without is a defect of the caller).

    `facts` are plain values; amounts and dates are kept as text. Raises ValueError for an event outside the
    vocabulary. Costs one INSERT and takes no lock that another act could wait for.
    """
    _refuse_outside(event)
    entry = Entry(**_values(event, subject, actor, facts))
    entry.save(force_insert=True)
    return entry


def append_many(event: str, rows: Iterable[tuple[models.Model | None, dict[str, Any]]], actor: Actor) -> None:
    """Record the same operation on many subjects, each with its own facts and its own entry."""
    _refuse_outside(event)
    # Read before the COPY begins: a subject that asks the database for its region meanwhile would wait for ever.
    entries = [_values(event, subject, actor, facts) for subject, facts in rows]
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for values in entries:
            values["facts"] = json.dumps(values["facts"])
            copy.write_row([values[name] for name in COLUMNS])


def _refuse_outside(event: str) -> None:
    if not is_known(event):
        raise ValueError(f"{event} is not in the vocabulary: register it in the app's events.py")
    if not connection.in_atomic_block:
        raise RuntimeError("evidence is appended inside the transaction of its act")


def _values(event: str, subject: models.Model | None, actor: Actor, facts: dict[str, Any]) -> dict[str, Any]:
    values = {
        "event": event,
        "subject_type": subject._meta.label if subject is not None else "",
        "subject_id": str(subject.pk or "") if subject is not None else "",
        "subject_label": str(subject)[:400] if subject is not None else "",
        "actor_id": str(actor.user_id or ""),
        "actor_name": actor.name[:150],
        "post_label": actor.post_label[:250],
        "region_code": _region_code(subject) or actor.region_code,
        "address": actor.address,
    }
    plain = {name: _plain(value) for name, value in facts.items()}
    recorded_at = timezone.now()
    leaf = leaf_of(canonical_bytes(values, plain, recorded_at))
    return values | {"facts": plain, "recorded_at": recorded_at, "leaf": leaf}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, Decimal):
        return f"{value:.2f}" if value == rounded(value) else f"{value:f}"  # never less exact than the act
    return str(value)


def _region_code(subject: Any) -> str:
    """The code of the region a subject belongs to, when it has one: what auditors are scoped by."""
    region = getattr(subject, "region", None)
    if region is None and hasattr(subject, "finance_code"):
        region = subject
    return getattr(region, "code", "") or ""


def record_download(request: HttpRequest, what: str, **facts: Any) -> Entry:
    """The audit record of a document or list that leaves the system; the one write that a GET does."""
    with transaction.atomic():
        return append("evidence.downloaded", None, request.actor, what=what, **facts)  # type: ignore[attr-defined]


@transaction.atomic
def seal() -> int:
    """Seal what is ready into the next batch; returns how many entries. Two sealers never run at once."""
    with connection.cursor() as cursor:
        cursor.execute(SEAL_LOCK)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(READY, [BATCH_SIZE])
        rows = [(pk, bytes(leaf)) for pk, leaf in cursor.fetchall()]
        if not rows:
            return 0
        last = Batch.objects.order_by("-number").first()
        number, previous = (last.number + 1, bytes(last.head)) if last else (1, GENESIS)
        root = root_of([leaf for _pk, leaf in rows])
        head = head_of(previous, number, len(rows), root)
        Batch.objects.create(number=number, size=len(rows), root=root, previous_head=previous, head=head)
        cursor.execute(PLACE, [number, [pk for pk, _leaf in rows]])
    return len(rows)
