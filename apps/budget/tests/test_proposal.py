"""What if: which cut applies to which money, what the floor keeps, and what taking a proposal leaves."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget import services
from apps.budget.models import BudgetLine, BudgetRound, BudgetSheet, ControlFigure
from apps.budget.selectors.proposal import Cut, CutBy, CutRule, Source, proposal, proposal_by_department
from apps.budget.tests.controlled import DOCUMENT, figure
from apps.budget.tests.factories import SYSTEM, World, accept, clerk_of, fresh, head_of, line, make_sheet, officer_of
from apps.codes.tests.factories import make_codes
from apps.regions.tests.factories import DepartmentFactory, UnitFactory
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
TEN = Decimal(10)


def asked(world: World) -> None:
    """The unit asks for 1,000 of running, 500 for its school and 300 for a project."""
    codes = world.codes
    rows = [line(codes, "1000.00"), line(codes, "500.00", function=codes.school), line(codes, "300.00", kind="project")]
    make_sheet(codes, world.unit, rows, state="accepted")


def proposed(world: World, **cut) -> dict[str, Decimal]:
    rows = proposal(world.tree.banner.pk, world.codes.year, Cut(**cut))
    return {row.kind: row.amount for row in rows}


def rule(by: CutBy, code: str, percent: str) -> CutRule:
    return CutRule(by, code, Decimal(percent))


def test_one_cut_of_everything(world: World):
    asked(world)
    assert proposed(world, percent=TEN) == {"basic": Decimal("1350.00"), "project": Decimal("270.00")}
    assert proposed(world, percent=Decimal(-10))["project"] == Decimal("330.00")
    assert proposed(world) == {"basic": Decimal("1500.00"), "project": Decimal("300.00")}


def test_the_rule_that_says_most_decides(world: World):
    asked(world)
    kind, fund = rule(CutBy.KIND, "basic", "20"), rule(CutBy.FUND, "11", "30")
    department = rule(CutBy.DEPARTMENT, world.unit.department.code, "40")
    education, school = rule(CutBy.FUNCTION, "205", "50"), rule(CutBy.FUNCTION, "2050202", "60")
    assert proposed(world, percent=TEN, rules=(kind,)) == {"basic": Decimal(1200), "project": Decimal(270)}
    assert proposed(world, rules=(kind, fund))["basic"] == Decimal(1050)
    assert proposed(world, rules=(fund, department, kind))["project"] == Decimal(180)
    assert proposed(world, rules=(education, department))["basic"] == Decimal(850)  # 600 of running, 250 of school
    assert proposed(world, rules=(education, school))["basic"] == Decimal(1200)
    assert proposed(world, rules=(rule(CutBy.DEPARTMENT, "999", "90"),))["basic"] == Decimal(1500)


def test_the_floor_and_the_excluded_kinds_are_kept(world: World):
    asked(world)
    assert proposed(world, percent=TEN, floor=Decimal("1400.00")) == {"basic": Decimal(1400), "project": Decimal(300)}
    assert proposed(world, percent=TEN, excluded=("project",)) == {"basic": Decimal(1350), "project": Decimal(300)}


def test_cents_are_rounded_once(world: World):
    make_sheet(
        world.codes, world.unit, [line(world.codes, "0.05"), line(world.codes, "0.05", note="b")], state="accepted"
    )
    assert proposed(world, percent=Decimal(50)) == {"basic": Decimal("0.05")}


def test_only_accepted_sheets_of_the_region_itself_count(world: World):
    make_sheet(world.codes, world.unit, state="submitted")
    make_sheet(world.codes, world.neighbour_unit, state="accepted")
    assert proposed(world) == {}


def test_last_years_budget_in_the_codes_of_this_year(world: World):
    codes, clerk = make_codes(2026), clerk_of(world.unit)
    sheet = services.open_sheet(clerk, world.unit, 2026, BudgetRound.FIRST_UP)
    services.save_lines(clerk, sheet, sheet.version, [line(codes, "1000.00")], None)
    services.submit_sheet(head_of(world.unit), fresh(sheet))
    accept(sheet)
    (row,) = proposal(world.tree.banner.pk, 2027, Cut(source=Source.LAST_YEAR, percent=Decimal(-3)))
    assert (row.amount, row.fund_id) == (Decimal(1030), world.codes.fund.pk)
    assert proposal(world.tree.banner.pk, 2027, Cut()) == []


def test_units_of_a_division_count_under_their_department(world: World):
    asked(world)
    division = DepartmentFactory(region=world.tree.banner, code="118001", parent=world.unit.department)
    make_sheet(world.codes, UnitFactory(region=world.tree.banner, department=division), state="accepted")
    (row,) = proposal_by_department(world.tree.banner.pk, world.codes.year, Cut(percent=TEN))
    assert (row.department_id, row.units, row.asked) == (world.unit.department_id, 2, Decimal("2150.50"))


def take(world: World, actor=SYSTEM, reason: str = "财力有限", **cut) -> int:
    return services.take_proposal(actor, world.tree.banner, world.codes.year, Cut(**cut), reason)


def levels(kind: str = "basic") -> dict[str, Decimal]:
    rows = ControlFigure.objects.filter(state="draft", kind=kind)
    return {"unit" if row.unit_id else "department" if row.department_id else "pool": row.amount for row in rows}


def test_a_proposal_becomes_drafts_on_three_levels(world: World):
    asked(world)
    assert take(world, percent=TEN) == 6
    assert levels() == dict.fromkeys(("pool", "department", "unit"), Decimal(1350))
    assert ControlFigure.objects.get(unit=world.unit, kind="project").reason == "财力有限"
    assert take(world, percent=TEN) == 0
    take(world, percent=Decimal(20))
    assert (levels()["unit"], levels()["pool"]) == (Decimal(1200), Decimal(1350))  # the pool stays


def test_a_proposal_above_the_pool_is_refused_with_both_figures(world: World):
    asked(world)
    services.set_control_figures(SYSTEM, world.tree.banner, world.codes.year, [figure(world, "1400.00")])
    with pytest.raises(RuleViolation, match=r"1,400\.00.*1,500\.00"):
        take(world)
    take(world, percent=TEN)


def test_figures_of_units_that_asked_for_nothing_stay_within_their_department(world: World):
    asked(world)
    other = UnitFactory(region=world.tree.banner, department=world.unit.department)
    rows = [figure(world, "100.00"), figure(world, "100.00", department_id=other.department_id)]
    services.set_control_figures(
        SYSTEM, world.tree.banner, world.codes.year, [*rows, figure(world, "100.00", unit_id=other.pk)]
    )
    with pytest.raises(RuleViolation, match="more than they have"):
        take(world)
    services.set_control_figures(SYSTEM, world.tree.banner, world.codes.year, [figure(world, "1600.00")])
    take(world)
    assert levels()["department"] == Decimal(1600)
    services.issue_control_figures(SYSTEM, world.tree.banner, world.codes.year, DOCUMENT)


def test_nothing_to_start_from_and_no_reason_are_refused(world: World):
    with pytest.raises(RuleViolation, match="no accepted"):
        take(world)
    asked(world)
    with pytest.raises(RuleViolation, match="Say why"):
        take(world, reason="")


def test_only_the_regions_office_takes_a_proposal(world: World):
    asked(world)
    for actor in (officer_of(world.tree.neighbour), officer_of(world.tree.league), clerk_of(world.unit)):
        with pytest.raises(NotAllowed):
            take(world, actor)
    assert take(world, officer_of(world.tree.banner)) == 6


# The page

PAGE = reverse("budget:control_proposal")


def test_the_page_shows_the_proposal_and_takes_it(world: World):
    asked(world)
    browser = client_of("banner_officer", world.tree.banner)
    query = f"?year={world.codes.year}&percent=10&excluded=project&by_0=function&code_0=205&percent_0=50"
    page = browser.get(PAGE + query)
    text = page.content.decode()
    assert "1,150.00" in text  # 900 of running, 250 of the school
    assert (page.context["asked"], page.context["amount"]) == (Decimal(1800), Decimal(1450))
    assert not ControlFigure.objects.exists()
    assert browser.post(PAGE + query, {"reason": ""}).status_code == 422
    assert browser.post(PAGE + query, {"reason": "财力有限"}).status_code == 302
    assert levels()["unit"] == Decimal(1150)
    wrong = browser.post(f"{PAGE}?percent=900", {"reason": "x"})
    assert wrong.status_code == 422


@pytest.mark.parametrize("query", ["percent=x", "percent=101", "floor=-1", "by_0=x&code_0=%00&percent_0=1", "cursor=x"])
def test_nonsense_in_the_question_is_shown_and_cuts_nothing(world: World, query):
    asked(world)
    page = client_of("banner_officer", world.tree.banner).get(f"{PAGE}?{query}")
    assert (page.status_code, page.context["amount"]) == (200, Decimal(1800))


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("unit_clerk", "unit"),
        ("department_reviewer", "department"),
        ("finance_leader", "banner"),
        ("auditor", "banner"),
    ],
)
def test_the_page_is_for_offices(world: World, role, place):
    node = {"unit": world.unit, "department": world.unit.department, "banner": world.tree.banner}[place]
    browser = client_of(role, node)
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, {"reason": "x"}).status_code == 403


def more_units(world: World, number: int) -> None:
    """Units that ask for the same as the first one."""
    lines = list(BudgetLine.objects.filter(sheet__unit=world.unit))
    for unit in UnitFactory.create_batch(number, region=world.tree.banner):
        sheet = BudgetSheet.objects.create(unit=unit, region=unit.region, year_id=world.codes.year, state="accepted")
        for row in lines:
            row.pk, row.sheet, row.unit = None, sheet, unit
        BudgetLine.objects.bulk_create(lines)


def test_more_units_need_no_more_queries_and_come_in_pages(world: World):
    asked(world)
    browser = client_of("banner_officer", world.tree.banner)
    browser.get(PAGE)
    counts = []
    for number in (1, 59):
        more_units(world, number)
        with CaptureQueriesContext(connection) as caught:
            page = browser.get(PAGE)
        counts.append(len(caught))
    assert counts[0] == counts[1] < 30
    assert len({shown["unit"].pk for shown in page.context["rows"]}) == 50
    assert browser.get(f"{PAGE}?cursor={page.context['page'].next}").context["page"].previous
