"""Our log against pymerkle, which was written by others: the same heads and proofs, and each accepts the other's."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from apps.evidence import merkle
from apps.evidence.canonical import root_of, sha256
from apps.evidence.checking.hashing import NODE, prefixed, root_over


def both(bodies: list[bytes]) -> tuple[Any, list[bytes], dict[Any, bytes]]:
    theirs = InmemoryTree(algorithm="sha256")
    for body in bodies:
        theirs.append_entry(body)
    leaves = [merkle.leaf_hash(sha256, body) for body in bodies]
    return theirs, leaves, dict(merkle.grow(sha256, 0, {}, leaves))


@pytest.mark.covers("C3")
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=90), st.data())
def test_heads_and_inclusion_proofs_are_theirs(bodies, data):
    theirs, leaves, tiles = both(bodies)
    size = data.draw(st.integers(1, len(bodies)))
    place = data.draw(st.integers(0, size - 1))
    root = merkle.head_over(sha256, tiles, 0, size)
    assert root == theirs.get_root(size) == root_of(sha256, leaves[:size])
    proof = [merkle.head_over(sha256, tiles, *each) for each in merkle.inclusion_ranges(place, size)]
    shown = theirs.prove_inclusion(place + 1, size)
    assert [bytes.fromhex(each) for each in shown.serialize()["path"]] == [leaves[place], *proof]
    verify_inclusion(leaves[place], root, shown)
    assert merkle.inclusion_holds(sha256, leaves[place], place, size, proof, root)


@pytest.mark.covers("C3")
@given(st.integers(1, 300), st.integers(1, 300))
def test_what_they_find_consistent_we_do(one, other):
    old, new = sorted((one, other))
    theirs, _leaves, tiles = both([number.to_bytes(2) for number in range(new)])
    old_root, new_root = (merkle.head_over(sha256, tiles, 0, size) for size in (old, new))
    verify_consistency(old_root, new_root, theirs.prove_consistency(old, new))
    proof = [merkle.head_over(sha256, tiles, *each) for each in merkle.consistency_ranges(old, new)]
    assert merkle.consistency_holds(sha256, old, new, theirs.get_root(old), theirs.get_root(new), proof)


@pytest.mark.parametrize("algorithm", ["sm3", "sha256"])
@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70))
def test_the_fast_head_is_the_slow_one(algorithm, leaves):
    from apps.evidence.canonical import HASHES

    assert root_over(prefixed(algorithm, NODE), b"".join(leaves)) == root_of(HASHES[algorithm], leaves)
