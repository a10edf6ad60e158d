"""Definitions of forms: what is read, what is refused and at which path, and what a lower level may change."""

import copy
import json
import random

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.lowcode.errors import DefinitionErrors
from apps.lowcode.schema.fields import FieldType
from apps.lowcode.schema.locks import loosened
from apps.lowcode.schema.parse import parse_form
from apps.lowcode.tests.forms import GRASSLAND, choices, definition, field, form

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def paths(data):
    """Where a definition is wrong, with the sentences."""
    with pytest.raises(DefinitionErrors) as caught:
        parse_form(data)
    return {error.path: error.message for error in caught.value}


def test_a_definition_with_every_type_is_read_and_written_the_same():
    schema = parse_form(GRASSLAND)
    assert {one.type for one in schema} | {FieldType.INTEGER} == set(FieldType)
    assert parse_form(json.loads(json.dumps(schema.as_json()))).as_json() == schema.as_json()
    assert schema.as_json() == GRASSLAND


def test_what_says_nothing_is_left_out_of_the_written_form():
    padded = field(
        "a", required=False, min=None, max="", pattern=None, default=None, shown_if=None, choices=[], columns=[]
    )
    assert form(padded).as_json() == definition(field("a"))


def test_people_and_telephones_are_personal_unless_said_otherwise():
    schema = form(field("a", "person"), field("b", "phone", data_class="ordinary"), field("c"))
    assert [one.protected for one in schema] == [True, False, False]
    assert [fact.key for fact in schema.facts()] == ["b", "c"], "conditions of flows see no personal data"


def test_labels_read_in_the_language_of_the_page():
    one = form(field("a")).field("a")
    with translation.override("zh-hans"):
        assert str(one.label) == "字段a"
    with translation.override("mvf"):
        assert str(one.label) == "ᠲᠠᠯᠠᠪᠤᠷᠢ"


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (None, ""),
        ([], ""),
        ({}, "format"),
        ({"format": 2, "fields": [field("a")]}, "format"),
        ({"format": 1, "fields": []}, "fields"),
        ({"format": 1, "fields": [field("a")], "extra": 1}, "extra"),
        (definition(7), "fields[0]"),
        (definition(*[field(f"f{n}") for n in range(201)]), "fields"),
        (definition(field("A")), "fields[0].key"),
        (definition(field("sum")), "fields[0].key"),
        (definition(field("a"), field("a")), "fields[1].key"),
        (definition(field("a", "email")), "fields[0].type"),
        (definition(field("a", ["text"])), "fields[0].type"),
        (definition(field("a", label={"mn": "ᠠ"})), "fields[0].label.zh"),
        (definition(field("a", label="字段")), "fields[0].label"),
        (definition(field("a", required="yes")), "fields[0].required"),
        (definition(field("a", colour="red")), "fields[0].colour"),
        (definition(field("a", choices=choices("x"))), "fields[0].choices"),
        (definition(field("a", "heading", required=True)), "fields[0].required"),
        (definition(field("a", min="-1")), "fields[0].min"),
        (definition(field("a", "amount", min="1", max="0.5")), "fields[0].max"),
        (definition(field("a", "amount", max="NaN")), "fields[0].max"),
        (definition(field("a", "integer", max="1.5")), "fields[0].max"),
        (definition(field("a", "date", min="46023")), "fields[0].min"),
        (definition(field("a", pattern="(a+)+")), "fields[0].pattern"),
        (definition(field("a", default="12345", max="3")), "fields[0].default"),
        (definition(field("a", "person", default="巴特尔")), "fields[0].default"),
        (definition(field("a", "choice")), "fields[0].choices"),
        (definition(field("a", "choice", choices=choices("x", "x"))), "fields[0].choices[1].value"),
        (definition(field("a", "choice", choices=[{"value": "x"}])), "fields[0].choices[0].zh"),
        (definition(field("a", "choice", choices=["x"])), "fields[0].choices[0]"),
        (definition(field("a", "choice", choices=choices("x"), default="y")), "fields[0].default"),
        (definition(field("a", "code")), "fields[0].catalog"),
        (definition(field("a", "code", catalog="other")), "fields[0].catalog"),
        (definition(field("a", data_class="secret")), "fields[0].data_class"),
        (definition(field("a", "table")), "fields[0].columns"),
        (
            definition(field("a", "table", columns=[field("b", "table", columns=[field("c")])])),
            "fields[0].columns[0].type",
        ),
        (definition(field("a", "computed")), "fields[0].expression"),
        (definition(field("a", "computed", expression="b + 1")), "fields[0].expression"),
        (definition(field("b"), field("a", "computed", expression="b + 1")), "fields[1].expression"),
        (definition(field("a", "computed", expression="a + 1")), "fields[0].expression"),
        (definition(field("a", "computed", expression="b"), field("b", "amount")), "fields[0].expression"),
        (definition(field("a", "computed", expression="sum(t.x)")), "fields[0].expression"),
        (
            definition(field("t", "table", columns=[field("x")]), field("a", "computed", expression="sum(t.x)")),
            "fields[1].expression",
        ),
        (definition(field("a", shown_if={"fact": "b", "op": "="})), "fields[0].shown_if.fact"),
        (definition(field("a", shown_if={"fact": "a", "op": "filled"})), "fields[0].shown_if.fact"),
        (
            definition(
                field("n", "amount"),
                field(
                    "a",
                    shown_if={"all": [{"fact": "n", "op": "<", "value": "1"}, {"fact": "n", "op": ">", "value": "2"}]},
                ),
            ),
            "fields[1].shown_if",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_path(data, path):
    found = paths(data)
    assert path in found
    assert found[path]


def test_everything_wrong_is_told_at_once():
    assert set(paths(definition(field("A"), field("b", "email"), field("c", min="x")))) == {
        "fields[0].key",
        "fields[1].type",
        "fields[2].min",
    }


@given(JSON)
@settings(max_examples=150)
def test_any_json_is_a_form_or_a_list_of_errors(data):
    found = []
    try:
        parse_form(data)
    except DefinitionErrors as errors:
        found = [error.message for error in errors]
    assert all(found)


@given(st.integers(), JSON)
@settings(max_examples=300)
def test_a_form_with_one_part_replaced_is_a_form_or_a_list_of_errors(seed, junk):
    data = copy.deepcopy(GRASSLAND)
    node, random_ = data, random.Random(seed)
    while True:
        key = random_.choice(list(node) if isinstance(node, dict) else range(len(node)))
        if not isinstance(node[key], dict | list) or not node[key] or random_.random() < 0.3:
            break
        node = node[key]
    node[key] = junk
    try:
        schema = parse_form(data)
    except DefinitionErrors:
        return
    assert parse_form(schema.as_json()).as_json() == schema.as_json()


LOCKED = definition(
    field("area", "amount", required=True, min="100", max="900", locked=True),
    field("number", pattern="[A-Z]+", locked=True),
    field("kind", "choice", choices=choices("a", "b"), locked=True),
    field("items", "table", locked=True, columns=[field("price", "amount", required=True)]),
    field("note"),
)


def test_a_lower_level_may_add_and_tighten_and_reorder():
    data = copy.deepcopy(LOCKED)
    area, number, kind, items, _note = data["fields"]
    area |= {"min": "200", "max": "800", "help": {"zh": "亩"}, "data_class": "personal"}
    items["columns"].append(field("weight", "amount"))
    data["fields"] = [field("own"), items, number, kind, area]
    assert loosened(parse_form(LOCKED), parse_form(data)) == []


@pytest.mark.parametrize(
    ("place", "change", "path"),
    [
        (0, None, "fields"),
        (0, {"required": False}, "fields[0].required"),
        (0, {"min": "50"}, "fields[0].min"),
        (0, {"min": None}, "fields[0].min"),
        (0, {"max": "901"}, "fields[0].max"),
        (0, {"locked": False}, "fields[0].locked"),
        (0, {"type": "integer"}, "fields[0].type"),
        (0, {"label": {"zh": "别的"}}, "fields[0].label"),
        (1, {"pattern": ".*"}, "fields[1].pattern"),
        (1, {"pattern": None}, "fields[1].pattern"),
        (2, {"choices": choices("a", "b", "c")}, "fields[2].choices"),
        (2, {"shown_if": {"fact": "area", "op": ">", "value": "500"}}, "fields[2].shown_if"),
        (3, {"columns": [field("other", "amount")]}, "fields[3].columns"),
        (3, {"columns": [field("price", "amount")]}, "fields[3].columns[0].required"),
    ],
)
def test_a_lower_level_does_not_loosen_what_the_upper_one_locks(place, change, path):
    data = copy.deepcopy(LOCKED)
    if change is None:
        del data["fields"][place]
    else:
        data["fields"][place] |= change
    assert [error.path for error in loosened(parse_form(LOCKED), parse_form(data))] == [path]


def test_a_locked_field_keeps_its_data_class():
    upper = form(field("a", data_class="sensitive", locked=True))
    assert [error.path for error in loosened(upper, form(field("a", data_class="personal", locked=True)))] == [
        "fields[0].data_class"
    ]


def test_a_pattern_of_characters_that_no_database_takes_is_named():
    for source in ("[\x00-\x01]", "a\ud800"):
        assert set(paths(definition(field("a", pattern=source)))) == {"fields[0].pattern"}
