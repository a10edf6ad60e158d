"""Verification of the record: everything is computed anew and compared."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from django.db import connection, transaction

from apps.evidence import merkle
from apps.evidence.canonical import GENESIS, HASH_OF, HASHES, head_of, root_of
from apps.evidence.models import Batch, Checkpoint, Entry, Tile
from apps.evidence.selectors.proofs import algorithm
from imbudget.kit.crypto import sm3, sm3_hex
from imbudget.kit.signing import verify as verify_signature


@dataclass(slots=True)
class Verification:
    """How much was looked at, the head to compare with an outside copy, and what is wrong (first things first)."""

    entries: int = 0
    batches: int = 0
    unsealed: int = 0
    checkpoints: int = 0
    head: str = ""
    problems: list[str] = field(default_factory=list)


@transaction.atomic
def verify(known_head: str = "") -> Verification:
    """Recompute each leaf, root, head, tile and checkpoint, in one snapshot of the database.

    `known_head` is a head noted outside the system earlier (hex): without it, and without an outside copy of a
    checkpoint, nobody can tell that the newest batches were removed.
    """
    if not connection.savepoint_ids:  # inside of another transaction it is too late to ask
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    return _Verifier().run(known_head)


def is_sound(batch: Batch) -> bool:
    """Whether a batch follows the one before it, and its entries give its root and its head."""
    verifier = _Verifier()
    leaves = [bytes(leaf) for leaf in batch.entries.order_by("position").values_list("leaf", flat=True)]
    before = Batch.objects.filter(number=batch.number - 1).first()
    verifier.check_batch(batch, batch.number, bytes(before.head if before else batch.previous_head), leaves)
    return not verifier.result.problems


class _Verifier:
    def __init__(self) -> None:
        self.result = Verification()
        self.algorithm = algorithm()
        self.digest = HASHES[self.algorithm]

    def run(self, known_head: str) -> Verification:
        result, leaves, previous, heads = self.result, [], GENESIS, set()
        sealed = Entry.objects.exclude(batch=None).order_by("batch_id", "position").iterator(5000)
        groups = {number: self._leaves(rows) for number, rows in groupby(sealed, key=lambda entry: entry.batch_id)}
        for batch in Batch.objects.order_by("number"):
            mine = groups.pop(batch.number, [])
            self.check_batch(batch, result.batches + 1, previous, mine)
            if batch.first != len(leaves):
                self._say(f"batch {batch.number} does not begin at place {len(leaves)} of the log")
            leaves += mine
            previous, result.batches = bytes(batch.head), batch.number
            heads.add(previous.hex())
        for number, orphans in groups.items():
            self._say(f"{len(orphans)} entries lost batch {number}, which sealed them")
        result.unsealed = len(self._leaves(Entry.objects.filter(batch=None).order_by("pk").iterator(5000)))
        self._check_log(leaves)
        result.head = previous.hex()
        if known_head and known_head.lower() not in heads:
            self._say(f"head {known_head} is not in the chain: batches were removed or computed anew")
        return result

    def check_batch(self, batch: Batch, expected: int, previous: bytes, leaves: list[bytes]) -> None:
        if batch.number != expected:
            self._say(f"batches {expected} to {batch.number - 1} are missing")
        if bytes(batch.previous_head) != previous:
            self._say(f"batch {batch.number} does not follow the one before it")
        if len(leaves) != batch.size or not leaves or root_of(self.digest, leaves) != bytes(batch.root):
            self._say(f"batch {batch.number}: entries were added, removed, moved or changed")
        head = head_of(self.digest, bytes(batch.previous_head), batch.number, batch.size, bytes(batch.root))
        if head != bytes(batch.head):
            self._say(f"batch {batch.number}: its head was changed")

    def _leaves(self, entries: Iterator[Entry]) -> list[bytes]:
        found = []
        for entry in entries:
            self.result.entries += 1
            if not entry.is_genuine:
                self._say(f"entry {entry.pk} ({entry.event}): its content was changed")
            elif HASH_OF[entry.version] != self.algorithm:
                self._say(f"entry {entry.pk} ({entry.event}): it is hashed by another function than the log")
            found.append(bytes(entry.leaf))
        return found

    def _check_log(self, leaves: list[bytes]) -> None:
        """The tiles are those of the leaves, and each checkpoint is a head that the log once had, soundly signed."""
        stored = {(tile.level, tile.number): bytes(tile.hashes) for tile in Tile.objects.iterator(1000)}
        right = dict(merkle.grow(self.digest, 0, {}, leaves))
        for place in sorted(stored.keys() | right.keys()):
            if stored.get(place) != right.get(place):
                self._say(f"tile {place[0]}/{place[1]} of the log is not what the entries give")
        before = None
        for checkpoint in Checkpoint.objects.order_by("number"):
            self._check_checkpoint(checkpoint, before, right, len(leaves))
            before = checkpoint

    def _check_checkpoint(
        self, made: Checkpoint, before: Checkpoint | None, tiles: Mapping[merkle.Place, bytes], size: int
    ) -> None:
        self.result.checkpoints += 1
        if made.number != self.result.checkpoints:
            self._say(f"checkpoint {self.result.checkpoints} is missing")
            self.result.checkpoints = made.number
        if not 0 < made.size <= size or merkle.head_over(self.digest, tiles, 0, made.size) != bytes(made.root):
            self._say(f"checkpoint {made.number}: the log of {made.size} entries has another head now")
        told = made.text.splitlines()
        wanted = [str(made.size), base64.b64encode(bytes(made.root)).decode()]
        if told[1:3] != wanted or f"previous {sm3_hex(before.text.encode() if before else b'')}" not in told:
            self._say(f"checkpoint {made.number}: its row is not what was signed")
        if not verify_signature(bytes(made.public_key), sm3(made.text.encode()), bytes(made.signature)):
            self._say(f"checkpoint {made.number}: its signature does not hold")

    def _say(self, problem: str) -> None:
        self.result.problems.append(problem)
