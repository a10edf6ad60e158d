"""Entries by the hundred: the database puts the records of a chunk one behind the other, and each is hashed as it comes out.

What looks right this way is right; whatever does not is left to the one who looks at each entry (`stretch`), who names it.
The reasons why nothing can hide between two records of a chunk:

- Records are joined by a character that a canonical record never holds. One within a value makes the pieces too many.
- Heads (up to the facts) and tails come apart. Only the tails' own names and values are quoted in them: one more quotation mark, or a
  backslash, and the values are not certain to be those that were sealed (`byhand`).
- A head says once that facts follow, and has no backslash before: so the operation is what stands between its quotation marks.
- A value that is NULL is left out of what is joined, so that rows with one are not counted as sound.
"""

import struct
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from apps.evidence.checking.rows import BEHIND, EVENT_ENDS, FACTS, QUOTES, copied
from apps.evidence.merkle import SIZE

LONGEST: Final = 100_000  # entries of a batch that is read in chunks
CHUNK: Final = 128  # a piece of memory that is used again, and not fetched from the system for each
BETWEEN: Final = b"\x1e"
FACTS_BEGIN: Final = EVENT_ENDS + b"{"
ARRAY: Final = 20  # bytes before the first element of an array of one dimension
PLACES: Final = 17  # bits that hold a position
HIGHEST: Final = 1 << 62 - PLACES  # of the keys that fit beside it
MOMENT: Final = """to_char(e.recorded_at AT TIME ZONE INTERVAL '0', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00"""
TAIL: Final = "'" + "".join(
    f"""{'"' if at else ""}, "{name}": "' || {MOMENT if name == "recorded_at" else f"e.{name} || '"}"""
    for at, name in enumerate(BEHIND)
)
# `version` is a number of ours. A chunk is a range of one index: what it costs to begin one is spread over its entries.
CHUNKS: Final = f"""
COPY (
SELECT c.number, c.low, a.* FROM (
    SELECT b.number, b.size, low FROM evidence_batch b, generate_series(1, least(b.size, {LONGEST}), {CHUNK}) low
    WHERE b.number BETWEEN %d AND %d ORDER BY b.number, low OFFSET 0
) c CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE version = %d AND id BETWEEN 1 AND {HIGHEST} AND octet_length(leaf) = {SIZE}
            AND head IS NOT NULL AND tail IS NOT NULL),
        string_agg(head, chr({BETWEEN[0]})), string_agg(tail, chr({BETWEEN[0]})), string_agg(leaf, ''::bytea),
        array_agg(id << {PLACES} | position), array_agg(xid), min(recorded_at), max(recorded_at)
    FROM (
        SELECT e.id, coalesce(e.xid, '0'::xid8) AS xid, e.position, e.recorded_at, e.version, e.leaf,
            e.event || '{FACTS}' || e.facts::text AS head, {TAIL}"}}' AS tail
        FROM evidence_entry e
        WHERE e.batch_id = c.number AND e.position BETWEEN c.low AND least(c.low + {CHUNK - 1}, c.size)
        ORDER BY e.position OFFSET 0
    ) e
) a
) TO STDOUT (FORMAT binary)
"""  # noqa: S608 - fixed texts
COUNT: Final = "SELECT count(*) FROM evidence_entry WHERE batch_id BETWEEN %s AND %s"


class Chunk(NamedTuple):
    """Entries of one batch from position `low` on."""

    number: int
    low: int
    size: int
    sound: int  # of them in the log's format, with a leaf of the right length and no value missing
    heads: bytes
    tails: bytes
    leaves: bytes
    keys: list[int]
    xids: Sequence[int]
    is_whole: bool  # the entries stand at the positions from `low` on, each at one
    earliest: int
    latest: int

    def bodies(self) -> list[bytes] | None:
        """The records behind `OPEN`; None where they cannot be told apart."""
        heads, tails = self.heads.split(BETWEEN), self.tails.split(BETWEEN)
        if not self.size == self.sound == len(heads) == len(tails) == self.heads.count(FACTS_BEGIN):
            return None
        if b"\\" in self.heads and any(b"\\" in head[: head.find(EVENT_ENDS)] for head in heads):
            return None
        return [head + tail for head, tail in zip(heads, tails, strict=True)]

    def doubtful(self) -> list[int]:
        """Places of the records whose values may have had something to escape."""
        if self.tails.count(b'"') == self.size * QUOTES and b"\\" not in self.tails:
            return []
        tails = self.tails.split(BETWEEN)
        return [at for at, tail in enumerate(tails) if tail.count(b'"') != QUOTES or b"\\" in tail]


def read(connection: Any, begin: int, end: int, version: int) -> Iterator[Chunk]:
    """The chunks of the batches with these numbers, in their order."""
    for data in copied(connection.pgconn, CHUNKS % (begin, end, version)):
        number, low, sound, heads, tails, leaves, packed, xids, earliest, latest = _fields(data)
        pairs, first = _numbers(packed), _number(low)
        yield Chunk(
            _number(number),
            first,
            len(pairs),
            _number(sound),
            heads,
            tails,
            leaves,
            [pair >> PLACES for pair in pairs],
            _numbers(xids),
            [pair & (1 << PLACES) - 1 for pair in pairs] == list(range(first, first + len(pairs))),
            _number(earliest),
            _number(latest),
        )


def _fields(data: bytes) -> Iterator[bytes]:
    at = 2
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], signed=True)
        at += 4
        yield data[at : at + size] if size > 0 else b""
        at += max(size, 0)


def _number(data: bytes) -> int:
    return int.from_bytes(data, signed=True)


@cache
def _elements(count: int) -> struct.Struct:
    return struct.Struct(">" + "4xq" * count)


def _numbers(data: bytes) -> Sequence[int]:
    """The elements of an array of 8-byte numbers; nothing where one of them is NULL."""
    count, odd = divmod(len(data) - ARRAY, 12)
    return () if odd or count < 1 else _elements(count).unpack_from(data, ARRAY)
