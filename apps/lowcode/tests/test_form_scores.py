"""Scores of a sheet: their full mark and band, the comment beside them, and how a lower level may change them."""

from decimal import Decimal

import pytest
from django.test import RequestFactory

from apps.lowcode.errors import DefinitionErrors
from apps.lowcode.rendering import AnswerForm
from apps.lowcode.schema.answers import clean_answers
from apps.lowcode.schema.display import differences, display, search_text
from apps.lowcode.schema.locks import loosened
from apps.lowcode.schema.parse import parse_form
from apps.lowcode.tests.forms import FakeLookups, definition, field, form

BANDED = {"max": "10", "low": "4", "high": "9"}
SHEET = form(field("a", "score", required=True, **BANDED), field("b", "score", max="5"))


def clean(raw, schema=SHEET, **options):
    return clean_answers(schema, raw, lookups=FakeLookups(), **options)


@pytest.mark.parametrize("written", ["7", "7.0", "７", 7, 7.0])
def test_the_same_score_is_kept_as_one_text(written):
    assert clean({"a": written}).values == {"a": "7"}


@pytest.mark.parametrize("written", ["-1", "10.01", "4.123", "good", [], {}, True, "1e1", "1" * 40])
def test_what_is_no_score_within_the_full_mark_is_refused(written):
    assert set(clean({"a": written}).errors) == {"a"}


@pytest.mark.parametrize(("mark", "wants"), [("3.99", True), ("4", False), ("9", False), ("9.01", True)])
def test_a_score_outside_of_its_band_needs_a_comment(mark, wants):
    assert set(clean({"a": mark}).errors) == ({"a__comment"} if wants else set())
    assert clean({"a": mark, "a__comment": "理由"}).values == {"a": mark, "a__comment": "理由"}
    assert not clean({"a": mark}, draft=True).errors, "a draft may lack it"


def test_a_score_without_a_band_needs_none_and_may_have_one():
    assert clean({"a": "5", "b": "0"}).values == {"a": "5", "b": "0"}
    assert clean({"a": "5", "b": "0", "b__comment": "无"}).values["b__comment"] == "无"


@pytest.mark.parametrize("comment", ["x" * 2001, ["x"], {"a": 1}, True])
def test_a_comment_is_text_of_a_length(comment):
    assert set(clean({"a": "5", "a__comment": comment}).errors) == {"a__comment"}


def test_only_scores_have_comments():
    assert set(clean({"a": "5", "c__comment": "x"}).errors) == {"c__comment"}
    schema = form(field("t"))
    assert set(clean({"t__comment": "x"}, schema).errors) == {"t__comment"}


def test_a_hidden_score_is_neither_kept_nor_asked_for():
    shown_if = {"fact": "kind", "op": "=", "value": "x"}
    schema = form(field("kind"), field("a", "score", required=True, shown_if=shown_if, **BANDED))
    assert clean({"kind": "y", "a": "1", "a__comment": "z"}, schema).values == {"kind": "y"}


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({}, "max"),
        ({"max": "0"}, "max"),
        ({"max": "-5"}, "max"),
        ({"max": "1001"}, "max"),
        ({"max": "ten"}, "max"),
        ({"max": "10", "weight": "0"}, "weight"),
        ({"max": "10", "weight": "1001"}, "weight"),
        ({"max": "10", "low": "11"}, "low"),
        ({"max": "10", "low": "-1"}, "low"),
        ({"max": "10", "high": "11"}, "low"),
        ({"max": "10", "low": "6", "high": "5"}, "low"),
        ({"max": "10", "min": "1"}, "min"),
        ({"max": "10", "default": "5"}, "default"),
        ({"max": "10", "data_class": "personal"}, "data_class"),
    ],
)
def test_a_score_that_cannot_be_is_refused_at_its_place(values, path):
    with pytest.raises(DefinitionErrors) as caught:
        parse_form(definition(field("a", "score", **values)))
    assert f"fields[0].{path}" in {error.path for error in caught.value}


@pytest.mark.parametrize("keys", [("a", "a__comment"), ("a__comment", "a")])
def test_no_field_takes_the_place_of_a_comment(keys):
    fields = [field(key, "score", max="5") if key == "a" else field(key) for key in keys]
    with pytest.raises(DefinitionErrors) as caught:
        parse_form(definition(*fields))
    assert {error.path for error in caught.value} == {"fields[1].key"}


def test_scores_stand_in_no_table_and_no_condition():
    with pytest.raises(DefinitionErrors):
        form(field("t", "table", columns=[field("a", "score", max="5")]))
    with pytest.raises(DefinitionErrors):
        form(field("a", "score", max="5"), field("b", shown_if={"fact": "a", "op": "=", "value": "1"}))


def test_scores_are_computed_with_like_other_numbers():
    schema = form(*[field(key, "score", max="5") for key in "ab"], field("sum2", "computed", expression="a + b"))
    assert clean({"a": "2.5", "b": "4"}, schema).values["sum2"] == "6.50"


@pytest.mark.parametrize("change", [{"max": "9"}, {"max": "12"}, {"low": "5"}, {"high": None}, {"weight": "3"}])
def test_a_locked_score_means_the_same_below(change):
    own = {key: value for key, value in ({"weight": "2"} | BANDED | change).items() if value is not None}
    upper = form(field("a", "score", locked=True, weight="2", **BANDED))
    assert loosened(upper, form(field("a", "score", locked=True, **own)))
    assert not loosened(upper, upper)


def test_a_score_is_shown_with_its_full_mark_and_comment():
    values = {"a": "9.5", "a__comment": "突出"}
    line = display(SHEET, values)[0]
    assert (line.text, line.note, line.kind) == ("9.5 / 10", "突出", "text")
    assert "突出" in search_text(SHEET, values)
    (changed,) = differences(SHEET, values, SHEET, {"a": "9.5", "a__comment": "一般"})
    assert (changed.before, changed.after) == ("9.5 / 10 · 突出", "9.5 / 10 · 一般")


def test_the_page_sends_score_and_comment_and_shows_what_is_wrong():
    sent = RequestFactory().post("/", {"answer-a": "3", "answer-a-comment": "<b>"})
    sheet = AnswerForm(SHEET, data=sent.POST, files=sent.FILES)
    assert sheet.raw == {"a": "3", "a__comment": "<b>", "b": "", "b__comment": ""}
    sheet.refuse({"a__comment": "Say why."})
    assert sheet.errors == {"answer-a": ["Say why."]}
    drawn = str(sheet["answer-a"])
    assert ">&lt;b&gt;</textarea>" in drawn
    assert 'value="3"' in drawn


def test_the_page_shows_what_is_kept():
    drawn = str(AnswerForm(SHEET, values={"a": "3", "a__comment": "差"})["answer-a"])
    assert 'value="3"' in drawn
    assert ">差</textarea>" in drawn
    assert "outside of 4 to 9" in drawn


def test_a_full_mark_is_a_number_of_points():
    assert SHEET.field("a").most == Decimal(10)
