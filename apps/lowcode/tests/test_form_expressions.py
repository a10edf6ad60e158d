"""Calculations and patterns of forms: what they accept, what they give, and that nothing makes them run for long."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.lowcode.schema.expressions import ExpressionError, parse_expression
from apps.lowcode.schema.patterns import PatternError, parse_pattern


def value(text, numbers=None, tables=None):
    return parse_expression(text).value(
        {key: None if number is None else Decimal(number) for key, number in (numbers or {}).items()}, tables or {}
    )


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 2 - 3", "5"),
        ("8 / 2 / 2", "2"),
        ("-2 * -3", "6"),
        ("--2", "2"),
        ("1 / 3", "0.33"),
        ("2 / 3", "0.67"),
        ("（１＋２）×３÷2", "4.50"),
        ("0.1 + 0.2", "0.30"),
        ("-0.001", "0.00"),
    ],
)
def test_arithmetic_follows_the_rules_of_school(text, result):
    assert value(text) == Decimal(result)
    assert str(value(text)) != "-0.00"


def test_it_reads_fields_and_sums_of_columns():
    rows = [{"cost": Decimal("1.50")}, {"cost": None}, {"cost": Decimal(2)}]
    assert value("sum(items.cost) * rate + base", {"rate": "2", "base": None}, {"items": rows}) == 7
    expression = parse_expression("sum(items.cost) * rate")
    assert expression.fields == {"rate"}
    assert expression.sums == {("items", "cost")}


def test_without_any_filled_field_there_is_no_value():
    assert value("area * 2", {"area": None}) is None
    assert value("sum(items.cost)", {}, {"items": []}) is None
    assert value("area + 1", {"area": "0"}) == 1


def test_a_division_by_zero_gives_no_value():
    assert value("1 / area", {"area": "0"}) is None
    assert value("0 / 0") is None


def test_what_is_too_large_for_an_amount_is_refused():
    with pytest.raises(OverflowError):
        value("area * area", {"area": "999999999999999"})
    assert value("area / area * 3", {"area": "999999999999999"}) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1 +",
        "* 2",
        "1 2",
        "(1",
        "1)",
        "()",
        "a.b",
        "sum(a)",
        "sum a.b",
        "max(a, b)",
        "a ** b",
        "2 ^ 3",
        "__import__('os')",
        "a if b else c",
        "金额 + 1",
        "1e9",
        "(" * 21 + "1" + ")" * 21,
        "1" * 501,
        "1\x00",
        "1e",
    ],
)
def test_what_is_no_arithmetic_is_refused(text):
    with pytest.raises(ExpressionError):
        parse_expression(text)


def test_a_refusal_names_what_does_not_fit():
    with pytest.raises(ExpressionError, match="“!”"):
        parse_expression("a + !b")


def test_the_longest_calculation_runs():
    assert value("-" * 499 + "1") == -1
    assert value("+".join(["1"] * 250)) == 250


@given(st.text(alphabet="0123456789.+-*/() absumt", max_size=60))
def test_any_text_is_a_calculation_or_an_error(text):
    try:
        expression = parse_expression(text)
    except ExpressionError:
        return
    try:
        found = expression.value(dict.fromkeys(expression.fields, Decimal("3.70")), {})
    except OverflowError:
        return
    assert found is None or found == found.quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"[A-Z]{2}\d{4}", "NM0001", "N0001"),
        ("a?b*c+", "bbc", "ab"),
        ("a{2,3}", "aaa", "aaaa"),
        ("a{2,}", "aaaaaaa", "a"),
        ("草原|边境", "边境", "草原边境"),
        ("[^0-9]+", "草", "草1"),
        (r"[\d\-x]{3}", "1-x", "1+x"),
        (r"\d{4}-\d{2}", "2027-01", "2027 01"),
        ("a.c", "a草c", "ac"),
        (r"a\|b", "a|b", "a"),
        ("[a|b]", "|", "c"),
        ("^ab$", "ab", "^ab"),
        (r"\W\S\w", "- a".replace(" ", "x"), "a a"),
        ("[a-]", "-", "b"),
    ],
)
def test_patterns_match_whole_texts(pattern, good, bad):
    parsed = parse_pattern(pattern)
    assert parsed.matches(good)
    assert not parsed.matches(bad)


@pytest.mark.parametrize(
    "pattern",
    ["", "a|", "(a)", "a**", "*a", "a{2", "a{,3}", "a{3,2}", "a{101}", "[a", "[]", "[z-a]", "\\", r"\b", r"\1", "a" * 201,
     ".{100}" * 6],
)  # fmt: skip
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(PatternError):
        parse_pattern(pattern)


def test_a_pattern_that_would_keep_other_engines_busy_for_years():
    parsed = parse_pattern("a*" * 90 + "b")
    assert not parsed.matches("a" * 2000)
    assert parsed.matches("a" * 2000 + "b")


@given(st.text(alphabet="ab[]{}()|*+?.^$\\d-,12", max_size=30), st.text(alphabet="ab12-", max_size=10))
def test_any_text_is_a_pattern_or_an_error(pattern, text):
    try:
        parsed = parse_pattern(pattern)
    except PatternError as error:
        reason = error.args[0]
    else:
        reason = ""
        assert parsed.matches(text) in (True, False)
    assert reason in {"", "long", "group", "repeat", "class", "escape", "empty"}
