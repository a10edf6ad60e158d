"""What holds of every result, whatever the experts write."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from apps.review.scoring import Need, outliers, ranking, share_out, trimmed_mean
from apps.review.scoring.results import Judged, Opinion, Rules, conclude

marks = st.decimals(0, 100, places=2)
money = st.decimals(0, 10_000_000, places=2)
opinions = st.sampled_from(["support", "partial", "reject", ""])
CENT = Decimal("0.01")


@st.composite
def projects(draw):
    """A project with sheets, some of them naming an amount, and with cost lines that make it up or none."""
    count = draw(st.integers(3, 7))
    lines = draw(st.lists(money, max_size=4))
    submitted = sum(lines, Decimal(0)) if lines else draw(money)
    sheets = [Opinion(draw(marks), draw(opinions), draw(st.none() | money)) for _ in range(count)]
    cuts = {
        number: (line, [draw(st.decimals(0, line, places=2)) for _ in range(count)])
        for number, line in enumerate(lines, 1)
    }
    return Judged(submitted, sheets, cuts)


@given(st.lists(marks, min_size=1, max_size=15), st.integers(0, 10))
def test_a_mean_lies_among_its_values(scores, trim_from):
    assert min(scores) <= trimmed_mean(scores, trim_from) <= max(scores)


@given(st.lists(marks, min_size=1, max_size=15), st.decimals("0.01", 1, places=2))
def test_far_off_is_what_lies_beyond_the_share_and_nothing_else(scores, share):
    far = outliers(dict(enumerate(scores)), share)
    total = sum(scores)
    for place, score in enumerate(scores):
        assert (place in far) == (abs(score * len(scores) - total) > share * total)
    assert outliers(dict.fromkeys(range(5), scores[0]), share) == set()


@given(st.dictionaries(st.integers(), marks, min_size=1, max_size=20))
def test_a_place_counts_those_who_are_better(scores):
    places = ranking(scores)
    for key, standing in places.items():
        assert standing.rank == 1 + sum(score > scores[key] for score in scores.values())
        assert standing.is_tied == (list(scores.values()).count(scores[key]) > 1)


@given(st.lists(st.tuples(st.integers(1, 6), money), max_size=12), money)
def test_funds_are_neither_exceeded_nor_left_while_a_need_is_open(needs, funds):
    wanted = [Need(key, rank, amount) for key, (rank, amount) in enumerate(needs)]
    shares = share_out(wanted, funds)
    assert shares.keys() == {need.key for need in wanted}
    assert all(0 <= shares[need.key] <= need.amount for need in wanted)
    assert all(share == share.quantize(CENT) for share in shares.values())
    assert sum(shares.values()) == min(funds, sum(need.amount for need in wanted))
    for better in wanted:
        for worse in wanted:
            if better.rank < worse.rank and shares[worse.key]:
                assert shares[better.key] == better.amount


@given(
    st.sampled_from(["evaluation", "budget", "competition"]),
    st.lists(projects(), min_size=1, max_size=6),
    st.integers(0, 7),
    marks,
    st.none() | st.decimals(1, 10_000_000, places=2),
)
def test_a_result_never_contradicts_itself(kind, judged, trim_from, pass_mark, funds):
    rules = Rules(kind, trim_from, pass_mark, funds if kind == "competition" else None)
    found = conclude(rules, dict(enumerate(judged)))
    for key, outcome in found.items():
        submitted = judged[key].submitted
        assert 0 <= outcome.recommended <= submitted
        assert outcome.recommended == outcome.recommended.quantize(CENT)
        if outcome.verdict == "support":
            assert outcome.recommended == submitted
        else:
            assert (outcome.recommended == 0) == (outcome.verdict == "reject")
        if kind != "budget" and outcome.score < pass_mark and submitted:
            assert outcome.verdict == "reject"
        for number, amount in outcome.lines.items():
            assert 0 <= amount <= judged[key].lines[number][0]
    if rules.funds is not None:
        assert sum(outcome.recommended for outcome in found.values()) <= rules.funds
