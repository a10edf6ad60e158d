"""Figures over the reviews of a year: durations, reductions, agreement, fairness of draws."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import client_of
from apps.projects.filters import within
from apps.review.models import Dossier, Draw, DrawKind, DrawState, Review, ReviewItem, ReviewKind, ReviewState
from apps.review.selectors.statistics import fairness_of, figures
from apps.review.tests import factories as make
from apps.review.tests.scored import hand_in, scored_review
from imbudget.kit.actor import NOBODY, system_actor

pytestmark = pytest.mark.django_db
BEGUN = datetime(2026, 3, 2, 8, tzinfo=UTC)
SYSTEM = system_actor("tests")


@pytest.fixture
def decided(world, monkeypatch):
    """Three projects of the banner, handed in on one day and decided 10, 20 and 40 days later."""
    with monkeypatch.context() as clock:
        clock.setattr(timezone, "now", lambda: BEGUN)
        scores = [["60", "60", "60"], ["80", "80", "80"], ["90", "90", "90"]]
        review, members, items = scored_review(world, scores, ReviewKind.BUDGET, year=2026)
    hand_in(members[0], items[0], "61", round=2)  # talked over: agreement is that of the first round
    Review.objects.filter(pk=review.pk).update(state=ReviewState.CLOSED)
    for item, amount, days in zip(items, (800_000, 600_000, 400_000), (10, 20, 40), strict=True):
        verdict = "support" if amount == 800_000 else "partial"
        ReviewItem.objects.filter(pk=item.pk).update(verdict=verdict, amount=Decimal(amount))
        closed = BEGUN + timedelta(days=days)
        Dossier.objects.filter(pk=item.dossier_id).update(state="stored", closed_at=closed)
    return review


def test_the_figures_of_a_kind(world, decided, django_assert_num_queries):
    make.make_review(
        world.tree.banner, [make.waiting_project(world)], year=2026, number=9
    )  # nothing has come out of it yet
    with django_assert_num_queries(4):
        (row,) = figures(SYSTEM, {}, 2026)
    assert (row.region, row.kind, len(row.reviews), row.projects) == (world.tree.banner.name, "budget", 1, 3)
    assert row.verdicts == {"support": 1, "partial": 2}
    # (2,400,000 − 1,800,000) / 2,400,000
    assert row.rate == Decimal("25.00")
    assert row.alpha == pytest.approx(1)
    # The middle of 10, 20, 40; nine tenths of two steps lie at 20 + 0.8 × 20
    assert (row.spread.count, row.spread.median, row.spread.ninetieth) == (3, 20, pytest.approx(36))


def test_figures_are_those_that_the_reader_may_see(world, decided):
    league = make.leader(world.tree.league)
    assert len(figures(league, within(world.tree.banner.pk), 2026)) == 1
    assert figures(league, within(world.tree.neighbour.pk), 2026) == []
    assert figures(make.leader(world.tree.neighbour), {}, 2026) == []
    assert figures(NOBODY, {}, 2026) == []
    assert figures(league, {}, 2025) == []


def drawn(review, pool, panel, **values):
    """A draw as its record stands: `panel` by field."""
    steps = [[place, pk, code] for place, (pk, code) in enumerate(panel, 1)]
    return Draw.objects.create(
        review=review, number=review.draws.count() + 1, kind=values.pop("kind", DrawKind.FIRST), state=DrawState.DRAWN,
        algorithm="1", operator=review.organiser, drawn_at=BEGUN, pool="\n".join(pool),
        result={"panel": steps} | values,
    )  # fmt: skip


def test_always_the_same_experts_are_noticed(world):
    review = make.make_review(world.tree.banner, [])
    pool = [f"{pk}\temployer{pk}\tgrassland\t" for pk in (1, 2, 3, 4)]
    pool.append("5\temployer5\tgrassland\temployer")
    pool.append("6\temployer6\tfinance\t")
    for _ in range(10):
        drawn(review, pool, [(1, "grassland"), (2, "grassland")])
    found = fairness_of(world.tree.banner, 2026)
    # Neither who was to be avoided nor who does not know the field is expected; 5 of each of four: 4 × 25/5
    assert (found.draws, found.experts, found.statistic) == (10, 4, pytest.approx(20))
    assert fairness_of(world.tree.banner, 2025) is None
    assert fairness_of(world.tree.neighbour, 2026) is None


def test_a_replacement_is_drawn_from_those_who_are_left(world):
    review = make.make_review(world.tree.banner, [])
    pool = [f"{pk}\temployer{pk}\tgrassland\t" for pk in (1, 2, 3, 4)]
    for _ in range(10):
        drawn(review, pool, [(3, "")], seen=[1], barred={"2": ["gone"]})
    found = fairness_of(world.tree.banner, 2026)
    assert (found.experts, found.statistic) == (2, pytest.approx(10))  # 5 expected of 3 and of 4: 25/5 + 25/5


def test_the_page_of_figures(world, decided):
    page = client_of("finance_leader", world.tree.banner)
    address = reverse("review:statistics")
    shown = page.get(address, {"year": 2026}).content.decode()
    assert "25.00%" in shown
    assert "36.0" in shown
    assert page.get(address, {"year": 2026, "draws": 1}).status_code == 200
    assert page.get(address, {"region": world.tree.neighbour.pk}).status_code == 404
    assert page.get(address, {"region": "x", "year": "²"}).status_code == 200
    assert client_of("unit_clerk", world.unit).get(address).status_code == 403
