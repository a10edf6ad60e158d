"""The log against the test vectors of the first implementation of RFC 6962, and against the RFC's own words."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.evidence import merkle
from imbudget.kit.crypto import sm3


def sha256(data):
    return hashlib.sha256(data).digest()


# The leaves, heads and proofs that the Certificate Transparency implementations are tested with.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PROOF_0_8 = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
CONSISTENCY_6_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]


def by_the_book(digest, leaves):
    """MTH of RFC 6962 2.1, word by word."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return digest(b"\x01" + by_the_book(digest, leaves[:split]) + by_the_book(digest, leaves[split:]))


def log_of(digest, bodies):
    leaves = [merkle.leaf_hash(digest, body) for body in bodies]
    return leaves, dict(merkle.grow(digest, 0, {}, leaves))


def heads(digest, tiles, ranges):
    return [merkle.head_over(digest, tiles, *each) for each in ranges]


def test_heads_of_the_vectors():
    leaves, tiles = log_of(sha256, LEAVES)
    found = [merkle.head_over(sha256, tiles, 0, size).hex() for size in range(1, 9)]
    assert found == ROOTS


def test_proofs_of_the_vectors():
    _leaves, tiles = log_of(sha256, LEAVES)
    assert [head.hex() for head in heads(sha256, tiles, merkle.inclusion_ranges(0, 8))] == PROOF_0_8
    assert [head.hex() for head in heads(sha256, tiles, merkle.consistency_ranges(6, 8))] == CONSISTENCY_6_8


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 700])
def test_every_proof_holds_and_no_other(size):
    bodies = [str(number).encode() for number in range(size)]
    leaves, tiles = log_of(sm3, bodies)
    root = merkle.head_over(sm3, tiles, 0, size)
    assert root == by_the_book(sm3, leaves)
    for place in {0, 1, size // 2, size - 2, size - 1} & set(range(size)):
        proof = heads(sm3, tiles, merkle.inclusion_ranges(place, size))
        assert merkle.inclusion_holds(sm3, leaves[place], place, size, proof, root)
        assert not merkle.inclusion_holds(sm3, leaves[place][::-1], place, size, proof, root)
        assert not merkle.inclusion_holds(sm3, leaves[place], place, size, [*proof, root], root)
        assert not merkle.inclusion_holds(sm3, leaves[place], place, size, proof, leaves[place][::-1])
        assert not merkle.inclusion_holds(sm3, leaves[place], size, size, proof, root)
        if proof:
            assert not merkle.inclusion_holds(sm3, leaves[place], place, size, proof[:-1], root)


@given(st.integers(1, 600), st.integers(1, 600))
def test_a_longer_log_is_consistent_with_a_shorter_one(one, other):
    old, new = sorted((one, other))
    leaves, tiles = log_of(sha256, [number.to_bytes(2, "big") for number in range(new)])
    old_root, new_root = by_the_book(sha256, leaves[:old]), by_the_book(sha256, leaves)
    proof = heads(sha256, tiles, merkle.consistency_ranges(old, new))
    assert merkle.consistency_holds(sha256, old, new, old_root, new_root, proof)
    assert not merkle.consistency_holds(sha256, old, new, old_root[::-1], new_root, proof)
    assert not merkle.consistency_holds(sha256, old, new, old_root, new_root[::-1], proof)
    if proof:
        assert not merkle.consistency_holds(sha256, old, new, old_root, new_root, proof[:-1])


@given(st.lists(st.integers(1, 300), min_size=1, max_size=5))
def test_a_log_that_grows_in_pieces_has_the_tiles_of_one_written_at_once(pieces):
    leaves = [sha256(number.to_bytes(2, "big")) for number in range(sum(pieces))]
    size, tiles = 0, {}
    for piece in pieces:
        partial = {place: tiles[place] for place in merkle.edge(size)}
        tiles |= dict(merkle.grow(sha256, size, partial, leaves[size : size + piece]))
        size += piece
    assert tiles == dict(merkle.grow(sha256, 0, {}, leaves))


def test_a_tile_that_is_too_short_is_said():
    _leaves, tiles = log_of(sha256, LEAVES)
    with pytest.raises(merkle.BadProof):
        merkle.head_over(sha256, {(0, 0): tiles[0, 0][:-32]}, 0, 8)
