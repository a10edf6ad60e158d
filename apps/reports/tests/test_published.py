"""The twelve published tables: they tie whatever the lines are, keep to their scope, and say when they are a draft."""

import io
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.accounts.tests.factories import client_of, make_actor, make_post
from apps.budget import services as budget
from apps.budget.models import BudgetLine, ExpenditureKind
from apps.budget.tests.factories import line, make_compilation, make_sheet, officer_of, one_round
from apps.codes.models import Catalog, Code, WatchedCode, WatchedItem
from apps.evidence.models import Entry
from apps.ledger.tests.factories import load_chart
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.projects.models import Project
from apps.projects.tests.factories import make_project
from apps.regions.models import Department, Region, Unit
from apps.regions.tests.factories import DepartmentFactory, UnitFactory
from apps.reports.document import Column, Row, Table
from apps.reports.published.figures import figures_of
from apps.reports.published.pieces import empty_words
from apps.reports.published.scope import of_department, of_region, of_unit
from apps.reports.published.shown import shown
from apps.reports.published.tables import twelve_tables
from apps.reports.published.ties import Tie, ties

pytestmark = pytest.mark.django_db
TITLES = 12
NAMES = {"11": "一般", "12": "基金", "13": "国资", "14": "社保", "2": "专户", "3": "单位资金"}


@pytest.fixture
def funds(world: Any) -> list[Code]:
    """A fund type of each budget."""
    made = [world.codes.fund]
    for code in ("1211", "1311", "1411", "2111", "3111"):
        made.append(Code.objects.create(catalog=Catalog.FUND, year_id=2027, code=code, name=code))
    return made


def tables_of(node: Any, actor: Any = None, year: int = 2027) -> list[Table]:
    if isinstance(node, Department):
        scope = of_department(actor, node)
        assert scope is not None
    else:
        scope = of_region(node) if isinstance(node, Region) else of_unit(node)
    return twelve_tables(figures_of(scope, year))


def total(table: Table, place: int) -> Decimal:
    return table.rows[-1].cells[place] if table.rows else Decimal(0)


ROW = st.tuples(
    st.integers(0, 5),  # fund
    st.integers(0, 2),  # function
    st.integers(0, 3),  # economic class; 3: none
    st.sampled_from(["basic", "project"]),
    st.sampled_from(["", "草原", "校舍"]),
    st.integers(0, 10**13).map(lambda cents: Decimal(cents) / 100),
    st.one_of(st.none(), st.integers(0, 10**9).map(Decimal)),
)


@settings(max_examples=25)
@given(rows=st.lists(st.tuples(st.integers(0, 1), ROW), max_size=30))
def test_tables_tie_whatever_the_lines_are(rows: list[Any]) -> None:
    """Lines of two units under random classes: nothing is lost on the way into any table."""
    from django.db import transaction

    from apps.budget.tests.factories import make_world

    with transaction.atomic():
        world = make_world()
        funds = [world.codes.fund] + [
            Code.objects.create(catalog=Catalog.FUND, year_id=2027, code=code, name=code)
            for code in ("1211", "1311", "1411", "2111", "3111")
        ]
        codes = world.codes
        sheets = [make_sheet(codes, unit, []) for unit in (world.unit, UnitFactory(region=world.unit.region))]
        functions, classes = [codes.running, codes.managing, codes.school], [codes.wages, codes.office, codes.reception]
        BudgetLine.objects.bulk_create(
            BudgetLine(
                sheet=sheets[unit], number=number, function=functions[function], fund=funds[fund],
                department_economic=classes[economic] if economic < 3 else None, kind=kind,
                project_name=name if kind == "project" else "", amount=amount, prior_approved=prior,
            )
            for number, (unit, (fund, function, economic, kind, name, amount, prior)) in enumerate(rows, 1)
        )  # fmt: skip
        tables = tables_of(world.unit.region)
        assert [tie.label for tie in ties(tables) if not tie.holds] == []
        assert total(tables[0], 1) == sum((row[5] for _unit, row in rows), Decimal(0))
        assert [total(tables[1], place) for place in range(2, 8)] == [
            sum((row[5] for _unit, row in rows if row[0] == fund), Decimal(0)) for fund in range(6)
        ]
        transaction.set_rollback(True)


def test_a_tie_that_does_not_hold_is_found(world):
    make_sheet(world.codes, world.unit)
    tables = tables_of(world.unit)
    assert all(tie.holds for tie in ties(tables))
    wrong = Table(tables[2].columns, [*tables[2].rows[:-1], Row(("", "", *(Decimal(1),) * 3), kind="total")])
    broken = [tie.label for tie in ties([*tables[:2], wrong, *tables[3:]]) if not tie.holds]
    assert len(broken) >= 4
    assert not Tie("", Decimal(2), Decimal(1), within=True).holds
    assert Tie("", Decimal(1), Decimal(2), within=True).holds
    assert not Tie("", Decimal(1), Decimal(2)).holds


def test_each_table_has_its_part(world, funds):
    codes = world.codes
    general, fund, capital, _insurance, _accounts, own = funds
    task = {"kind": ExpenditureKind.PROJECT, "project_name": "草原"}
    staff = {"department_economic": codes.wages}
    make_sheet(
        codes, world.unit,
        [
            line(codes, "100.00", fund=general, **staff),
            line(codes, "40.00", fund=general, department_economic=codes.reception, prior_approved=Decimal("50.00")),
            line(codes, "7.00", fund=fund, department_economic=codes.office, **task),
            line(codes, "5.00", fund=capital, function=codes.school, **staff),
            line(codes, "3.00", fund=own, department_economic=codes.office),
        ],
    )  # fmt: skip
    made = tables_of(world.unit)
    assert [total(made[1], place) for place in range(1, 8)] == [155, 140, 7, 5, 0, 0, 3]
    assert [total(made[2], place) for place in (2, 3, 4)] == [155, 148, 7]
    assert [total(made[3], place) for place in (1, 3, 4, 5, 6)] == [152, 152, 140, 7, 5]
    assert [total(made[4], place) for place in (2, 3, 4)] == [140, 140, 0]
    assert [total(made[5], place) for place in (2, 3, 4)] == [140, 100, 40]
    assert [row.cells[1:] for row in made[6].rows[-2:]] == [(50, 40), (50, 40)]
    assert [total(made[place], 2) for place in (7, 8, 9, 10, 11)] == [7, 5, 7, 7, 0]
    assert not made[11].rows
    heads = {row.cells[0]: row.kind for row in made[2].rows}
    assert (heads["201"], heads["20101"], heads["2010101"]) == ("subtotal", "subtotal", "line")


def test_vehicles_are_the_sum_of_buying_and_running(world):
    codes = world.codes
    for code, item in ((codes.office, WatchedItem.VEHICLE_PURCHASE), (codes.wages, WatchedItem.VEHICLE_RUNNING)):
        WatchedCode.objects.create(year_id=2027, code=code, item=item)
    make_sheet(
        codes, world.unit, [line(codes, "10.00", department_economic=codes.office), line(codes, "2.00")], "draft"
    )
    rows = tables_of(world.unit)[6].rows
    assert [row.cells[2] for row in rows] == [0, 12, 10, 2, 0, 12]
    assert ties(tables_of(world.unit))[15].holds


def test_what_is_bought_by_procurement_is_known_from_its_project(world):
    project = make_project(world.codes, world.unit)
    Project.objects.filter(pk=project.pk).update(is_procurement=True)
    task = {"kind": ExpenditureKind.PROJECT, "project_code": project.code, "project_name": project.name}
    make_sheet(world.codes, world.unit, [line(world.codes, "9.00", **task), line(world.codes, "1.00")])
    table = tables_of(world.unit)[11]
    assert [str(row.cells[0]) for row in table.rows[:-1]] == [f"{project.code}-{project.name}"]
    assert total(table, 2) == 9


def approve(world: Any) -> Any:
    """The banner's budget, approved and posted."""
    load_chart()
    call_command("load_flows", verbosity=0)
    banner = world.unit.region
    make_post("finance_leader", banner)
    one_round(banner)
    compilation = make_compilation(world.codes, banner, "compiled")
    head = {"number": "新财预〔2027〕1号", "title": "批复", "dated": date(2027, 1, 25), "basis": "决议"}
    document = budget.draw_up_approval(officer_of(banner), compilation, head)
    task = Task.objects.get(case__document_id=document.pk, case__subject="ledger.document", state="open")
    tasks.approve(actor_of(Post.objects.with_nodes().get(pk=task.post_id)), task)
    return document


def test_before_approval_they_are_a_draft_and_then_what_was_approved(world):
    project = make_project(world.codes, world.unit, stored=True)
    Project.objects.filter(pk=project.pk).update(is_procurement=True)
    task = {"kind": ExpenditureKind.PROJECT, "project_code": project.code, "project_name": project.name}
    make_sheet(world.codes, world.unit, [line(world.codes, "9.00", **task), line(world.codes, "1.00")], "accepted")
    page = f"{reverse('reports:published')}?unit={world.unit.pk}"
    officer = client_of("banner_officer", world.unit.region)
    assert officer.get(page).context_data["is_draft"]
    document = approve(world)
    # What the library says of the project afterwards changes nothing in what was published.
    Project.objects.filter(pk=project.pk).update(is_procurement=False)
    answer = officer.get(page)
    assert not answer.context_data["is_draft"]
    assert document.number in answer.content.decode()
    tables = tables_of(world.unit)
    assert (total(tables[0], 1), total(tables[11], 2)) == (10, 9)
    assert all(tie.holds for tie in ties(tables))


@pytest.mark.parametrize("count", [1, 12])
def test_no_query_for_a_line_or_a_unit(world, count):
    for _number in range(count):
        make_sheet(world.codes, UnitFactory(region=world.unit.region), [line(world.codes)] * 1)
    with CaptureQueriesContext(connection) as caught:
        tables = tables_of(world.unit.region)
    assert len(tables[1].rows) == count + 1
    assert len(caught) == 8


def test_a_department_is_its_units_and_its_divisions(world):
    banner = world.unit.region
    division = DepartmentFactory(region=banner, code="118001", parent=world.unit.department)
    below, beside = (
        UnitFactory(region=banner, department=division),
        UnitFactory(region=banner, department=DepartmentFactory(region=banner, code="119")),
    )
    for unit, amount in ((world.unit, "1.00"), (below, "20.00"), (beside, "300.00")):
        make_sheet(world.codes, unit, [line(world.codes, amount)])
    officer = officer_of(banner)
    assert total(tables_of(world.unit.department, officer)[0], 1) == 21
    assert total(tables_of(division, officer)[0], 1) == 20
    assert total(tables_of(banner)[0], 1) == 321
    assert of_department(make_actor("unit_clerk", world.unit), world.unit.department) is None


def test_nobody_looks_beyond_their_own(world):
    banner, department = world.unit.region, world.unit.department
    other = UnitFactory(region=banner)  # of the same department
    page = reverse("reports:published")
    clerk, reviewer = client_of("unit_clerk", world.unit), client_of("department_reviewer", department)
    assert clerk.get(page).context_data["scope"].node == world.unit
    assert clerk.get(f"{page}?region={banner.pk}").context_data["scope"].node == world.unit
    assert reviewer.get(page).context_data["scope"].node == department
    assert not clerk.get(page).context_data["departments"]  # nothing is offered that is refused
    assert list(reviewer.get(page).context_data["departments"]) == [department]
    officer = client_of("banner_officer", banner)
    assert officer.get(page).context_data["scope"].node == banner
    refused = [
        (clerk, f"unit={other.pk}"),
        (clerk, f"department={department.pk}"),
        (officer, f"unit={world.neighbour_unit.pk}"),
        (officer, f"department={world.neighbour_unit.department_id}"),
        (officer, f"region={world.tree.neighbour.pk}"),
        (officer, f"region={world.tree.league.pk}"),
    ]
    files = reverse("reports:published_file", args=["xlsx"])
    assert {who.get(f"{where}?{query}").status_code for who, query in refused for where in (page, files)} == {404}
    assert client_of("league_officer", world.tree.league).get(f"{page}?unit={world.unit.pk}").status_code == 200
    assert client_of("expert", banner).get(page).status_code == 403


def test_the_field_that_was_changed_counts(world):
    banner, department = world.unit.region, world.unit.department
    officer = client_of("league_officer", world.tree.league)
    page, unit = reverse("reports:published"), f"unit={world.unit.pk}"

    def chosen(query: str) -> Any:
        return officer.get(f"{page}?{query}").context_data["scope"].node

    here = f"from_region={banner.pk}&region={banner.pk}"
    assert chosen(f"{unit}&{here}&department=&from_kind=unit") == world.unit
    assert chosen(f"{unit}&{here}&department={department.pk}&from_kind=unit") == department
    assert chosen(f"{unit}&{here}&department={department.pk}&from_kind=department") == world.unit
    elsewhere = f"from_region={banner.pk}&region={world.tree.neighbour.pk}"
    assert chosen(f"{unit}&{elsewhere}&department={department.pk}") == world.tree.neighbour


@pytest.mark.parametrize("query", ["unit=x", "unit=99999999999", "department=%00", "table=99", "table=0", "year=1"])
def test_nonsense_falls_back(world, query):
    officer = client_of("banner_officer", world.unit.region)
    assert officer.get(f"{reverse('reports:published')}?{query}").status_code == 200


def test_all_twelve_come_as_workbook_and_on_paper(world):
    make_sheet(world.codes, world.unit)
    clerk = client_of("unit_clerk", world.unit)
    book = load_workbook(io.BytesIO(clerk.get(reverse("reports:published_file", args=["xlsx"])).content))
    assert len(book.worksheets) == TITLES
    assert book.worksheets[0].title.startswith("01 ")
    pages = PdfReader(io.BytesIO(clerk.get(reverse("reports:published_file", args=["pdf"])).content)).pages
    assert len(pages) == TITLES  # each begins a page of its own
    with translation.override("zh-hans"):
        words = empty_words()
    assert re.sub(r"\s", "", words) in re.sub(r"\s", "", pages[7].extract_text())  # 政府性基金
    assert words in [cell.value for row in book.worksheets[7].iter_rows() for cell in row]
    assert Entry.objects.filter(event="reports.made").count() == 2


def test_each_table_can_be_looked_at(world):
    make_sheet(world.codes, world.unit)
    clerk = client_of("unit_clerk", world.unit)
    for number in range(1, TITLES + 1):
        answer = clerk.get(f"{reverse('reports:published')}?table={number}")
        assert answer.status_code == 200
        assert not answer.context_data["broken"]


def test_a_long_table_is_cut_on_the_page_only():
    columns = (Column("a"), Column("b", kind="money"))
    rows = [*(Row((str(n), Decimal(n))) for n in range(5)), Row(("total", Decimal(10)), kind="total")]
    cut = shown(Table(columns, rows), 2)
    assert [cells[0][0] for _row, cells in cut["rows"]] == ["0", "1", "total"]
    assert cut["left_out"] == 3


def test_a_unit_without_a_budget_has_twelve_empty_tables(world):
    assert all(not table.rows for table in tables_of(Unit.objects.get(pk=world.far_unit.pk)))
