"""Pages of the expert pool: who sees what, entry with its lists, admission in the browser, masks, marks."""

import csv

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.tests.factories import client_of, sign_in
from apps.evidence.models import Entry
from apps.review.expertfacts import Relative
from apps.review.models import Expert, ExpertField, ExpertState, ReviewState
from apps.review.selectors import pool as selectors
from apps.review.services import experts
from apps.review.tests import factories as make
from apps.review.tests import pool

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(world):
    return make.officer(world.tree.banner)


@pytest.fixture
def browser(client, officer):
    return sign_in(client, User.objects.get(pk=officer.user_id))


@pytest.fixture
def expert(world, officer):
    kin = (Relative("spouse", "水利局", "巴图，局长"),)
    return experts.enter_expert(officer, world.tree.banner, pool.facts(kin=kin, email="qiqige@nmg.cn"))


def form(**values):
    make.ExpertFieldFactory(code="grassland")
    given = {
        "name": "乌兰", "id_number": pool.id_number(7), "phone": "13900000000", "title_rank": "associate",
        "employer": "内蒙古草原研究所", "level": "2", "languages": ["zh", "mn"], "specialities": ["grassland"],
        "employments-TOTAL_FORMS": "2", "employments-INITIAL_FORMS": "0",
        "employments-0-employer": "某咨询公司", "employments-0-kind": "adviser", "employments-0-since": "2024-01-01",
        "employments-1-kind": "employee", "kin-TOTAL_FORMS": "1", "kin-INITIAL_FORMS": "0", "kin-0-kind": "spouse",
        "kin-0-employer": "新城区水利局", "kin-0-note": "某某，副局长",
    }  # fmt: skip
    return given | values


def test_an_expert_is_entered_with_both_lists(browser, world):
    shown = browser.get(reverse("review:expert_new"))
    assert shown.status_code == 200
    answer = browser.post(reverse("review:expert_new"), form())
    expert = Expert.objects.get()
    assert answer.url == expert.get_absolute_url()
    facts = selectors.facts_of(expert)
    assert (facts.languages, facts.fields) == (("zh", "mn"), ("grassland",))
    assert [(tie.employer, tie.kind, tie.until) for tie in facts.employments] == [("某咨询公司", "adviser", None)]
    assert facts.kin == (Relative("spouse", "新城区水利局", "某某，副局长"),)
    for tab in ("person", "record", "approval", "history"):
        page = browser.get(expert.get_absolute_url(), {"tab": tab}).content.decode()
        assert "乌兰" in page
        assert "13900000000" not in page
        assert pool.id_number(7) not in page
        assert "某某" not in page


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ({"id_number": "150102197503080000"}, {"id_number"}),
        ({"employments-0-since": ""}, {"__all__"}),
        ({"employments-0-since": "2024-13-01"}, {"__all__"}),
        ({"kin-0-employer": ""}, {"__all__"}),
        ({"employments-TOTAL_FORMS": "abc"}, {"__all__"}),
        ({"level": "0"}, {"level"}),
        ({"specialities": ["sorcery"]}, {"specialities"}),
        ({"languages": []}, {"languages"}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(browser, world, values, places):
    answer = browser.post(reverse("review:expert_new"), form(**values))
    assert answer.status_code == 422
    shown = answer.context["form"]
    assert set(shown.errors) == places
    rows = [error for formset in (shown.employments, shown.kin) for row in formset.errors for error in row]
    assert bool(rows) == (places == {"__all__"} and "employments-TOTAL_FORMS" not in values)
    assert not Expert.objects.exists()


def test_the_same_identity_number_is_refused(browser, world, expert):
    answer = browser.post(reverse("review:expert_new"), form(id_number=pool.id_number()))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"__all__"}
    assert Expert.objects.count() == 1


def test_editing_keeps_what_is_masked_unless_it_is_written_anew(browser, world, expert):
    address = reverse("review:expert_edit", args=[expert.pk])
    page = browser.get(address).content.decode()
    for secret in (pool.id_number(), "13800000000", "qiqige", "巴图"):
        assert secret not in page
    sent = {
        "name": "其其格", "id_number": "", "phone": "13911112222", "email": "", "kin-0-employer": "水利局", "kin-0-note": "",
        "seen": expert.updated_at.isoformat(),
    }  # fmt: skip
    answer = browser.post(address, form(**sent))
    assert answer.status_code == 302, answer.context["form"].errors
    expert.refresh_from_db()
    facts = selectors.facts_of(expert)
    assert (facts.id_number, facts.phone, facts.email) == (pool.id_number(), "13911112222", "qiqige@nmg.cn")
    assert facts.kin == (Relative("spouse", "水利局", "巴图，局长"),)
    stale = browser.post(address, form(**sent))
    assert stale.status_code == 422


def test_a_new_row_of_kin_does_not_inherit_the_note_of_another_office(browser, world, expert):
    sent = {"id_number": "", "kin-0-employer": "财政局", "kin-0-note": ""}
    browser.post(reverse("review:expert_edit", args=[expert.pk]), form(**sent))
    assert selectors.relatives_of(expert) == (Relative("spouse", "财政局", ""),)


def test_the_pool_is_seen_by_those_who_have_it_in_sight_and_changed_by_its_office(world, expert):
    tree = world.tree
    address = expert.get_absolute_url()
    for role, node, status in (
        ("banner_officer", tree.neighbour, 404),
        ("expert", tree.banner, 403),
        ("unit_clerk", world.unit, 403),
        ("league_officer", tree.league, 200),
        ("auditor", tree.root, 200),
        ("finance_leader", tree.banner, 200),
    ):
        client = client_of(role, node)
        assert client.get(address).status_code == status, role
        assert client.get(reverse("review:experts")).status_code == (403 if status == 403 else 200)
        for name in ("edit", "submit", "decline", "suspend", "resume", "remove", "unmask"):
            page = reverse(f"review:expert_{name}", args=[expert.pk])
            assert client.get(page).status_code in {403, 404}, (role, name)
            assert client.post(page, {"reason": "x"}).status_code in {403, 404, 422}, (role, name)
    assert Expert.objects.get().state == ExpertState.APPLIED
    assert not Entry.objects.filter(event="review.expert_unmasked").exists()


@pytest.mark.covers("H2")
def test_what_is_masked_stands_in_the_answer_to_a_reason_only(browser, expert):
    address = reverse("review:expert_unmask", args=[expert.pk])
    assert pool.id_number() not in browser.get(address).content.decode()
    assert browser.post(address, {"reason": ""}).status_code == 422
    answer = browser.post(address, {"reason": "通知评审时间"})
    page = answer.content.decode()
    assert pool.id_number() in page
    assert "巴图" in page
    assert answer["Cache-Control"] == "no-store"
    assert Entry.objects.get(event="review.expert_unmasked").facts["reason"] == "通知评审时间"


def test_the_list_finds_a_whole_number_by_its_index_and_narrows(browser, world, officer, expert):
    experts.enter_expert(officer, world.tree.banner, pool.facts(2, name="巴特尔", phone="13700000000"))
    address = reverse("review:experts")

    def found(**query):
        rows = browser.get(address, query).context_data["rows"]
        return sorted(
            row["object"]["name"] if isinstance(row["object"], dict) else str(row["cells"][0].text) for row in rows
        )

    assert found(q=pool.id_number(2)) == ["巴特尔"]
    assert found(q="137 0000 0000") == ["巴特尔"]
    assert found(q="1370000000") == []
    assert found(q="qqg") == ["其其格1"]
    assert found(field="grassland", language="zh", state="applied") == ["其其格1", "巴特尔"]
    assert found(language="mn") == []
    assert found(level="1") == []


def able(world, *fields):
    """An expert of exactly these fields."""
    expert = make.make_expert(world.tree.banner)
    expert.specialities.all().delete()
    for code in fields:
        expert.specialities.create(field=make.ExpertFieldFactory(code=code))
    return expert


@pytest.mark.parametrize("rows", [1, 15])
def test_the_list_needs_no_query_per_row(browser, world, officer, rows, django_assert_max_num_queries):
    for _number in range(rows):
        able(world, "grassland", "water")
    browser.get(reverse("review:experts"))
    with django_assert_max_num_queries(13):
        browser.get(reverse("review:experts"))


def test_the_list_and_its_export_name_the_fields_and_a_filter_narrows_by_one(browser, world):
    ExpertField.objects.create(code="water", name_zh_hans="水利", name_mvf="ᠤᠰᠤ")
    ExpertField.objects.create(code="finance", name_zh_hans="财务", name_mvf="ᠰᠠᠩᠬᠦᠦ")
    both, one, none = able(world, "water", "finance"), able(world, "finance"), able(world)
    address = reverse("review:experts")

    def shown(**query):
        rows = browser.get(address, query).context_data["rows"]
        return {row["cells"][0].text: row["cells"][1].text for row in rows}

    named = {both.name: "财务、水利", one.name: "财务", none.name: ""}
    assert shown(columns="name,fields") == named
    assert shown(columns="name,fields", field="water") == {both.name: "财务、水利"}
    assert set(shown(columns="name,fields", field="sorcery")) == set(named)  # no such field: it narrows nothing
    sheet = b"".join(browser.get(address, {"columns": "name,fields", "export": "csv"})).decode("utf-8-sig")
    assert dict(csv.reader(sheet.splitlines()[1:])) == named


def test_several_experts_are_handed_in_at_once_and_one_by_one(browser, world, officer, expert):
    pool.publish_flow()
    make.leader(world.tree.banner)
    other = make.make_expert(world.tree.banner)  # admitted already
    sent = {"act": "submit", "row": [expert.pk, other.pk], "sure": "1"}
    page = browser.post(reverse("review:experts"), sent, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["success", "warning"]
    expert.refresh_from_db()
    assert expert.state == ExpertState.SUBMITTED
    second = experts.enter_expert(officer, world.tree.banner, pool.facts(2))
    answer = browser.post(reverse("review:expert_submit", args=[second.pk]))
    assert answer.url.endswith("?tab=approval")
    assert browser.get(answer.url).status_code == 200


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("suspend", "admitted", "suspended"),
        ("resume", "suspended", "admitted"),
        ("remove", "admitted", "removed"),
        ("decline", "applied", "refused"),
    ],
)
def test_the_office_moves_its_experts_with_a_reason(browser, world, name, before, after):
    expert = make.make_expert(world.tree.banner, state=before)
    address = reverse(f"review:expert_{name}", args=[expert.pk])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert browser.post(address, {"reason": "依规"}).status_code == 302
    expert.refresh_from_db()
    assert expert.state == after
    assert browser.get(address).status_code == 403


def test_an_expert_of_the_pool_above_is_rated_by_the_office_that_held_the_review(browser, world, officer):
    own, above = make.make_expert(world.tree.banner), make.make_expert(world.tree.league)
    review = make.make_review(world.tree.banner, [make.waiting_project(world)], state=ReviewState.CLOSED)
    members = make.seat(review, [own, above])
    goals = [f"{own.get_absolute_url()}?tab=record", reverse("review:experts")]
    for member, goal in zip(members, goals, strict=True):
        address = reverse("review:expert_rate", args=[member.pk])
        assert browser.get(address).status_code == 200
        assert browser.post(address, {"score": "9"}).status_code == 422
        assert browser.post(address, {"score": "5", "comment": ""}).url == goal
    page = browser.get(goals[0]).content.decode()
    assert "5" in page
    stranger = client_of("banner_officer", world.tree.neighbour)
    assert stranger.post(reverse("review:expert_rate", args=[members[0].pk]), {"score": "1"}).status_code == 404
