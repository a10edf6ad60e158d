"""Sealing: what is settled goes into blocks whose digests stand in the evidence."""

import time

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from apps.audit.models import Block, Record
from apps.audit.selectors import sealed
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.crypto import sm3

BLOCK = 20_000  # numbers in one block
SEAL_LOCK = "SELECT pg_try_advisory_xact_lock(7051)"
NEWEST = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM audit_record_id_seq"
# Whoever takes a number has locked the table before, and keeps that to the end of the transaction.
WRITERS = """
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'audit_record'::regclass AND mode = 'RowExclusiveLock'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
"""


def clockwork() -> Actor:
    """Who keeps the log."""
    return system_actor("audit log")


def settled(seconds: float = 5) -> int:
    """The newest number up to which no record can appear any more; 0 where writers did not end in that time."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        newest = int(cursor.fetchone()[0])
        cursor.execute(WRITERS)
        waited_for, until = {row[0] for row in cursor.fetchall()}, time.monotonic() + seconds
        while waited_for and time.monotonic() < until:
            time.sleep(0.05)
            cursor.execute(WRITERS)
            waited_for &= {row[0] for row in cursor.fetchall()}
    return 0 if waited_for else newest


def seal_records() -> int:
    """Seal all that is settled; returns how many blocks were made."""
    until, made = settled(), 0
    while blocks := _seal(until):
        made += blocks
    return made


@transaction.atomic
def _seal(until: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(SEAL_LOCK)
        if not cursor.fetchone()[0]:
            return 0
    before = Block.objects.aggregate(last=Max("last"))["last"] or 0
    first = Record.objects.filter(pk__gt=before, pk__lte=until).order_by("pk").values_list("pk", flat=True).first()
    if first is None:
        return 0
    # From the end of the last block on, whether there are records or not: what is added between them later is found.
    last = min(until, first + BLOCK - 1)
    months = sealed.months_among(before + 1, last)
    for month in months:
        leaves = sealed.leaves_of(month, before + 1, last)
        block = Block.objects.create(
            month=month,
            first=before + 1,
            last=last,
            rows=len(leaves) // sealed.LEAF.size,
            leaves=leaves,
            digest=sm3(leaves),
            sealed_at=timezone.now(),
        )
        evidence.append(
            "audit.sealed",
            block,
            clockwork(),
            month=f"{month:%Y-%m}",
            first=block.first,
            last=last,
            rows=block.rows,
            digest=bytes(block.digest).hex(),
        )
    return len(months)
