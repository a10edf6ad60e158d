"""Proofs out of the log as pages and the interface show them: hashes in hexadecimal, beside the checkpoint they lead to."""

import base64
from dataclasses import dataclass
from typing import Any

from apps.evidence import merkle
from apps.evidence.models import Checkpoint, Entry, Log
from apps.evidence.selectors import proofs


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry's place in the log of a checkpoint, and the hashes that lead from its leaf to the signed head."""

    checkpoint: Checkpoint
    place: int
    size: int
    root: str
    proof: list[str]


def shown_in_log(entry: Entry) -> Shown | None:
    """The proof up to the first checkpoint that covers the entry; None while there is none, or where the log was damaged."""
    place = entry.place
    made = None if place is None else Checkpoint.objects.filter(size__gt=place).order_by("number").first()
    if made is None:
        return None
    try:
        found = proofs.inclusion_of(entry, made.size)
    except (ValueError, KeyError, merkle.BadProof):
        return None
    return Shown(made, found.place, found.size, found.root.hex(), [each.hex() for each in found.proof])


def checkpoint_as_data(made: Checkpoint) -> dict[str, Any]:
    """A checkpoint as somebody outside keeps and checks it: what was signed, the signature, the key."""
    return {
        "number": made.number,
        "size": made.size,
        "root": bytes(made.root).hex(),
        "text": made.text,
        "algorithm": made.algorithm,
        "key_id": made.key_id,
        "public_key": bytes(made.public_key).hex(),
        "signature": base64.b64encode(bytes(made.signature)).decode(),
        "cause": made.cause,
        "made_at": made.made_at.isoformat(),
    }


def inclusion_as_data(entry: Entry, size: int) -> dict[str, Any]:
    """That an entry is in the log of a size: what `merkle.inclusion_holds` needs, with the bytes the leaf is made from.

    Raises ValueError as `proofs.inclusion_of`.
    """
    found = proofs.inclusion_of(entry, size)
    return {
        "origin": _origin(),
        "hash": proofs.algorithm(),
        "entry": entry.pk,
        "format": entry.version,
        "record": entry.body.decode(),
        "leaf": found.leaf.hex(),
        "place": found.place,
        "size": found.size,
        "root": found.root.hex(),
        "proof": [each.hex() for each in found.proof],
    }


def consistency_as_data(old: int, new: int) -> dict[str, Any]:
    """That the log of `old` entries begins the log of `new`. Raises ValueError as `proofs.consistency_of`."""
    found = proofs.consistency_of(old, new)
    return {
        "origin": _origin(),
        "hash": proofs.algorithm(),
        "old": old,
        "new": new,
        "old_root": found.old_root.hex(),
        "new_root": found.new_root.hex(),
        "proof": [each.hex() for each in found.proof],
    }


def _origin() -> str:
    return Log.objects.values_list("origin", flat=True).first() or ""
