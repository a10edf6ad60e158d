"""Statistics over reviews: a published example, and numbers worked by hand."""

import random

import pytest

from apps.review.scoring.statistics import agreement, fairness, spread

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): four observers, twelve units, with gaps.
OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def units() -> list[list[float]]:
    """What the observers gave each unit."""
    return [[float(row[place]) for row in OBSERVERS if row[place] != "."] for place in range(12)]


def test_the_published_example_of_alpha():
    assert agreement(units()) == pytest.approx(0.849, abs=0.0005)


def test_full_agreement_is_one():
    assert agreement([[80, 80, 80], [60, 60, 60]]) == pytest.approx(1)


def test_one_project_or_one_score_says_nothing():
    assert agreement([[80, 90]]) is None
    assert agreement([[80, 80], [80, 80]]) is None
    assert agreement([[80], [90], []]) is None


def test_median_and_ninetieth_percentile():
    # 10 … 110 in steps of 10: the middle is 60; nine tenths of ten steps are the tenth value, 100
    found = spread(range(10, 120, 10))
    assert (found.count, found.median, found.ninetieth) == (11, 60, 100)
    assert spread([]) is None


def test_always_the_same_two_of_four():
    # Ten draws of two of four: 5 expected of each, 10, 10, 0, 0 seen: 4 × 25/5 = 20; chi-square of 20 with 3 degrees.
    found = fairness([([1, 2, 3, 4], [1, 2])] * 10)
    assert (found.draws, found.experts, found.groups) == (10, 4, 4)
    assert found.statistic == pytest.approx(20)
    assert found.p_value == pytest.approx(0.00017, abs=0.000005)
    assert found.is_suspicious


def test_draws_by_chance_are_not_suspicious():
    chance = random.Random(7)
    pool = list(range(40))
    found = fairness([(pool, chance.sample(pool, 5)) for _ in range(100)])
    assert found.groups == 40
    assert not found.is_suspicious


def test_experts_of_whom_little_is_expected_are_put_together():
    # 20 draws of one of ten: 2 expected of each; three together make 6, the last one joins the third group.
    found = fairness([(list(range(10)), [number % 10]) for number in range(20)])
    assert (found.groups, found.statistic) == (3, pytest.approx(0))


def test_few_draws_say_nothing():
    assert fairness([([1, 2, 3], [1])]) is None
    assert fairness([]) is None
    assert fairness([([], []), ([1], [])]) is None
