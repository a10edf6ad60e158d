"""Checkpoints against the log: each a head that it once had, chained to the one before, soundly signed; and copies kept outside."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from apps.evidence import merkle
from apps.evidence.models import Checkpoint, Log
from apps.evidence.selectors import proofs
from apps.evidence.selectors.state import HOLDER
from imbudget.kit.crypto import sm3, sm3_hex
from imbudget.kit.signing import provider
from imbudget.kit.signing import verify as verify_signature


@dataclass(frozen=True, slots=True)
class Copy:
    """A checkpoint as somebody outside keeps it."""

    origin: str
    size: int
    root: bytes
    text: str


def faults(size: int, after: int = 0) -> Iterator[tuple[int, str]]:
    """What is wrong with the checkpoints behind number `after`, with the number of each that was looked at ("": nothing)."""
    before, expected, known = Checkpoint.objects.filter(number=after).first(), after + 1, _known_keys()
    for made in Checkpoint.objects.filter(number__gt=after).order_by("number").iterator(1000):
        if made.number != expected:
            yield expected, f"checkpoint {expected} is missing"
        yield made.number, ""
        for problem in _faults(made, before, size):
            yield made.number, problem
        if known and bytes(made.public_key) not in known:
            yield made.number, f"checkpoint {made.number}: signed by a key that is not ours ({made.key_id})"
        before, expected = made, made.number + 1


def _faults(made: Checkpoint, before: Checkpoint | None, size: int) -> Iterator[str]:
    root = head_now(made.size, size)
    if root != bytes(made.root):
        yield f"checkpoint {made.number}: the log of {made.size} entries has another head now{_since(made, before, size)}"
    told = made.text.splitlines()
    wanted = [str(made.size), base64.b64encode(bytes(made.root)).decode()]
    if told[1:3] != wanted or f"previous {sm3_hex(before.text.encode() if before else b'')}" not in told:
        yield f"checkpoint {made.number}: its row is not what was signed"
    if not verify_signature(bytes(made.public_key), sm3(made.text.encode()), bytes(made.signature)):
        yield f"checkpoint {made.number}: its signature does not hold"


def _known_keys() -> set[bytes]:
    """The keys that sign here and signed before; none where there is no key to compare with."""
    if settings.SIGNING_KEY is None:
        return set()
    return {provider().public_key(HOLDER), *settings.EVIDENCE_FORMER_KEYS}


def _since(made: Checkpoint, before: Checkpoint | None, size: int) -> str:
    """Where the change must lie: behind the last checkpoint that still is a head of the log."""
    sound = before is None or head_now(before.size, size) == bytes(before.root)
    first = before.size if before else 0
    return f": places {first} to {made.size - 1} are not what was signed" if sound and made.size > first else ""


def head_now(asked: int, size: int) -> bytes | None:
    """The head of the first `asked` entries of a log of `size`, out of its tiles; None where it has none."""
    if not 0 < asked <= size:
        return None
    try:
        return proofs.root_at(asked)
    except (KeyError, merkle.BadProof):
        return None  # a tile is gone, which is told where tiles are


def read_copy(text: str) -> Copy:
    """A checkpoint from a file: its text, alone or followed by others' signatures, or JSON that has it under `text`.

    Raises ValueError for anything else.
    """
    written = json.loads(text)["text"] if text.lstrip().startswith("{") else text.split("\n\n")[0]
    lines = str(written).splitlines()
    if len(lines) < 3 or not lines[1].isdigit():
        raise ValueError("no checkpoint: three lines are wanted, name, size, head")
    return Copy(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True), str(written))


def against(copy: Copy, size: int) -> Iterator[str]:
    """What does not fit between a copy kept outside and the log of this system."""
    origin = Log.objects.values_list("origin", flat=True).first()
    if copy.origin != origin:
        yield f"the copy is of the log {copy.origin}, this one is {origin}"
    elif copy.size > size:
        yield f"the copy is of a log of {copy.size} entries, this one has {size}: entries were removed at its end"
    elif head_now(copy.size, size) != copy.root:
        yield f"the first {copy.size} entries have another head than in the copy: the log was computed anew"
