"""Pages of versions and of requests to change or to end a project, handing in, and the step of the region's form."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget.tests.factories import World, head_of, officer_of
from apps.lowcode.models import Task
from apps.lowcode.services import flows, tasks
from apps.projects import services
from apps.projects.models import ChangeState, Project, ProjectChange, ProjectState, ProjectVersion
from apps.projects.selectors.versions import body_of
from apps.projects.tests.applications import apply_for
from apps.projects.tests.factories import ProjectFactory, make_project
from apps.projects.tests.offices import Office
from apps.projects.tests.test_form import form  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(world: World) -> Client:
    return client_of("unit_clerk", world.unit)


@pytest.fixture
def stored(world: World) -> Project:
    return make_project(world.codes, world.unit, stored=True)


def request_of(amount: str = "900,000.00", **values: str) -> dict[str, Any]:
    """What the page of a request sends: both lists as they shall be."""
    return {
        "reason": "物价上涨",
        "end_year": "2027",
        "targets": "",
        "parts": ["funding", "costs"],
        "funding-0-year": "2027",
        "funding-0-fund": "111-本级",
        "funding-0-amount": amount,
        "costs-0-year": "2027",
        "costs-0-content": "草种",
        "costs-0-quantity": "1",
        "costs-0-price": amount,
        **values,
    }


def ask(client: Client, project: Project, **values: Any) -> Any:
    return client.post(reverse("projects:change_new", args=[project.pk]), request_of(**values))


def test_a_request_begins_with_the_project_as_it_stands(clerk, stored):
    page = clerk.get(reverse("projects:change_new", args=[stored.pk])).content.decode()
    assert 'value="800,000.00"' in page
    assert 'value="111-本级"' in page


def test_a_request_shows_what_it_changes(world: World, clerk, stored):
    response = ask(clerk, stored)
    change = ProjectChange.objects.get()
    assert (response.status_code, response.url) == (302, change.get_absolute_url())
    page = client_of("banner_officer", world.tree.banner).get(change.get_absolute_url())
    assert {each.field for each in page.context["differences"]} == {"total", "funding", "costs"}
    assert "900,000.00" in page.content.decode()
    assert not page.context["acts"]


def test_a_request_is_written_anew_while_it_is_a_draft(clerk, stored):
    ask(clerk, stored)
    change = ProjectChange.objects.get()
    address = reverse("projects:change_edit", args=[change.pk])
    assert 'value="900,000.00"' in clerk.get(address).content.decode()
    clerk.post(address, request_of("950,000.00", revision=str(change.revision)))
    change.refresh_from_db()
    assert change.body["after"]["fields"]["total"] == "950000.00"
    late = clerk.post(address, request_of("1.00", revision="1"))
    assert late.status_code == 422


def test_a_cell_of_a_request_that_cannot_be_read_comes_back(clerk, stored):
    response = ask(clerk, stored, amount="很多")
    assert response.status_code == 422
    assert "很多" in response.content.decode()
    assert not ProjectChange.objects.exists()


def test_the_end_is_asked_for_with_a_reason(clerk, stored):
    address = reverse("projects:terminate", args=[stored.pk])
    assert clerk.post(address, {"reason": ""}).status_code == 422
    clerk.post(address, {"reason": "规划调整"})
    change = ProjectChange.objects.get()
    assert (change.kind, change.state) == ("termination", ChangeState.DRAFT)
    assert clerk.get(change.get_absolute_url()).status_code == 200
    clerk.post(reverse("projects:change_withdraw", args=[change.pk]))
    change.refresh_from_db()
    assert change.state == ChangeState.WITHDRAWN


def test_only_the_unit_asks_for_changes(world: World, clerk, stored):
    ask(clerk, stored)
    change = ProjectChange.objects.get()
    addresses = [reverse(f"projects:{name}", args=[stored.pk]) for name in ("change_new", "terminate")]
    addresses += [reverse(f"projects:{name}", args=[change.pk]) for name in ("change_edit", "change_withdraw")]
    officer = client_of("banner_officer", world.tree.banner)
    neighbour = client_of("unit_clerk", world.neighbour_unit)
    assert [officer.get(address).status_code for address in addresses] == [403] * 4
    assert [neighbour.get(address).status_code for address in addresses] == [404] * 4


def test_two_versions_stand_side_by_side(world: World, clerk, stored):
    for number, name in enumerate(("旧名", "新名"), 1):
        Project.objects.filter(pk=stored.pk).update(name=name)
        body = body_of(stored)
        ProjectVersion.objects.create(project=stored, number=number, reason="submitted", body=body, digest="0" * 64)
    page = clerk.get(reverse("projects:compare", args=[stored.pk]))
    assert [(each.field, each.before, each.after) for each in page.context["differences"]] == [("name", "旧名", "新名")]
    same = clerk.get(reverse("projects:compare", args=[stored.pk]), {"a": 2, "b": 2})
    assert same.context["differences"] == []
    assert clerk.get(reverse("projects:compare", args=[stored.pk]), {"a": 9}).status_code == 404


# --- handing in ---


def test_a_complete_project_is_handed_in_from_its_last_step(world: World, office: Office, clerk):
    project = apply_for(world)
    page = clerk.get(f"{reverse('projects:edit', args=[project.pk])}?step=check").content.decode()
    assert reverse("projects:submit", args=[project.pk]) in page
    response = clerk.post(reverse("projects:submit", args=[project.pk]), follow=True)
    project.refresh_from_db()
    assert project.state == ProjectState.UNIT_REVIEW
    assert response.context["tab"].name == "approval"
    assert response.context["timeline"] is not None


def test_of_several_projects_those_with_errors_are_named_and_stay(world: World, office: Office, clerk):
    ready, bare = apply_for(world), ProjectFactory(unit=world.unit, name="空项目")
    data = {"act": "submit", "row": [ready.pk, bare.pk], "sure": "1"}
    page = clerk.post(reverse("projects:projects"), data, follow=True)
    states = dict(Project.objects.values_list("pk", "state"))
    assert states == {ready.pk: ProjectState.UNIT_REVIEW, bare.pk: ProjectState.DRAFT}
    assert any("空项目" in str(message) for message in page.context["messages"])


def test_an_incomplete_project_is_not_handed_in(world: World, clerk):
    project = ProjectFactory(unit=world.unit)
    response = clerk.post(reverse("projects:submit", args=[project.pk]))
    assert response.status_code == 422
    assert Project.objects.get(pk=project.pk).state == ProjectState.DRAFT


# --- the region's form ---


def test_the_regions_form_is_one_more_step(world: World, form, clerk):  # noqa: F811
    project = apply_for(world)
    address = f"{reverse('projects:edit', args=[project.pk])}?step=form"
    page = clerk.get(address)
    assert "治理面积" in page.content.decode()
    assert {step.name: step.missing for step in page.context["steps"]}["form"] == 1
    data = {"step": "form", "revision": project.revision, "answer-area": "1.5万元", "answer-herder": "巴图"}
    told = clerk.post(address, data, headers={"Accept": "application/json"}).json()
    assert (told["errors"], told["missing"]["form"]) == ({}, 0)
    shown = client_of("banner_officer", world.tree.banner).get(project.get_absolute_url())
    assert "15,000.00" in shown.content.decode()


def test_an_answer_that_cannot_be_read_is_told_beside_its_field(world: World, form, clerk):  # noqa: F811
    project = apply_for(world)
    address = f"{reverse('projects:edit', args=[project.pk])}?step=form"
    data = {"step": "form", "revision": project.revision, "answer-area": "很大", "answer-herder": ""}
    told = clerk.post(address, data, headers={"Accept": "application/json"}).json()
    assert set(told["errors"]) == {"answer-area"}
    data["revision"] = told["revision"]
    response = clerk.post(address, data)
    assert response.status_code == 422
    assert "很大" in response.content.decode()


def test_a_region_without_a_form_has_no_such_step(world: World, clerk):
    project = apply_for(world)
    steps = clerk.get(reverse("projects:edit", args=[project.pk])).context["steps"]
    assert "form" not in {step.name for step in steps}


def test_a_return_leads_to_the_fields_it_points_to(world: World, office: Office):
    project = apply_for(world, actor=office.clerk)
    services.submit_project(office.clerk, project)
    task = Task.objects.get(user_id=office.head.user_id, state="open")
    tasks.send_back(office.head, task, reason="测算依据不足", fields=["costs", "necessity"])
    page = client_of("unit_clerk", world.unit).get(reverse("projects:edit", args=[project.pk]))
    assert "测算依据不足" in page.content.decode()
    assert [href.partition("?")[2] for _label, href in page.context["mend"]] == [
        "step=costs#id_costs",
        "step=grounds#id_necessity",
    ]


def test_where_the_flow_leaves_it_to_the_applicant_the_page_asks_who_approves(world: World, clerk):
    officer = officer_of(world.tree.banner)
    step = {
        "key": "chosen",
        "name": {"zh": "自选审核", "mn": ""},
        "approvers": {"kind": "chosen", "role": "unit_head", "at": "unit"},
        "mode": "any",
        "return_to": "applicant",
    }
    head = {"subject": "projects.application", "name": {"zh": "自选", "mn": ""}}
    version = flows.import_flow(officer, region=world.tree.banner, data={"format": 1, "steps": [step], **head})
    flows.publish_flow(officer, version.definition)
    unit_head, project = head_of(world.unit), apply_for(world)
    address = reverse("projects:submit", args=[project.pk])
    assert "自选审核" in clerk.get(address).content.decode()
    assert clerk.post(address).status_code == 422
    assert clerk.post(address, {"chosen": [unit_head.user_id]}).status_code == 302
    assert Task.objects.get(state="open").user_id == unit_head.user_id
