"""A panel comes together: who may answer, what a declaration does, how seats become free, who is urged."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.evidence.models import Entry
from apps.notices.models import Notice
from apps.review.employers import employer_key
from apps.review.models import Employment, Expert, ExpertState, MemberState, Review, ReviewState
from apps.review.selectors.progress import progress_of
from apps.review.services import panel
from apps.review.tests import factories as make
from apps.review.tests.panels import all_handed_in, make_team
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
FORMING = {"state": ReviewState.FORMING, "seats": MemberState.INVITED}
ACCEPTED = {"state": ReviewState.FORMING, "seats": MemberState.ACCEPTED}


def free(team):
    return {item.pk: "" for item in team.items}


def events(name):
    return Entry.objects.filter(event=name)


# --- invitations and answers ---


def test_who_is_drawn_is_told_until_when_to_answer(world):
    team = make_team(world, **FORMING)
    until = panel.end_of(2, team.review.region)
    team.review.answer_until = until
    panel.invite(team.organiser, team.review, team.members)
    told = Notice.objects.filter(kind="review.invited")
    assert {notice.user_id for notice in told} == {expert.user_id for expert in team.experts}
    assert {notice.url for notice in told} == {reverse("review:desk_review", args=[m.pk]) for m in team.members}
    assert until > timezone.now() + timedelta(days=1)
    assert {notice.params["until"] for notice in told} == {f"{timezone.localtime(until):%Y-%m-%d} 23:59"}
    assert events("review.invited").count() == 3


def test_an_expert_accepts_and_the_organiser_is_told(world):
    team = make_team(world, **FORMING)
    panel.accept(team.actors[0], team.again())
    assert team.again().state == MemberState.ACCEPTED
    assert team.again().answered_at
    assert Notice.objects.filter(user_id=team.review.organiser_id, kind="review.answered").count() == 1
    assert events("review.accepted").get().facts["member"] == "A"


@pytest.mark.parametrize("seats", [MemberState.INVITED, MemberState.ACCEPTED])
def test_an_expert_declines_with_a_reason(world, seats):
    team = make_team(world, state=ReviewState.FORMING, seats=seats)
    with pytest.raises(RuleViolation, match="reason"):
        panel.decline(team.actors[0], team.again(), "  ")
    panel.decline(team.actors[0], team.again(), "出差")
    assert (team.again().state, team.again().reason) == (MemberState.DECLINED, "出差")
    assert progress_of(team.review).free == 1
    with pytest.raises(NotAllowed):
        panel.accept(team.actors[0], team.again())


def test_nobody_answers_for_another(world):
    team = make_team(world, **FORMING)
    for verb, more in ((panel.accept, ()), (panel.decline, ("x",)), (panel.declare, (free(team),))):
        for actor in (team.actors[1], team.organiser, make.leader(world.tree.banner)):
            with pytest.raises(NotAllowed, match="themselves"):
                verb(actor, team.again(), *more)
    assert team.again().state == MemberState.INVITED


def test_a_late_answer_counts_while_the_seat_is_there(world):
    team = make_team(world, **FORMING)
    Review.objects.filter(pk=team.review.pk).update(answer_until=timezone.now() - timedelta(days=1))
    panel.accept(team.actors[0], team.again())
    panel.miss(team.organiser, team.again(1), "没有答复")
    with pytest.raises(NotAllowed, match="not open any more"):
        panel.accept(team.actors[1], team.again(1))


def test_who_was_suspended_does_nothing_more(world):
    team = make_team(world, **FORMING)
    Expert.objects.filter(pk=team.experts[0].pk).update(state=ExpertState.SUSPENDED)
    with pytest.raises(NotAllowed, match="pool"):
        panel.accept(team.actors[0], team.again())


def test_a_review_that_was_called_off_is_answered_no_more(world):
    team = make_team(world, **FORMING)
    Review.objects.filter(pk=team.review.pk).update(state=ReviewState.CANCELLED)
    with pytest.raises(NotAllowed):
        panel.accept(team.actors[0], team.again())


# --- declarations ---


def test_the_last_declaration_begins_the_scoring(world):
    team = make_team(world, **ACCEPTED)
    for place, actor in enumerate(team.actors):
        team.review.refresh_from_db()
        assert team.review.state == ReviewState.FORMING
        panel.declare(actor, team.again(place), free(team))
    team.review.refresh_from_db()
    assert team.review.state == ReviewState.SCORING
    assert team.review.scoring_until > timezone.now() + timedelta(days=6)
    assert events("review.declared").count() == 3
    assert len(events("review.declared").first().facts["declaration"]) == 64
    assert events("review.scoring_begun").get().facts["members"] == ["A", "B", "C"]
    assert Notice.objects.filter(kind="review.scoring").count() == 3


def test_a_declared_interest_takes_the_expert_off_the_panel(world):
    team = make_team(world, **ACCEPTED, projects=2)
    panel.declare(team.actors[0], team.again(), free(team) | {team.items[1].pk: "参与过可研"})
    member = team.again()
    assert (member.state, member.reason) == (MemberState.CONFLICTED, "2: 参与过可研")
    assert member.declaration == {"interests": {"2": "参与过可研"}, "ties": []}
    assert events("review.conflicted").count() == 1
    assert progress_of(team.review).free == 1


def test_a_tie_that_is_known_of_outweighs_the_declaration(world):
    team = make_team(world, **ACCEPTED)
    unit = world.unit
    Employment.objects.create(
        expert=team.experts[0], employer=unit.name, employer_key=employer_key(unit.name), unit=unit,
        since=make.years_ago(4), until=make.years_ago(1),
    )  # fmt: skip
    panel.declare(team.actors[0], team.again(), free(team))
    member = team.again()
    assert member.state == MemberState.CONFLICTED
    assert member.declaration["ties"] == ["past"]
    assert events("review.conflicted").get().facts["ties"] == ["past"]


@pytest.mark.parametrize("change", ["less", "more", "other"])
def test_a_declaration_speaks_of_each_project_of_the_review(world, change):
    team = make_team(world, **ACCEPTED, projects=2)
    said = free(team)
    if change != "more":
        del said[team.items[0].pk]
    if change != "less":
        said[0] = ""
    with pytest.raises(RuleViolation, match="each project"):
        panel.declare(team.actors[0], team.again(), said)
    assert team.again().state == MemberState.ACCEPTED


def test_a_declaration_follows_the_acceptance_and_is_made_once(world):
    team = make_team(world, **FORMING)
    with pytest.raises(NotAllowed, match="Accept"):
        panel.declare(team.actors[0], team.again(), free(team))
    panel.accept(team.actors[0], team.again())
    panel.declare(team.actors[0], team.again(), free(team))
    with pytest.raises(NotAllowed, match="has been made"):
        panel.declare(team.actors[0], team.again(), free(team) | {team.items[0].pk: "x"})


def test_scoring_waits_for_every_seat(world):
    team = make_team(world, **ACCEPTED)
    with pytest.raises(RuleViolation, match="Not every seat"):
        panel.begin_scoring(team.organiser, team.review)


# --- free seats ---


def test_a_vacated_seat_stops_the_scoring(world):
    team = make_team(world)
    panel.miss(team.organiser, team.again(), "生病")
    team.review.refresh_from_db()
    assert team.review.state == ReviewState.FORMING
    assert team.again().state == MemberState.ABSENT
    assert events("review.missed").get().facts["reason"] == "生病"


def test_a_replacement_who_declares_lets_the_panel_go_on(world):
    team = make_team(world)
    panel.miss(team.organiser, team.again(), "生病")
    expert = make.make_expert(world.tree.banner)
    actor = make.expert_actor(expert)
    (member,) = make.seat(team.review, [expert], MemberState.ACCEPTED)
    panel.declare(actor, member, free(team))
    team.review.refresh_from_db()
    assert team.review.state == ReviewState.SCORING


def test_only_the_office_of_the_region_vacates_seats(world):
    team = make_team(world)
    others = [make.officer(world.tree.league), make.leader(world.tree.banner), team.actors[0], team.actors[1]]
    for actor in others:
        with pytest.raises(NotAllowed, match="own region"):
            panel.miss(actor, team.again(), "x")
    with pytest.raises(RuleViolation, match="reason"):
        panel.miss(team.organiser, team.again(), "")


def test_no_seat_is_vacated_once_the_scores_are_discussed(world):
    team = make_team(world, state=ReviewState.DISCUSSION)
    with pytest.raises(NotAllowed, match="cannot be vacated"):
        panel.miss(team.organiser, team.again(), "x")


# --- urging ---


def test_all_who_are_waited_for_are_urged_but_not_twice_within_an_hour(world):
    team = make_team(world, **FORMING)
    panel.accept(team.actors[0], team.again())
    panel.decline(team.actors[1], team.again(1), "忙")
    assert panel.urge(team.organiser, team.review) == 2
    assert {notice.user_id for notice in Notice.objects.filter(kind="review.urged")} == {
        team.experts[0].user_id,
        team.experts[2].user_id,
    }
    with pytest.raises(RuleViolation, match="within the last hour"):
        panel.urge(team.organiser, team.review)
    team.review.members.update(urged_at=timezone.now() - timedelta(hours=2))
    assert panel.urge(team.organiser, team.review) == 2
    assert events("review.urged").count() == 2


def test_who_has_handed_in_is_not_urged(world):
    team = make_team(world)
    all_handed_in(team)
    with pytest.raises(RuleViolation, match="Nobody is waited for"):
        panel.urge(team.organiser, team.review)


def test_only_the_office_of_the_region_urges(world):
    team = make_team(world)
    for actor in (make.officer(world.tree.league), make.leader(world.tree.banner), team.actors[0]):
        with pytest.raises(NotAllowed):
            panel.urge(actor, team.review)


# --- progress ---


def test_progress_says_who_is_late(world):
    team = make_team(world)
    Review.objects.filter(pk=team.review.pk).update(scoring_until=timezone.now() - timedelta(minutes=1))
    team.review.refresh_from_db()
    progress = progress_of(team.review)
    assert [(row.waits, row.is_late, row.done, row.total) for row in progress.rows] == [(True, True, 0, 1)] * 3
    assert not progress.all_in


@pytest.mark.parametrize("size", [3, 7])
def test_progress_needs_no_query_for_each_member(world, size, django_assert_num_queries):
    team = make_team(world, size=size, projects=2)
    with django_assert_num_queries(3):
        progress = progress_of(team.review)
    assert len(progress.rows) == size
