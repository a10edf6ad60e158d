"""The four rounds side by side: sums, differences, reasons, drill-down, sight and files."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor
from apps.budget import services
from apps.budget.models import BudgetSheet, RoundPlan
from apps.budget.selectors.rounds import By, RoundsQuery, rounds_rows, total_of
from apps.budget.tests.controlled import give, second
from apps.budget.tests.factories import SYSTEM, World, clerk_of, fresh, head_of, line, make_sheet, officer_of
from apps.regions.tests.factories import DepartmentFactory, UnitFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("budget:rounds")
CODE = "150102271000000000001"


def played(world: World) -> None:
    """The first unit asks for 1,000, is given 800, asks for 750 and gets 700; its neighbour asks for 40 once."""
    codes = world.codes
    rows = [
        line(codes, "600.00"),
        line(codes, "400.00", function=codes.school, project_code=CODE, project_name="草原", kind="basic"),
    ]
    make_sheet(codes, world.unit, rows, state="accepted")
    make_sheet(codes, world.neighbour_unit, [line(codes, "40.00")])
    give(world, "2000.00", "900.00", "800.00")
    sheet = second(world, [line(codes, "750.00")])
    services.submit_sheet(head_of(world.unit), sheet)
    approved = BudgetSheet.objects.create(
        unit=world.unit, region=world.unit.region, year_id=codes.year, round="second_down"
    )
    row = sheet.lines.get()
    row.pk, row.sheet, row.round, row.amount = None, approved, "second_down", Decimal(700)
    row.save()


def rows_of(world: World, by: By, actor=None, region=None, **values):
    query = RoundsQuery(region or world.tree.banner, world.codes.year, by, **values)
    return rounds_rows(actor or officer_of(world.tree.banner), query)


def figures(row) -> list[int | None]:
    amounts = (row.first_up, row.first_down, row.second_up, row.second_down)
    changes = (row.first_down_change, row.second_up_change, row.second_down_change)
    return [None if amount is None else int(amount) for amount in (*amounts, *changes)]


def test_a_unit_with_its_differences_and_the_reason(world: World):
    played(world)
    (row,) = rows_of(world, By.UNIT)
    assert (row.key, figures(row)) == (world.unit.pk, [1000, 800, 750, 700, -200, -50, -50])
    assert row.reason == "财力有限"


def test_a_department_and_a_region_show_what_was_given_to_departments(world: World):
    played(world)
    (row,) = rows_of(world, By.DEPARTMENT)
    assert (row.key, figures(row)[:4]) == (world.unit.department_id, [1000, 900, 750, 700])
    (row,) = rows_of(world, By.REGION)
    assert (row.key, figures(row)[:4]) == (world.tree.banner.pk, [1000, 900, 750, 700])


def test_a_region_with_everything_below(world: World):
    played(world)
    make_sheet(world.codes, world.league_unit, [line(world.codes, "5.00")])
    make_sheet(world.codes, world.far_unit, [line(world.codes, "7.00")])
    tree = world.tree
    league = rows_of(world, By.REGION, officer_of(tree.league), tree.league)
    assert {row.key: int(row.first_up) for row in league} == {
        tree.league.pk: 5,
        tree.banner.pk: 1000,
        tree.neighbour.pk: 40,
    }
    assert [row.key for row in league][0] == tree.league.pk
    root = rows_of(world, By.REGION, officer_of(tree.root), tree.root)
    assert {row.key: figures(row)[:2] for row in root} == {tree.league.pk: [1045, 900], tree.other_league.pk: [7, 0]}
    assert figures(total_of(root)) == [1052, 900, 750, 700, -152, -150, -50]
    services.fold_summary()
    assert figures(total_of(rows_of(world, By.REGION, officer_of(tree.root), tree.root)))[0] == 1052


def test_functions_and_projects_have_no_control_figures_and_compare_over_them(world: World):
    played(world)
    rows = {row.key: figures(row) for row in rows_of(world, By.FUNCTION)}
    assert rows == {"201": [600, None, 750, 700, None, 150, -50], "205": [400, None, 0, 0, None, -400, 0]}
    deeper = rows_of(world, By.FUNCTION, function="205")
    assert [(row.key, row.label) for row in deeper] == [("20502", "普通教育")]
    of_unit = rows_of(world, By.FUNCTION, unit_id=world.unit.pk, function="20502")
    assert [(row.key, row.first_up) for row in of_unit] == [("2050202", Decimal(400))]
    (project,) = rows_of(world, By.PROJECT)
    assert (project.key, project.label, project.first_up) == (CODE, "草原", Decimal(400))


def test_only_accepted_sheets_when_asked(world: World):
    played(world)
    for by in (By.UNIT, By.REGION, By.FUNCTION, By.PROJECT):
        total = total_of(rows_of(world, by, accepted_only=True))
        assert total.second_up is None, by
        assert total.first_up is not None, by


def test_narrowed_to_a_department_or_a_unit(world: World):
    played(world)
    other = UnitFactory(region=world.tree.banner, department=DepartmentFactory(region=world.tree.banner, code="205"))
    make_sheet(world.codes, other, [line(world.codes, "33.00")])
    assert len(rows_of(world, By.UNIT)) == 2
    assert [row.key for row in rows_of(world, By.UNIT, department_id=other.department_id)] == [other.pk]
    assert [row.key for row in rows_of(world, By.UNIT, unit_id=other.pk)] == [other.pk]
    by_function = rows_of(world, By.FUNCTION, department_id=other.department_id)
    assert [(row.key, row.first_up) for row in by_function] == [("201", Decimal(33))]


def test_a_post_sees_its_own_part_only(world: World):
    played(world)
    other = UnitFactory(region=world.tree.banner, department=DepartmentFactory(region=world.tree.banner, code="205"))
    make_sheet(world.codes, other, [line(world.codes, "33.00")])
    reviewer = make_actor("department_reviewer", other.department)
    for actor in (clerk_of(other), reviewer):
        for by in (By.UNIT, By.DEPARTMENT, By.FUNCTION):
            total = total_of(rows_of(world, by, actor))
            assert (total.first_up, total.first_down) == (Decimal(33), None), (actor.role, by)
    assert rows_of(world, By.UNIT, officer_of(world.tree.neighbour)) == []


def test_more_rows_need_no_more_queries(world: World):
    played(world)
    officer, league = officer_of(world.tree.banner), officer_of(world.tree.league)
    counts: dict[By, list[int]] = {by: [] for by in By}
    for _ in range(2):
        for by in By:
            actor, region = (league, world.tree.league) if by == By.REGION else (officer, world.tree.banner)
            with CaptureQueriesContext(connection) as caught:
                rows_of(world, by, actor, region)
            counts[by].append(len(caught))
        for number in range(5):
            unit = UnitFactory(
                region=world.tree.banner, department=DepartmentFactory(region=world.tree.banner, code=f"40{number}")
            )
            project = {"project_code": f"15010227100000000001{number}", "project_name": f"项目{number}"}
            make_sheet(world.codes, unit, [line(world.codes, "1.00", **project)])
    assert all(first == second <= 7 for first, second in counts.values()), counts


# The page


@pytest.mark.parametrize("by", list(By))
def test_the_page_shows_each_view_and_drills_down(world: World, by):
    played(world)
    browser = client_of("league_officer", world.tree.league)
    region = world.tree.league.pk if by == By.REGION else world.tree.banner.pk
    page = browser.get(f"{PAGE}?by={by}&region={region}&year={world.codes.year}")
    assert page.status_code == 200
    for shown in page.context["rows"]:
        assert (
            browser.get(shown["deeper"] if shown["deeper"].startswith("/") else PAGE + shown["deeper"]).status_code
            == 200
        )
        for address in shown["sheets"].values():
            assert browser.get(address).status_code == 200
    if by == By.UNIT:
        assert {"first_up", "second_up", "second_down"} == set(page.context["rows"][0]["sheets"])
        assert "-200.00" in page.content.decode().replace("−", "-")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_page_as_a_file(world: World, kind):
    played(world)
    browser = client_of("banner_officer", world.tree.banner)
    response = browser.get(f"{PAGE}?by=unit&export={kind}")
    assert response.status_code == 200
    if kind == "csv":
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        assert "1000.00,800.00,-200.00,750.00,-50.00,700.00,-50.00" in text
    else:
        assert response.content[:2] == b"PK"


def test_nonsense_in_the_address_falls_back(world: World):
    browser = client_of("unit_clerk", world.unit)
    for query in (
        "by=region",
        "by=x",
        "unit=x",
        f"unit={world.neighbour_unit.pk}",
        "department=999999999",
        "function=%00",
        "export=exe",
    ):
        page = browser.get(f"{PAGE}?{query}")
        assert (page.status_code, page.context["query"].by) == (200, By.DEPARTMENT), query
        assert page.context["query"].unit_id is None
    assert browser.get(f"{PAGE}?region={world.tree.neighbour.pk}").status_code == 404
    assert client_of("system_admin", world.tree.root).get(PAGE).status_code == 403


def test_a_region_that_runs_one_round_shows_one(world: World):
    services.save_plan(
        SYSTEM,
        RoundPlan(region=world.tree.banner, year_id=world.codes.year, has_first_down=False, has_second_up=False),
    )
    make_sheet(world.codes, world.unit, state="accepted")
    (row,) = rows_of(world, By.UNIT)
    assert figures(row) == [350, None, None, None, None, None, None]
    assert fresh(BudgetSheet.objects.get()).total == Decimal("350.50")
