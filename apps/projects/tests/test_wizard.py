"""The wizard: what a step keeps, what it refuses, who may enter it, with and without a script."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget.tests.factories import World
from apps.projects.models import Project
from apps.projects.tests.factories import ProjectFactory, make_project

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def clerk(world: World) -> Client:
    return client_of("unit_clerk", world.unit)


def address(project: Project, step: str) -> str:
    return f"{reverse('projects:edit', args=[project.pk])}?step={step}"


def save(client: Client, project: Project, step: str, **values: Any) -> Any:
    """What the script does: the whole step, by the form's own address."""
    data = {"step": step, "revision": project.revision, **values}
    return client.post(address(project, step), data, headers=JSON)


def cost(number: int, **values: str) -> dict[str, str]:
    given = {"year": "2027", "content": "草种", "quantity": "1,000", "price": "2.5"} | values
    return {f"costs-{number}-{name}": value for name, value in given.items()}


# --- saving by itself ---


def test_a_step_keeps_what_is_written_and_tells_the_new_revision(world: World, clerk):
    project = ProjectFactory(unit=world.unit)
    answer = save(clerk, project, "grounds", necessity="草原退化", parts="bases").json()
    project.refresh_from_db()
    assert (project.necessity, project.revision) == ("草原退化", answer["revision"])
    assert answer["errors"] == {}
    assert answer["saved_at"]


def test_lists_are_kept_in_their_order_on_the_page_with_what_the_server_works_out(world: World, clerk):
    project = ProjectFactory(unit=world.unit)
    rows = cost(7, content="甲", department_economic="30201-办公费") | cost(
        3, content="乙", quantity="2", price="1.5万元"
    )
    answer = save(clerk, project, "costs", parts="costs", **rows).json()
    lines = list(project.costs.order_by("number"))
    assert [(line.content, line.amount) for line in lines] == [("甲", Decimal(2500)), ("乙", Decimal(30000))]
    assert answer["computed"]["costs"][0] == {"amount": "2,500.00", "government_economic": "50201-办公经费"}


def test_a_cell_that_cannot_be_read_is_named_and_the_rest_is_kept(world: World, clerk):
    project = ProjectFactory(unit=world.unit)
    rows = cost(0, content="") | cost(1, price="很多") | cost(2, content="乙", function="9999999")
    rows["costs-0-price"] = ""  # an empty row does not count
    answer = save(clerk, project, "costs", parts="costs", **rows).json()
    assert set(answer["errors"]) == {"costs.1.price", "costs.2.function"}
    assert [line.content for line in project.costs.order_by("number")] == ["草种", "乙"]


def test_a_list_that_the_page_did_not_send_stays(world: World, clerk):
    project = make_project(world.codes, world.unit)
    save(clerk, project, "grounds", necessity="新的")
    save(clerk, Project.objects.get(pk=project.pk), "costs")
    assert (project.bases.count(), project.costs.count()) == (1, 1)


def test_the_list_of_steps_says_what_is_still_missing(world: World, clerk):
    project = ProjectFactory(unit=world.unit)
    before = save(clerk, project, "grounds", parts="bases").json()["missing"]
    project.refresh_from_db()
    after = save(clerk, project, "grounds", necessity="必要", feasibility="可行").json()["missing"]
    assert before["grounds"] - after["grounds"] == 2
    assert after["funding"] > 0


def test_who_saves_over_another_ones_changes_is_told_who_and_nothing_is_lost(world: World, clerk):
    project = ProjectFactory(unit=world.unit)
    save(client_of("unit_clerk", world.unit), project, "grounds", necessity="他人所写")
    late = save(clerk, project, "grounds", necessity="我所写")
    assert late.status_code == 409
    assert late.json()["stale"]
    project.refresh_from_db()
    assert project.necessity == "他人所写"


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30])
def test_a_form_without_a_sound_revision_is_refused(world: World, clerk, revision):
    project = ProjectFactory(unit=world.unit)
    data = {"step": "grounds", "revision": revision, "necessity": "x"}
    assert clerk.post(address(project, "grounds"), data).status_code == 400


# --- without a script ---


def test_without_script_a_button_saves_and_goes_on(world: World, clerk):
    project = ProjectFactory(unit=world.unit)
    data = {"step": "grounds", "revision": project.revision, "necessity": "必要", "next": "funding"}
    response = clerk.post(address(project, "grounds"), data)
    assert (response.status_code, response.url) == (302, address(project, "funding"))


def test_without_script_what_cannot_be_read_comes_back_as_it_was_typed(world: World, clerk):
    project = ProjectFactory(unit=world.unit)
    data = {"step": "costs", "revision": project.revision, "parts": "costs", **cost(0, price="三块五")}
    response = clerk.post(address(project, "costs"), data)
    assert response.status_code == 422
    page = response.content.decode()
    assert "三块五" in page
    assert 'aria-invalid="true"' in page


def test_without_script_a_row_goes_by_its_box(world: World, clerk):
    project = make_project(world.codes, world.unit)
    rows = cost(0) | cost(1, content="乙") | {"costs-0-DELETE": "1"}
    data = {"step": "costs", "revision": project.revision, "parts": "costs", **rows}
    clerk.post(address(project, "costs"), data)
    assert [line.content for line in project.costs.all()] == ["乙"]


def test_without_script_a_late_save_shows_what_was_typed(world: World, clerk):
    project = ProjectFactory(unit=world.unit)
    data = {"step": "grounds", "revision": project.revision, "necessity": "我所写"}
    save(client_of("unit_clerk", world.unit), project, "grounds", necessity="他人所写")
    response = clerk.post(address(project, "grounds"), data)
    assert response.status_code == 409
    assert "我所写" in response.content.decode()


# --- who may ---


def test_only_the_unit_enters_its_drafts(world: World):
    draft, stored = ProjectFactory(unit=world.unit), ProjectFactory(unit=world.unit, stored=True)
    people = {
        "unit_clerk": (client_of("unit_clerk", world.unit), 200, 403),
        "unit_head": (client_of("unit_head", world.unit), 403, 403),
        "banner_officer": (client_of("banner_officer", world.tree.banner), 403, 403),
        "neighbour": (client_of("unit_clerk", world.neighbour_unit), 404, 404),
    }
    for who, (client, on_draft, on_stored) in people.items():
        assert client.get(address(draft, "basics")).status_code == on_draft, who
        assert client.get(address(stored, "basics")).status_code == on_stored, who


def test_what_may_not_be_saved_is_told_to_the_script_with_its_reason(world: World, clerk):
    stored = ProjectFactory(unit=world.unit, stored=True)
    answer = save(clerk, stored, "grounds", necessity="x")
    assert answer.status_code == 403
    assert answer.json()["message"]


@pytest.mark.parametrize(
    "step", ["basics", "grounds", "funding", "costs", "schedule", "attachments", "check", "nothing"]
)
def test_every_step_opens(world: World, clerk, step):
    project = make_project(world.codes, world.unit)
    assert clerk.get(address(project, step)).status_code == 200


# --- the first page ---


def test_a_project_begins_with_its_code(world: World, clerk):
    data = {"unit": world.unit.pk, "year": world.codes.year, "kind": "3", "name": "草原修复", "copied": ""}
    response = clerk.post(reverse("projects:start"), data)
    project = Project.objects.get(name="草原修复")
    assert (response.status_code, response.url) == (302, address(project, "basics"))
    assert len(project.code) == 21


def test_a_project_without_a_name_does_not_begin(world: World, clerk):
    data = {"unit": world.unit.pk, "year": world.codes.year, "kind": "3", "name": "", "copied": ""}
    assert clerk.post(reverse("projects:start"), data).status_code == 422
    assert not Project.objects.exists()


def test_last_years_project_goes_on(world: World, clerk):
    years = {"setup_year": 2026, "start_year": 2026, "end_year": 2026}
    source = make_project(world.codes, world.unit, stored=True, **years)
    data = {"unit": world.unit.pk, "year": world.codes.year, "kind": "3", "name": "", "copied": source.pk}
    response = clerk.post(reverse("projects:start"), data)
    assert response.status_code == 302, response.context["form"].errors
    project = Project.objects.get(continues=source)
    assert (project.name, project.costs.count(), project.version) == (source.name, 1, 0)


def test_nobody_begins_a_project_of_another_unit(world: World, clerk):
    data = {"unit": world.neighbour_unit.pk, "year": world.codes.year, "kind": "3", "name": "x", "copied": ""}
    assert clerk.post(reverse("projects:start"), data).status_code == 422
    assert client_of("banner_officer", world.tree.banner).get(reverse("projects:start")).status_code == 403


# --- the last page ---


def test_findings_lead_to_the_place_where_they_are_mended(world: World, clerk):
    project = make_project(world.codes, world.unit)
    project.costs.update(content="")
    page = clerk.get(address(project, "check"))
    places = {each.href.partition("?")[2] for each in page.context["review"].placed}
    assert "step=costs#id_costs-1-content" in places
    step = clerk.get(address(project, "costs")).content.decode()
    assert 'id="id_costs-1-content"' in step


def test_a_similar_project_is_shown_with_its_score(world: World, clerk):
    make_project(world.codes, world.unit, name="草原生态修复工程一期")
    project = make_project(world.codes, world.unit, name="草原生态修复工程二期")
    similar = clerk.get(address(project, "check")).context["similar"]
    assert [each.percent > 70 for each in similar] == [True]


def test_pickers_offer_codes_of_the_year_and_projects_in_sight(world: World, clerk):
    ProjectFactory(unit=world.neighbour_unit, name="邻旗项目")
    mine = ProjectFactory(unit=world.unit, name="本旗项目")
    codes = clerk.get(reverse("projects:code_choices"), {"catalog": "function", "year": 2027, "q": "20101"}).json()
    assert [row["code"] for row in codes["rows"]] == ["2010101", "2010102"]
    projects = clerk.get(reverse("projects:project_choices"), headers=JSON).json()
    assert [row["name"] for row in projects["rows"]] == [mine.name]
