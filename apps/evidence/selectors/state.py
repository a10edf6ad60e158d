"""The last state of the log that was verified, as far as its signature tells the truth about it."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from apps.evidence import merkle
from apps.evidence.canonical import GENESIS
from apps.evidence.models import Batch, VerifiedState
from apps.evidence.selectors import proofs
from imbudget.kit.crypto import sm3, sm3_hex
from imbudget.kit.signing import provider
from imbudget.kit.signing import verify as verify_signature

HOLDER = "evidence"  # whose key signs checkpoints and states


@dataclass(frozen=True, slots=True)
class State:
    """How far was verified: entries and their head, the newest batch and its head, the newest checkpoint."""

    size: int = 0
    root: bytes = b""
    batch: int = 0
    head: bytes = GENESIS
    checkpoint: int = 0


def text_of(state: State, origin: str, since: int, at: datetime, previous: str) -> str:
    """What is signed of a state, each line ended by LF."""
    lines = (
        "imbudget verification",
        origin,
        str(state.size),
        base64.b64encode(state.root).decode(),
        f"batch {state.batch}",
        f"head {state.head.hex()}",
        f"checkpoint {state.checkpoint}",
        f"since {since}",
        f"time {at.astimezone(UTC).isoformat(timespec='microseconds')}",
        f"previous {sm3_hex(previous.encode())}",
    )
    return "".join(f"{line}\n" for line in lines)


def read(text: str) -> State:
    """The state that a signed text tells of."""
    lines = text.splitlines()
    told = dict(line.split(" ", 1) for line in lines[4:])
    return State(
        int(lines[2]),
        base64.b64decode(lines[3]),
        int(told["batch"]),
        bytes.fromhex(told["head"]),
        int(told["checkpoint"]),
    )


def last_state() -> tuple[State, list[str]]:
    """Where to go on from, and what is wrong with it; the beginning of the log where nothing can be relied upon."""
    row = VerifiedState.objects.first()
    if row is None or settings.SIGNING_KEY is None:
        return State(), []
    if bytes(row.public_key) != provider().public_key(HOLDER):
        return State(), []  # a key of before: all is read once more, and signed by today's
    if not verify_signature(bytes(row.public_key), sm3(row.text.encode()), bytes(row.signature)):
        return State(), [f"verification {row.number}: its signature does not hold, so all is read from the beginning"]
    state = read(row.text)
    if (row.size, _head_of(state.batch), _root_at(state.size)) != (state.size, state.head, state.root):
        told = (
            f"verification {row.number} of {row.made_at:%Y-%m-%d}: the log of {state.size} entries has another head now"
        )
        return State(), [told]
    return state, []


def _head_of(number: int) -> bytes | None:
    head = Batch.objects.filter(number=number).values_list("head", flat=True).first()
    return bytes(head) if head is not None else None


def _root_at(size: int) -> bytes | None:
    try:
        return proofs.root_at(size) if size else b""
    except (KeyError, merkle.BadProof):
        return None
