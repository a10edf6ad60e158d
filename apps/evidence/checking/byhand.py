"""Entries whose bytes the database did not write down: format 1, and values with something to escape."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from apps.evidence.canonical import FIELDS, HASH_OF, canonical_bytes
from apps.evidence.checking import rows
from apps.evidence.checking.findings import Finding
from apps.evidence.checking.hashing import LEAF, prefixed

PIECE = 1000


def judged(connection: Any, algorithm: str, keys: Sequence[int]) -> Iterator[Finding]:
    """What is wrong with these entries; the canonical form alone decides."""
    for at in range(0, len(keys), PIECE):
        with connection.cursor() as cursor:
            cursor.execute(rows.WHOLE, [list(keys[at : at + PIECE])])
            found = cursor.fetchall()
        for pk, version, leaf, moment, facts, *values in found:
            kind = _fault(version, bytes(leaf), moment, _facts(facts), values, algorithm)
            if kind:
                yield Finding(kind, pk)


def _fault(version: int, leaf: bytes, moment: Any, facts: Any, values: Sequence[str], algorithm: str) -> str:
    if version not in HASH_OF:
        return "content"
    body = canonical_bytes(version, dict(zip(FIELDS, values, strict=True)), facts, moment)
    if prefixed(HASH_OF[version], LEAF)(body) != leaf:
        return "content"
    return "" if HASH_OF[version] == algorithm else "hash"


def _facts(value: Any) -> Any:
    """Facts however the connection reads jsonb."""
    return json.loads(value) if isinstance(value, str | bytes) else value
