"""Worked examples: every row of the tables of 5.4 and 5.5, and what hostile figures come to."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.performance import scoring
from apps.performance.scoring import Gap, Limits, Measured, Wanted
from apps.performance.scoring.indicators import AT_LEAST, AT_MOST, EQUAL, WORDS
from apps.performance.scoring.lamps import is_rate

D = Decimal


def judged(nature, target, actual, weight="10", measure=""):
    value = None if target is None else D(target)
    return scoring.judge_indicator(
        Wanted(nature, value, D(weight), measure), Measured(None if actual is None else D(actual))
    )


# nature, target, actual, weight, points
TABLE = [
    (AT_LEAST, "2000", "2000", "20", "20"),
    (AT_LEAST, "2000", "2600", "20", "20"),
    (AT_LEAST, "2000", "1700", "20", "17.00"),
    (AT_LEAST, "3", "1", "10", "3.33"),
    (AT_LEAST, "3", "2", "10", "6.67"),
    (AT_LEAST, "8", "1", "1.16", "0.15"),  # 0.145, half up
    (AT_LEAST, "10", "-5", "10", "0"),
    (AT_LEAST, "0", "0", "10", "10"),
    (AT_LEAST, "0", "-1", "10", "0"),
    (AT_LEAST, "-5", "-4", "10", "10"),
    (AT_LEAST, "-5", "-10", "10", "0"),
    (AT_MOST, "180", "180", "15", "15"),
    (AT_MOST, "180", "-1", "15", "15"),
    (AT_MOST, "180", "225", "15", "11.25"),
    (AT_MOST, "180", "359", "15", "0.08"),
    (AT_MOST, "180", "360", "15", "0"),
    (AT_MOST, "180", "999", "15", "0"),
    (AT_MOST, "0", "0", "15", "15"),
    (AT_MOST, "0", "1", "15", "0"),
    (AT_MOST, "-2", "-3", "15", "15"),
    (AT_MOST, "-2", "-1", "15", "0"),
    (EQUAL, "12", "12", "6", "6"),
    (EQUAL, "12", "9", "6", "4.50"),
    (EQUAL, "12", "13", "6", "6"),
    (EQUAL, "0", "0", "6", "6"),
    (EQUAL, "0", "2", "6", "0"),
    (EQUAL, "-3", "-3", "6", "6"),
    (EQUAL, "-3", "-2", "6", "0"),
]


@pytest.mark.parametrize(("nature", "target", "actual", "weight", "score"), TABLE)
def test_scores_of_the_table(nature, target, actual, weight, score):
    assert judged(nature, target, actual, weight).score == D(score)


@pytest.mark.parametrize(
    ("tier", "share", "score", "gap"),
    [
        ("reached", "100", "10", None),
        ("reached", "80", "8", None),
        ("partly", "79.99", "8.00", None),
        ("partly", "60", "6", None),
        ("missed", "59.5", "5.95", None),
        ("missed", "0", "0", None),
        ("partly", "80", None, Gap.OFF_TIER),
        ("missed", "60", None, Gap.OFF_TIER),
        ("reached", "79", None, Gap.OFF_TIER),
        ("reached", None, None, Gap.NO_TIER),
        ("", "90", None, Gap.NO_TIER),
        ("", None, None, Gap.NO_VALUE),
    ],
)
def test_goals_in_words_by_tier_and_share(tier, share, score, gap):
    measured = Measured(tier=tier, share=None if share is None else D(share))
    found = scoring.judge_indicator(Wanted(WORDS, None, D(10)), measured)
    assert (found.score, found.gap) == (None if score is None else D(score), gap)


def test_what_is_missing_is_never_a_nought():
    assert judged(AT_LEAST, "10", None) == scoring.Judged(None, Gap.NO_VALUE)
    assert judged(AT_LEAST, None, "10") == scoring.Judged(None, Gap.NO_TARGET)
    assert scoring.execution_score(D(10), D(0), D(5)) is None
    assert scoring.ticked(D(5), 0, 0) is None


@pytest.mark.parametrize(
    ("target", "actual", "gap"),
    [
        ("95", "0.95", Gap.FRACTION),
        ("0.95", "95", Gap.FRACTION),
        ("1", "0.5", None),
        ("95", "0", None),
        ("95", "94", None),
    ],
)
def test_per_cent_typed_as_a_fraction_is_not_scored(target, actual, gap):
    assert judged(AT_LEAST, target, actual, measure="%").gap == gap
    assert judged(AT_LEAST, target, actual, measure="亩").gap is None


@pytest.mark.parametrize(
    ("target", "measured", "gap", "lamp"),
    [
        ("95", Measured(D("0.95")), Gap.FRACTION, ""),
        ("95", Measured(D("0.4"), is_checked=True), None, "red"),
        ("0.5", Measured(D(40)), Gap.FRACTION, ""),
        ("0.5", Measured(D(40), is_checked=True), None, "blue"),
        ("95", Measured(D("0.4"), is_typed=False), None, "red"),  # a source computed it
        ("0.95", Measured(D(95), is_typed=False), Gap.FRACTION, ""),  # the target was typed all the same
    ],
)
def test_a_suspected_fraction_is_neither_scored_nor_lit_until_it_is_confirmed(target, measured, gap, lamp):
    wanted = Wanted(AT_LEAST, D(target), D(10), "%")
    found = scoring.judge_indicator(wanted, measured)
    assert (found.gap, found.score is None) == (gap, gap is not None)
    assert scoring.goal_lamp(wanted, measured, scoring.elapsed(6), Limits()) == lamp


@pytest.mark.parametrize(
    ("nature", "target", "actual", "over", "off"),
    [
        (AT_LEAST, "100", "129", False, False),
        (AT_LEAST, "100", "130", True, True),
        (EQUAL, "100", "130", True, True),
        (AT_LEAST, "100", "71", False, False),
        (AT_LEAST, "100", "70", False, True),
        (AT_MOST, "100", "60", False, True),
        (AT_MOST, "100", "131", False, True),
        (AT_LEAST, "0", "50", False, True),
        (AT_LEAST, "0", "0", False, True),
        (AT_MOST, "0", "0", False, False),
        (EQUAL, "0", "0", False, False),
    ],
)
def test_what_must_be_explained(nature, target, actual, over, off):
    found = judged(nature, target, actual)
    assert (found.is_over, found.is_off) == (over, off)


@pytest.mark.parametrize(
    ("budget", "executed", "score", "rate"),
    [
        ("100", "100", "10", "100"),
        ("100", "85.55", "8.56", "85.55"),
        ("100", "130", "10", "130"),
        ("3", "-1", "0", "-33.33"),
    ],
)
def test_execution(budget, executed, score, rate):
    assert scoring.execution_score(D(10), D(budget), D(executed)) == D(score)
    assert scoring.execution_rate(D(budget), D(executed)) == D(rate)


@pytest.mark.parametrize(
    ("score", "grade"),
    [("100", "excellent"), ("90", "excellent"), ("89.99", "good"), ("80", "good"), ("79.99", "fair"), ("60", "fair"), ("59.99", "poor")],
)  # fmt: skip
def test_grades_begin_where_the_scheme_says(score, grade):
    assert scoring.grade_at(D(score), D(90), D(80), D(60)) == grade
    assert scoring.grade_at(D(79), D(80), D(70), D(60)) == "good"


def test_a_total_says_what_was_not_scored():
    total = scoring.add_up([(D(50), D("40.5")), (D(30), None), (D(10), D(0))])
    assert (total.score, total.weight, total.unscored, total.is_whole) == (D("40.5"), D(90), D(30), False)


def test_weights_are_brought_to_a_sum():
    assert scoring.spread([D(20), D(15), D(15)], D(30)) == [D(12), D(9), D(9)]
    assert scoring.spread([D(1)] * 3, D(20)) == [D("6.67"), D("6.67"), D("6.66")]
    assert scoring.spread([D(0), D(0)], D(5)) == [D("2.50"), D("2.50")]
    assert scoring.spread([], D(5)) == []
    assert scoring.cut_of(D("123456.78"), 10) == D("12345.68")
    assert scoring.ticked(D(5), 3, 5) == D(3)


# nature, target, actual, month, curve, lamp
SEASONAL = [0, 0, 0, 0, 0, 10, 40, 80, 100, 100, 100, 100]
LAMPS = [
    (AT_LEAST, "1200", "100", 1, None, "green"),  # 100 %
    (AT_LEAST, "1200", "59.99", 1, None, "red"),
    (AT_LEAST, "1200", "60", 1, None, "yellow"),
    (AT_LEAST, "1200", "79.99", 1, None, "yellow"),
    (AT_LEAST, "1200", "80", 1, None, "green"),
    (AT_LEAST, "1200", "119.99", 1, None, "green"),
    (AT_LEAST, "1200", "120", 1, None, "blue"),
    (AT_LEAST, "1200", "1200", 12, None, "blue"),  # the whole target, though it is 100 % of what is expected
    (AT_LEAST, "1200", "1199", 12, None, "green"),
    (EQUAL, "12", "7", 12, None, "red"),
    (AT_LEAST, "1000", "0", 5, SEASONAL, ""),  # nothing expected yet
    (AT_LEAST, "1000", "1000", 5, SEASONAL, "blue"),
    (AT_LEAST, "1000", "39", 6, SEASONAL, "red"),
    (AT_LEAST, "1000", "79", 6, SEASONAL, "yellow"),
    (AT_LEAST, "1000", None, 6, SEASONAL, ""),
    (EQUAL, "0", "0", 3, None, "green"),
    (EQUAL, "0", "1", 3, None, "red"),
    (AT_LEAST, "-5", "-6", 3, None, "red"),
    (AT_MOST, "180", "180", 3, None, "green"),
    (AT_MOST, "180", "220", 3, None, "yellow"),
    (AT_MOST, "180", "300", 3, None, "red"),
    (AT_MOST, "0", "0", 3, None, "green"),
    (AT_MOST, "0", "1", 3, None, "red"),
]


@pytest.mark.parametrize(("nature", "target", "actual", "month", "curve", "lamp"), LAMPS)
def test_lamps_of_goals(nature, target, actual, month, curve, lamp):
    wanted, measured = Wanted(nature, D(target), D(10)), Measured(None if actual is None else D(actual))
    assert scoring.goal_lamp(wanted, measured, scoring.elapsed(month, curve), Limits()) == lamp


def test_a_rate_is_held_against_the_whole_target():
    wanted, measured = Wanted(AT_LEAST, D(95), D(10), "%"), Measured(D(70))
    assert scoring.goal_lamp(wanted, measured, scoring.elapsed(3), Limits(), is_rate=True) == "yellow"
    assert is_rate("%", "quality", "manual")
    assert not is_rate("%", "quantity", "manual")
    assert not is_rate("亩", "quality", "manual")


@pytest.mark.parametrize(("tier", "lamp"), [("reached", "green"), ("partly", "yellow"), ("missed", "red"), ("", "")])
def test_lamps_of_goals_in_words(tier, lamp):
    assert scoring.goal_lamp(Wanted(WORDS, None, D(10)), Measured(tier=tier), D(100), Limits()) == lamp


@pytest.mark.parametrize(
    ("executed", "budget", "month", "curve", "lamp"),
    [
        ("19.99", "100", 4, None, "red"),
        ("20", "100", 4, None, "yellow"),
        ("26.66", "100", 4, None, "yellow"),
        ("26.67", "100", 4, None, "green"),
        ("100", "100", 4, None, "green"),
        ("0", "0", 4, None, ""),
        ("0", "100", 4, SEASONAL, ""),
        ("0", "100", 6, SEASONAL, "red"),
    ],
)
def test_lamps_of_the_budget(executed, budget, month, curve, lamp):
    assert scoring.budget_lamp(D(executed), D(budget), scoring.elapsed(month, curve), Limits()) == lamp


def test_the_pace_as_it_is_shown():
    assert scoring.pace(D(30), D(100), scoring.elapsed(4)) == D("90.00")
    assert scoring.pace(D(30), D(0), scoring.elapsed(4)) is None
    assert scoring.pace(D(30), D(100), D(0)) is None


def test_the_worst_lamp_counts():
    assert scoring.worst(["blue", "", "yellow", "green"]) == "yellow"
    assert scoring.worst(["", ""]) == ""


numbers = st.decimals(min_value=D("-1000000"), max_value=D("1000000"), places=4)
weights = st.decimals(min_value=D(0), max_value=D(100), places=2)
natures = st.sampled_from([AT_LEAST, AT_MOST, EQUAL])


@given(natures, numbers, numbers, weights)
def test_scores_stay_within_nought_and_the_weight(nature, target, actual, weight):
    score = scoring.judge_indicator(Wanted(nature, target, weight), Measured(actual)).score
    assert score is not None
    assert 0 <= score <= weight


@given(natures, st.decimals(min_value=D("0.0001"), max_value=D("1000000"), places=4), numbers, numbers, weights)
def test_more_is_never_worse_where_more_is_wanted(nature, target, one, other, weight):
    low, high = sorted((one, other))
    first, second = (
        scoring.judge_indicator(Wanted(nature, target, weight), Measured(actual)).score for actual in (low, high)
    )
    assert first >= second if nature == AT_MOST else first <= second


@given(st.lists(st.tuples(weights, st.none() | weights), max_size=20))
def test_a_total_adds_up(lines):
    lines = [(weight, None if score is None else min(score, weight)) for weight, score in lines]
    total = scoring.add_up(lines)
    assert 0 <= total.score <= total.weight - total.unscored


@given(st.lists(weights, min_size=1, max_size=12), weights)
def test_spread_weights_sum_to_the_whole(given_weights, whole):
    parts = scoring.spread(given_weights, whole)
    assert sum(parts) >= whole
    assert sum(parts) - whole < D("0.07")
    assert min(parts) >= 0


@given(numbers, numbers, st.integers(1, 12))
def test_budget_lamps_are_monotone(one, other, month):
    order = ["red", "yellow", "green"]
    low, high = sorted((one, other))
    lamps = [scoring.budget_lamp(value, D(500000), scoring.elapsed(month), Limits()) for value in (low, high)]
    assert order.index(lamps[0]) <= order.index(lamps[1])
