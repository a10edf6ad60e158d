"""The chain of batches: numbers without gaps, each head over the one before, each stretch of the log behind the last."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Q

from apps.evidence.canonical import GENESIS, HASHES, head_of
from apps.evidence.checking.stretch import LARGEST, Stretch
from apps.evidence.models import Batch, Entry
from apps.evidence.selectors.connections import raw_connection
from apps.evidence.selectors.proofs import algorithm
from apps.evidence.selectors.verifying.result import Verification

STRETCH = 50_000  # entries that are checked in one pass: what one process takes at once


@dataclass(slots=True)
class Chain:
    """How far the chain was followed, and the stretches of batches that hold so many entries."""

    number: int = 0
    size: int = 0
    head: bytes = GENESIS
    stretches: list[tuple[int, int]] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)


def follow(result: Verification, begun: Chain) -> Chain:
    """Go on from `begun` to the newest batch; the entries themselves are not read."""
    digest, waiting, begin = HASHES[algorithm()], 0, begun.number + 1
    for batch in Batch.objects.filter(number__gt=begun.number).order_by("number").iterator(2000):
        for problem in _faults(batch, begun):
            result.say(problem)
        if head_of(digest, bytes(batch.previous_head), batch.number, batch.size, bytes(batch.root)) != bytes(
            batch.head
        ):
            result.say(f"batch {batch.number}: its head was changed")
        if batch.number != begun.number + 1:
            begun.gaps.append((begun.number + 1, batch.number - 1))
        # A row that was changed may name any place or size: what it says is followed within bounds only.
        base = batch.first if abs(batch.first - begun.size) <= LARGEST else begun.size
        begun.number, begun.head, begun.size = batch.number, bytes(batch.head), base + min(batch.size, LARGEST)
        result.batches += 1
        waiting += batch.size
        if waiting >= STRETCH:
            begun.stretches.append((begin, batch.number))
            begin, waiting = batch.number + 1, 0
    if waiting:
        begun.stretches.append((begin, begun.number))
    return begun


def _faults(batch: Batch, before: Chain) -> Iterator[str]:
    if batch.number != before.number + 1:
        yield f"batches {before.number + 1} to {batch.number - 1} are missing"
    if bytes(batch.previous_head) != before.head:
        yield f"batch {batch.number} does not follow the one before it"
    if batch.first != before.size:
        yield f"batch {batch.number} does not begin at place {before.size} of the log"


def orphans(chain: Chain) -> Iterator[str]:
    """Entries of batches that are not there any more: of gaps, and behind the newest."""
    lost = Q(batch_id__gt=chain.number) | Q(batch_id__lt=1)
    for first, last in chain.gaps:
        lost |= Q(batch_id__gte=first, batch_id__lte=last)
    numbers: dict[int, list[int]] = {}
    for pk, number in Entry.objects.filter(lost).order_by("pk").values_list("pk", "batch_id").iterator(2000):
        numbers.setdefault(number, []).append(pk)
    for number, keys in numbers.items():
        yield f"{len(keys)} entries lost the batch that sealed them, {number}: entries {_some(keys)}"


def _some(keys: list[int]) -> str:
    return ", ".join(map(str, keys[:10])) + (" …" if len(keys) > 10 else "")


def is_sound(batch: Batch) -> bool:
    """Whether a batch follows the one before it, and its entries give its root and its head."""
    before = Batch.objects.filter(number=batch.number - 1).first()
    digest = HASHES[algorithm()]
    follows = bytes(batch.previous_head) == bytes(before.head if before else batch.previous_head)
    head = head_of(digest, bytes(batch.previous_head), batch.number, batch.size, bytes(batch.root))
    if not follows or head != bytes(batch.head):
        return False
    with raw_connection() as connection:
        stretch = Stretch(connection, algorithm())
        stretch.check(batch.number, batch.number)
    return not stretch.findings
