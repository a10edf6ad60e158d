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


def verify(known_head: str = "") -> Verification:
    """Recompute each leaf, root and head.

    `known_head` is a head noted outside the system earlier (hex): without it, nobody can tell that the newest
    batches were removed. The batches are read first, so that sealing meanwhile raises no false alarm.
    """
    result = Verification()
    batches = list(Batch.objects.order_by("number"))
    last = batches[-1].number if batches else 0
    sealed = Entry.objects.filter(batch_id__lte=last).order_by("batch_id", "position")
    leaves = {
        number: _leaves(entries, result)
        for number, entries in groupby(sealed.iterator(5000), key=lambda entry: entry.batch_id)
    }
    previous = GENESIS
    expected, heads = 1, set()
    for batch in batches:
        _check_batch(batch, expected, previous, leaves.get(batch.number, []), result)
        previous, expected = bytes(batch.head), batch.number + 1
        heads.add(previous.hex())
    orphans = Entry.objects.exclude(batch=None).exclude(batch_id__in=Batch.objects.values("number")).count()
    if orphans:
        result.problems.append(f"{orphans} entries lost the batch that sealed them")
    for entry in Entry.objects.filter(batch=None).order_by("pk").iterator(5000):
        result.unsealed += 1
        _check_leaf(entry, result)
    result.batches, result.head = len(batches), previous.hex()
    if known_head and known_head.lower() not in heads:
        result.problems.append(f"head {known_head} is not in the chain: batches were removed or computed anew")
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
        result.problems.append(f"batches {expected} to {batch.number - 1} are missing")
    if bytes(batch.previous_head) != previous:
        result.problems.append(f"batch {batch.number} does not follow the one before it")
    if len(leaves) != batch.size or not leaves or root_of(leaves) != bytes(batch.root):
        result.problems.append(f"batch {batch.number}: entries were added, removed, moved or changed")
    if head_of(bytes(batch.previous_head), batch.number, batch.size, bytes(batch.root)) != bytes(batch.head):
        result.problems.append(f"batch {batch.number}: its head was changed")
