"""The arithmetic of reviews, against numbers worked by hand and a published table."""

from decimal import Decimal

import pytest

from apps.review.scoring import (
    Need,
    Standing,
    dropped,
    mean_of,
    outliers,
    panel_verdict,
    ranking,
    reduction_rate,
    share_out,
    trimmed_mean,
    verdict_of_amount,
)

D = Decimal
FIVE = [D("92"), D("85.5"), D("88"), D("60"), D("86")]


def test_highest_and_lowest_fall_away_from_the_number_on():
    # 92 and 60 fall away: (85.5 + 88 + 86) / 3 = 259.5 / 3 = 86.50
    assert trimmed_mean(FIVE, 5) == D("86.50")
    # Six are asked for: (92 + 85.5 + 88 + 60 + 86) / 5 = 411.5 / 5 = 82.30
    assert trimmed_mean(FIVE, 6) == D("82.30")
    assert trimmed_mean(FIVE, 0) == D("82.30")


def test_of_equal_highest_scores_one_falls_away():
    # 90, 90, 90, 70, 60 → 90, 90, 70: 250 / 3 = 83.333…
    assert trimmed_mean([D(90), D(60), D(90), D(70), D(90)], 5) == D("83.33")


def test_what_falls_away_is_named():
    assert dropped(dict(zip("ABCDE", FIVE, strict=True)), 5) == ("A", "D")
    assert dropped(dict(zip("ABCDE", FIVE, strict=True)), 6) is None
    assert dropped(dict(zip("ABCDE", FIVE, strict=True)), 0) is None
    assert dropped({"A": D(80), "B": D(60)}, 1) is None
    assert dropped({"A": D(80), "B": D(80), "C": D(80)}, 3) == ("C", "A")  # of equal ones each falls away once


def test_two_scores_are_never_trimmed_away():
    assert trimmed_mean([D(80), D(60)], 1) == D("70.00")


def test_a_mean_is_rounded_half_up():
    # (80.01 + 80.00) / 2 = 80.005
    assert mean_of([D("80.01"), D("80.00")]) == D("80.01")
    with pytest.raises(ValueError, match="no values"):
        mean_of([])


def test_far_off_is_more_than_the_share_of_the_mean():
    # (90 + 80 + 100 + 60 + 70) / 5 = 80; a fifth of it is 16: 64 to 96 are not far off.
    assert outliers({1: D(90), 2: D(80), 3: D(100), 4: D(60), 5: D(70)}, D("0.20")) == {3, 4}


def test_exactly_as_far_as_the_share_is_not_far_off():
    # (96 + 64 + 80) / 3 = 80, 80 ± 16
    assert outliers({"a": D(96), "b": D(64), "c": D(80)}, D("0.20")) == set()
    assert outliers({"a": D("96.01"), "b": D("63.99"), "c": D(80)}, D("0.20")) == {"a", "b"}


def test_a_mean_with_endless_decimals_is_not_rounded_before_it_is_compared():
    # 80 + 80 + 50 = 210, mean 70; with 100/3: 40 + 40 + 20 = 100, mean 33.33…, limit 6.66…: 40 lies 6.66… off, no more
    assert outliers({1: D(40), 2: D(40), 3: D(20)}, D("0.20")) == {3}
    assert outliers({}, D("0.20")) == set()
    assert outliers({1: D(0), 2: D(0)}, D("0.20")) == set()


def test_equal_scores_share_a_place_and_the_next_one_counts_them():
    found = ranking({"a": D("85.00"), "b": D("91.50"), "c": D("85.00"), "d": D("84.99"), "e": D("85")})
    assert found == {
        "b": Standing(1),
        "a": Standing(2, True),
        "c": Standing(2, True),
        "e": Standing(2, True),
        "d": Standing(5),
    }


@pytest.mark.parametrize(
    ("opinions", "score", "verdict"),
    [
        (["support", "support", "partial"], "75", "support"),  # two of three
        (["support", "support", "partial", "reject"], "75", "partial"),  # two of four are no majority
        (["reject", "reject", "support"], "75", "reject"),
        (["reject", "support"], "75", "partial"),  # half are not more than half
        (["support", "support", "support"], "59.99", "reject"),  # below the pass mark
        (["support", "support", "support"], "60.00", "support"),
        (["", "", ""], "60", "support"),
        (["support", "", ""], None, "support"),
    ],
)
def test_the_majority_and_the_pass_mark_decide(opinions, score, verdict):
    assert panel_verdict(opinions, D(score) if score else None, D(60)) == verdict


def test_how_much_is_left_says_what_a_review_of_the_budget_concludes():
    assert verdict_of_amount(D(100), D(100)) == "support"
    assert verdict_of_amount(D(100), D("99.99")) == "partial"
    assert verdict_of_amount(D(100), D(0)) == "reject"


def test_the_rate_of_reduction():
    # (1,200,000 − 1,050,000) / 1,200,000 = 12.5 %
    assert reduction_rate(D(1_200_000), D(1_050_000)) == D("12.50")
    assert reduction_rate(D(3), D(2)) == D("33.33")
    assert reduction_rate(D(0), D(0)) is None


def test_funds_are_given_by_rank_until_they_end():
    needs = [Need("third", 3, D(300)), Need("first", 1, D(500)), Need("second", 2, D(400))]
    # 1000 − 500 = 500, − 400 = 100 left of the 300 that the third one needs
    assert share_out(needs, D(1000)) == {"first": D(500), "second": D(400), "third": D(100)}
    assert share_out(needs, D(800)) == {"first": D(500), "second": D(300), "third": D(0)}


def test_who_shares_the_rank_shares_what_is_left():
    needs = [Need("a", 1, D(100)), Need("b", 2, D(100)), Need("c", 2, D(200)), Need("d", 4, D(50))]
    # 200 − 100 = 100 left for needs of 300: 100 × 100/300 = 33.33, 100 × 200/300 = 66.66, one cent left goes to b
    assert share_out(needs, D(200)) == {"a": D(100), "b": D("33.34"), "c": D("66.66"), "d": D(0)}


def test_nothing_is_given_twice_or_lost():
    needs = [Need(number, 1, D("33.33")) for number in range(7)]
    shares = share_out(needs, D("100.01"))
    assert sum(shares.values()) == D("100.01")
    assert all(share <= D("33.33") for share in shares.values())


def test_needs_of_nothing_are_met():
    assert share_out([Need(1, 1, D(0)), Need(2, 1, D(5))], D(3)) == {1: D(0), 2: D(3)}
