"""Pages of flows: who designs, drafts that save themselves, what is wrong at its place, publishing, files."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import client_of, sign_in
from apps.lowcode.bindings import Binding
from apps.lowcode.conditions import Fact, Kind
from apps.lowcode.models import FlowDefinition
from apps.lowcode.selectors.nodes import named_nodes
from apps.lowcode.services import flows
from apps.lowcode.tests.approving import SUBJECT, Office, make_office
from apps.lowcode.tests.flows import GRASS, LARGE, branch, definition, step
from apps.lowcode.words import Words
from imbudget.kit.actor import Actor
from imbudget.kit.testing import html
from imbudget.kit.testing.queries import asked, writes

pytestmark = pytest.mark.django_db
TWO = definition(step("head"), branch("size", (LARGE, [step("leader", "finance_leader")]), (None, [])))


@pytest.fixture
def office(monkeypatch: Any) -> Office:
    return make_office(monkeypatch)


@pytest.fixture
def browser(office: Office) -> Client:
    return browser_of(office.officer)


@pytest.fixture
def flow(office: Office) -> FlowDefinition:
    """The banner's own flow, a draft."""
    return flows.create_flow(office.officer, region=office.tree.banner, subject=SUBJECT, name=Words("旗流程"), body=TWO)


def browser_of(actor: Actor) -> Client:
    return sign_in(Client(), User.objects.get(pk=actor.user_id), Post.objects.get(pk=actor.post_id))


def save(browser: Client, flow: FlowDefinition, body: Any, revision: Any = 1) -> Any:
    data = json.dumps({"revision": revision, "body": body})
    return browser.post(reverse("lowcode:flow_save", args=[flow.pk]), data, content_type="application/json")


def address(name: str, flow: FlowDefinition) -> str:
    return reverse(f"lowcode:{name}", args=[flow.pk])


def draft(flow: FlowDefinition) -> Any:
    return flow.versions.get(state="draft")


def test_a_draft_saves_itself_and_is_read_back(browser: Client, flow: FlowDefinition):
    body = definition(step("head", when={"all": [LARGE, GRASS]}), step("office", "finance_office"))
    answer = save(browser, flow, body).json()
    assert (answer["revision"], answer["problems"]) == (2, [])
    assert "5,000,000" in answer["sentences"]["steps[0]"]
    assert "草原生态保护" in answer["sentences"]["steps[0]"]
    assert draft(flow).body == body


def test_an_unfinished_draft_is_kept_with_what_it_lacks(browser: Client, flow: FlowDefinition):
    body = definition(step("head", name={"zh": ""}, when=LARGE), branch("size", (None, [step("b")]), (LARGE, [])))
    answer = save(browser, flow, body).json()
    assert [problem["path"] for problem in answer["problems"]] == ["steps[0].name.zh"]
    assert "5,000,000" in answer["sentences"]["steps[0]"]
    assert draft(flow).body == body
    body["steps"][0]["name"]["zh"] = "审核"
    paths = [problem["path"] for problem in save(browser, flow, body, 2).json()["problems"]]
    assert "steps[1].branches" in paths


def test_two_people_at_one_draft_do_not_overwrite_each_other(browser: Client, flow: FlowDefinition):
    assert save(browser, flow, TWO, 1).status_code == 200
    late = save(browser, flow, definition(), 1)
    assert late.status_code == 409
    assert late.json()["message"]
    assert draft(flow).body == TWO


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{", b'{"body": []}', b'{"revision": 1}', b'{"body": {}, "revision": "x"}', b"[" * 5000, b"\xff\xfe"],
)
def test_nonsense_changes_nothing(browser: Client, flow: FlowDefinition, raw: bytes):
    response = browser.post(address("flow_save", flow), raw, content_type="application/json")
    assert response.status_code in {409, 422}
    assert draft(flow).body == TWO


def test_a_definition_that_is_too_large_is_refused(browser: Client, flow: FlowDefinition):
    response = save(browser, flow, {"format": 1, "steps": ["x" * 600_000]})
    assert response.status_code == 409
    assert draft(flow).body == TWO


def test_without_a_script_the_text_is_the_designer(browser: Client, flow: FlowDefinition):
    page = browser.get(address("flow_design", flow))
    assert '"leader"' in html.text(page)
    body = definition(step("head"))
    good = browser.post(address("flow_design", flow), {"revision": 1, "body": json.dumps(body)})
    assert good.status_code == 302
    assert draft(flow).body == body
    bad = browser.post(address("flow_design", flow), {"revision": 2, "body": '{\n"format": 1,,\n}'})
    assert bad.status_code == 422
    assert "2" in str(bad.context_data["form"].errors["body"])  # the line, whatever language says so


def test_the_designer_only_reads_when_it_is_opened(browser: Client, flow: FlowDefinition):
    for name in ("flow", "flow_design", "flow_publish", "flow_retire"):
        with asked() as statements:
            assert browser.get(address(name, flow)).status_code == 200, name
        assert writes(statements) == [], name


def test_publishing_says_where_nobody_could_act(browser: Client, flow: FlowDefinition, office: Office):
    page = html.text(browser.get(address("flow_publish", flow)))
    assert "步骤leader" in page
    assert str(office.tree.banner) in page
    response = browser.post(address("flow_publish", flow), follow=True)
    assert flow.versions.get().state == "published"
    assert "步骤leader" in html.text(response)


def test_what_is_not_fit_is_not_published(browser: Client, flow: FlowDefinition):
    save(browser, flow, definition(step("head", return_to="later")))
    assert "steps[0].return_to" in html.text(browser.get(address("flow_publish", flow)))
    assert browser.post(address("flow_publish", flow)).status_code == 422
    assert flow.versions.get().state == "draft"


def test_a_flow_in_use_gets_a_next_version(browser: Client, flow: FlowDefinition):
    browser.post(address("flow_publish", flow))
    save(browser, flow, definition(step("only")))
    assert list(flow.versions.values_list("number", "state")) == [(2, "draft"), (1, "published")]
    text = html.text(browser.get(f"{address('flow', flow)}?version=1"))
    assert "步骤leader" in text
    assert browser.get(f"{address('flow_export', flow)}?version=1").json()["steps"][0]["key"] == "head"
    browser.post(address("flow_retire", flow))
    assert not flow.versions.filter(state="published").exists()


def test_a_new_flow_begins_with_the_one_from_above(browser: Client, office: Office):
    page = browser.get(reverse("lowcode:flow_new"))
    assert SUBJECT in page.content.decode()
    response = browser.post(reverse("lowcode:flow_new"), {"subject": SUBJECT, "name": "旗流程", "copied": "on"})
    made = FlowDefinition.objects.get(region=office.tree.banner)
    assert response.url == address("flow_design", made)
    assert [one["key"] for one in draft(made).body["steps"]] == ["head", "department", "office"]
    again = browser.post(reverse("lowcode:flow_new"), {"subject": SUBJECT, "name": "又一个"})
    assert again.status_code == 422


def test_files_go_out_and_come_in(browser: Client, flow: FlowDefinition, office: Office):
    exported = browser.get(address("flow_export", flow))
    assert "attachment" in exported["Content-Disposition"]
    data = exported.json()
    data["steps"] = data["steps"][:1]
    response = upload(browser, json.dumps(data).encode())
    assert response.status_code == 302
    assert [one["key"] for one in draft(flow).body["steps"]] == ["head"]
    wrong = upload(browser, json.dumps(data | {"steps": [{"key": "Ä"}]}).encode())
    assert wrong.status_code == 422
    assert "steps[0].key" in html.text(wrong)
    assert [one["key"] for one in draft(flow).body["steps"]] == ["head"]


def upload(browser: Client, raw: bytes) -> Any:
    return browser.post(reverse("lowcode:flow_import"), {"file": SimpleUploadedFile("flow.json", raw)})


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe{", b"[1]", b"[" * 100_000, b'{"subject": "x"}', b"x" * 600_000])
def test_a_file_that_is_no_flow_is_refused_with_a_sentence(browser: Client, flow: FlowDefinition, raw: bytes):
    response = upload(browser, raw)
    assert response.status_code == 422
    assert response.context["form"].errors
    assert draft(flow).body == TWO


PAGES = ("flow", "flow_design", "flow_publish", "flow_retire")
WHO = {  # reading, then designing, publishing, retiring the banner's flow
    ("banner_officer", "banner"): (200, 200, 200, 200),
    ("banner_officer", "neighbour"): (404, 404, 404, 404),
    ("league_officer", "league"): (200, 403, 403, 403),
    ("league_officer", "other_league"): (404, 404, 404, 404),
    ("unit_clerk", "unit"): (200, 403, 403, 403),
    ("department_reviewer", "department"): (403, 403, 403, 403),
    ("finance_leader", "banner"): (403, 403, 403, 403),
    ("auditor", "banner"): (403, 403, 403, 403),
    ("system_admin", "root"): (403, 403, 403, 403),
}


@pytest.mark.parametrize(("role", "place"), WHO)
def test_who_sees_and_who_changes_a_flow(flow: FlowDefinition, office: Office, role: str, place: str):
    nodes = {"unit": office.unit, "department": office.unit.department}
    browser = client_of(role, nodes.get(place) or getattr(office.tree, place))
    expected = WHO[role, place]
    assert tuple(browser.get(address(name, flow)).status_code for name in PAGES) == expected
    if expected[2] != 200:
        assert save(browser, flow, definition()).status_code in {403, 404}
        assert browser.post(address("flow_publish", flow)).status_code in {403, 404}
        assert upload(browser, json.dumps({"subject": SUBJECT, **TWO}).encode()).status_code in {302, 403}
        assert draft(flow).body == TWO


def test_what_a_step_asks_is_called_as_the_fact_with_its_choices():
    ranks = (("1", "急"), ("2", "缓"))
    facts = (Fact("urgency", "轻重缓急", Kind.CHOICE, ranks), Fact("size", "规模", Kind.CHOICE, (("1", "大"),)))
    binding = Binding("x", "x", "x", facts, dict, print, print, asks={"ranking": ranks, "size": (), "other": ()})
    assert [binding.ask_label(key) for key in ("ranking", "size", "other")] == ["轻重缓急", "规模", "other"]


def test_named_posts_are_found_by_code_and_name_in_ones_own_line(office: Office):
    officer = office.officer
    assert [code for code, _name in named_nodes(officer, "region", "")] == ["150000", "150100", "150102"]
    unit = f"150102/{office.unit.code}"
    assert [code for code, _name in named_nodes(officer, "unit", "150102/118")] == [unit]
    assert [code for code, _name in named_nodes(officer, "unit", office.unit.name)] == [unit]
    assert named_nodes(officer, "department", "152221/") == []
