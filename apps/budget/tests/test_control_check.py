"""The hard stop of the second submission, its screen, and where the second submission begins."""

from decimal import Decimal

import pytest

from apps.budget import screens, services
from apps.budget.checks import Level, check_sheet
from apps.budget.controlchecks import WITHIN
from apps.budget.models import BudgetSheet, RoundPlan
from apps.budget.selectors.control import used_of
from apps.budget.tests.controlled import SECOND, give, second
from apps.budget.tests.factories import SYSTEM, World, clerk_of, fresh, head_of, line, make_sheet
from imbudget.kit import registry
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.django_db


def found(sheet: BudgetSheet) -> list[Level]:
    return [finding.level for finding in check_sheet(fresh(sheet)) if finding.check == WITHIN]


def screened(sheet: BudgetSheet) -> bool:
    return sheet.pk in dict(registry.check_screens.items())[WITHIN]([sheet.pk])


def test_a_second_submission_within_its_figures_is_handed_in(world: World):
    give(world, "1000.00", "800.00", "500.00")
    sheet = second(
        world, [line(world.codes, "300.00"), line(world.codes, "200.00", department_economic=world.codes.office)]
    )
    assert (found(sheet), screened(sheet)) == ([], False)
    services.submit_sheet(head_of(world.unit), sheet)
    assert fresh(sheet).state == "submitted"


def test_a_cent_above_its_figures_stops_it(world: World):
    give(world, "1000.00", "800.00", "500.00")
    sheet = second(
        world, [line(world.codes, "300.00"), line(world.codes, "200.01", department_economic=world.codes.office)]
    )
    assert (found(sheet), screened(sheet)) == ([Level.ERROR], True)
    with pytest.raises(RuleViolation, match="0.01"):
        services.submit_sheet(head_of(world.unit), sheet)


def test_money_moved_between_kinds_of_one_fund_type_is_a_warning(world: World):
    give(world, "1000.00", "800.00", "500.00")
    give(world, "300.00", "300.00", "300.00", kind="project")
    sheet = second(world, [line(world.codes, "600.00"), line(world.codes, "200.00", kind="project")])
    assert (found(sheet), screened(sheet)) == ([Level.WARNING], False)


def test_a_unit_without_figures_is_told_so(world: World):
    give(world, "1000.00", "800.00", "500.00", issued=False)
    sheet = second(world, [line(world.codes, "1.00")])
    assert (found(sheet), screened(sheet)) == ([Level.ERROR], True)
    with pytest.raises(RuleViolation, match="No control figures"):
        services.submit_sheet(head_of(world.unit), sheet)


def test_where_no_figures_are_given_nothing_stops_the_second_submission(world: World):
    services.save_plan(SYSTEM, RoundPlan(region=world.tree.banner, year_id=world.codes.year, has_first_down=False))
    sheet = second(world, [line(world.codes, "9000.00")])
    assert (found(sheet), screened(sheet), used_of(sheet)) == ([], False, [])
    services.submit_sheet(head_of(world.unit), sheet)


def test_other_rounds_are_left_alone(world: World):
    give(world, "1000.00", "800.00", "5.00")
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, "600.00")], state="submitted")
    assert (found(sheet), screened(sheet)) == ([], False)


def test_figure_use_and_rest_by_fund_type(world: World):
    give(world, "1000.00", "800.00", "500.00")
    give(world, "300.00", "300.00", "300.00", kind="project")
    (row,) = used_of(second(world, [line(world.codes, "620.00")]))
    assert (row.figure, row.used, row.left) == (Decimal(800), Decimal(620), Decimal(180))


def test_the_second_submission_begins_with_what_was_accepted_in_the_first(world: World):
    first = make_sheet(world.codes, world.unit, state="accepted")
    sheet = fresh(services.open_sheet(clerk_of(world.unit), world.unit, world.codes.year, SECOND))
    same = ("number", "function_id", "fund_id", "kind", "amount", "prior_approved", "note", "government_economic_id")
    assert list(sheet.lines.values_list(*same)) == list(first.lines.values_list(*same))
    assert (sheet.total, sheet.lines.first().round) == (first.total, SECOND)
    assert first.lines.count() == 2
    again = services.open_sheet(clerk_of(world.unit), world.unit, world.codes.year, SECOND)
    assert (again.pk, again.lines.count()) == (sheet.pk, 2)


def test_a_first_submission_that_was_not_accepted_is_not_copied(world: World):
    make_sheet(world.codes, world.unit, state="submitted")
    assert not services.open_sheet(clerk_of(world.unit), world.unit, world.codes.year, SECOND).lines.exists()


def test_many_handed_in_at_once_stop_at_their_figures_too(world: World):
    give(world, "1000.00", "800.00", "500.00")
    sheet = second(world, [line(world.codes, "500.01")])
    assert screens.suspects([sheet.pk]) == {sheet.pk}
