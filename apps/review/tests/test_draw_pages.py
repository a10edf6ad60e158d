"""Pages of draws: criteria, drawing, the record with its proof, and who may open them."""

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.accounts.tests.factories import client_of, make_post, sign_in
from apps.review.models import Draw, DrawState, MemberState, PanelMember, ReviewState
from apps.review.services import draws
from apps.review.tests import factories as make
from apps.review.tests.drawing import criteria, drawn, pool, sealing  # noqa: F401 - a fixture
from apps.review.tests.scored import hand_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealing")]


@pytest.fixture
def officer(world):
    return make.officer(world.tree.banner)


@pytest.fixture
def client(client, officer):
    return sign_in(client, User.objects.get(pk=officer.user_id))


@pytest.fixture
def review(world, officer):
    pool(world, 8)
    return make.make_review(world.tree.banner, [make.waiting_project(world)])


NAMES = ("draw_new", "draw_replace", "draw_redraw")
JUDGED = gettext_lazy("A score sheet has been handed in: this panel cannot be drawn again.")


def asked(**values):
    return {"quota_grassland": "3", "levels": ["0", "1", "2"], "languages": ["zh"], "min_rank": ""} | values


def address(name, row):
    return reverse(f"review:{name}", args=[row.pk])


def test_the_office_fixes_the_seed_and_draws(client, review):
    page = client.get(address("draw_new", review)).content.decode()
    assert "草原生态" in page
    assert 'name="reason"' not in page
    response = client.post(address("draw_new", review), asked())
    draw = Draw.objects.get()
    assert response.url == draw.get_absolute_url()
    assert draw.criteria == {
        "size": 3, "fields": {"grassland": 3}, "levels": [0, 1, 2], "languages": ["zh"], "min_rank": None,
    }  # fmt: skip
    page = client.get(draw.get_absolute_url()).content.decode()
    assert address("draw_make", draw) in page
    assert client.post(address("draw_make", draw)).url == draw.get_absolute_url()
    draw.refresh_from_db()
    assert draw.state == DrawState.DRAWN
    assert review.members.count() == 3


def test_the_record_shows_who_came_up_and_that_it_is_equal(client, review, officer, world):
    make.make_expert(world.tree.banner, employer_unit=world.unit)
    draw = drawn(officer, review)
    page = client.get(draw.get_absolute_url()).content.decode()
    for member in review.members.select_related("expert"):
        assert member.expert.name in page
    page = client.get(draw.get_absolute_url(), {"tab": "proof"}).content.decode()
    assert "结果一致" in page
    assert draw.revealed in page
    assert "在申报单位任职" in page


def test_the_seed_does_not_stand_on_the_page_before_the_draw(client, review, officer):
    draw = draws.commit_draw(officer, review, criteria())
    for tab in ("steps", "proof"):
        page = client.get(draw.get_absolute_url(), {"tab": tab}).content.decode()
        assert draw.seed not in page
    assert draw.commitment in page


def test_a_refusal_comes_back_in_the_form(client, review):
    response = client.post(address("draw_new", review), asked(quota_grassland="2", quota_="1", min_rank="nobody"))
    assert response.status_code == 422
    response = client.post(address("draw_new", review), asked(levels=["0"]))
    assert response.status_code == 422
    assert "符合条件的专家不足" in response.content.decode()
    assert client.post(address("draw_new", review), asked(quota_grassland="-1")).status_code == 422
    assert client.post(address("draw_new", review), asked(levels=[])).status_code == 422
    assert not Draw.objects.exists()


def test_a_free_seat_is_filled_from_the_page(client, review, officer):
    drawn(officer, review)
    PanelMember.objects.filter(pk=review.members.first().pk).update(state=MemberState.DECLINED)
    assert client.get(address("draw_replace", review)).status_code == 200
    assert client.post(address("draw_replace", review), {"reason": ""}).status_code == 422
    assert client.post(address("draw_replace", review), {"reason": "不能参加"}).status_code == 302
    assert review.members.count() == 4
    page = client.get(review.draws.get(number=2).get_absolute_url()).content.decode()
    assert "曾为本评审组成员" in page
    assert "不能参加" in page


def test_a_new_seed_for_a_free_seat_asks_for_the_reason(client, review, officer):
    drawn(officer, review)
    PanelMember.objects.filter(pk=review.members.first().pk).update(state=MemberState.DECLINED)
    assert 'name="reason"' in client.get(address("draw_new", review)).content.decode()
    response = client.post(address("draw_new", review), asked(reason="换人"))
    assert "次序尚未用完" in response.content.decode()


def test_another_panel_is_asked_for_and_decided_by_a_second_person(client, review, officer, world):
    drawn(officer, review)
    assert client.post(address("draw_redraw", review), asked(reason="")).status_code == 422
    response = client.post(address("draw_redraw", review), asked(reason="专业不对口"))
    draw = Draw.objects.get(state=DrawState.REQUESTED)
    assert response.url == draw.get_absolute_url()
    assert client.get(address("draw_allow", draw)).status_code == 403
    leader = client_of("finance_leader", world.tree.banner)
    page = leader.get(draw.get_absolute_url()).content.decode()
    assert address("draw_allow", draw) in page
    assert leader.get(address("draw_allow", draw)).status_code == 200
    assert leader.post(address("draw_refuse", draw), {"reason": "理由不足"}).status_code == 302
    draw.refresh_from_db()
    assert draw.state == DrawState.REFUSED
    again = draws.request_redraw(officer, review, criteria(), "仍需重抽")
    assert leader.post(address("draw_allow", again)).status_code == 302
    again.refresh_from_db()
    assert again.state == DrawState.COMMITTED


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("auditor", "banner", 200),
        ("league_officer", "league", 200),
        ("region_officer", "root", 200),
        ("banner_officer", "neighbour", 404),
        ("league_officer", "other_league", 404),
        ("expert", "banner", 403),
        ("system_admin", "root", 403),
    ],
)
def test_who_sees_a_draw(world, review, officer, role, place, status):
    draw = drawn(officer, review)
    other = client_of(role, getattr(world.tree, place))
    for tab in ("steps", "proof"):
        assert other.get(draw.get_absolute_url(), {"tab": tab}).status_code == status
    assert other.post(address("draw_make", draw)).status_code in {403, 404}
    assert other.post(address("draw_replace", review), {"reason": "换人"}).status_code in {403, 404}
    assert other.get(address("draw_new", review)).status_code in {403, 404}
    assert other.get(address("draw_redraw", review)).status_code in {403, 404}


def test_a_unit_sees_no_draw(world, review, officer):
    draw = drawn(officer, review)
    assert client_of("unit_head", world.unit).get(draw.get_absolute_url()).status_code in {403, 404}


def test_the_buttons_of_the_review_follow_its_state(client, review, officer):
    def offered():
        page = client.get(review.get_absolute_url(), {"tab": "draws"}).content.decode()
        return [name for name in NAMES if address(name, review) in page]

    assert offered() == ["draw_new"]
    committed = draws.commit_draw(officer, review, criteria())
    assert offered() == []
    draw = draws.make_draw(officer, committed)
    assert offered() == ["draw_redraw"]
    assert draw.get_absolute_url() in client.get(review.get_absolute_url(), {"tab": "draws"}).content.decode()
    type(review).objects.filter(pk=review.pk).update(state=ReviewState.CONCLUDING)
    assert offered() == []


def test_a_free_seat_is_offered_while_it_can_be_filled_and_how(client, world, review, officer):
    def reasons():
        page = client.get(review.get_absolute_url(), {"tab": "draws"})
        acts = {act.href: act for act in page.context["acts"]}
        text = page.content.decode()
        assert all(str(act.verdict.reason) in text for act in acts.values())
        assert all((f'href="{href}"' in text) == bool(act.verdict) for href, act in acts.items())
        return {name: acts[address(name, review)].verdict.reason for name in NAMES if address(name, review) in acts}

    with translation.override("zh-hans"):
        full, judged = str(_("No seat of the panel is free.")), str(JUDGED)
    first = drawn(officer, review)
    assert reasons() == {"draw_replace": full, "draw_redraw": ""}
    PanelMember.objects.filter(pk=first.members.first().pk).update(state=MemberState.DECLINED)
    assert reasons() == {"draw_replace": "", "draw_redraw": ""}
    assert client.post(address("draw_replace", review), {"reason": "不能参加"}).status_code == 302
    # The eight of the pool come to their end: then a draw of its own is offered instead, and works.
    for _number in range(4):
        PanelMember.objects.filter(pk=review.members.order_by("-pk")[0].pk).update(state=MemberState.DECLINED)
        draws.replace(officer, review, "不能参加")
    PanelMember.objects.filter(pk=review.members.order_by("-pk")[0].pk).update(state=MemberState.DECLINED)
    assert reasons() == {"draw_new": "", "draw_redraw": ""}
    pool(world, 3)
    assert client.post(address("draw_new", review), asked(reason="原序列用尽")).status_code == 302
    assert set(reasons()) == {"draw_replace", "draw_redraw"}
    assert all(reasons().values())
    Draw.objects.filter(state=DrawState.COMMITTED).update(state=DrawState.REFUSED)
    hand_in(review.members.first(), review.items.get(), "80")
    assert reasons()["draw_redraw"] == judged
    assert client.post(address("draw_redraw", review), asked(reason="专业不对口")).status_code == 422


@pytest.mark.parametrize("count", [8, 40])
def test_the_pages_need_no_query_per_expert(client, world, officer, django_assert_max_num_queries, count):
    pool(world, count)
    review = make.make_review(world.tree.banner, [make.waiting_project(world)], panel_size=count // 4)
    draw = drawn(officer, review)
    client.get(draw.get_absolute_url())
    with django_assert_max_num_queries(20):
        client.get(draw.get_absolute_url())
    with django_assert_max_num_queries(35):
        client.get(draw.get_absolute_url(), {"tab": "proof"})


def test_a_post_of_another_kind_at_the_same_place_draws_nothing(world, review, client):
    user = User.objects.get(pk=make.supervisor(world.tree.banner).user_id)
    make_post("auditor", world.tree.banner, user)
    other = sign_in(type(client)(), user)
    assert other.get(address("draw_new", review)).status_code == 403
