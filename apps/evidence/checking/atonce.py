"""Batches that are seen to be sound at once, chunk by chunk; of what is not sound it says nothing but that it is not."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from apps.evidence.checking.batches import SKEW
from apps.evidence.checking.chunks import CHUNK, Chunk
from apps.evidence.checking.findings import Sealed
from apps.evidence.checking.hashing import root_over
from apps.evidence.merkle import SIZE, Hash


class AtOnce:
    """What was seen of some batches: `sound` ones, how many entries they have, keys of records to be written down by hand.

    `opened` is the leaf hash of a record whose `OPEN` is hashed already; `before` is the batch in front of them as what later
    transactions are dated after.
    """

    def __init__(
        self,
        opened: Hash,
        node: Hash,
        known: Mapping[int, Sealed],
        leaves: Mapping[int, bytes],
        before: Sealed | None,
    ) -> None:
        self.opened, self.node, self.known, self.leaves, self.before = opened, node, known, leaves, before
        self.sound: set[int] = set()
        self.by_hand: list[int] = []
        self.seen = self.entries = 0

    def check(self, found: Iterable[Chunk]) -> None:
        """Look at the chunks of all the batches, in their order."""
        for number, mine in groupby(found, lambda chunk: chunk.number):
            self._check_batch(self.known[number], mine)

    def _check_batch(self, batch: Sealed, mine: Iterable[Chunk]) -> None:
        keys: list[int] = []
        xids: list[int] = []
        by_hand: list[int] = []
        holds, sealed = True, self.leaves[batch.number]
        for chunk in mine:
            self.seen += chunk.size
            at = len(keys)
            holds = holds and chunk.low == at + 1 and chunk.size == min(CHUNK, batch.size - at)
            holds = holds and chunk.leaves == sealed[at * SIZE : (at + chunk.size) * SIZE]
            holds = holds and chunk.is_whole and self._dated(chunk, batch) and self._gives_its_leaves(chunk, by_hand)
            keys += chunk.keys
            xids += chunk.xids
        holds = holds and len(keys) == len(xids) == batch.size > 0 and _in_order(keys, xids)
        if holds and root_over(self.node, sealed) == batch.root:
            self.sound.add(batch.number)
            self.entries += len(keys)
            self.by_hand += by_hand
        self.before = batch if batch.xid and xids and max(xids) < batch.xid else None

    def _gives_its_leaves(self, chunk: Chunk, by_hand: list[int]) -> bool:
        bodies, opened = chunk.bodies(), self.opened
        if bodies is None:
            return False
        leaves, doubtful = [opened(body) for body in bodies], chunk.doubtful()
        for at in doubtful:
            by_hand.append(chunk.keys[at])
            leaves[at] = chunk.leaves[at * SIZE : (at + 1) * SIZE]
        return b"".join(leaves) == chunk.leaves

    def _dated(self, chunk: Chunk, batch: Sealed) -> bool:
        low, high = self.before, batch
        return not (
            low is not None and low.xid and chunk.earliest < low.at - SKEW or high.xid and chunk.latest > high.at + SKEW
        )


def _in_order(keys: list[int], xids: list[int]) -> bool:
    """Whether entries stand in the order of transaction and number; those whose transaction was not kept anywhere."""
    if all(xids) and sorted(xids) == xids and sorted(keys) == keys:
        return True
    pairs = [pair for pair in zip(xids, keys, strict=True) if pair[0]]
    return pairs == sorted(pairs)
