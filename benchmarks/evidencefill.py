"""A log of any size, written as the sealer would have written it: entries, batches, tiles; triggers are off while it is written."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

BATCH = 5000
PIECE = 1 << 16
WHEN = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
# As long as what the demonstration's payments leave.
BODY = (
    '{"v": "2", "event": "disbursement.request_submitted", "facts": {"step": "office", "amount": "%d.25", "digest": "%064d",'
    ' "document": "2027-%08d"}, "address": "10.1.2.%d", "actor_id": "%d", "actor_name": "其其格", "post_label": "海拉尔区财政局 · 审核岗",'
    ' "subject_id": "%d", "recorded_at": "2027-01-15T08:00:00.000000+00:00", "region_code": "150702",'
    ' "subject_type": "disbursement.PaymentRequest", "subject_label": "2027-%08d"}'
)
COLUMNS = (
    "id, event, subject_type, subject_id, subject_label, actor_id, actor_name, post_label, region_code, address, facts,"
    " recorded_at, leaf, version, xid, batch_id, position"
)


def body_of(number: int) -> bytes:
    """The canonical bytes of an entry (format 2)."""
    return (BODY % (number, number, number, number % 255, number % 9999, number, number)).encode()


def fill_log(entries: int) -> None:
    """So many sealed entries with all that belongs to them."""
    from django.db import connection

    from apps.evidence.checking.hashing import LEAF, prefixed
    from apps.evidence.models import Entry

    leaf_of = prefixed("sm3", LEAF)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        with cursor.copy(f"COPY evidence_entry ({COLUMNS}) FROM STDIN") as copy:
            for number in range(1, entries + 1):
                copy.write_row(_row(number, leaf_of(body_of(number))))
        extend_log(0, (leaf_of(body_of(number)) for number in range(1, entries + 1)))
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE evidence_entry, evidence_batch, evidence_tile")
    assert Entry.objects.get(pk=1).body == body_of(1)


def _row(number: int, leaf: bytes) -> tuple[Any, ...]:
    facts = f'{{"document": "2027-{number:08}", "amount": "{number}.25", "step": "office", "digest": "{number:064}"}}'
    return (
        number, "disbursement.request_submitted", "disbursement.PaymentRequest", str(number), f"2027-{number:08}",
        str(number % 9999), "其其格", "海拉尔区财政局 · 审核岗", "150702", f"10.1.2.{number % 255}", facts, WHEN, leaf, 2, "700",
        (number - 1) // BATCH + 1, (number - 1) % BATCH + 1,
    )  # fmt: skip


def extend_log(size: int, leaves: Iterable[bytes]) -> None:
    """Batches and tiles over more leaves behind a log of `size` (a whole number of batches)."""
    from apps.evidence import merkle
    from apps.evidence.checking.hashing import NODE, prefixed
    from apps.evidence.models import Batch, Log, Tile
    from apps.evidence.services.sealing import GROW

    node = prefixed("sm3", NODE)
    Log.objects.get_or_create(pk=1, defaults={"algorithm": "sm3", "origin": "imbudget"})
    last = Batch.objects.order_by("-number").first()
    previous, number = (bytes(last.head), last.number) if last else (bytes(32), 0)
    partial = {(tile.level, tile.number): bytes(tile.hashes) for tile in Tile.objects.filter(level__gt=0)}
    partial |= {(tile.level, tile.number): bytes(tile.hashes) for tile in Tile.objects.filter(number=size >> 8)}
    for piece in _pieces(leaves, BATCH * 20):
        for at in range(0, len(piece), BATCH):
            number += 1
            previous = _batch(number, size + at, piece[at : at + BATCH], previous, node)
        grown = dict(merkle.grow(lambda data: node(data[1:]), size, partial, piece))
        _write(GROW, grown)
        partial |= {place: hashes for place, hashes in grown.items() if place[0] or len(hashes) < 8192}
        size += len(piece)


def _batch(number: int, first: int, leaves: list[bytes], previous: bytes, node: Any) -> bytes:
    from apps.evidence.canonical import head_of
    from apps.evidence.checking.hashing import root_over
    from apps.evidence.models import Batch
    from imbudget.kit.crypto import sm3

    root = root_over(node, b"".join(leaves))
    head = head_of(sm3, previous, number, len(leaves), root)
    Batch.objects.create(number=number, size=len(leaves), first=first, root=root, previous_head=previous, head=head)
    return head


def _write(grow: str, tiles: dict[Any, bytes]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        places = list(tiles)
        cursor.execute(grow, [[level for level, _n in places], [n for _level, n in places], list(tiles.values())])


def _pieces(leaves: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    piece = []
    for leaf in leaves:
        piece.append(leaf)
        if len(piece) == size:
            yield piece
            piece = []
    if piece:
        yield piece
