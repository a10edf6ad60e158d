"""Lines against the project library: the checks both ways, their screens, and what the line editor offers."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget import screens, services
from apps.budget.checks import Level, check_sheet, run_checks
from apps.budget.models import BudgetLine, BudgetSheet, RegionSetting
from apps.budget.projectchecks import EVALUATED, IN_STORE, WITHIN_TOTAL
from apps.budget.tests.factories import SYSTEM, World, fresh, head_of, line, make_sheet
from apps.codes.tests.factories import make_codes
from apps.files.models import StoredFile
from apps.projects.models import Project, ProjectAttachment, ProjectSetting, ProjectState
from apps.projects.tests.factories import ProjectFactory
from imbudget.kit import registry
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.django_db


def from_store(world: World) -> None:
    services.save_setting(SYSTEM, RegionSetting(region=world.tree.banner, projects_from_store=True))


def stored(world: World, total: str = "1000.00", **values) -> Project:
    given = {"unit": world.unit, "stored": True, "total": Decimal(total)}
    return ProjectFactory(**(given | values))


def sheet_for(world: World, project: Project | None, *amounts: str) -> BudgetSheet:
    code = project.code if project else ""
    rows = [line(world.codes, amount, kind="project", project_code=code) for amount in amounts or ("10.00",)]
    return make_sheet(world.codes, world.unit, rows)


def found(sheet: BudgetSheet, check: str) -> list[tuple[Level, int | None]]:
    return [(finding.level, finding.line) for finding in check_sheet(fresh(sheet)) if finding.check == check]


def screened(sheet: BudgetSheet, check: str) -> bool:
    return sheet.pk in dict(registry.check_screens.items())[check]([sheet.pk])


def test_a_stored_project_of_the_unit_is_budgeted_for(world: World):
    from_store(world)
    sheet = sheet_for(world, stored(world))
    assert (found(sheet, IN_STORE), screened(sheet, IN_STORE)) == ([], False)
    services.submit_sheet(head_of(world.unit), sheet)


@pytest.mark.parametrize(
    "values",
    [
        {"state": ProjectState.REVIEW_PENDING},
        {"state": ProjectState.TERMINATED},
        {"setup_year": 2020, "start_year": 2025, "end_year": 2026},
        {"start_year": 2028, "end_year": 2029},
    ],
)
def test_a_project_that_is_not_there_for_the_year_stops_the_hand_in(world: World, values):
    from_store(world)
    sheet = sheet_for(world, stored(world, **values))
    assert (found(sheet, IN_STORE), screened(sheet, IN_STORE)) == ([(Level.ERROR, 1)], True)
    with pytest.raises(RuleViolation):
        services.submit_sheet(head_of(world.unit), sheet)


def test_money_for_no_project_and_for_a_neighbours_project_is_an_error(world: World):
    from_store(world)
    sheet = sheet_for(world, None)
    assert (found(sheet, IN_STORE), screened(sheet, IN_STORE)) == ([(Level.ERROR, 1)], True)
    other = stored(world, unit=world.neighbour_unit)
    BudgetLine.objects.filter(sheet=sheet).update(project_code=other.code)
    assert (found(sheet, IN_STORE), screened(sheet, IN_STORE)) == ([(Level.ERROR, 1)], True)
    BudgetLine.objects.filter(sheet=sheet).update(project_code="", kind="basic")
    assert (found(sheet, IN_STORE), screened(sheet, IN_STORE)) == ([], False)


def test_where_the_region_has_not_decided_it_is_not_covered_and_never_passed(world: World):
    sheet = sheet_for(world, None)
    assert (found(sheet, IN_STORE), screened(sheet, IN_STORE)) == ([], False)
    result = next(each for each in run_checks(fresh(sheet)) if each.check == IN_STORE)
    assert (result.level, bool(str(result.uncovered))) == (Level.NOTE, True)
    page = client_of("unit_clerk", world.unit).get(sheet.get_absolute_url(), {"tab": "checks"}).content.decode()
    assert str(result.uncovered) in page


@pytest.mark.parametrize(
    ("amounts", "reviewed", "errors"),
    [
        (("600.00", "400.00"), None, 0),
        (("600.00", "400.01"), None, 1),
        (("800.00",), "800.00", 0),
        (("800.01",), "800.00", 1),
        (("1000.00",), "2000.00", 0),
        (("1000.01",), "2000.00", 1),
    ],
)
def test_a_project_stays_within_its_total_and_what_the_review_left(world: World, amounts, reviewed, errors):
    project = stored(world, reviewed=reviewed and Decimal(reviewed))
    sheet = sheet_for(world, project, *amounts)
    assert found(sheet, WITHIN_TOTAL) == [(Level.ERROR, 1)] * errors
    assert screened(sheet, WITHIN_TOTAL) is bool(errors)


@pytest.mark.parametrize(("state", "errors"), [("accepted", 1), ("submitted", 0)])
def test_what_earlier_years_hold_is_taken_off(world: World, state, errors):
    project, codes = stored(world, setup_year=2026, start_year=2026), make_codes(2026)
    make_sheet(codes, world.unit, [line(codes, "700.00", kind="project", project_code=project.code)], state, 2026)
    sheet = sheet_for(world, project, "300.01")
    assert found(sheet, WITHIN_TOTAL) == [(Level.ERROR, 1)] * errors
    assert screened(sheet, WITHIN_TOTAL) is bool(errors)
    BudgetLine.objects.filter(sheet=sheet).update(amount="300.00")
    assert (found(sheet, WITHIN_TOTAL), screened(sheet, WITHIN_TOTAL)) == ([], False)


def test_of_an_earlier_year_its_last_accepted_round_counts(world: World):
    project, codes = stored(world, setup_year=2026, start_year=2026), make_codes(2026)
    make_sheet(codes, world.unit, [line(codes, "900.00", kind="project", project_code=project.code)], "accepted", 2026)
    cut = BudgetSheet.objects.create(
        unit=world.unit, region=world.tree.banner, year_id=2026, round="second_down", state="accepted"
    )
    sheet = sheet_for(world, project, "1000.00")
    assert (found(sheet, WITHIN_TOTAL), screened(sheet, WITHIN_TOTAL)) == ([], False)
    BudgetSheet.objects.filter(pk=cut.pk).update(state="draft")
    assert (found(sheet, WITHIN_TOTAL), screened(sheet, WITHIN_TOTAL)) == ([(Level.ERROR, 1)], True)


def test_a_large_new_project_brings_its_evaluation(world: World):
    project = stored(world, "5000.00")
    sheet = sheet_for(world, project)
    assert found(sheet, EVALUATED) == []  # no threshold
    ProjectSetting.objects.create(region=world.tree.root, evaluation_threshold=5000)
    assert found(sheet, EVALUATED) == [(Level.WARNING, 1)]
    assert screens.findable(EVALUATED, [sheet.pk]) == {sheet.pk}
    file = StoredFile.objects.create(region=world.tree.banner, unit=world.unit, name="x.pdf", size=1)
    ProjectAttachment.objects.create(project=project, kind="evaluation", file=file)
    assert found(sheet, EVALUATED) == []
    Project.objects.filter(pk=project.pk).update(origin="continued")
    ProjectAttachment.objects.all().delete()
    assert found(sheet, EVALUATED) == []


def test_more_projects_need_no_more_queries(world: World):
    from_store(world)
    counts = []
    for unit, number in ((world.unit, 1), (world.neighbour_unit, 12)):
        projects = [stored(world, unit=unit) for _ in range(number)]
        rows = [line(world.codes, "1.00", kind="project", project_code=project.code) for project in projects]
        sheet = fresh(make_sheet(world.codes, unit, rows))
        with CaptureQueriesContext(connection) as queries:
            check_sheet(sheet)
        counts.append(len(queries))
    assert counts[1] <= counts[0]


def test_the_editor_offers_the_units_stored_projects_with_what_is_left(world: World):
    project = stored(world, name="草原围栏")
    stored(world, unit=world.neighbour_unit, name="别人的")
    stored(world, state=ProjectState.DRAFT, name="未入库的")
    sheet = make_sheet(world.codes, world.unit)
    client, address = client_of("unit_clerk", world.unit), reverse("budget:sheet_edit", args=[sheet.pk])
    (offered,) = client.get(address).context["grid"]["projects"]
    assert offered[:2] == [project.code, "草原围栏"]
    assert "1,000.00" in offered[3]
    plain = client.get(address, {"plain": ""}).content.decode()
    assert f'<option value="{project.code}">草原围栏</option>' in plain
    assert "别人的" not in plain
    assert "未入库的" not in plain
