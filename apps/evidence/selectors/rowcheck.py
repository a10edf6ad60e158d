"""Whether chained rows are what their last versions say, and the versions what their batches say. Reads only, in one snapshot."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from apps.evidence.chained import switched_off
from apps.evidence.models import Entry, RowShape
from apps.evidence.models.entries import ROWS_SEALED
from apps.evidence.rowlines import START, body_digest, is_ours, version_leaf, what_is_wrong
from imbudget.kit import registry
from imbudget.kit.integrity import number_of_act

SHOWN = 50  # problems of one kind in one table that are named one by one
PIECE = 20_000
VERSIONS = """
SELECT batch, id, "table", key, op, at, xid, act, shape_id, digest FROM evidence_rowversion
WHERE batch >= %s ORDER BY batch, id
"""
# The number of an act proves one transaction only: what shows it in another one was copied.
COPIED = """
SELECT "table", key, act FROM evidence_rowversion v WHERE act IN (
    SELECT act FROM evidence_rowversion WHERE act IS NOT NULL AND batch >= %s GROUP BY act HAVING min(xid) <> max(xid)
) ORDER BY id LIMIT 50
"""
# Written by a transaction that was not ours, and not accepted since.
STRANGE = """
SELECT v."table", v.key, v.op, v.at FROM evidence_rowversion v
WHERE v.act IS NULL AND v.batch >= %s AND NOT EXISTS (
    SELECT FROM evidence_rowversion b WHERE b."table" = v."table" AND b.key = v.key AND b.op = 'B' AND b.id > v.id
        AND b.act IS NOT NULL)
ORDER BY v.id LIMIT 500
"""
LAST = """
SELECT DISTINCT ON (key) key, op, shape_id, digest FROM evidence_rowversion WHERE "table" = %(table)s {since}
ORDER BY key, id DESC
"""
SINCE = 'AND key IN (SELECT key FROM evidence_rowversion WHERE "table" = %(table)s AND at >= %(since)s)'
NEW_SINCE = """
WHERE id IN (SELECT key FROM evidence_rowversion WHERE "table" = %(table)s AND at >= %(since)s)
    OR id > (SELECT coalesce(max(key), 0) FROM evidence_rowversion WHERE "table" = %(table)s AND at < %(since)s)
"""
WHAT = {
    "gone": "the row was removed past the services",
    "new": "the row was put in past the services",
    "changed": "the row was changed past the services",
    "back": "the row was deleted by an act and stands there again",
}


@dataclass(slots=True)
class RowCheck:
    """How much was looked at and what is wrong: sentences that begin with table and key."""

    rows: int = 0
    versions: int = 0
    batches: int = 0
    waiting: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Last:
    """The last version of a row; `shape` is None while it waits to be sealed: all of its columns are in its digest."""

    op: str
    shape: int | None
    digest: bytes


@transaction.atomic
def check_rows(since: datetime | None = None) -> RowCheck:
    """Compare every chained row with its last version, and every version with its batch.

    `since` looks only at batches sealed, and rows written by an act or put in, since then: a row that nobody wrote since
    may have been changed unseen. The entries of the batches are those of the log: `verify_evidence` says whether they stand.
    """
    if not connection.savepoint_ids:  # inside of another transaction it is too late to ask
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'")  # times are printed in it
    return _Checker(since).run()


class _Checker:
    def __init__(self, since: datetime | None) -> None:
        self.since = since
        self.result = RowCheck()
        self.shapes = {shape.pk: shape for shape in RowShape.objects.all()}
        self.digests = {pk: shape.digest for pk, shape in self.shapes.items()}
        self.places: dict[int | None, int] = {}
        self.counts: Counter[tuple[str, str]] = Counter()

    def run(self) -> RowCheck:
        tables = [name for name, _model in registry.chained_tables.items()]
        for table in switched_off(tables):
            self._say(f"{table}: the triggers that chain its rows are missing or switched off")
        first = self._check_batches()
        self._check_acts(first)
        waiting = self._waiting()
        for table in tables:
            self._check_table(table, waiting.get(table, {}))
        for (table, what), count in self.counts.items():
            if count > SHOWN:
                self._say(f"{table}: {count - SHOWN} more of: {WHAT[what]}")
        return self.result

    # --- versions against batches -------------------------------------------------------------------------------------

    def _check_batches(self) -> int:
        """The number of the first batch that was looked at."""
        entries = Entry.objects.filter(event=ROWS_SEALED).order_by("pk")
        said = {entry.facts["batch"]: entry for entry in entries.iterator(5000)}
        first = min((n for n, entry in said.items() if not self.since or entry.recorded_at >= self.since), default=0)
        first = first or max(said, default=0) + 1 if self.since else 1
        before = said.get(first - 1)
        previous, expected = bytes.fromhex(before.facts["head"]) if before else START, first
        for number, versions in groupby(_stream(VERSIONS, [first]), key=lambda version: version[0]):
            entry, rows = said.get(number), list(versions)
            self.result.versions += len(rows)
            if number != expected:
                self._say(f"evidence_rowversion: batches {expected} to {number - 1} are missing")
            if entry is None:
                self._say(f"evidence_rowversion {rows[0][1]}: batch {number} has no entry in evidence")
            else:
                self._check_batch(entry, previous, [self._leaf(row) for row in rows])
                previous = bytes.fromhex(entry.facts["head"])
            expected, self.result.batches = number + 1, self.result.batches + 1
        if (last := max(said, default=0)) >= expected:
            self._say(f"evidence_rowversion: batches {expected} to {last} are missing")
        return first

    def _check_batch(self, entry: Entry, previous: bytes, leaves: list[bytes]) -> None:
        number = entry.facts["batch"]
        if wrong := what_is_wrong(entry.facts, previous, leaves):
            self._say(f"evidence_rowversion: batch {number}: {wrong}")
        if not entry.is_genuine:
            self._say(f"evidence_entry {entry.pk}: the entry of batch {number} of versions was changed")
        elif not is_ours(entry.facts):
            self._say(f"evidence_entry {entry.pk}: batch {number} of versions was not sealed by us, or its key is gone")

    def _leaf(self, version: tuple[Any, ...]) -> bytes:
        _batch, pk, table, key, op, at, xid, act, shape, digest = version
        return version_leaf(pk, table, key, op, at, xid, act, self.digests.get(shape, ""), bytes(digest))

    def _check_acts(self, first: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(STRANGE, [first])
            for table, key, op, at in cursor.fetchall():
                self._say(
                    f"{table} {key}: written ({op}) past the services, triggers on, at {at:%Y-%m-%d %H:%M:%S} UTC"
                )
            cursor.execute(COPIED, [first])
            for table, key, act in cursor.fetchall():
                self._say(f"{table} {key}: the number of act {act} shows in two transactions: it was copied")

    # --- rows against versions ----------------------------------------------------------------------------------------

    def _waiting(self) -> dict[str, dict[int, _Last]]:
        """What is not sealed yet, by table and key: the last change of each row."""
        found: dict[str, dict[int, _Last]] = {}
        for table, key, op, body, act, at in _stream(
            'SELECT "table", key, op, body, act, at FROM evidence_rowchange ORDER BY id', []
        ):
            self.result.waiting += 1
            if number_of_act(act) is None:
                self._say(
                    f"{table} {key}: written ({op}) past the services, triggers on, at {at:%Y-%m-%d %H:%M:%S} UTC"
                )
            found.setdefault(table, {})[key] = _Last(op, None, body_digest(body))
        return found

    def _check_table(self, table: str, waiting: dict[int, _Last]) -> None:
        lasts = self._lasts(table, waiting)
        last = next(lasts, None)
        for key, *bodies in self._rows(table):
            self.result.rows += 1
            while last is not None and last[0] < key:
                self._missing(table, *last)
                last = next(lasts, None)
            if last is None or last[0] != key:
                self._found(table, key, "new")
                continue
            self._compare(table, key, last[1], bodies)
            last = next(lasts, None)
        while last is not None:
            self._missing(table, *last)
            last = next(lasts, None)

    def _compare(self, table: str, key: int, last: _Last, bodies: list[str]) -> None:
        if last.op == "D" or not last.digest:
            self._found(table, key, "back")
        elif body_digest(bodies[self.places.get(last.shape, 0)]) != last.digest:
            self._found(table, key, "changed")

    def _missing(self, table: str, key: int, last: _Last) -> None:
        if last.op != "D" and last.digest:
            self._found(table, key, "gone")

    def _lasts(self, table: str, waiting: dict[int, _Last]) -> Iterator[tuple[int, _Last]]:
        """The last versions in the order of keys, what waits in place of what is sealed."""
        sql, values = LAST.format(since=SINCE if self.since else ""), {"table": table, "since": self.since}
        ahead = iter(sorted(waiting.items()))
        other = next(ahead, None)
        for key, op, shape, digest in _stream(sql, values):
            while other is not None and other[0] < key:
                yield other
                other = next(ahead, None)
            if other is not None and other[0] == key:
                yield other
                other = next(ahead, None)
            else:
                yield key, _Last(op, shape, bytes(digest))
        while other is not None:
            yield other
            other = next(ahead, None)

    def _rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """Key and body of each row: first with all columns, then as each shape that the table once had wants it."""
        now = _columns(table)
        shapes = [shape for shape in self.shapes.values() if shape.table == table and set(shape.columns) != set(now)]
        self.places = {shape.pk: place for place, shape in enumerate(shapes, 1)}
        wanted = ["to_jsonb(t)::text"]
        for shape in shapes:
            listed = ", ".join(f"'{column}'" for column in now if column not in shape.columns)
            wanted.append(f"(to_jsonb(t) - ARRAY[{listed}]::text[])::text")
        where = NEW_SINCE if self.since else ""
        sql = f'SELECT id, {", ".join(wanted)} FROM "{table}" t {where} ORDER BY id'  # noqa: S608 - names of the catalogue
        yield from _stream(sql, {"table": table, "since": self.since})

    def _found(self, table: str, key: int, what: str) -> None:
        self.counts[table, what] += 1
        if self.counts[table, what] <= SHOWN:
            self._say(f"{table} {key}: {WHAT[what]}")

    def _say(self, problem: str) -> None:
        self.result.problems.append(problem)


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def _stream(sql: str, values: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement, piece by piece through a cursor of the server."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while piece := cursor.fetchmany(PIECE):
            yield from piece
