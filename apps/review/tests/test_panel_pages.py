"""The organiser's page of a panel: progress, who is late, one-click urge, vacated seats, the discussion."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import client_of
from apps.notices.models import Notice
from apps.review.models import DiscussionNote, MemberState, Review, ReviewState
from apps.review.tests.panels import all_handed_in, client_at, handed_in, make_team
from imbudget.kit.testing.html import actions, links

pytestmark = pytest.mark.django_db
LOW = {"need": "8", "cost": "3"}


def url(name: str, pk: int) -> str:
    return reverse(f"review:{name}", args=[pk])


@pytest.fixture
def officer(world):
    return client_of("banner_officer", world.tree.banner)


def test_the_organiser_sees_who_is_late_and_urges_with_one_click(world, officer):
    team = make_team(world)
    handed_in(team, 0, team.items[0])
    Review.objects.update(scoring_until=timezone.now() - timedelta(hours=1))
    page = officer.get(url("panel", team.review.pk))
    text = page.content.decode()
    assert text.count('data-state="overdue">逾期') == 2
    assert url("panel_urge", team.review.pk) in actions(page)
    assert officer.post(url("panel_urge", team.review.pk)).url == url("panel", team.review.pk)
    assert Notice.objects.filter(kind="review.urged").count() == 2
    assert officer.post(url("panel_urge", team.review.pk)).status_code == 422


def test_only_what_can_succeed_is_offered_and_else_said_what_is_missing(world, officer):
    team = make_team(world)
    handed_in(team, 0, team.items[0])

    def page():
        return officer.get(url("panel", team.review.pk))

    urge, talk = url("panel_urge", team.review.pk), url("discussion_open", team.review.pk)
    before = page()
    (waiting,) = [act for act in before.context["panel_acts"] if not act.verdict]
    assert sorted(re.findall(r"\d+", waiting.verdict.reason)) == ["2", "3"]  # in the order of the reader's language
    assert waiting.verdict.reason in before.content.decode()
    assert urge in actions(before)
    assert talk not in links(before)
    for place in (1, 2):
        handed_in(team, place, team.items[0])
    after = page()
    assert urge not in actions(after)
    assert talk in links(after)
    assert officer.post(talk).status_code == 302


def test_scores_stay_hidden_until_all_are_in(world, officer):
    team = make_team(world)
    for place in (0, 1):
        handed_in(team, place, team.items[0], comment="<i>可行</i>")
    before = officer.get(url("panel", team.review.pk)).content.decode()
    assert "80.00" not in before
    assert "可行" not in before
    handed_in(team, 2, team.items[0], LOW)
    text = officer.get(url("panel", team.review.pk)).content.decode()
    assert "80.00" in text
    assert text.count("偏离较大，未说明理由") == 3
    assert text.count("&lt;i&gt;可行") == 2


def test_a_seat_is_vacated_with_a_reason(world, officer):
    team = make_team(world)
    address = url("panel_miss", team.members[0].pk)
    assert address in links(officer.get(url("panel", team.review.pk)))
    assert officer.get(address).status_code == 200
    assert officer.post(address, {"reason": ""}).status_code == 422
    assert officer.post(address, {"reason": "没有到场"}).url == url("panel", team.review.pk)
    assert team.again().state == MemberState.ABSENT
    text = officer.get(url("panel", team.review.pk)).content.decode()
    assert "有1个席位空缺" in text


def test_the_discussion_is_opened_and_noted(world, officer):
    team = make_team(world)
    assert officer.post(url("discussion_open", team.review.pk)).status_code == 422
    all_handed_in(team)
    assert officer.get(url("discussion_open", team.review.pk)).status_code == 200
    assert officer.post(url("discussion_open", team.review.pk)).status_code == 302
    assert Review.objects.get().state == ReviewState.DISCUSSION
    assert officer.post(url("panel_note", team.review.pk), {"text": ""}).status_code == 422
    assert officer.post(url("panel_note", team.review.pk), {"text": "<b>请</b>"}).status_code == 302
    assert DiscussionNote.objects.get().text == "<b>请</b>"
    assert "&lt;b&gt;请" in officer.get(url("panel", team.review.pk)).content.decode()


@pytest.mark.parametrize("name", ["panel", "panel_urge", "panel_note", "discussion_open", "panel_miss"])
def test_the_panel_of_another_region_is_not_there(world, name):
    team = make_team(world, state=ReviewState.FORMING)
    browser = client_of("banner_officer", world.tree.far_banner)
    pk = team.members[0].pk if name == "panel_miss" else team.review.pk
    assert browser.get(url(name, pk)).status_code == 404
    assert browser.post(url(name, pk), {"reason": "x", "text": "x"}).status_code in (404, 405)


@pytest.mark.parametrize(
    ("role", "node"), [("finance_leader", "banner"), ("auditor", "banner"), ("league_officer", "league")]
)
def test_who_sees_the_panel_does_not_act_on_it(world, role, node):
    team = make_team(world)
    browser = client_of(role, getattr(world.tree, node))
    page = browser.get(url("panel", team.review.pk))
    assert page.status_code == 200
    assert url("panel_urge", team.review.pk) not in actions(page)
    for name, pk in (
        ("panel_urge", team.review.pk),
        ("panel_miss", team.members[0].pk),
        ("panel_note", team.review.pk),
    ):
        assert browser.post(url(name, pk), {"reason": "x", "text": "x"}).status_code == 403


def test_experts_and_units_do_not_see_the_page(world):
    team = make_team(world)
    expert = client_at(team, 0)
    assert expert.get(url("panel", team.review.pk)).status_code == 403
    assert client_of("unit_clerk", world.unit).get(url("panel", team.review.pk)).status_code == 403


@pytest.mark.parametrize("size", [3, 9])
def test_the_page_needs_no_query_for_each_member(world, officer, size, django_assert_max_num_queries):
    team = make_team(world, size=size, projects=2)
    officer.get(url("panel", team.review.pk))
    with django_assert_max_num_queries(20):
        assert officer.get(url("panel", team.review.pk)).status_code == 200
