"""Answers to forms: typed, checked on the server, and never an exception whatever is sent."""

import copy
import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.lowcode.schema.answers import MOST_ROWS, clean_answers, totals
from apps.lowcode.schema.parse import parse_form
from apps.lowcode.tests.forms import GOOD, GRASSLAND, FakeLookups, choices, field, form

SCHEMA = parse_form(GRASSLAND)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


def clean(raw, schema=SCHEMA, **options):
    return clean_answers(schema, raw, lookups=FakeLookups(), **options)


def one(type_, raw, **values):
    """The answer to a form of one field, or the sentence about it."""
    cleaned = clean({"a": raw}, form(field("a", type_, **values)))
    return cleaned.errors.get("a") or cleaned.values.get("a")


def test_answers_become_typed_json():
    cleaned = clean(GOOD)
    assert cleaned.errors == {}
    assert cleaned.values == {
        "category": "grassland",
        "area": "12005000.00",
        "share": "12.5",
        "start": "2026-03-01",
        "term": {"from": "2026-01-01", "to": "2026-12-31"},
        "tags": ["a", "c"],
        "herder": "巴特尔",
        "phone": "13800005678",
        "number": "NM0001",
        "items": [
            {"name": "草籽", "price": "10.50", "count": 3, "cost": "31.50"},
            {"name": "围栏", "price": "2.25", "count": 4, "cost": "9.00"},
        ],
        "total": "12005040.50",
        "place": {"id": 1, "code": "150102", "zh": "新城区", "mn": ""},
        "body": {"id": 2, "code": "150102/101001", "zh": "林草局", "mn": ""},
        "subject": {"id": 3, "code": "2130122", "year": 2027, "zh": "农业生产发展", "mn": ""},
        "paper": {"id": "f", "name": "批复.pdf"},
        "worth": "9.5",
        "worth__comment": "优秀",
    }
    json.dumps(cleaned.values)


def test_what_was_stored_reads_again_as_itself():
    stored = clean(GOOD).values
    pointed = {key: GOOD[key] for key in ("place", "body", "subject", "paper")}
    assert clean(stored | pointed).values == stored


def test_totals_of_columns():
    rows = clean(GOOD).values["items"]
    assert {key: str(sum_) for key, sum_ in totals(SCHEMA.field("items"), rows).items()} == {
        "price": "12.75",
        "count": "7",
        "cost": "40.50",
    }


def test_each_wrong_place_has_its_sentence():
    raw = copy.deepcopy(GOOD)
    raw |= {"category": "sea", "area": "1,23", "start": "46023", "herder": " ", "paper": "g", "extra": 1}
    raw["items"][2]["price"] = "two"
    raw["items"][0] |= {"count": "0", "colour": "red"}
    assert set(clean(raw).errors) == {
        "category",
        "area",
        "start",
        "herder",
        "paper",
        "extra",
        "items[2].price",
        "items[0].count",
        "items[0].colour",
    }


def test_what_is_hidden_is_neither_demanded_nor_kept():
    assert "why" not in clean(GOOD | {"why": "secret"}).values
    assert clean(GOOD | {"category": "other"}).errors == {"why": "This field must be filled in."}
    assert clean(GOOD | {"category": "other", "why": "因为"}).values["why"] == "因为"


def test_a_draft_may_leave_out_what_is_required_but_not_be_wrong():
    assert clean({}, draft=True).errors == {}
    assert set(clean({"area": "x"}, draft=True).errors) == {"area"}
    assert set(clean({}).errors) == {"category", "area", "herder"}


def test_computed_fields_are_never_taken_from_outside():
    assert clean(GOOD | {"total": "1"}).values["total"] == "12005040.50"


def test_a_table_may_not_have_endless_rows():
    rows = [{"name": "x", "price": "1"}] * (MOST_ROWS + 1)
    assert set(clean(GOOD | {"items": rows}).errors) == {"items"}


@pytest.mark.parametrize(
    ("type_", "raw", "stored"),
    [
        ("amount", "１２，３４５．６", "12345.60"),
        ("amount", "1.2万元", "12000.00"),
        ("amount", 1200.5, "1200.50"),
        ("amount", "¥ 3", "3.00"),
        ("integer", "１，２００", 1200),
        ("integer", 7, 7),
        ("percent", "12.5％", "12.5"),
        ("date", "2027/3/1", "2027-03-01"),
        ("date", "２０２７－０３－０１", "2027-03-01"),
        ("date", "20270301", "2027-03-01"),
        ("phone", "0471-1234567", "0471-1234567"),
        ("phone", "+86 13800005678", "13800005678"),
        ("text", "  a\nb\x00 ", "a b"),
        ("text", "ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ", "ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ"),
        ("longtext", "a\nb", "a\nb"),
        ("text", "\u200b", None),
        ("text", 12, "12"),
    ],
)
def test_what_people_write_is_understood(type_, raw, stored):
    assert one(type_, raw) == stored


@pytest.mark.parametrize(
    ("type_", "raw", "sentence"),
    [
        ("amount", "1,23", "Write an amount"),
        ("amount", "12.345", "two decimals"),
        ("amount", "-5", "below zero"),
        ("amount", "9" * 16, "too large"),
        ("amount", float("nan"), "Write an amount"),
        ("amount", True, "single value"),
        ("amount", ["1"], "single value"),
        ("integer", "1.5", "whole number"),
        ("integer", 10**400, "too large"),
        ("amount", Decimal("NaN"), "too large"),
        ("percent", "half", "percentage"),
        ("date", "46023", "46023 is a date number of a spreadsheet"),
        ("date", "46023.5", "spreadsheet"),
        ("date", 46023, "spreadsheet"),
        ("date", "2027-02-30", "not a day"),
        ("date", "3/1/2027", "not a day"),
        ("period", {"from": "2027-03-01", "to": "2027-02-01"}, "before it begins"),
        ("period", {"from": "2027-03-01"}, "first and a last"),
        ("period", "2027", "first and a last"),
        ("phone", "12345", "telephone"),
        ("phone", "call me", "telephone"),
        ("text", "\ue234", "old Mongolian"),
        ("text", "x" * 201, "201 characters"),
        ("text", {}, None),
        ("region", "999999", "no such region"),
        ("unit", 3.5, "single value"),
        ("file", ["f"], "no such file"),
        ("table", "x", "rows"),
        ("table", ["x"], "rows"),
    ],
)
def test_what_cannot_be_understood_is_said_clearly(type_, raw, sentence):
    values = {"table": {"columns": [field("b")]}}.get(type_, {})
    found = one(type_, raw, **values)
    assert found is None if sentence is None else sentence in found


@pytest.mark.parametrize(
    ("type_", "values", "raw", "sentence"),
    [
        ("amount", {"min": "10"}, "9.99", "At least 10.00"),
        ("amount", {"max": "10"}, "10.01", "At most 10.00"),
        ("integer", {"max": "3"}, "4", "At most 3"),
        ("percent", {"max": "100"}, "100.01", "At most 100%"),
        ("date", {"min": "2027-01-01"}, "2026-12-31", "At least"),
        ("period", {"max": "2027-12-31"}, {"from": "2027-12-01", "to": "2028-01-01"}, "At most"),
        ("text", {"min": "3"}, "ab", "at least 3"),
        ("text", {"pattern": "[0-9]+"}, "12a", "[0-9]+"),
        ("multichoice", {"choices": choices("a", "b"), "min": "2"}, ["a"], "at least 2"),
        ("multichoice", {"choices": choices("a", "b"), "max": "1"}, ["a", "b"], "at most 1"),
        ("table", {"columns": [field("b")], "min": "2"}, [{"b": "x"}], "At least 2 rows"),
    ],
)
def test_bounds_are_held(type_, values, raw, sentence):
    assert sentence in one(type_, raw, **values)


def test_an_amount_below_zero_needs_a_bound_that_allows_it():
    assert one("amount", "-5", min="-10") == "-5.00"


def test_a_choice_may_be_given_by_its_label():
    assert one("choice", "选项b", choices=choices("a", "b")) == "b"
    assert "none of the choices" in one("choice", "c", choices=choices("a"))


@given(JSON)
@settings(max_examples=150)
def test_any_json_gives_answers_or_errors(raw):
    cleaned = clean(raw)
    json.dumps(cleaned.values, allow_nan=False)
    assert all(isinstance(text, str) and text for text in cleaned.errors.values())


@given(st.dictionaries(st.sampled_from([one.key for one in SCHEMA]), JSON))
@settings(max_examples=300)
def test_any_answers_to_its_fields_give_answers_or_errors(raw):
    cleaned = clean(raw)
    json.dumps(cleaned.values, allow_nan=False)
    assert not set(cleaned.values) & set(cleaned.errors)
