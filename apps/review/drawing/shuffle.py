"""The order in which candidates come up: a shuffle whose numbers are digests of a key."""

from collections.abc import Iterator

from imbudget.kit.crypto import sm3

SPACE = 1 << 256


def sequence(key: bytes, size: int) -> Iterator[int]:
    """The numbers 0 to size - 1 in the order that the key gives (Fisher–Yates), only as far as it is asked for."""
    moved: dict[int, int] = {}
    blocks = _blocks(key)
    for step in range(size):
        chosen = step + _below(size - step, blocks)
        yield moved.get(chosen, chosen)
        moved[chosen] = moved.pop(step, step)


def _blocks(key: bytes) -> Iterator[int]:
    """SM3(key ‖ 0), SM3(key ‖ 1), … with the counter in 8 bytes, each read as a number."""
    counter = 0
    while True:
        yield int.from_bytes(sm3(key + counter.to_bytes(8, "big")), "big")
        counter += 1


def _below(limit: int, blocks: Iterator[int]) -> int:
    """The next number below the limit; blocks that would favour some numbers are left out."""
    whole = SPACE - SPACE % limit
    return next(block for block in blocks if block < whole) % limit
