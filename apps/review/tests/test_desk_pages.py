"""The desk of an expert: what they see and do in the browser, and that everything of others is not there."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from apps.accounts.tests.factories import client_of
from apps.evidence.models import Entry
from apps.files.tests.samples import PDF
from apps.projects.models import AttachmentKind, ProjectAttachment, ProjectVersion
from apps.projects.selectors.versions import body_of, digest_of
from apps.review.models import MemberState, Review, ReviewKind, ReviewState, ScoreSheet, SheetState
from apps.review.services import discussion
from apps.review.tests.panels import GOOD, Team, all_handed_in, client_at, filled, handed_in, make_team
from imbudget.kit.testing.html import links

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
SENT = {"answer-need": "16", "answer-cost": "8", "opinion": "support", "comment": "尚可", "amount": ""}


def at(name: str, team: Team, place: int = 0, *more: object) -> str:
    return reverse(f"review:desk_{name}", args=[team.members[place].pk, *more])


def sheet_at(team: Team, place: int = 0, name: str = "sheet") -> str:
    return at(name, team, place, team.items[0].pk)


# --- invitation and declaration ---


def test_the_desk_lists_own_panels_only(world):
    team = make_team(world, state=ReviewState.FORMING, seats=MemberState.INVITED)
    other = make_team(world, title="另一个评审")
    page = client_at(team, 0).get(reverse("review:desk"))
    assert at("review", team) in links(page)
    assert at("review", team, 1) not in links(page)
    assert at("review", other) not in links(page)


def test_the_projects_are_named_to_who_accepts_and_their_papers_shown_to_who_declares(world):
    team = make_team(world, state=ReviewState.FORMING, seats=MemberState.INVITED)
    browser, name = client_at(team, 0), team.items[0].project.name
    page = browser.get(at("review", team))
    assert name not in page.content.decode()
    assert browser.get(at("project", team, 0, team.items[0].pk)).status_code == 403
    answer = browser.post(at("accept", team))
    assert answer.url == at("declare", team)
    assert name in browser.get(at("declare", team)).content.decode()
    assert browser.get(at("project", team, 0, team.items[0].pk)).status_code == 403
    key = team.items[0].pk
    assert browser.post(at("declare", team), {}).status_code == 422
    assert browser.post(at("declare", team), {f"item-{key}": "tied"}).status_code == 422
    assert browser.post(at("declare", team), {f"item-{key}": "free"}).status_code == 302
    assert team.again().state == MemberState.DECLARED
    page = browser.get(at("project", team, 0, key))
    assert page.status_code == 200
    for text in (name, "必要性说明", "草种", "800,000.00"):
        assert text in page.content.decode()
    assert "13800001234" not in page.content.decode()


def test_an_interest_leads_off_the_panel(world):
    team = make_team(world, state=ReviewState.FORMING, seats=MemberState.ACCEPTED)
    browser, key = client_at(team, 0), team.items[0].pk
    browser.post(at("declare", team), {f"item-{key}": "tied", f"text-{key}": "我参与了可研"})
    page = browser.get(at("review", team))
    assert "您已不在此评审组中" in page.content.decode()
    assert browser.get(at("project", team, 0, key)).status_code == 403


def test_an_expert_declines_in_the_browser(world):
    team = make_team(world, state=ReviewState.FORMING, seats=MemberState.INVITED)
    browser = client_at(team, 0)
    assert browser.post(at("decline", team), {"reason": ""}).status_code == 422
    assert browser.post(at("decline", team), {"reason": "出差"}).status_code == 302
    assert team.again().state == MemberState.DECLINED
    assert browser.post(at("accept", team)).status_code == 403


# --- nothing of others ---


NAMES = ("review", "accept", "decline", "declare", "discussion", "note")
ITEM_NAMES = ("project", "sheet", "submit", "revise", "explain", "dissent")


@pytest.mark.parametrize("name", [*NAMES, *ITEM_NAMES, "attachment"])
def test_the_seat_of_another_is_not_there(world, name):
    team = make_team(world, size=3)
    more = [] if name in NAMES else [team.items[0].pk]
    address = at(name, team, 0, *more, *([uuid4()] if name == "attachment" else []))
    browser = client_at(team, 1)
    assert browser.get(address).status_code == 404
    assert browser.post(address, SENT | {"revision": "0"}).status_code in (404, 405)
    assert not ScoreSheet.objects.exists()


@pytest.mark.parametrize("name", ITEM_NAMES)
def test_a_project_of_another_review_is_not_there(world, name):
    team, other = make_team(world), make_team(world)
    assert client_at(team, 0).get(at(name, team, 0, other.items[0].pk)).status_code == 404


def test_the_desk_is_closed_to_officers(world):
    team = make_team(world)
    browser = client_of("banner_officer", world.tree.banner)
    for address in (reverse("review:desk"), at("review", team), sheet_at(team)):
        assert browser.get(address).status_code == 403


def test_strangers_are_sent_to_the_sign_in(world):
    team = make_team(world)
    for address in (reverse("review:desk"), at("review", team), sheet_at(team)):
        assert "login" in Client().get(address).url


def test_an_expert_sees_nothing_beside_the_desk(world):
    team = make_team(world)
    browser = client_at(team, 0)
    project = team.items[0].project
    for address in (
        project.get_absolute_url(),
        reverse("projects:projects"),
        reverse("review:panel", args=[team.review.pk]),
    ):
        assert browser.get(address).status_code in (403, 404)


# --- papers ---


def attach(team: Team, name: str, frozen: bool) -> str:
    from apps.files.services import store_file
    from imbudget.kit.actor import system_actor

    project = team.items[0].project
    upload = SimpleUploadedFile(name, PDF)
    stored = store_file(system_actor(), upload=upload, region=project.region, unit=project.unit)
    ProjectAttachment.objects.create(project=project, kind=AttachmentKind.FEASIBILITY, file=stored)
    if frozen:
        body = body_of(project)
        version = ProjectVersion.objects.create(
            project=project, number=2, reason="submitted", body=body, digest=digest_of(body)
        )
        team.items[0].dossier.version = version
        team.items[0].dossier.save(update_fields=["version"])
    return str(stored.pk)


def test_papers_of_the_version_are_given_out_with_a_record(world):
    team = make_team(world)
    key = attach(team, "可研.pdf", frozen=True)
    later = attach(team, "后来.pdf", frozen=False)
    browser = client_at(team, 0)
    page = browser.get(at("project", team, 0, team.items[0].pk))
    assert at("attachment", team, 0, team.items[0].pk, key) in links(page)
    answer = browser.get(at("attachment", team, 0, team.items[0].pk, key))
    assert b"".join(answer.streaming_content) == PDF
    assert Entry.objects.get(event="evidence.downloaded").facts["project"] == team.items[0].project.code
    assert browser.get(at("attachment", team, 0, team.items[0].pk, later)).status_code == 404
    assert browser.get(reverse("files:file", args=[key])).status_code == 404


@pytest.mark.parametrize("seats", [MemberState.INVITED, MemberState.ACCEPTED, MemberState.CONFLICTED])
def test_no_paper_before_the_declaration(world, seats):
    team = make_team(world, seats=seats)
    key = attach(team, "可研.pdf", frozen=True)
    assert client_at(team, 0).get(at("attachment", team, 0, team.items[0].pk, key)).status_code == 403


# --- the sheet ---


def test_the_sheet_saves_itself(world):
    team = make_team(world)
    browser = client_at(team, 0)
    page = browser.get(sheet_at(team)).content.decode()
    assert 'name="answer-need"' in page
    assert 'name="revision" value="0"' in page
    assert not ScoreSheet.objects.exists(), "looking writes nothing"
    answer = browser.post(sheet_at(team), SENT | {"revision": "0", "answer-cost": "99"}, headers=JSON).json()
    assert answer["revision"] == 1
    assert set(answer["errors"]) == {"answer-cost"}
    answer = browser.post(sheet_at(team), SENT | {"revision": "1"}, headers=JSON).json()
    assert (answer["revision"], answer["errors"]) == (2, {})
    assert ScoreSheet.objects.get().values == GOOD
    assert 'value="16"' in browser.get(sheet_at(team)).content.decode()


def test_two_windows_do_not_write_over_each_other(world):
    team = make_team(world)
    browser = client_at(team, 0)
    for _window in range(2):
        answer = browser.post(sheet_at(team), SENT | {"revision": "0"}, headers=JSON)
    assert (answer.status_code, answer.json()["stale"]) == (409, True)
    assert browser.post(sheet_at(team), SENT | {"revision": "0"}).status_code == 409


@pytest.mark.parametrize("revision", ["", "x", "-1", "1" * 12])
def test_a_revision_is_a_number(world, revision):
    team = make_team(world)
    assert client_at(team, 0).post(sheet_at(team), SENT | {"revision": revision}).status_code == 400


def test_without_a_script_there_is_a_button(world):
    team = make_team(world)
    browser = client_at(team, 0)
    answer = browser.post(sheet_at(team), SENT | {"revision": "0", "next": "stay"})
    assert answer.url == sheet_at(team)
    answer = browser.post(sheet_at(team), SENT | {"revision": "1", "next": "submit"})
    assert answer.url == sheet_at(team, name="submit")
    bad = browser.post(sheet_at(team), SENT | {"revision": "2", "answer-need": "<script>", "amount": "?"})
    assert bad.status_code == 422
    text = bad.content.decode()
    assert "&lt;script&gt;" in text
    assert "<script>&" not in text
    assert "例如4.5" in text
    assert "12,345.60" in text


def test_a_sheet_is_handed_in_and_then_read_only(world):
    team = make_team(world)
    browser = client_at(team, 0)
    filled(team, 0, team.items[0], comment="可行<i>")
    assert browser.post(sheet_at(team, name="submit")).url == at("review", team)
    assert ScoreSheet.objects.get().state == SheetState.SUBMITTED
    page = browser.get(sheet_at(team)).content.decode()
    assert "80.00" in page
    assert "可行&lt;i&gt;" in page
    assert 'name="revision"' not in page
    assert browser.post(sheet_at(team), SENT | {"revision": "1"}, headers=JSON).status_code == 422


def test_what_is_missing_is_named_with_a_link_to_its_field(world):
    team = make_team(world, kind=ReviewKind.BUDGET)
    browser = client_at(team, 0)
    browser.post(sheet_at(team), {"revision": "0", "answer-need": "5", "line-1-amount": "1"})
    answer = browser.post(sheet_at(team, name="submit"))
    page = browser.get(answer.url)
    assert {"#id_answer-need", "#id_answer-cost", "#line-1-reason"} <= set(links(page))
    assert ScoreSheet.objects.get().state == SheetState.DRAFT


def test_cost_lines_are_filled_in_on_the_page(world):
    team = make_team(world, kind=ReviewKind.BUDGET)
    browser = client_at(team, 0)
    sent = SENT | {"revision": "0", "line-1-amount": "70万元", "line-1-reason": "单价偏高"}
    assert browser.post(sheet_at(team), sent, headers=JSON).json()["errors"] == {}
    page = browser.get(sheet_at(team)).content.decode()
    assert 'value="700,000.00"' in page
    assert "单价偏高" in page
    wrong = browser.post(sheet_at(team), sent | {"revision": "1", "line-1-amount": "9亿元"})
    assert wrong.status_code == 422
    assert "不得超过送审金额" in wrong.content.decode()


def test_no_score_after_the_deadline(world):
    team = make_team(world)
    Review.objects.update(scoring_until=timezone.now() - timedelta(seconds=1))
    browser = client_at(team, 0)
    assert browser.get(sheet_at(team)).status_code == 403
    assert browser.post(sheet_at(team), SENT | {"revision": "0"}).status_code == 403
    answer = browser.post(sheet_at(team), SENT | {"revision": "0"}, headers=JSON)
    assert answer.status_code == 403
    assert "评分期限已过" in answer.json()["message"]
    assert not ScoreSheet.objects.exists()


# --- the discussion ---

LOW = {"need": "8", "cost": "3"}


def test_nobody_sees_the_scores_of_others_before_all_are_in(world):
    team = make_team(world)
    for place in (0, 1):
        handed_in(team, place, team.items[0], comment=f"意见{place}")
    browser = client_at(team, 0)
    assert browser.get(at("discussion", team)).status_code == 403
    for address in (
        reverse("review:desk"),
        at("review", team),
        at("project", team, 0, team.items[0].pk),
        sheet_at(team),
    ):
        text = browser.get(address).content.decode()
        assert "意见1" not in text
        assert team.experts[1].name not in text


def test_the_discussion_shows_signs_and_never_names(world):
    team = make_team(world)
    all_handed_in(team, {2: LOW})
    browser = client_at(team, 0)
    page = browser.get(at("discussion", team))
    text = page.content.decode()
    assert "34.00" in text
    for expert in team.experts[1:]:
        assert expert.name not in text
        assert expert.employer not in text
    assert sheet_at(team, name="explain") in links(page)
    assert at("note", team) not in links(page), "the discussion is not open yet"


def test_an_outlier_is_explained_in_the_browser(world):
    team = make_team(world)
    all_handed_in(team, {2: LOW})
    browser = client_at(team, 2)
    assert browser.post(sheet_at(team, 2, "explain"), {"reason": ""}).status_code == 422
    assert browser.post(sheet_at(team, 2, "explain"), {"reason": "依据不足"}).url == at("discussion", team, 2)
    assert "依据不足" in browser.get(at("discussion", team, 2)).content.decode()


def test_members_speak_change_their_sheet_and_dissent(world):
    team = make_team(world)
    all_handed_in(team)
    discussion.open_discussion(team.organiser, team.review)
    browser = client_at(team, 0)
    key = team.items[0].pk
    assert browser.post(at("note", team), {"item": key, "text": "<script>单价</script>"}).url == at("discussion", team)
    text = browser.get(at("discussion", team)).content.decode()
    assert "&lt;script&gt;单价" in text
    changed = SENT | {"answer-need": "18", "change_reason": ""}
    assert browser.get(sheet_at(team, name="revise")).status_code == 200
    assert browser.post(sheet_at(team, name="revise"), changed).status_code == 422
    missing = changed | {"answer-need": "", "change_reason": "讨论后"}
    assert browser.post(sheet_at(team, name="revise"), missing).status_code == 422
    assert browser.post(sheet_at(team, name="revise"), changed | {"change_reason": "讨论后"}).url == at(
        "discussion", team
    )
    assert ScoreSheet.objects.get(round=2).values["need"] == "18"
    assert browser.post(sheet_at(team, name="dissent"), {"text": "不同意"}).url == at("discussion", team)
    assert browser.post(sheet_at(team, name="dissent"), {"text": "不同意"}).status_code == 422


@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_the_pages_of_the_desk_stand_in_both_languages(world, language):
    team = make_team(world)
    all_handed_in(team)
    browser = client_at(team, 0)
    browser.cookies["django_language"] = language
    with translation.override(language):
        for address in (reverse("review:desk"), at("review", team), sheet_at(team), at("discussion", team)):
            assert browser.get(address).status_code == 200


@pytest.mark.parametrize("projects", [1, 6])
def test_the_page_of_a_panel_needs_no_query_for_each_project(world, projects, django_assert_max_num_queries):
    team = make_team(world, projects=projects)
    browser = client_at(team, 0)
    browser.get(reverse("review:desk"))
    with django_assert_max_num_queries(22):
        assert browser.get(at("review", team)).status_code == 200


def test_a_member_who_disagrees_finds_the_way_while_the_result_is_drawn_up(world):
    team = make_team(world)
    browser = client_at(team, 0)
    assert at("discussion", team) not in links(browser.get(at("review", team)))
    all_handed_in(team)
    Review.objects.update(state=ReviewState.CONCLUDING)
    assert at("discussion", team) in links(browser.get(at("review", team)))
    page = browser.get(at("discussion", team))
    assert sheet_at(team, name="dissent") in links(page)
    assert sheet_at(team, name="revise") not in links(page)
    assert browser.post(sheet_at(team, name="dissent"), {"text": "不同意"}).status_code == 302
