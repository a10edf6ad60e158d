"""The arithmetic of suggestions, against figures worked out by hand."""

import math

import numpy as np
import pytest

from apps.budget.forecasting import back_test, forecast
from apps.budget.forecasting.damped import DAMPING, MOST_GROWTH

NAN = math.nan


def kinds(*numbers):
    return np.array(numbers)


def test_steady_growth_of_all_goes_on_damped():
    values = np.array([[100.0, 110.0, 121.0], [200.0, 220.0, 242.0]])
    made = forecast(values, kinds(0, 0))
    assert made.amount == pytest.approx([121 * 1.1**DAMPING, 242 * 1.1**DAMPING])
    assert list(made.points) == [3, 3]


@pytest.mark.parametrize("series", [[NAN, 110.0, 121.0], [100.0, 110.0, NAN], [100.0, 0.0, 121.0], [NAN, NAN, 121.0]])
def test_fewer_than_three_years_in_a_row_give_nothing(series):
    made = forecast(np.array([series, [1.0, 1.0, 1.0]]), kinds(0, 0))
    assert math.isnan(made.amount[0])


def test_a_wild_series_is_drawn_towards_its_kind():
    calm = [[100.0, 102.0, 104.0, 106.0]] * 9
    wild = [100.0, 180.0, 90.0, 170.0]
    made = forecast(np.array([*calm, wild]), np.zeros(10, dtype=int))
    own = math.log(170 / 100) / 3
    assert 170 * 1.01 < made.amount[9] < 170 * math.exp(DAMPING * own)


def test_a_leap_of_one_year_is_cut():
    values = np.array([[1.0, 1.0, 1000.0]])
    assert forecast(values, kinds(0)).amount[0] <= 1000 * math.exp(DAMPING * MOST_GROWTH)


def test_what_stood_before_a_gap_is_left_out():
    with_gap = forecast(np.array([[9.0, NAN, 100.0, 110.0, 121.0]]), kinds(0))
    without = forecast(np.array([[100.0, 110.0, 121.0]]), kinds(0))
    assert with_gap.amount == pytest.approx(without.amount)


def test_the_last_year_is_tried_without_looking_at_it():
    values = np.array([[100.0, 110.0, 121.0, 133.1]])
    tested = back_test(values, kinds(0))
    assert tested.naive_error[0] == pytest.approx(12.1)
    assert tested.error[0] == pytest.approx(133.1 - 121 * 1.1**DAMPING)
    changed = back_test(np.array([[100.0, 110.0, 121.0, 500.0]]), kinds(0))
    assert changed.actual[0] - changed.error[0] == pytest.approx(121 * 1.1**DAMPING)


def test_the_range_comes_from_past_errors_and_holds_the_figure():
    noise = np.random.default_rng(7).normal(0, 0.1, (200, 5))
    values = 100 * np.exp(np.cumsum(noise, axis=1))
    made = forecast(values, np.zeros(200, dtype=int))
    assert (made.low < made.amount).all()
    assert (made.high > made.amount).all()
    assert np.isnan(forecast(values[:5], np.zeros(5, dtype=int)).low).all()


def test_no_series_at_all():
    made = forecast(np.empty((0, 5)), np.empty(0, dtype=int))
    assert len(made.amount) == 0
