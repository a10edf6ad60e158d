"""Hashes of leaves and nodes with their first byte fed in beforehand, and trees over leaves that stand one behind the other."""

import hashlib
from collections.abc import Callable
from typing import Final

from apps.evidence.canonical import HASHES
from apps.evidence.merkle import SIZE, Hash, fold

LEAF: Final = b"\x00"
NODE: Final = b"\x01"
PAIR: Final = 2 * SIZE


def prefixed(algorithm: str, prefix: bytes) -> Hash:
    """The hash of a prefix and what is given; the prefix is not copied for each."""
    try:
        begun = hashlib.new(algorithm, prefix)
    except ValueError:  # a Python built without it
        digest = HASHES[algorithm]
        return lambda data: digest(prefix + data)

    def run(data: bytes) -> bytes:
        hasher = begun.copy()
        hasher.update(data)
        return hasher.digest()

    return run


def root_over(node: Hash, leaves: bytes) -> bytes:
    """The RFC 6962 head over leaves that stand one behind the other (at least one); `node` hashes two heads."""
    level, rest = leaves, []
    while level:  # complete pairs go up; an odd one out waits for all that stands left of it
        if len(level) % PAIR:
            rest.append(level[-SIZE:])
            level = level[:-SIZE]
        level = b"".join([node(level[at : at + PAIR]) for at in range(0, len(level), PAIR)])
    return fold(lambda pair: node(pair[1:]), rest[::-1])


Rooter = Callable[[bytes], bytes]
