"""The sealer of rows: what triggers wrote down is digested, chained, and vouched for by an entry in evidence."""

import json
import time
from typing import Any

from django.db import connection, transaction

from apps.evidence.models import Entry, RowShape, RowVersion
from apps.evidence.models.entries import ROWS_SEALED
from apps.evidence.rowlines import START, body_digest, facts_of, version_leaf
from apps.evidence.services.appending import append
from imbudget.kit.actor import system_actor
from imbudget.kit.integrity import number_of_act

AT_ONCE = 10_000
ROW_LOCK = "SELECT pg_try_advisory_xact_lock(7005)"
# As in `sealing.READY`: a row's versions are never sealed out of order, and a restored backup's transactions are over.
READY = """
SELECT id, "table", key, op, body, at, xid::text::bigint, act FROM evidence_rowchange
WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
    OR xid >= pg_snapshot_xmax(pg_current_snapshot()) AND xid IS DISTINCT FROM pg_current_xact_id_if_assigned()
ORDER BY id LIMIT %s
"""
COLUMNS = ("id", '"table"', "key", "op", "at", "xid", "act", "shape_id", "digest", "batch")
COPY = f"COPY evidence_rowversion ({', '.join(COLUMNS)}) FROM STDIN"


def seal_rows(seconds: float = 30) -> int:
    """Seal until nothing waits or the time is over; returns how many versions."""
    until, total = time.monotonic() + seconds, 0
    while (sealed := _seal_some()) and time.monotonic() < until:
        total += sealed
    return total + sealed


@transaction.atomic
def _seal_some() -> int:
    with connection.cursor() as cursor:
        cursor.execute(ROW_LOCK)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(READY, [AT_ONCE])
        rows = cursor.fetchall()
    if rows:
        _keep(rows)
    return len(rows)


def _keep(rows: list[tuple[Any, ...]]) -> None:
    number, previous = last_head()
    batch, shapes, acts = number + 1, _Shapes(), _Acts()
    versions, leaves = [], []
    for pk, table, key, op, body, at, xid, token in rows:
        shape, digest, act = shapes.of(table, body), body_digest(body), acts.number(token, xid)
        leaves.append(version_leaf(pk, table, key, op, at, xid, act, shape.digest if body else "", digest))
        versions.append((pk, table, key, op, at, xid, act, shape.pk if body else None, digest, batch))
    ids = [row[0] for row in rows]
    with connection.cursor() as cursor:
        with cursor.copy(COPY) as copy:
            for version in versions:
                copy.write_row(version)
        cursor.execute("DELETE FROM evidence_rowchange WHERE id = ANY(%s)", [ids])
    append(ROWS_SEALED, None, system_actor("seal"), **facts_of(batch, previous, ids, leaves))


def last_head() -> tuple[int, bytes]:
    """Number and head of the last batch. Where its entry was removed the number goes on, so that a gap shows it."""
    number = RowVersion.objects.order_by("-batch").values_list("batch", flat=True).first() or 0
    entry = Entry.objects.filter(event=ROWS_SEALED).order_by("-pk").first()
    return (max(number, entry.facts["batch"]), bytes.fromhex(entry.facts["head"])) if entry else (number, START)


class _Shapes:
    """The columns of tables as versions name them, made when they are first seen."""

    def __init__(self) -> None:
        self.known = {shape.digest: shape for shape in RowShape.objects.order_by("-pk")}
        self.by_keys: dict[tuple[str, tuple[str, ...]], RowShape] = {}

    def of(self, table: str, body: str) -> RowShape:
        columns = tuple(json.loads(body)) if body else ()
        found = self.by_keys.get((table, columns))
        if found is None:
            wanted = RowShape(table=table, columns=list(columns))
            found = self.known.get(wanted.digest)
            if found is None and body:
                wanted.save(force_insert=True)
            self.by_keys[table, columns] = found = found or wanted
        return found


class _Acts:
    """The numbers of transactions; one that shows in a second transaction was copied, and proves nothing there."""

    def __init__(self) -> None:
        self.tokens: dict[str | None, int | None] = {None: None}
        self.used: dict[int, int] = {}

    def number(self, token: str | None, xid: int) -> int | None:
        if token not in self.tokens:
            self.tokens[token] = number_of_act(token)
        number = self.tokens[token]
        if number is None or self.used.setdefault(number, xid) != xid:
            return None
        return number
