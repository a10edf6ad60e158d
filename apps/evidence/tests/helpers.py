"""What the evidence tests share: entries, and the ways of someone who owns the database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection, transaction

from apps.evidence import services
from apps.evidence.models import Entry
from apps.evidence.services.checkpoints import make_checkpoint
from imbudget.kit.actor import Actor

EVENT = "evidence.downloaded"
HELD_BACK = "xid >= pg_snapshot_xmin(pg_current_snapshot())"


def append(actor: Actor, **facts: Any) -> Entry:
    """One committed act."""
    with transaction.atomic():
        return services.append(EVENT, None, actor, **facts)


def seal() -> int:
    """Seal once no older transaction is open."""
    others_are_done()
    return services.seal()


def others_are_done() -> None:
    """Wait for older transactions: tests of other processes on the same server hold the sealer back."""
    deadline = time.monotonic() + 60
    while Entry.objects.filter(batch=None).extra(where=[HELD_BACK]).exists():  # noqa: S610 - a fixed text
        assert time.monotonic() < deadline, "a transaction stays open on this server"
        time.sleep(0.02)


@contextmanager
def without_triggers() -> Iterator[Any]:
    """A cursor of someone who can switch the triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor


def seal_here() -> int:
    """Seal within the test's own transaction, whose entries no sealer would take yet."""
    every = "SELECT id, leaf FROM evidence_entry WHERE batch_id IS NULL ORDER BY id LIMIT %s"
    with patch("apps.evidence.services.sealing.READY", every):
        return services.seal()


def prove_here() -> None:
    """Seal and sign what was written within the test's own transaction."""
    seal_here()
    make_checkpoint()
