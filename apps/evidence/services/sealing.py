"""The sealer: orders what was committed, chains it in batches, adds it to the log."""

import time

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import Q

from apps.evidence import merkle
from apps.evidence.canonical import GENESIS, HASHES, head_of, root_of
from apps.evidence.models import Batch, Log, Tile

BATCH_SIZE = 5000
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
GROW = """
INSERT INTO evidence_tile (level, number, hashes) SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])
ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes
"""


def seal_all(seconds: float = 30) -> int:
    """Seal batch after batch until nothing waits or the time is over; returns how many entries."""
    until, total = time.monotonic() + seconds, 0
    while (sealed := seal()) and time.monotonic() < until:
        total += sealed
    return total + sealed


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
        leaves = [leaf for _pk, leaf in rows]
        batch = _chained(leaves)
        _add_to_log(batch, leaves)
        cursor.execute(PLACE, [batch.number, [pk for pk, _leaf in rows]])
    return len(rows)


def the_log() -> Log:
    """The log of this system, opened when it is first asked for. Raises ImproperlyConfigured: it is hashed otherwise."""
    log, _opened = Log.objects.get_or_create(
        pk=1, defaults={"algorithm": settings.EVIDENCE_HASH, "origin": settings.EVIDENCE_ORIGIN}
    )
    if log.algorithm != settings.EVIDENCE_HASH:
        raise ImproperlyConfigured(f"EVIDENCE_HASH must stay {log.algorithm}: the log was begun with it.")
    return log


def _chained(leaves: list[bytes]) -> Batch:
    digest = HASHES[the_log().algorithm]
    last = Batch.objects.order_by("-number").first()
    number, previous, first = (last.number + 1, bytes(last.head), last.first + last.size) if last else (1, GENESIS, 0)
    root = root_of(digest, leaves)
    head = head_of(digest, previous, number, len(leaves), root)
    return Batch.objects.create(
        number=number, size=len(leaves), first=first, root=root, previous_head=previous, head=head
    )


def _add_to_log(batch: Batch, leaves: list[bytes]) -> None:
    at_the_edge = Q(pk__in=[])
    for level, number in merkle.edge(batch.first):
        at_the_edge |= Q(level=level, number=number)
    partial = {(tile.level, tile.number): bytes(tile.hashes) for tile in Tile.objects.filter(at_the_edge)}
    grown = list(merkle.grow(HASHES[settings.EVIDENCE_HASH], batch.first, partial, leaves))
    with connection.cursor() as cursor:
        levels, numbers = [place[0] for place, _hashes in grown], [place[1] for place, _hashes in grown]
        cursor.execute(GROW, [levels, numbers, [hashes for _place, hashes in grown]])
