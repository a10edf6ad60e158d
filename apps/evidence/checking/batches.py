"""The entries of a batch against its row and the log: which record was removed, inserted, moved, exchanged, back-dated."""

from collections.abc import Iterator, Sequence

from apps.evidence.checking.findings import Finding, Plain, Row, Sealed
from apps.evidence.merkle import HEIGHT, SIZE

# How far the clocks of two machines may stand apart before a moment is taken for a false one, in microseconds.
SKEW = 5 * 60 * 1_000_000


def differing(batch: Sealed, rows: Sequence[Row], sealed: bytes, true: bool) -> Iterator[Finding]:
    """Each place at which the entries are not those that the log holds (`sealed`: its leaves for this batch).

    `true` says that the entries give the root of the batch, so that the log's tile was changed, or the batch computed anew.
    Where a tile is missing its leaves are zeros or nothing.
    """
    places = {_at(sealed, at): batch.first + at for at in range(batch.size)}
    found = {row.position: row for row in rows}
    for position in range(1, batch.size + 1):
        row, leaf = found.pop(position, None), _at(sealed, position - 1)
        place = batch.first + position - 1
        if row is None:
            yield Finding("removed", batch=batch.number, position=position, place=place, leaf=leaf.hex())
        elif row.leaf != leaf and (any(leaf) or not true):
            yield _exchanged(batch, row, place, places, true)
    if true:
        for tile in sorted(
            {(batch.first + at) >> HEIGHT for at, row in enumerate(rows) if row.leaf != _at(sealed, at)}
        ):
            yield Finding("not_given", place=tile, other=0)
    for row in found.values():
        yield Finding("inserted", row.pk, batch.number, row.position, leaf=row.leaf.hex())


def _at(leaves: bytes, place: int) -> bytes:
    return leaves[place * SIZE : (place + 1) * SIZE]


def _exchanged(batch: Sealed, row: Row, place: int, places: dict[bytes, int], true: bool) -> Finding:
    kind = "other_leaf" if true else "moved" if row.leaf in places else "exchanged"
    return Finding(kind, row.pk, batch.number, row.position, place, places.get(row.leaf, -1), row.leaf.hex())


def out_of_order(rows: Sequence[Plain], batch: Sealed) -> Iterator[Finding]:
    """Entries that stand behind one of a later transaction: the sealer orders them by transaction and number."""
    keys = [(row[3], row[0]) for row in rows if row[3]]
    if keys == sorted(keys):
        return
    highest = (0, 0)
    for row in map(Row._make, rows):
        if row.xid and (row.xid, row.pk) < highest:
            yield Finding("reordered", row.pk, batch.number, row.position, batch.first + row.position - 1)
        highest = max(highest, (row.xid, row.pk))


def misdated(rows: Sequence[Plain], before: Sealed | None, batch: Sealed | None) -> Iterator[Finding]:
    """Entries dated before the sealing that their transaction came after, or after the one that sealed them."""
    moments = [row[4] for row in rows]
    low = before.at - SKEW if before and before.xid else None
    high = batch.at + SKEW if batch and batch.xid else None
    if not moments or (low is None or min(moments) >= low) and (high is None or max(moments) <= high):
        return
    for row in map(Row._make, rows):
        number, place = (batch.number, batch.first + row.position - 1) if batch else (0, -1)
        if before and low is not None and row.xid > before.xid and row.at < low:
            yield Finding("backdated", row.pk, number, row.position, place, before.number)
        elif high is not None and row.at > high:
            yield Finding("postdated", row.pk, number, row.position, place)


def floor(batch: Sealed, rows: Sequence[Plain]) -> Sealed | None:
    """The batch as what later transactions are dated after; None for one of a restored backup, whose numbers are another count's."""
    return batch if batch.xid and rows and max(row[3] for row in rows) < batch.xid else None
