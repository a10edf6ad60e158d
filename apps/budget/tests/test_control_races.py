"""Two people at the same figures at the same moment: real connections, real transactions."""

from decimal import Decimal

import pytest
from django.db.models import Sum

from apps.accounts.tests.factories import make_actor
from apps.budget import services
from apps.budget.models import ControlFigure
from apps.budget.selectors.control import exceeding, overdrawn
from apps.budget.services.control import Share
from apps.budget.tests.controlled import DOCUMENT, department_figure, figure, give, second
from apps.budget.tests.factories import SYSTEM, World, head_of, line, make_world, officer_of
from apps.regions.tests.factories import DepartmentFactory, UnitFactory
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed() -> World:
    """The small world, visible to every connection."""
    return make_world()


def told(results: list[object]) -> list[object]:
    """The refusals; anything else that went wrong fails the test."""
    assert [each for each in results if isinstance(each, Exception) and not isinstance(each, RuleViolation)] == []
    return [each for each in results if isinstance(each, RuleViolation)]


def test_the_last_yuan_of_a_department_is_given_once(committed: World):
    world = committed
    other = UnitFactory(region=world.tree.banner, department=world.unit.department)
    give(world, "1000.00", "800.00", "799.00")
    upper = department_figure(world)
    clerks = [make_actor("department_reviewer", world.unit.department), officer_of(world.tree.banner)]
    third = UnitFactory(region=world.tree.banner, department=world.unit.department)
    works = [
        lambda actor=actor, unit=unit: services.split_control_figures(actor, upper, [Share(unit.pk, Decimal(1))])
        for actor, unit in zip(clerks, (other, third), strict=True)
    ]
    assert len(told(at_once(works))) == 1
    units = ControlFigure.objects.live().filter(unit__isnull=False)
    assert units.aggregate(sum=Sum("amount"))["sum"] == Decimal(800)


def test_an_upper_figure_does_not_sink_while_it_is_being_split(committed: World):
    world = committed
    give(world, "1000.00", "800.00", "500.00")
    upper, year = department_figure(world), world.codes.year
    reviewer, officer = make_actor("department_reviewer", world.unit.department), officer_of(world.tree.banner)
    lower = figure(world, "500.00", department_id=world.unit.department_id)
    works = [
        lambda: services.split_control_figures(reviewer, upper, [Share(world.unit.pk, Decimal(800), "调整")]),
        lambda: services.set_control_figures(officer, world.tree.banner, year, [lower]),
    ]
    assert len(told(at_once(works))) == 1
    assert overdrawn(world.tree.banner.pk, year, ["draft", "issued"]) == []


def test_the_last_yuan_of_the_pool_is_given_once(committed: World):
    world = committed
    services.set_control_figures(SYSTEM, world.tree.banner, world.codes.year, [figure(world, "1.00")])
    officers = [officer_of(world.tree.banner) for _ in range(3)]
    pool = ControlFigure.objects.get()
    departments = [DepartmentFactory(region=world.tree.banner, code=f"30{number}") for number in range(3)]
    works = [
        lambda actor=actor, part=part: services.split_control_figures(actor, pool, [Share(part.pk, Decimal(1))])
        for actor, part in zip(officers, departments, strict=True)
    ]
    assert len(told(at_once(works))) == 2
    assert overdrawn(world.tree.banner.pk, world.codes.year, ["draft"]) == []


def test_a_figure_does_not_sink_under_a_sheet_that_is_being_handed_in(committed: World):
    world = committed
    give(world, "1000.00", "800.00", "500.00")
    sheet, year = second(world, [line(world.codes, "450.00")]), world.codes.year
    officer, head = officer_of(world.tree.banner), head_of(world.unit)
    lower = figure(world, "400.00", unit_id=world.unit.pk)
    services.set_control_figures(officer, world.tree.banner, year, [lower])
    works = [
        lambda: services.submit_sheet(head, sheet),
        lambda: services.issue_control_figures(officer, world.tree.banner, year, DOCUMENT),
    ]
    assert len(told(at_once(works))) == 1
    assert exceeding([world.unit.pk], year) == []


def test_of_two_officers_who_issue_one_wins(committed: World):
    world = committed
    give(world, "1000.00", "800.00", "500.00", issued=False)
    officers = [officer_of(world.tree.banner) for _ in range(2)]
    works = [
        lambda actor=actor: services.issue_control_figures(actor, world.tree.banner, world.codes.year, DOCUMENT)
        for actor in officers
    ]
    assert len(told(at_once(works))) == 1
    assert ControlFigure.objects.issued().count() == ControlFigure.objects.count() == 3
