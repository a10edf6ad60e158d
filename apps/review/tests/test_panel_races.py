"""Two at once: the last two declarations begin the scoring once, one sheet is handed in once."""

import pytest

from apps.budget.tests.factories import make_world
from apps.evidence.models import Entry
from apps.review.models import MemberState, Review, ReviewState, ScoreSheet
from apps.review.services import panel, sheets
from apps.review.tests.panels import filled, make_team
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing.threads import at_once


@pytest.mark.django_db(transaction=True)
def test_the_last_declarations_at_once_begin_the_scoring_once():
    team = make_team(make_world(), state=ReviewState.FORMING, seats=MemberState.ACCEPTED)
    free = {item.pk: "" for item in team.items}
    results = at_once(
        [lambda place=place: panel.declare(team.actors[place], team.again(place), free) for place in range(3)]
    )
    assert results == [None, None, None]
    assert Review.objects.get().state == ReviewState.SCORING
    assert Entry.objects.filter(event="review.scoring_begun").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_sheet_is_handed_in_once_and_never_beside_its_vacated_seat():
    team = make_team(make_world())
    filled(team, 0, team.items[0])

    def submit():
        return sheets.submit_sheet(team.actors[0], team.again(), team.items[0])

    results = at_once([submit, submit])
    assert sorted(type(result) is ScoreSheet for result in results) == [False, True]
    assert any(isinstance(result, RuleViolation) for result in results)
    assert Entry.objects.filter(event="review.sheet_submitted").count() == 1

    filled(team, 1, team.items[0])
    at_once(
        [
            lambda: sheets.submit_sheet(team.actors[1], team.again(1), team.items[0]),
            lambda: panel.miss(team.organiser, team.again(1), "缺席"),
        ]
    )
    assert team.again(1).state == MemberState.ABSENT
    assert Review.objects.get().state == ReviewState.FORMING
