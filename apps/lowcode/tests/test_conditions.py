"""Conditions: read with every wrong place named, evaluated without surprises, read back as a sentence."""

import datetime
from contextlib import suppress
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.lowcode.conditions import (
    LISTED,
    OPS,
    Comparison,
    Fact,
    Kind,
    as_json,
    evaluate,
    facts_of,
    is_contradictory,
    leaves,
    parse,
    sentence,
)
from apps.lowcode.errors import DefinitionError, DefinitionErrors

FACTS = (
    Fact("amount", "金额", Kind.MONEY),
    Fact("years", "年限", Kind.INTEGER),
    Fact("rate", "比例", Kind.PERCENT),
    Fact("start", "开始日期", Kind.DATE),
    Fact("title", "名称", Kind.TEXT),
    Fact("category", "类别", Kind.CHOICE, (("grass", "草原生态保护"), ("border", "边境建设补助"))),
    Fact("tags", "标签", Kind.MULTICHOICE, (("a", "甲"), ("b", "乙"))),
    Fact("urgent", "紧急", Kind.BOOLEAN),
)


def leaf(fact, op, value=None):
    return {"fact": fact, "op": op} if value is None else {"fact": fact, "op": op, "value": value}


LARGE_GRASS = {"all": [leaf("amount", ">=", "5000000"), leaf("category", "=", "grass")]}


@pytest.mark.parametrize(
    ("data", "values", "expected"),
    [
        (leaf("amount", ">=", "5000000"), {"amount": Decimal("5000000.00")}, True),
        (leaf("amount", ">=", "5000000"), {"amount": "4999999.99"}, False),
        (leaf("amount", ">=", "5000000"), {}, False),
        (leaf("amount", "!=", "5000000"), {}, False),
        ({"not": leaf("amount", "=", "1")}, {}, True),
        (leaf("amount", "empty"), {"amount": None}, True),
        (leaf("title", "empty"), {"title": ""}, True),
        (leaf("tags", "filled"), {"tags": []}, False),
        (leaf("amount", "<", "1"), {"amount": "not a number"}, False),
        (leaf("years", ">", 2), {"years": 3}, True),
        (leaf("start", "<=", "2026-03-31"), {"start": datetime.date(2026, 3, 31)}, True),
        (leaf("start", "<=", "2026-03-31"), {"start": "2026-04-01"}, False),
        (leaf("category", "in", ["grass", "border"]), {"category": "border"}, True),
        (leaf("tags", "contains", "a"), {"tags": ["b", "a"]}, True),
        (leaf("title", "contains", "草原"), {"title": "某旗草原保护"}, True),
        (leaf("title", "has_any", ["草场", "草原"]), {"title": "某旗草原保护"}, True),
        (leaf("title", "has_any", ["草场", "牧场"]), {"title": "某旗草原保护"}, False),
        (leaf("title", "starts", "某旗"), {"title": "某旗草原保护"}, True),
        (leaf("title", "starts", "草原"), {"title": "某旗草原保护"}, False),
        (leaf("title", "starts_any", ["301", "302"]), {"title": "30217"}, True),
        (leaf("title", "starts_any", ["301", "303"]), {"title": "30217"}, False),
        (leaf("title", "starts_any", ["301"]), {}, False),
        (leaf("urgent", "=", False), {"urgent": False}, True),
        (leaf("urgent", "=", False), {}, False),
        (LARGE_GRASS, {"amount": "6000000", "category": "grass"}, True),
        (LARGE_GRASS, {"amount": "6000000", "category": "border"}, False),
        ({"any": [LARGE_GRASS, leaf("urgent", "=", True)]}, {"urgent": True}, True),
    ],
)
def test_holds(data, values, expected):
    assert evaluate(parse(data, FACTS), values) is expected


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], ""),
        ({"all": []}, "all"),
        ({"all": [leaf("amount", ">=", "5"), leaf("nothing", "=", "5")]}, "all[1].fact"),
        ({"all": [leaf("amount", "contains", "5")]}, "all[0].op"),
        ({"any": [{"not": leaf("amount", ">=", 5.0)}]}, "any[0].not.value"),
        (leaf("amount", ">=", "5.001"), "value"),
        (leaf("amount", ">=", "５"), "value"),
        (leaf("amount", ">=", "1e9"), "value"),
        (leaf("amount", ["="], "1"), "op"),
        (leaf(["amount"], "=", "1"), "fact"),
        (leaf("category", "=", "sand"), "value"),
        (leaf("category", "in", ["grass", "sand"]), "value[1]"),
        (leaf("category", "in", []), "value"),
        (leaf("title", "has_any", "草"), "value"),
        (leaf("amount", "starts", "5"), "op"),
        (leaf("years", "=", True), "value"),
        (leaf("urgent", "=", 1), "value"),
        (leaf("start", "=", "31.3.2026"), "value"),
        (leaf("title", "=", "a\0b"), "value"),
        (leaf("title", "empty", "x"), ""),
        ({**leaf("amount", ">=", "5"), "eval": "1"}, ""),
        ({"all": [leaf("amount", "empty")], "any": []}, ""),
    ],
)
def test_the_wrong_place_is_named(data, path):
    with pytest.raises(DefinitionErrors) as caught:
        parse(data, FACTS, "when")
    prefix = "when" if not path else f"when.{path}"
    assert [error.path for error in caught.value] == [prefix]


def test_all_errors_are_told_at_once():
    with pytest.raises(DefinitionError) as caught:
        parse({"all": [leaf("x", "=", "1"), leaf("amount", "=", 1)]}, FACTS)
    assert [error.path for error in caught.value.errors] == ["all[0].fact", "all[1].value"]


def test_depth_and_size_are_bounded_and_said_once():
    deep = leaf("urgent", "filled")
    for _level in range(5):
        deep = {"not": deep}
    assert parse(deep, FACTS)
    with pytest.raises(DefinitionErrors):
        parse({"not": deep}, FACTS)
    wide = {"any": [leaf("urgent", "filled")] * 100_000}
    with pytest.raises(DefinitionErrors) as caught:
        parse(wide, FACTS)
    assert len(caught.value.errors) == 1


def test_reads_back_as_a_sentence():
    assert sentence(parse(leaf("amount", ">=", "5000000.50"), FACTS), FACTS) == "金额 ≥ 5,000,000.5"
    with translation.override("en"):
        mixed = {"any": [LARGE_GRASS, {"not": leaf("category", "in", ["grass", "border"])}, leaf("urgent", "=", True)]}
        assert sentence(parse(mixed, FACTS), FACTS) == (
            "(金额 ≥ 5,000,000 and 类别 = 草原生态保护) or not (类别 is one of: 草原生态保护, 边境建设补助) or 紧急 = yes"
        )


@pytest.mark.parametrize(
    ("data", "contradictory"),
    [
        ({"all": [leaf("amount", ">", "5"), leaf("amount", "<", "5")]}, True),
        ({"all": [leaf("amount", ">", "5"), leaf("amount", "<", "5.02")]}, False),
        ({"all": [leaf("amount", ">", "5"), leaf("amount", "<", "5.01")]}, True),
        ({"all": [leaf("years", ">", 2), leaf("years", "<", 3)]}, True),
        (
            {"all": [leaf("category", "!=", "grass"), leaf("category", "!=", "border"), leaf("category", "filled")]},
            True,
        ),
        ({"all": [leaf("category", "=", "grass"), {"not": leaf("category", "in", ["grass", "border"])}]}, True),
        ({"all": [leaf("title", "=", "a"), leaf("title", "contains", "b")]}, True),
        ({"all": [leaf("title", "contains", "a"), leaf("title", "contains", "b")]}, False),
        ({"all": [leaf("tags", "contains", "a"), {"not": leaf("tags", "contains", "a")}]}, True),
        ({"all": [leaf("amount", "empty"), leaf("amount", "!=", "1")]}, True),
        ({"all": [leaf("amount", "empty"), {"not": leaf("amount", "=", "1")}]}, False),
        ({"all": [{"any": [leaf("years", "=", 1), leaf("years", "=", 2)]}, leaf("years", ">", 2)]}, True),
        ({"not": {"any": [leaf("urgent", "=", True), leaf("urgent", "=", False), leaf("urgent", "empty")]}}, True),
        ({"all": [leaf("start", ">", "9999-12-31")]}, True),
        ({"all": [leaf("rate", ">", "1.5"), leaf("rate", "<", "1.6")]}, False),
    ],
)
def test_contradictions_are_found(data, contradictory):
    assert is_contradictory(parse(data, FACTS), FACTS) is contradictory


VALUES = {
    Kind.MONEY: st.sampled_from(["0", "1.00", "1.01", "2"]),
    Kind.PERCENT: st.sampled_from(["0", "0.5", "1"]),
    Kind.INTEGER: st.integers(0, 3),
    Kind.DATE: st.sampled_from(["2026-01-01", "2026-01-02", "2026-01-03"]),
    Kind.TEXT: st.sampled_from(["a", "ab", "b"]),
    Kind.CHOICE: st.sampled_from(["grass", "border"]),
    Kind.MULTICHOICE: st.sampled_from(["a", "b"]),
    Kind.BOOLEAN: st.booleans(),
}


@st.composite
def comparisons(draw):
    fact = draw(st.sampled_from(FACTS))
    kind = Kind(fact.kind)
    op = draw(st.sampled_from(OPS[kind]))
    if op in ("empty", "filled"):
        return leaf(fact.key, op)
    return leaf(fact.key, op, [draw(VALUES[kind])] if op in LISTED else draw(VALUES[kind]))


conditions = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)


def _depth(data):
    inner = data.get("all") or data.get("any") or ([data["not"]] if "not" in data else [])
    return 1 + max(map(_depth, inner), default=0)


@st.composite
def documents(draw):
    values = {}
    for fact in FACTS:
        kind = Kind(fact.kind)
        one = draw(st.none() | VALUES[kind])
        values[fact.key] = [one] if one is not None and kind == Kind.MULTICHOICE else one
    return values


@settings(max_examples=150, deadline=None)
@given(conditions.filter(lambda data: _depth(data) <= 6), documents())
def test_json_round_trip_and_what_is_contradictory_never_holds(data, values):
    condition = parse(data, FACTS)
    assert as_json(condition) == data
    assert facts_of(condition) == {one.fact for one in leaves(condition) if isinstance(one, Comparison)}
    assert sentence(condition, FACTS)
    if evaluate(condition, values):
        assert not is_contradictory(condition, FACTS)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["all", "any", "not", "fact", "op", "value", "x"]), inner, max_size=4),
        st.fixed_dictionaries(
            {"fact": st.sampled_from(["amount", "tags", "title"]) | inner, "op": st.just("=") | inner}
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(json_values)
def test_whatever_comes_in_only_definition_errors_come_out(data):
    with suppress(DefinitionErrors):
        assert evaluate(parse(data, FACTS), {}) in (True, False)
