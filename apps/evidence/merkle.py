"""The Merkle tree log of RFC 6962 (RFC 9162 for the checks): heads, proofs, and the tiles that the hashes are kept in.

Pure functions over any hash of 32 bytes. A *node* `(level, index)` is the head of the complete subtree over the leaves
`index << level` up to `(index + 1) << level`. Hashes of every eighth level are kept in *tiles* of 256; everything else is computed
from one tile in less than 256 steps, so that a proof in a log of any size reads a handful of rows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Hash = Callable[[bytes], bytes]
Node = tuple[int, int]
Place = tuple[int, int]  # of a tile: its level (eighths of the tree's), its number
Range = tuple[int, int]  # of leaves: from, up to

SIZE = 32
HEIGHT = 8
WIDTH = 1 << HEIGHT


class BadProof(Exception):
    """The proof does not show what it claims."""


def leaf_hash(digest: Hash, body: bytes) -> bytes:
    """The hash of a leaf (RFC 6962 2.1): leaves and nodes never have the same preimage."""
    return digest(b"\x00" + body)


def node_hash(digest: Hash, left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return digest(b"\x01" + left + right)


def fold(digest: Hash, heads: Sequence[bytes]) -> bytes:
    """The head over complete subtrees that stand side by side, the largest first."""
    found = heads[-1]
    for left in heads[-2::-1]:
        found = digest(b"\x01" + left + found)
    return found


def cover(begin: int, end: int) -> list[Node]:
    """The complete subtrees that make up these leaves, from left to right; `begin` is where a subtree of that size starts."""
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append((level, begin >> level))
        begin += 1 << level
    return nodes


def _split(count: int) -> int:
    """The largest power of two below a count of two or more."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges of leaves whose heads prove that leaf `index` stands in the tree of `size` (PATH of the RFC)."""
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    return path[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The ranges whose heads prove that the tree of `old` leaves is the beginning of that of `new` (PROOF of the RFC)."""
    if old in (0, new):
        return []
    begin, end, path = 0, new, []
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    if begin:
        path.append((begin, end))
    return path[::-1]


def inclusion_holds(digest: Hash, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows this leaf at this place of the tree with this head (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for other in proof:
        if not last:
            return False
        if at % 2 or at == last:
            found = node_hash(digest, other, found)
            while not at % 2 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(digest, found, other)
        at, last = at >> 1, last >> 1
    return not last and found == root


def consistency_holds(
    digest: Hash, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows the old tree as the beginning of the new one (RFC 9162 2.1.4.2)."""
    if not 0 < old < new:
        return not proof and old == new and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    was = now = path[0]
    for other in path[1:]:
        if not last:
            return False
        if at % 2 or at == last:
            was, now = node_hash(digest, other, was), node_hash(digest, other, now)
            while not at % 2 and at:
                at, last = at >> 1, last >> 1
        else:
            now = node_hash(digest, now, other)
        at, last = at >> 1, last >> 1
    return not last and was == old_root and now == new_root


# --- tiles


def place_of(node: Node) -> Place:
    """The tile out of which a node is computed."""
    level, index = node
    return level // HEIGHT, index << level % HEIGHT >> HEIGHT


def places_of(ranges: Iterable[Range]) -> set[Place]:
    """All tiles that the heads of these ranges are computed out of."""
    return {place_of(node) for begin, end in ranges for node in cover(begin, end)}


def head_over(digest: Hash, tiles: Mapping[Place, bytes], begin: int, end: int) -> bytes:
    """The head over a range. KeyError or BadProof: a tile is missing or too short."""
    return fold(digest, [_node(digest, tiles, node) for node in cover(begin, end)])


def _node(digest: Hash, tiles: Mapping[Place, bytes], node: Node) -> bytes:
    level, index = node
    count = 1 << level % HEIGHT
    first = index * count % WIDTH
    hashes = tiles[place_of(node)][first * SIZE : (first + count) * SIZE]
    if len(hashes) != count * SIZE:
        raise BadProof(f"the tile {place_of(node)} is too short")
    return head_of_tile(digest, hashes)


def head_of_tile(digest: Hash, hashes: bytes) -> bytes:
    """The head over a power of two of hashes that stand one behind the other."""
    while len(hashes) > SIZE:
        pairs = range(0, len(hashes), 2 * SIZE)
        hashes = b"".join([digest(b"\x01" + hashes[at : at + 2 * SIZE]) for at in pairs])
    return hashes


def edge(size: int) -> list[Place]:
    """The tiles at the right edge of a log of this size that are not full."""
    places, level = [], 0
    while size:
        if size % WIDTH:
            places.append((level, size >> HEIGHT))
        size, level = size >> HEIGHT, level + 1
    return places


def grow(
    digest: Hash, size: int, partial: Mapping[Place, bytes], leaves: Iterable[bytes]
) -> Iterator[tuple[Place, bytes]]:
    """The tiles that change when leaves are added to a log of `size`, each with all its hashes; `partial` are those of `edge`."""
    level, fresh = 0, b"".join(leaves)
    while fresh:
        number = size >> HEIGHT
        hashes, heads = partial.get((level, number), b"") + fresh, []
        for begin in range(0, len(hashes), WIDTH * SIZE):
            tile = hashes[begin : begin + WIDTH * SIZE]
            yield (level, number), tile
            if len(tile) == WIDTH * SIZE:
                heads.append(head_of_tile(digest, tile))
            number += 1
        level, size, fresh = level + 1, size >> HEIGHT, b"".join(heads)
