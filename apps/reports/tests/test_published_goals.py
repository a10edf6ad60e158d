"""Table 11 prints the goals of projects; the tables of many units are made on paper in the background."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from apps.accounts.tests.factories import client_of, make_actor
from apps.budget.models import BudgetSheet, ExpenditureKind
from apps.budget.tests.factories import World, clerk_of, line, make_sheet, officer_of
from apps.desk.models import Job
from apps.projects.models import Project
from apps.projects.tests.factories import ProjectFactory, make_project
from apps.regions.tests.factories import UnitFactory
from apps.reports.document import Table
from apps.reports.published.figures import figures_of
from apps.reports.published.scope import named, of_unit
from apps.reports.published.tables import twelve_tables
from apps.reports.published.ties import ties
from apps.reports.services import published
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.django_db
GOALS = 10


@pytest.fixture(autouse=True)
def results(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "results"


def budgeted(world: World, *projects: Project) -> BudgetSheet:
    rows = [
        line(world.codes, "9.00", kind=ExpenditureKind.PROJECT, project_code=each.code, project_name=each.name)
        for each in projects
    ]
    return make_sheet(world.codes, world.unit, rows)


def goals_of(world: World) -> Table:
    tables = twelve_tables(figures_of(of_unit(world.unit), 2027))
    assert all(tie.holds for tie in ties(tables))
    return tables[GOALS]


def test_each_indicator_has_its_row_and_the_amount_stands_once(world: World):
    project = make_project(world.codes, world.unit, stored=True)
    project.goals.filter(number=2).update(annual="40", measure="%", weight=30)
    bare = ProjectFactory(unit=world.unit, stored=True, code=f"{int(project.code) + 1}")
    budgeted(world, project, bare)
    first, second, without, total = (row.cells for row in goals_of(world).rows)
    assert [str(first[0]), first[2], first[3]] == [f"{project.code}-{project.name}", Decimal(9), "完成补播"]
    assert first[4:] == ("output indicators", "output: quantity", "指标1", "≥45", "")
    assert second == ("", "", None, "", "benefit indicators", "benefit: ecological", "指标2", "≥40%", "30")
    assert (str(without[0]), without[2:]) == (f"{bare.code}-{bare.name}", (Decimal(9), "", "", "", "", "", ""))
    assert total[2] == 18


def test_goals_of_another_units_project_are_not_printed(world: World):
    other = make_project(world.codes, world.neighbour_unit, stored=True)
    budgeted(world, other)
    assert goals_of(world).rows[0].cells[3:] == ("", "", "", "", "", "")


def test_the_workbook_adds_the_amounts_up_once(world: World):
    budgeted(world, make_project(world.codes, world.unit, stored=True))
    content = client_of("unit_clerk", world.unit).get(reverse("reports:published_file", args=["xlsx"])).content
    sheet = load_workbook(io.BytesIO(content)).worksheets[GOALS]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {"≥45", "指标1", "指标2"} <= set(texts)


# Many units on paper


@pytest.fixture
def large(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    for module in ("services", "views"):
        monkeypatch.setattr(f"apps.reports.{module}.published.MOST_AT_ONCE", 1)
    for _number in range(2):
        make_sheet(world.codes, UnitFactory(region=world.tree.banner))
    return world


def told(*_progress: Any) -> None:
    """Nobody asks how far it is."""


def test_many_units_are_printed_in_the_background(large: World, results: Any):
    banner = large.tree.banner
    client = client_of("banner_officer", banner)
    page = f"{reverse('reports:published')}?region={banner.pk}"
    assert reverse("reports:published_start") in client.get(page).content.decode()
    paper = reverse("reports:published_file", args=["pdf"])
    assert client.get(f"{paper}?region={banner.pk}").status_code == 302
    assert client.get(f"{paper}?unit={large.unit.pk}").status_code == 200
    assert client.post(f"{reverse('reports:published_start')}?region={banner.pk}&year=2027").status_code == 302
    job = Job.objects.get(kind="reports.published")
    assert job.params["kind"] == "region"
    made = published.make_published(officer_of(banner), job.params, "", told)
    assert len(PdfReader(results / f"{job.params['token']}.pdf").pages) >= 12
    Job.objects.filter(pk=job.pk).update(state="done", result=made)
    assert b"".join(client.get(made["url"]).streaming_content).startswith(b"%PDF")
    assert client_of("banner_officer", large.tree.neighbour).get(made["url"]).status_code == 404


def test_the_work_asks_again_who_may(large: World):
    banner, unit = large.tree.banner, large.unit
    params = {"kind": "region", "node": banner.pk, "year": 2027, "token": "0" * 32}
    strangers = [officer_of(large.tree.neighbour), clerk_of(unit), make_actor("expert", banner)]
    for actor in strangers:
        with pytest.raises(RuleViolation):
            published.make_published(actor, params, "", told)
    clerk = clerk_of(unit)
    assert named(clerk, "unit", unit.pk) == of_unit(unit)
    assert named(clerk, "department", unit.department_id) is None
    assert named(officer_of(banner), "unit", large.neighbour_unit.pk) is None
