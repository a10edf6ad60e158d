"""A checkpoint as it is told to other installations, with the proof that it only added to an earlier one; format `imbudget-witness-1`.

What comes from outside is read by `read` alone: it is small, written in the one way, and says nothing that is not checked later.
"""

import base64
import re
from dataclasses import dataclass
from typing import Any, Final

from apps.evidence import merkle
from apps.evidence.models import Checkpoint, PeerCheckpoint
from apps.evidence.receipts.checking import Head, head_of_text
from apps.evidence.receipts.writing import loads
from apps.evidence.selectors import proofs
from imbudget.kit.signing import ALGORITHM, key_id_of

FORMAT: Final = "imbudget-witness-1"
LARGEST: Final = 64 * 1024  # bytes of an answer; a proof over 10^18 entries has 8
LONGEST_PATH: Final = 64
HEXADECIMAL: Final = re.compile("[0-9a-f]{64}")


class NotReadable(Exception):
    """What was told is not written as checkpoints are told; the argument says what is wrong, in a word."""


@dataclass(frozen=True, slots=True)
class Told:
    """A checkpoint that somebody told, with a proof from the log of `old` entries on; `old` 0: without one."""

    origin: str
    head: Head
    text: str
    signature: bytes
    old: int = 0
    proof: tuple[bytes, ...] = ()


def as_data(made: Checkpoint, since: int = 0) -> dict[str, Any]:
    """The checkpoint for others; with a proof from `since` entries on where the log has had so many."""
    grown = None
    if 0 < since <= made.size:
        try:
            found = proofs.consistency_of(since, made.size)
        except (ValueError, KeyError, merkle.BadProof):
            grown = None  # of a damaged log nothing is proved, and whoever asked will see it
        else:
            grown = {"old": since, "proof": [each.hex() for each in found.proof]}
    return {
        "format": FORMAT,
        "checkpoint": {
            "text": made.text,
            "algorithm": made.algorithm,
            "key_id": made.key_id,
            "signature": base64.b64encode(bytes(made.signature)).decode(),
        },
        "grown": grown,
    }


def held_as_data(held: PeerCheckpoint) -> dict[str, Any]:
    """A checkpoint of a peer as it came."""
    key = bytes(held.peer.public_key)
    signature = base64.b64encode(bytes(held.signature)).decode()
    checkpoint = {"text": held.text, "algorithm": ALGORITHM, "key_id": key_id_of(key), "signature": signature}
    return {"format": FORMAT, "checkpoint": checkpoint, "grown": None}


def read(content: bytes) -> Told:
    """What somebody told. Raises NotReadable."""
    if len(content) > LARGEST:
        raise NotReadable("too large")
    try:
        given = loads(content.decode())
    except (ValueError, RecursionError):
        raise NotReadable("no JSON") from None
    return of_data(given)


def of_data(given: Any) -> Told:
    """The same out of data. Raises NotReadable."""
    if not isinstance(given, dict) or given.get("format") != FORMAT or not isinstance(given.get("checkpoint"), dict):
        raise NotReadable("not of the format")
    checkpoint = given["checkpoint"]
    text, signature = checkpoint.get("text"), checkpoint.get("signature")
    if not isinstance(text, str) or not isinstance(signature, str) or "\x00" in text:
        raise NotReadable("not of the format")
    head = head_of_text(text)
    if head is None:
        raise NotReadable("no checkpoint")
    old, proof = _grown(given.get("grown"))
    return Told(text.partition("\n")[0], head, text, _decoded(signature), old, proof)


def _grown(given: Any) -> tuple[int, tuple[bytes, ...]]:
    if given is None:
        return 0, ()
    if not isinstance(given, dict) or type(given.get("old")) is not int or not isinstance(given.get("proof"), list):
        raise NotReadable("no proof")
    path = given["proof"]
    written = all(type(one) is str and HEXADECIMAL.fullmatch(one) for one in path)
    if len(path) > LONGEST_PATH or not written or not 0 < given["old"] < 10**18:
        raise NotReadable("no proof")
    return given["old"], tuple(bytes.fromhex(one) for one in path)


def _decoded(text: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        raise NotReadable("no signature") from None
    if len(found) > 200:
        raise NotReadable("no signature")
    return found
