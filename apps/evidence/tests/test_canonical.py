"""The written form of an entry and the tree over entries."""

import datetime

import pytest

from apps.evidence.canonical import FIELDS, GENESIS, canonical_bytes, head_of, leaf_of, root_of
from imbudget.kit.crypto import sm3

WHEN = datetime.datetime(2027, 1, 1, 8, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
VALUES = dict.fromkeys(FIELDS, "") | {"event": "a.b", "actor_name": "其其格"}


def test_the_written_form_is_fixed():
    assert canonical_bytes(VALUES, {"b": 1, "a": "ᠮ"}, WHEN).decode() == (
        '{"actor_id":"","actor_name":"其其格","address":"","event":"a.b","facts":{"a":"ᠮ","b":1},"post_label":"",'
        '"recorded_at":"2027-01-01T00:00:00.000000+00:00","region_code":"","subject_id":"","subject_label":"",'
        '"subject_type":"","v":"1"}'
    )


def test_leaves_and_nodes_can_never_be_taken_for_each_other():
    one, two = leaf_of(b"1"), leaf_of(b"2")
    assert one == sm3(b"\x001")
    assert root_of([one, two]) == sm3(b"\x01" + one + two)
    assert leaf_of(one + two) != root_of([one, two])


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13])
def test_the_root_is_the_one_of_rfc_6962(size):
    leaves = [leaf_of(bytes([n])) for n in range(size)]
    level = leaves
    while len(level) > 1:  # the same tree, built from below: an odd last node moves up unchanged
        pairs = [sm3(b"\x01" + level[n] + level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    assert root_of(leaves) == level[0]


def test_the_root_depends_on_every_leaf_and_their_order():
    leaves = [leaf_of(bytes([n])) for n in range(5)]
    roots = {root_of(leaves), root_of(leaves[::-1]), root_of(leaves[:-1])}
    roots |= {root_of([*leaves[:n], leaf_of(b"x"), *leaves[n + 1 :]]) for n in range(5)}
    assert len(roots) == 8


def test_the_head_binds_number_size_root_and_past():
    heads = {
        head_of(GENESIS, 1, 2, b"r" * 32),
        head_of(GENESIS, 2, 2, b"r" * 32),
        head_of(GENESIS, 1, 3, b"r" * 32),
        head_of(GENESIS, 1, 2, b"s" * 32),
        head_of(b"p" * 32, 1, 2, b"r" * 32),
    }
    assert len(heads) == 5
