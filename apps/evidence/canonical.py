"""The bytes that an entry's leaf is computed over, and the hashes over leaves; pure functions.

Three formats have been written, and each stays readable (`Entry.version`):

1. JSON with keys in the order of their code points, no blanks; SM3.
2. JSON as PostgreSQL prints a `jsonb`: keys by length in bytes, then by bytes, one blank after comma and colon; SM3. The
   database can so write the bytes of millions of entries itself, and anybody else can from this sentence.
3. As 2, with SHA-256 in place of SM3 (setting `EVIDENCE_HASH`).

All are UTF-8 without escapes beyond those that JSON demands; every value is text but the facts; times are UTC with six digits.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from apps.evidence.merkle import Hash, fold, leaf_hash

FIELDS: Final = (
    "event",
    "subject_type",
    "subject_id",
    "subject_label",
    "actor_id",
    "actor_name",
    "post_label",
    "region_code",
    "address",
)
GENESIS: Final = bytes(32)
V1, SM3, SHA256 = 1, 2, 3  # formats


def sm3(data: bytes) -> bytes:
    """As `kit.crypto.sm3`, which is not loaded for it: a process that verifies (`checking.worker`) begins in half the time."""
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:  # a Python built without it
        from imbudget.kit import crypto

        return crypto.sm3(data)


def sha256(data: bytes) -> bytes:
    """The 32-byte SHA-256 digest."""
    return hashlib.sha256(data).digest()


HASHES: Final[Mapping[str, Hash]] = {"sm3": sm3, "sha256": sha256}
FORMAT_OF: Final[Mapping[str, int]] = {"sm3": SM3, "sha256": SHA256}  # that new entries are written in
HASH_OF: Final[Mapping[int, str]] = {V1: "sm3", SM3: "sm3", SHA256: "sha256"}


def canonical_bytes(version: int, values: Mapping[str, Any], facts: dict[str, Any], recorded_at: datetime) -> bytes:
    """The one way to write an entry down in a format."""
    body: dict[str, Any] = {name: values[name] for name in FIELDS}
    at = recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    body |= {"v": "1" if version == V1 else "2", "facts": facts, "recorded_at": at}
    if version == V1:
        return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return json.dumps(_as_jsonb(body), ensure_ascii=False).encode()


def _as_jsonb(value: Any) -> Any:
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda pair: (len(key := pair[0].encode()), key))
        return {key: _as_jsonb(inner) for key, inner in ordered}
    if isinstance(value, list):
        return [_as_jsonb(inner) for inner in value]
    return value


def leaf_of(version: int, body: bytes) -> bytes:
    """The RFC 6962 leaf hash of an entry in a format."""
    return leaf_hash(HASHES[HASH_OF[version]], body)


def root_of(digest: Hash, leaves: Sequence[bytes]) -> bytes:
    """The RFC 6962 head of a tree of its own over these leaves (at least one)."""
    level, rest = list(leaves), []
    while level:  # complete pairs go up; an odd one out waits for all that stands left of it
        if len(level) % 2:
            rest.append(level.pop())
        level = [digest(b"\x01" + level[at] + level[at + 1]) for at in range(0, len(level), 2)]
    return fold(digest, rest[::-1])


def head_of(digest: Hash, previous: bytes, number: int, size: int, root: bytes) -> bytes:
    """The head that chains a batch to the one before it."""
    return digest(b"\x02" + previous + number.to_bytes(8, "big") + size.to_bytes(8, "big") + root)
