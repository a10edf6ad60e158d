"""The application on paper (项目申报书): Chinese, with the Mongolian pages behind it where the region wants them."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from apps.accounts.tests.factories import client_of
from apps.budget.tests.factories import World
from apps.evidence.models import Entry
from apps.projects.models import ProjectSetting
from apps.projects.tests.factories import make_project
from apps.reports.applications import project_document
from apps.reports.document import Table, fingerprint

pytestmark = pytest.mark.django_db


def test_the_application_is_chinese_whatever_the_reader_reads(world: World):
    project = make_project(world.codes, world.unit)
    officer = client_of("banner_officer", world.tree.banner)
    officer.cookies["django_language"] = "mvf"
    response = officer.get(reverse("reports:project", args=[project.pk]))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    pages = PdfReader(BytesIO(response.content)).pages
    text = "".join(page.extract_text() for page in pages)
    assert all(
        words in text for words in (project.code, project.name, "800,000.00", "捌拾万元整", "内财农〔2021〕780号")
    )
    assert Entry.objects.get(event="reports.made").facts["digest"]


def test_a_region_adds_mongolian_pages_that_stand(world: World):
    project = make_project(world.codes, world.unit)
    plain = project_document(project)
    ProjectSetting.objects.create(region=world.tree.league, mongolian_documents=True)
    both = project_document(project)
    assert (plain.layer, both.layer.language) == (None, "mvf")
    assert fingerprint(plain) != fingerprint(both)
    response = client_of("unit_clerk", world.unit).get(reverse("reports:project", args=[project.pk]))
    shapes = [page.mediabox.width > page.mediabox.height for page in PdfReader(BytesIO(response.content)).pages]
    assert set(shapes) == {False, True}


def test_amounts_stand_at_the_end_and_add_up(world: World):
    tables = [
        part for part in project_document(make_project(world.codes, world.unit)).sections if isinstance(part, Table)
    ]
    money = [(table, place) for table in tables for place, column in enumerate(table.columns) if column.kind == "money"]
    assert len(money) == 2
    for table, place in money:
        assert table.columns[place].align == "end"
        assert table.rows[-1].kind == "total"
        assert table.rows[-1].cells[place] == sum(row.cells[place] for row in table.rows[:-1])


@pytest.mark.covers("H2")
def test_the_telephone_is_masked_on_paper(world: World):
    facts = project_document(make_project(world.codes, world.unit)).sections[0]
    assert any("138****1234" in value for _label, value in facts.rows)


@pytest.mark.covers("B6")
def test_a_neighbour_gets_no_document(world: World):
    project = make_project(world.codes, world.unit)
    address = reverse("reports:project", args=[project.pk])
    assert client_of("unit_clerk", world.neighbour_unit).get(address).status_code == 404
