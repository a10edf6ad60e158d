"""Proofs out of the log: that an entry stands in it, and that it has only grown. Each reads a handful of tiles."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from apps.evidence import merkle
from apps.evidence.canonical import HASHES
from apps.evidence.merkle import Hash, Range
from apps.evidence.models import Batch, Entry, Log

TILES = """
SELECT (SELECT algorithm FROM evidence_log WHERE id = 1), t.level, t.number, t.hashes FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (level, number)
JOIN evidence_tile t USING (level, number)
"""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a leaf stands at a place of the log of this size, whose head is `root`."""

    place: int
    size: int
    leaf: bytes
    root: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the log of `old` entries is the beginning of the log of `new` entries."""

    old: int
    new: int
    old_root: bytes
    new_root: bytes
    proof: tuple[bytes, ...]


def log_size() -> int:
    """How many entries are in the log."""
    last = Batch.objects.order_by("-number").values_list("first", "size").first()
    return sum(last) if last else 0


def algorithm() -> str:
    """The hash of the log: sm3 where nothing was written yet."""
    return Log.objects.values_list("algorithm", flat=True).first() or "sm3"


def digest() -> Hash:
    """The hash of the log as a function."""
    return HASHES[algorithm()]


def root_at(size: int) -> bytes:
    """The head of the log when it had so many entries (at least one)."""
    return _heads([(0, size)])[0]


def inclusion_of(entry: Entry, size: int) -> Inclusion:
    """The proof for an entry in the log of `size`. Raises ValueError: it is not sealed, or came later."""
    place = entry.place
    if place is None or place >= size:
        raise ValueError(f"entry {entry.pk} is not in the log of {size}")
    root, *proof = _heads([(0, size), *merkle.inclusion_ranges(place, size)])
    return Inclusion(place, size, bytes(entry.leaf), root, tuple(proof))


def consistency_of(old: int, new: int) -> Consistency:
    """The proof that nothing before `old` was changed or removed since. Raises ValueError for sizes that the log never had."""
    if not 0 < old <= new <= log_size():
        raise ValueError(f"no sizes of the log: {old}, {new}")
    old_root, new_root, *proof = _heads([(0, old), (0, new), *merkle.consistency_ranges(old, new)])
    return Consistency(old, new, old_root, new_root, tuple(proof))


def _heads(ranges: Sequence[Range]) -> list[bytes]:
    """One statement, which names the hash too. Raises KeyError where a tile is missing."""
    name, tiles, places = "sm3", dict[merkle.Place, bytes](), sorted(merkle.places_of(ranges))
    with connection.cursor() as cursor:
        cursor.execute(TILES, [[level for level, _number in places], [number for _level, number in places]])
        for told, level, number, hashes in cursor.fetchall():
            name, tiles[level, number] = told or "sm3", bytes(hashes)
    return [merkle.head_over(HASHES[name], tiles, begin, end) for begin, end in ranges]
