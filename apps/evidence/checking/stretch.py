"""A stretch of batches checked in one pass: each leaf from its record, each batch from its leaves, the log's lowest tiles.

Records are read by the hundred (`chunks`). Batches in which anything looks odd are read again entry by entry, so that it is named.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from psycopg import Cursor

from apps.evidence.canonical import FORMAT_OF
from apps.evidence.checking import batches, byhand, chunks, rows
from apps.evidence.checking.atonce import AtOnce
from apps.evidence.checking.findings import MANY, Finding, Plain, Row, Sealed
from apps.evidence.checking.hashing import LEAF, NODE, prefixed, root_over
from apps.evidence.merkle import HEIGHT, SIZE, WIDTH

LARGEST = 1_000_000  # entries in a batch: what a changed row may say beyond it is not followed
# Moments as PostgreSQL counts them: microseconds since 2000.
BATCHES = """
SELECT number, first, size, root, coalesce(xid::text::bigint, 0),
    (extract(epoch FROM sealed_at - '2000-01-01 00:00:00+00'::timestamptz) * 1000000)::bigint
FROM evidence_batch WHERE number BETWEEN %s AND %s ORDER BY number
"""
TILES = "SELECT number, hashes FROM evidence_tile WHERE level = %s AND number BETWEEN %s AND %s ORDER BY number"
RESTORED = "SELECT EXISTS (SELECT FROM evidence_entry WHERE batch_id = %s AND xid >= %s::text::xid8)"


class Stretch:
    """What is found in some batches, read over one connection of psycopg."""

    def __init__(self, connection: Any, algorithm: str) -> None:
        self.connection, self.algorithm = connection, algorithm
        self.leaf_of, self.node = prefixed(algorithm, LEAF), prefixed(algorithm, NODE)
        self.entries = 0
        self.more, self._said = Counter[str](), Counter[str]()
        self.findings: list[Finding] = []
        self._by_hand: list[int] = []

    def check(self, begin: int, end: int) -> None:
        """The batches with these numbers and all between, their entries, and the tiles that begin among them."""
        known = {batch.number: batch for batch in self._batches(begin, end)}
        if known:
            mine = list(known.values())
            low, high = mine[0].first, mine[-1].first + mine[-1].size
            reach = LARGEST + 2 * sum(batch.size for batch in mine)  # a row that was changed may name any place
            sealed = self._lowest(low, high) if 0 < high - low <= reach else bytearray()
            leaves = {
                batch.number: bytes(sealed[max(0, batch.first - low) * SIZE :][: batch.size * SIZE]) for batch in mine
            }
            for first, last in self._odd(begin, end, known, leaves):
                self._name(first, last, known, leaves)
        self._write_down()

    def _odd(
        self, begin: int, end: int, known: Mapping[int, Sealed], leaves: Mapping[int, bytes]
    ) -> list[tuple[int, int]]:
        """Runs of batches that are not seen to be sound at once; all, where there are entries that are none of a batch's."""
        at_once = AtOnce(
            prefixed(self.algorithm, LEAF + rows.OPEN.encode()), self.node, known, leaves, self.floor_at(begin - 1)
        )
        at_once.check(chunks.read(self.connection, begin, end, FORMAT_OF[self.algorithm]))
        if self._fetched(chunks.COUNT, begin, end)[0][0] != at_once.seen:
            return [(begin, end)]
        self.entries += at_once.entries
        self._by_hand += at_once.by_hand
        return list(_runs(number for number in known if number not in at_once.sound))

    def _name(self, first: int, last: int, known: Mapping[int, Sealed], leaves: Mapping[int, bytes]) -> None:
        before = self.floor_at(first - 1)
        mine = {number: batch for number, batch in known.items() if first <= number <= last}
        for batch, found in self._grouped(rows.SEALED % (first, last), mine):
            self._check_batch(batch, before, found, leaves[batch.number])
            before = batches.floor(batch, found)

    def check_waiting(self, before: Sealed | None, missing: Mapping[str, int]) -> None:
        """The entries that no batch holds; `missing` are places of the log whose entries are not there, by leaf."""
        for _batch, found in self._rows(rows.WAITING):
            row = Row(*found)
            for finding in batches.misdated([row], before, None):
                self._say(finding)
            place = missing.get(row.leaf.hex())
            if place is not None:
                self._say(Finding("torn_out", row.pk, place=place))
        self._write_down()

    def floor_at(self, number: int) -> Sealed | None:
        """This batch as what later transactions are dated after."""
        batch = next(self._batches(number, number), None)
        if batch is None or not batch.xid or self._fetched(RESTORED, number, batch.xid)[0][0]:
            return None
        return batch

    def _rows(self, sql: str) -> Iterator[tuple[int, Plain]]:
        """Entries with the number of their batch; records that do not give their leaf are left to `byhand`."""
        unpack, leaf_of, is_plain, at_leaf, at_body = (
            rows.HEAD.unpack_from,
            self.leaf_of,
            rows.is_plain,
            rows.LEAF_AT,
            rows.BODY_AT,
        )
        mine, known, count = FORMAT_OF[self.algorithm], set[bytes](), 0
        for data in rows.copied(self.connection.pgconn, sql):
            pk, batch, position, xid, at, version, of_leaf = unpack(data)
            leaf = data[at_leaf : at_leaf + of_leaf]
            count += 1
            if version != mine or of_leaf != SIZE or not is_plain(data, known) or leaf_of(data[at_body:]) != leaf:
                self._by_hand.append(pk)  # characters that JSON escapes may be all that is odd
            yield batch, (pk, position, leaf, xid, at)
        self.entries += count

    def _grouped(self, sql: str, known: Mapping[int, Sealed]) -> Iterator[tuple[Sealed, list[Plain]]]:
        """Each batch with its entries; those of a batch that has no row are said."""
        waiting, found = iter(known.values()), list[Plain]()
        current = next(waiting, None)
        for number, row in self._rows(sql):
            while current and current.number < number:
                yield current, found
                current, found = next(waiting, None), []
            if current and current.number == number:
                found.append(row)
            else:
                self._say(Finding("orphan", row[0], number, row[1]))
        while current:
            yield current, found
            current, found = next(waiting, None), []

    def _check_batch(self, batch: Sealed, before: Sealed | None, found: list[Plain], sealed: bytes) -> None:
        leaves = b"".join([row[2] for row in found])
        whole = len(found) == batch.size > 0 == len(leaves) - batch.size * SIZE
        whole = whole and found[0][1] == 1 and found[-1][1] == batch.size  # no position is there twice
        true = whole and root_over(self.node, leaves) == batch.root
        if not true:
            self._say(Finding("batch", batch=batch.number))
        if not whole or leaves != sealed:
            self._say_all(batches.differing(batch, [Row(*row) for row in found], sealed, true))
        self._say_all(batches.out_of_order(found, batch))
        self._say_all(batches.misdated(found, before, batch))

    def _batches(self, begin: int, end: int) -> Iterator[Sealed]:
        for number, first, size, root, xid, at in self._fetched(BATCHES, begin, end):
            yield Sealed(number, first, min(size, LARGEST), bytes(root), xid, at)

    def _lowest(self, low: int, high: int) -> bytearray:
        """The leaves that the log's tiles hold for these places, zeros where there are none; their heads are checked too."""
        found, first, last = bytearray((high - low) * SIZE), low >> HEIGHT, high - 1 >> HEIGHT
        above = {number: bytes(hashes) for number, hashes in self._fetched(TILES, 1, first >> HEIGHT, last >> HEIGHT)}
        for number, hashes in self._fetched(TILES, 0, first, last):
            begin = number * WIDTH - low
            part = bytes(hashes)[max(0, -begin) * SIZE : (high - low - begin) * SIZE]
            at = max(0, begin) * SIZE
            found[at : at + len(part)] = part
            if begin >= 0 and len(hashes) == WIDTH * SIZE:
                at = number % WIDTH * SIZE
                if above.get(number >> HEIGHT, b"")[at : at + SIZE] != root_over(self.node, bytes(hashes)):
                    self._say(Finding("tile", place=number, other=0))
        return found

    def _fetched(self, sql: str, *values: Any) -> list[Any]:
        with Cursor(self.connection) as cursor:  # not that of Django's connection, which knows no binary results
            cursor.execute(sql, values, binary=True)
            return cursor.fetchall()

    def _write_down(self) -> None:
        self._say_all(byhand.judged(self.connection, self.algorithm, self._by_hand))
        self._by_hand.clear()

    def _say_all(self, found: Iterator[Finding]) -> None:
        for finding in found:
            self._say(finding)

    def _say(self, finding: Finding) -> None:
        self._said[finding.kind] += 1
        if self._said[finding.kind] <= MANY:
            self.findings.append(finding)
        else:
            self.more[finding.kind] += 1


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of numbers that follow one another."""
    for _key, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        mine = [number for _at, number in run]
        yield mine[0], mine[-1]
