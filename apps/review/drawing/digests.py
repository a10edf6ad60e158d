"""Digests of a draw's facts, and the key that its numbers come from."""

import json
from typing import Any

from imbudget.kit.crypto import sm3, sm3_hex


def canonical(value: Any) -> bytes:
    """The one way to write facts down: JSON with sorted keys, without blanks, in UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(value: Any) -> str:
    """The SM3 digest of the canonical form, as 64 hexadecimal digits."""
    return sm3_hex(canonical(value))


def digest_of_text(text: str) -> str:
    """The SM3 digest of a text in UTF-8."""
    return sm3_hex(text.encode())


def commitment_of(seed: bytes) -> str:
    """What is made known of a seed before the draw."""
    return sm3_hex(seed)


def combined_key(seed: bytes, head: str, pool_digest: str, criteria: dict[str, Any]) -> bytes:
    """SM3 of the seed, the evidence head, the digest of the candidates and that of the criteria, in this order.

    The seed is fixed before the head exists, and the head cannot be chosen by who knows the seed.
    """
    return sm3(seed + bytes.fromhex(head) + bytes.fromhex(pool_digest) + bytes.fromhex(digest_of(criteria)))
