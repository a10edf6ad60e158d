"""Control figures: what each level may give, who gives it, and what an issued figure keeps."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.tests.factories import make_actor
from apps.budget import selfchecks, services
from apps.budget.models import ControlFigure, RoundPlan
from apps.budget.selectors.control import overdrawn, parts_of
from apps.budget.services.control import Share
from apps.budget.tests.controlled import DOCUMENT, department_figure, figure, give, second
from apps.budget.tests.factories import SYSTEM, World, clerk_of, head_of, line, make_sheet, officer_of, send_back
from apps.budget.tests.rows import make_figure
from apps.codes.models import Catalog
from apps.codes.tests.factories import code_of
from apps.evidence.models import Entry
from apps.regions.models import Department
from apps.regions.tests.factories import DepartmentFactory, UnitFactory
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.selfchecks import CheckFailed

pytestmark = pytest.mark.django_db


def put(world: World, *figures, actor=SYSTEM) -> int:
    return services.set_control_figures(actor, world.tree.banner, world.codes.year, figures)


def issue(world: World, actor=SYSTEM, department=None) -> int:
    return services.issue_control_figures(actor, world.tree.banner, world.codes.year, DOCUMENT, department)


def amounts(state: str) -> dict[str, Decimal]:
    rows = ControlFigure.objects.filter(state=state)
    return {"unit" if row.unit_id else "department" if row.department_id else "pool": row.amount for row in rows}


def test_figures_of_three_levels_are_worked_out_and_issued(world: World):
    give(world, "1000.00", "800.00", "500.00")
    assert amounts("issued") == {"pool": Decimal(1000), "department": Decimal(800), "unit": Decimal(500)}
    row = department_figure(world)
    assert (row.league_id, row.number, row.document) == (world.tree.league.pk, 1, DOCUMENT)
    entries = Entry.objects.filter(event="budget.control_issued")
    assert {entry.region_code for entry in entries} == {world.tree.banner.code}
    assert sorted(entry.facts["amount"] for entry in entries) == ["1000.00", "500.00", "800.00"]
    assert Entry.objects.filter(event="budget.control_set").count() == 1


@pytest.mark.parametrize(
    ("pool", "department", "unit"), [("799.99", "800.00", "500.00"), ("1000.00", "499.99", "500.00")]
)
def test_nobody_gives_more_than_they_have(world: World, pool, department, unit):
    with pytest.raises(RuleViolation, match="more than they have"):
        give(world, pool, department, unit)
    assert not ControlFigure.objects.exists()


def test_each_fund_type_and_kind_is_a_pool_of_its_own(world: World):
    give(world, "1000.00", "800.00", "500.00")
    with pytest.raises(RuleViolation, match="more than they have"):
        put(world, figure(world, "1.00", department_id=world.unit.department_id, kind="project"))


def test_all_units_of_a_department_count_together_with_those_of_its_divisions(world: World):
    division = DepartmentFactory(region=world.tree.banner, code="118001", parent=world.unit.department)
    below = UnitFactory(region=world.tree.banner, department=division)
    give(world, "1000.00", "800.00", "500.00")
    with pytest.raises(RuleViolation, match="more than they have"):
        put(world, figure(world, "300.01", unit_id=below.pk))
    put(world, figure(world, "300.00", unit_id=below.pk))
    assert ControlFigure.objects.get(unit=below).department_id == world.unit.department_id
    with pytest.raises(RuleViolation, match="top level"):
        put(world, figure(world, "1.00", department_id=division.pk))


def test_the_upper_figure_does_not_sink_below_what_was_given_of_it(world: World):
    give(world, "1000.00", "800.00", "500.00")
    for lower in (figure(world, "799.99"), figure(world, "499.99", department_id=world.unit.department_id)):
        with pytest.raises(RuleViolation, match="more than they have"):
            put(world, lower)
    put(world, figure(world, "500.00", department_id=world.unit.department_id), figure(world, "500.00"))
    assert issue(world) == 2
    assert amounts("issued") == {"pool": Decimal(500), "department": Decimal(500), "unit": Decimal(500)}


def test_what_is_only_worked_out_above_is_not_yet_given_below(world: World):
    give(world, "1000.00", "800.00", "500.00")
    put(world, figure(world, "900.00", department_id=world.unit.department_id))
    put(world, figure(world, "850.00", unit_id=world.unit.pk))
    with pytest.raises(RuleViolation, match="more than they have"):
        issue(world, department=world.unit.department)
    assert issue(world) == 2


def test_an_issued_figure_is_frozen_and_changes_as_a_version_with_its_reason(world: World):
    give(world, "1000.00", "800.00", "500.00")
    row = ControlFigure.objects.get(unit=world.unit)
    for change in ({"amount": 1}, {"reason": "x"}, {"state": "draft"}):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            ControlFigure.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        row.delete()
    with pytest.raises(RuleViolation, match="needs a reason"):
        put(world, figure(world, "400.00", unit_id=world.unit.pk, reason=""))
    put(world, figure(world, "400.00", unit_id=world.unit.pk, reason="压减一般性支出"))
    assert amounts("issued")["unit"] == Decimal(500)  # in force until the change is issued
    issue(world)
    versions = ControlFigure.objects.filter(unit=world.unit).order_by("number").values_list("number", "state", "amount")
    assert list(versions) == [(1, "replaced", Decimal(500)), (2, "issued", Decimal(400))]
    assert ControlFigure.history.filter(id=row.pk, state="replaced").exists()


def test_writing_the_figure_in_force_again_takes_the_draft_back(world: World):
    give(world, "1000.00", "800.00", "500.00")
    put(world, figure(world, "400.00", unit_id=world.unit.pk))
    assert put(world, figure(world, "500.00", unit_id=world.unit.pk)) == 1
    assert put(world, figure(world, "500.00", unit_id=world.unit.pk)) == 0
    assert amounts("draft") == {}


def test_drafts_can_be_thrown_away_and_leave_what_is_in_force(world: World):
    give(world, "1000.00", "800.00", "500.00")
    put(world, figure(world, "900.00", department_id=world.unit.department_id))
    assert services.drop_control_drafts(SYSTEM, world.tree.banner, world.codes.year) == 1
    assert (amounts("draft"), amounts("issued")["department"]) == ({}, Decimal(800))


@pytest.mark.parametrize("wrong", ["below zero", "three decimals", "no leaf", "kind", "other unit", "twice"])
def test_bad_figures_are_refused(world: World, wrong):
    figures = {
        "below zero": [figure(world, "-1.00")],
        "three decimals": [figure(world, "1.005")],
        "no leaf": [figure(world, "1.00", fund_id=code_of(Catalog.FUND, "11").pk)],
        "kind": [figure(world, "1.00", kind="x")],
        "other unit": [figure(world, "0.00", unit_id=world.neighbour_unit.pk)],
        "twice": [figure(world, "1.00"), figure(world, "2.00")],
    }[wrong]
    with pytest.raises(RuleViolation):
        put(world, *figures)
    assert not ControlFigure.objects.exists()


def test_a_region_that_gives_no_figures_works_none_out(world: World):
    services.save_plan(SYSTEM, RoundPlan(region=world.tree.banner, year_id=world.codes.year, has_first_down=False))
    with pytest.raises(RuleViolation, match="does not run"):
        put(world, figure(world, "1.00"))


def test_a_timetable_does_not_lose_figures_that_were_issued(world: World):
    give(world, "1000.00", "800.00", "500.00")
    with pytest.raises(RuleViolation, match="begun"):
        services.save_plan(SYSTEM, RoundPlan(region=world.tree.banner, year_id=world.codes.year, has_first_down=False))


def test_issuing_needs_figures_and_a_document(world: World):
    with pytest.raises(RuleViolation, match="worked out"):
        issue(world)
    give(world, "1000.00", "800.00", "500.00", issued=False)
    with pytest.raises(RuleViolation, match="document"):
        services.issue_control_figures(SYSTEM, world.tree.banner, world.codes.year, "")


def test_a_cut_of_what_was_accepted_says_why(world: World):
    make_sheet(world.codes, world.unit, [line(world.codes, "600.00")], state="accepted")
    upper = figure(world, "1000.00"), figure(world, "800.00", department_id=world.unit.department_id)
    put(world, *upper, figure(world, "599.99", unit_id=world.unit.pk, reason=""))
    with pytest.raises(RuleViolation, match="no reason"):
        issue(world)
    put(world, figure(world, "600.00", unit_id=world.unit.pk, reason=""))
    assert issue(world) == 3


def test_a_unit_that_handed_in_more_is_answered_before_its_figure_sinks(world: World):
    give(world, "1000.00", "800.00", "500.00")
    sheet = second(world, [line(world.codes, "450.00")])
    services.submit_sheet(head_of(world.unit), sheet)
    put(world, figure(world, "449.99", unit_id=world.unit.pk))
    with pytest.raises(RuleViolation, match="return its second submission"):
        issue(world)
    send_back(sheet, "控制数调整")
    assert issue(world) == 1


# Who may

WHO = {
    "neighbour": lambda world: officer_of(world.tree.neighbour),
    "league": lambda world: officer_of(world.tree.league),
    "clerk": lambda world: clerk_of(world.unit),
    "head": lambda world: head_of(world.unit),
    "leader": lambda world: make_actor("finance_leader", world.tree.banner),
    "reviewer": lambda world: make_actor("department_reviewer", world.unit.department),
    "other department": lambda world: make_actor("department_reviewer", other_department(world)),
}


def other_department(world: World) -> Department:
    return DepartmentFactory(region=world.tree.banner, code="205", name_zh_hans="教育局")


@pytest.mark.parametrize("who", WHO)
def test_only_the_regions_office_works_out_and_issues_its_figures(world: World, who):
    give(world, "1000.00", "800.00", "500.00", issued=False)
    actor = WHO[who](world)
    with pytest.raises(NotAllowed):
        put(world, figure(world, "2000.00"), actor=actor)
    with pytest.raises(NotAllowed):
        issue(world, actor)
    with pytest.raises(NotAllowed):
        services.drop_control_drafts(actor, world.tree.banner, world.codes.year)
    assert put(world, figure(world, "2000.00"), actor=officer_of(world.tree.banner)) == 1


@pytest.mark.parametrize("who", [who for who in WHO if who != "reviewer"])
def test_only_the_department_itself_splits_its_figure(world: World, who):
    give(world, "1000.00", "800.00", "500.00")
    upper, shares = department_figure(world), [Share(world.unit.pk, Decimal(600), "调整")]
    with pytest.raises(NotAllowed):
        services.split_control_figures(WHO[who](world), upper, shares)
    with pytest.raises(NotAllowed):
        issue(world, WHO[who](world), world.unit.department)
    reviewer = WHO["reviewer"](world)
    assert services.split_control_figures(reviewer, upper, shares) == 1
    assert issue(world, reviewer, world.unit.department) == 1
    assert amounts("issued")["unit"] == Decimal(600)


def test_a_department_splits_among_its_own_units_and_no_pool(world: World):
    other = UnitFactory(region=world.tree.banner, department=other_department(world))
    give(world, "1000.00", "800.00", "500.00")
    reviewer = WHO["reviewer"](world)
    with pytest.raises(RuleViolation, match="its own units"):
        services.split_control_figures(reviewer, department_figure(world), [Share(other.pk, Decimal(1))])
    pool = ControlFigure.objects.get(department=None)
    with pytest.raises(NotAllowed):
        services.split_control_figures(reviewer, pool, [Share(world.unit.department_id, Decimal(1))])
    with pytest.raises(RuleViolation, match="any further"):
        services.split_control_figures(SYSTEM, ControlFigure.objects.get(unit=world.unit), [])


def test_the_pool_is_split_among_departments(world: World):
    put(world, figure(world, "1000.00"))
    issue(world)
    pool = ControlFigure.objects.get()
    other = other_department(world)
    shares = [Share(world.unit.department_id, Decimal(600)), Share(other.pk, Decimal(400))]
    assert services.split_control_figures(officer_of(world.tree.banner), pool, shares) == 2
    assert {pk: row.amount for pk, row in parts_of(pool).items()} == {
        world.unit.department_id: Decimal(600),
        other.pk: Decimal(400),
    }


def test_units_see_what_was_issued_and_departments_their_whole_split(world: World):
    give(world, "1000.00", "800.00", "500.00", issued=False)

    def seen(actor) -> set[str]:
        rows = ControlFigure.objects.visible_to(actor)
        return {"unit" if row.unit_id else "department" if row.department_id else "pool" for row in rows}

    everything = {"pool", "department", "unit"}
    assert seen(clerk_of(world.unit)) == set()
    assert seen(WHO["reviewer"](world)) == {"unit"}
    assert seen(officer_of(world.tree.banner)) == seen(officer_of(world.tree.league)) == everything
    assert seen(officer_of(world.tree.neighbour)) == seen(officer_of(world.tree.other_league)) == set()
    issue(world)
    assert seen(clerk_of(world.unit)) == {"unit"}
    assert seen(WHO["reviewer"](world)) == {"department", "unit"}
    assert seen(WHO["other department"](world)) == seen(clerk_of(world.neighbour_unit)) == set()


def test_the_database_knows_no_overdrawn_figure_after_all_that(world: World):
    give(world, "1000.00", "800.00", "500.00")
    assert overdrawn(world.tree.banner.pk, world.codes.year, ["issued"]) == []


def test_the_self_check_finds_figures_given_away_twice(world: World):
    give(world, "1000.00", "800.00", "500.00")
    assert "3 control figures" in selfchecks.control()
    make_figure(world, department=other_department(world), amount=Decimal("200.01"), state="issued")
    with pytest.raises(CheckFailed):
        selfchecks.control()
