"""The bytes that an entry's leaf is computed over, and the tree over leaves; pure functions.

Canonical form `v1`: a JSON object with sorted keys, no blanks, UTF-8, every value text but the facts.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from imbudget.kit.crypto import sm3

FIELDS = (
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
GENESIS = bytes(32)


def canonical_bytes(values: dict[str, Any], facts: dict[str, Any], recorded_at: datetime) -> bytes:
    """The one way to write an entry down."""
    body = {name: values[name] for name in FIELDS}
    body |= {"v": "1", "facts": facts, "recorded_at": recorded_at.astimezone(UTC).isoformat(timespec="microseconds")}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf_of(body: bytes) -> bytes:
    """RFC 6962 leaf hash with SM3."""
    return sm3(b"\x00" + body)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 tree head with SM3: the left part is the largest power of two below the size."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sm3(b"\x01" + root_of(leaves[:split]) + root_of(leaves[split:]))


def head_of(previous: bytes, number: int, size: int, root: bytes) -> bytes:
    """The head that chains a batch to the one before it."""
    return sm3(b"\x02" + previous + number.to_bytes(8, "big") + size.to_bytes(8, "big") + root)
