"""The library's lists, its overview and a project's page: what they show to whom, and what they cost."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.accounts.tests.factories import client_of
from apps.budget.tests.factories import World
from apps.projects.models import Project, ProjectState
from apps.projects.tests.factories import CategoryFactory, ProjectFactory, make_project
from apps.regions.tests.factories import UnitFactory

pytestmark = pytest.mark.django_db
LIST = "projects:projects"


def names(page: Any) -> set[str]:
    return {cell.text for row in page.context["rows"] for cell in row["cells"] if cell.column.name == "name"}


def officer(world: World) -> Client:
    return client_of("league_officer", world.tree.league)


def test_the_list_costs_the_same_at_one_row_and_at_fifteen(world: World, django_assert_num_queries):
    client = officer(world)
    category = CategoryFactory()
    ProjectFactory(unit=world.unit, category=category)
    client.get(reverse(LIST))
    with django_assert_num_queries(13):
        client.get(reverse(LIST))
    for _number in range(14):
        ProjectFactory(unit=UnitFactory(region=world.tree.banner), category=category)
    with django_assert_num_queries(13):
        client.get(reverse(LIST))


def test_everybody_sees_the_projects_of_their_own_place_only(world: World):
    mine = ProjectFactory(unit=world.unit)
    theirs = ProjectFactory(unit=world.neighbour_unit)
    far = ProjectFactory(unit=world.far_unit)
    seen = {
        "clerk": client_of("unit_clerk", world.unit),
        "banner": client_of("banner_officer", world.tree.banner),
        "league": officer(world),
    }
    pages = {who: names(client.get(reverse(LIST))) for who, client in seen.items()}
    assert pages == {"clerk": {mine.name}, "banner": {mine.name}, "league": {mine.name, theirs.name}}
    assert seen["clerk"].get(theirs.get_absolute_url()).status_code == 404
    assert seen["league"].get(far.get_absolute_url()).status_code == 404


@pytest.fixture
def library(world: World) -> dict[str, Project]:
    """Five projects that differ in what the filters ask for."""
    top = CategoryFactory(code="ecology")
    leaf = CategoryFactory(code="ecology-grass", parent=top)
    return {
        "filled": make_project(world.codes, world.unit, "900000.00"),
        "leaf": ProjectFactory(unit=world.unit, category=leaf, name="禁牧补助"),
        "stored": ProjectFactory(unit=world.unit, stored=True, name="水库除险"),
        "next year": ProjectFactory(unit=world.unit, setup_year=2028, start_year=2028, end_year=2028),
        "elsewhere": ProjectFactory(unit=world.neighbour_unit),
    }


FILTERS: list[tuple[dict[str, str], set[str]]] = [
    ({"state": "stored"}, {"stored"}),
    ({"stage": "prepared"}, {"filled", "leaf", "next year", "elsewhere"}),
    ({"least": "800,000"}, {"filled"}),
    ({"most": "1"}, {"leaf", "stored", "next year", "elsewhere"}),
    ({"q": "水库"}, {"stored"}),
    ({"kind": "3"}, {"filled", "leaf", "stored", "next year", "elsewhere"}),
    ({"kind": "1"}, set()),
]


def test_filters_narrow_the_list(world: World, library):
    client = officer(world)
    for query, found in FILTERS:
        assert names(client.get(reverse(LIST), query)) == {library[name].name for name in found}, query


def test_a_category_stands_for_everything_below_it(world: World, library):
    top = library["leaf"].category.parent
    assert names(officer(world).get(reverse(LIST), {"category": top.pk})) == {library["leaf"].name}


def test_a_region_stands_for_everything_below_it(world: World, library):
    page = client_of("region_officer", world.tree.root)
    everywhere = names(page.get(reverse(LIST), {"region": world.tree.league.pk}))
    assert everywhere == {project.name for project in library.values()}
    assert names(page.get(reverse(LIST), {"region": world.tree.neighbour.pk})) == {library["elsewhere"].name}


def test_a_tag_finds_its_projects(world: World, library):
    tag = library["filled"].tags.get()
    assert names(officer(world).get(reverse(LIST), {"tag": tag.pk})) == {library["filled"].name}


def test_codes_are_text_in_the_workbook(world: World, library):
    response = officer(world).get(reverse(LIST), {"state": "stored", "export": "xlsx"})
    sheet = load_workbook(BytesIO(response.content)).active
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == library["stored"].code)
    assert (cell.data_type, cell.number_format) == ("s", "@")


def test_my_drafts_are_those_that_i_began(world: World):
    client = client_of("unit_clerk", world.unit)
    me = int(client.session["_auth_user_id"])
    mine = ProjectFactory(unit=world.unit, author_id=me)
    ProjectFactory(unit=world.unit, author_id=me, stored=True)
    ProjectFactory(unit=world.unit)
    assert names(client.get(reverse("projects:drafts"))) == {mine.name}


# --- several rows at once ---


def bulk(client: Client, act: str, rows: list[Project], **more: str) -> Any:
    return client.post(reverse(LIST), {"act": act, "row": [row.pk for row in rows], **more}, follow=True)


def test_several_drafts_are_given_up_after_a_question(world: World):
    clerk = client_of("unit_clerk", world.unit)
    rows = [ProjectFactory(unit=world.unit) for _number in range(2)]
    asked = bulk(clerk, "abandon", rows)
    assert rows[0].name in asked.content.decode()
    assert Project.objects.filter(state=ProjectState.DRAFT).count() == 2
    bulk(clerk, "abandon", rows, sure="1")
    assert Project.objects.filter(state=ProjectState.ABANDONED).count() == 2


def test_an_act_on_several_rows_names_those_that_said_no(world: World):
    clerk = client_of("unit_clerk", world.unit)
    draft, stored = ProjectFactory(unit=world.unit), ProjectFactory(unit=world.unit, stored=True)
    page = bulk(clerk, "abandon", [draft, stored], sure="1")
    draft.refresh_from_db()
    assert draft.state == ProjectState.ABANDONED
    assert any(stored.name in str(message) for message in page.context["messages"])


def test_an_act_on_several_rows_leaves_those_out_of_sight_alone(world: World):
    stranger = ProjectFactory(unit=world.neighbour_unit)
    bulk(client_of("unit_clerk", world.unit), "abandon", [stranger], sure="1")
    stranger.refresh_from_db()
    assert stranger.state == ProjectState.DRAFT


def test_who_may_not_act_is_shown_no_boxes_and_refused(world: World):
    draft = ProjectFactory(unit=world.unit)
    client = client_of("banner_officer", world.tree.banner)
    assert 'name="row"' not in client.get(reverse(LIST)).content.decode()
    assert bulk(client, "abandon", [draft], sure="1").status_code == 405


# --- the overview ---


def test_the_overview_adds_up_by_category_and_stage_and_leads_to_the_list(world: World, library):
    client = officer(world)
    page = client.get(reverse("projects:overview"))
    rows = {row.label: row for row in page.context["rows"]}
    grass = rows["草原生态保护"]
    prepared = next(cell for cell in grass.cells if cell.stage == "prepared")
    assert (prepared.figure.count, prepared.figure.amount) == (1, Decimal("900000.00"))
    assert names(client.get(prepared.href)) == {library["filled"].name}
    assert page.context["whole"].cells[-1].figure.count == 5


def test_the_overview_of_a_category_holds_what_is_below_it(world: World, library):
    rows = {row.code: row for row in officer(world).get(reverse("projects:overview")).context["rows"]}
    assert [rows[code].cells[0].figure.count for code in ("ecology", "ecology-grass")] == [1, 1]


def test_the_overview_is_one_regions_when_it_is_asked_for(world: World, library):
    client = officer(world)
    neighbour = client.get(reverse("projects:overview"), {"region": world.tree.neighbour.pk})
    assert neighbour.context["whole"].cells[-1].figure.count == 1
    assert client.get(reverse("projects:overview"), {"region": world.tree.far_banner.pk}).status_code == 404


# --- the page of a project ---


def test_every_tab_of_a_project_opens(world: World):
    project, client = make_project(world.codes, world.unit), officer(world)
    for tab in ("application", "money", "schedule", "attachments", "checks", "versions", "changes", "history"):
        response = client.get(project.get_absolute_url(), {"tab": tab})
        assert response.status_code == 200
        assert response.context["tab"].name == tab


def test_the_page_of_a_project_masks_the_telephone(world: World):
    project = make_project(world.codes, world.unit)
    text = officer(world).get(project.get_absolute_url()).content.decode()
    assert "138****1234" in text
    assert "13800001234" not in text


def test_acts_are_offered_to_the_unit_only(world: World):
    project = make_project(world.codes, world.unit)
    clerk, banner = client_of("unit_clerk", world.unit), client_of("banner_officer", world.tree.banner)
    assert clerk.get(project.get_absolute_url()).context["acts"]
    assert not banner.get(project.get_absolute_url()).context["acts"]


def test_the_page_of_a_project_costs_the_same_whatever_it_holds(world: World, django_assert_max_num_queries):
    project, client = make_project(world.codes, world.unit), officer(world)
    for number in range(2, 16):
        line = project.costs.get(number=1)
        line.pk, line.number = None, number
        line.save(force_insert=True)
    client.get(project.get_absolute_url())
    for tab, most in {"application": 14, "money": 13, "schedule": 12, "attachments": 12, "versions": 12}.items():
        with django_assert_max_num_queries(most):
            client.get(project.get_absolute_url(), {"tab": tab})
