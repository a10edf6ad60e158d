"""Verification of the record: everything is computed anew and compared."""

from dataclasses import dataclass, field
from itertools import groupby

from apps.evidence.canonical import FIELDS, GENESIS, canonical_bytes, head_of, leaf_of, root_of
from apps.evidence.models import Batch, Entry


@dataclass(slots=True)
class Verification:
    """How much was looked at, the head to compare with an outside copy, and what is wrong (first things first)."""

    entries: int = 0
    batches: int = 0
    unsealed: int = 0
    head: str = ""
    problems: list[str] = field(default_factory=list)


def verify() -> Verification:
    """Recompute each leaf, root and head."""
    result = Verification()
    sealed = Entry.objects.exclude(batch=None).order_by("batch_id", "position")
    leaves = {
        number: _leaves(entries, result)
        for number, entries in groupby(sealed.iterator(5000), key=lambda entry: entry.batch_id)
    }
    previous = GENESIS
    for expected, batch in enumerate(Batch.objects.order_by("number"), 1):
        result.batches += 1
        _check_batch(batch, expected, previous, leaves.get(batch.number, []), result)
        previous = bytes(batch.head)
    for entry in Entry.objects.filter(batch=None).order_by("pk").iterator(5000):
        result.unsealed += 1
        _check_leaf(entry, result)
    result.head = previous.hex()
    return result


def _leaves(entries: object, result: Verification) -> list[bytes]:
    found = []
    for entry in entries:  # type: ignore[attr-defined]
        _check_leaf(entry, result)
        found.append(bytes(entry.leaf))
    return found


def _check_leaf(entry: Entry, result: Verification) -> None:
    result.entries += 1
    values = {name: getattr(entry, name) for name in FIELDS}
    if leaf_of(canonical_bytes(values, entry.facts, entry.recorded_at)) != bytes(entry.leaf):
        result.problems.append(f"entry {entry.pk} ({entry.event}): its content was changed")


def _check_batch(batch: Batch, expected: int, previous: bytes, leaves: list[bytes], result: Verification) -> None:
    if batch.number != expected:
        result.problems.append(f"batch {expected} is missing")
    if bytes(batch.previous_head) != previous:
        result.problems.append(f"batch {batch.number} does not follow the one before it")
    if len(leaves) != batch.size or not leaves or root_of(leaves) != bytes(batch.root):
        result.problems.append(f"batch {batch.number}: entries were added, removed, moved or changed")
    if head_of(bytes(batch.previous_head), batch.number, batch.size, bytes(batch.root)) != bytes(batch.head):
        result.problems.append(f"batch {batch.number}: its head was changed")
