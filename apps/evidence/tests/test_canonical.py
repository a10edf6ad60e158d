"""The written form of an entry and the tree over entries."""

import datetime

import pytest
from django.db import connection

from apps.evidence.canonical import FIELDS, GENESIS, SM3, V1, canonical_bytes, head_of, leaf_of, root_of
from imbudget.kit.crypto import sm3

WHEN = datetime.datetime(2027, 1, 1, 8, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
VALUES = dict.fromkeys(FIELDS, "") | {"event": "a.b", "actor_name": "其其格"}


FACTS = {"bb": [1, {"ключ": None, "z": 'a"\\\n\x01\x7f/'}, True], "a": "ᠮ", "é": "", "c": {}, "d": [], "zz": -(10**30)}


def test_the_first_written_form_stays_as_it_was():
    assert canonical_bytes(V1, VALUES, {"b": 1, "a": "ᠮ"}, WHEN).decode() == (
        '{"actor_id":"","actor_name":"其其格","address":"","event":"a.b","facts":{"a":"ᠮ","b":1},"post_label":"",'
        '"recorded_at":"2027-01-01T00:00:00.000000+00:00","region_code":"","subject_id":"","subject_label":"",'
        '"subject_type":"","v":"1"}'
    )


def test_the_written_form_is_fixed():
    assert canonical_bytes(SM3, VALUES, {"bb": 1, "a": ["ᠮ", None]}, WHEN).decode() == (
        '{"v": "2", "event": "a.b", "facts": {"a": ["ᠮ", null], "bb": 1}, "address": "", "actor_id": "", "actor_name": "其其格", '
        '"post_label": "", "subject_id": "", "recorded_at": "2027-01-01T00:00:00.000000+00:00", "region_code": "", '
        '"subject_type": "", "subject_label": ""}'
    )


@pytest.mark.django_db
def test_the_database_writes_the_same_bytes():
    """That is what the format is for: a whole record is checked without writing it down in Python."""
    mine = canonical_bytes(SM3, VALUES, FACTS, WHEN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [mine.decode()])
        assert cursor.fetchone()[0].encode() == mine


def test_leaves_and_nodes_can_never_be_taken_for_each_other():
    one, two = leaf_of(SM3, b"1"), leaf_of(SM3, b"2")
    assert one == sm3(b"\x001")
    assert root_of(sm3, [one, two]) == sm3(b"\x01" + one + two)
    assert leaf_of(SM3, one + two) != root_of(sm3, [one, two])


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13])
def test_the_root_is_the_one_of_rfc_6962(size):
    leaves = [leaf_of(SM3, bytes([n])) for n in range(size)]
    level = leaves
    while len(level) > 1:  # the same tree, built from below: an odd last node moves up unchanged
        pairs = [sm3(b"\x01" + level[n] + level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    assert root_of(sm3, leaves) == level[0]


def test_the_root_depends_on_every_leaf_and_their_order():
    leaves = [leaf_of(SM3, bytes([n])) for n in range(5)]
    roots = {root_of(sm3, leaves), root_of(sm3, leaves[::-1]), root_of(sm3, leaves[:-1])}
    roots |= {root_of(sm3, [*leaves[:n], leaf_of(SM3, b"x"), *leaves[n + 1 :]]) for n in range(5)}
    assert len(roots) == 8


def test_the_head_binds_number_size_root_and_past():
    heads = {
        head_of(sm3, GENESIS, 1, 2, b"r" * 32),
        head_of(sm3, GENESIS, 2, 2, b"r" * 32),
        head_of(sm3, GENESIS, 1, 3, b"r" * 32),
        head_of(sm3, GENESIS, 1, 2, b"s" * 32),
        head_of(sm3, b"p" * 32, 1, 2, b"r" * 32),
    }
    assert len(heads) == 5
