"""The list of checks and its rules: which one decides, and what it changes of a check."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from apps.budget import screens, services
from apps.budget.basicchecks import COMPUTED
from apps.budget.checklist import CHECKLIST, ITEMS, Scope
from apps.budget.checks import LABELS, Level, check_sheet, run_checks
from apps.budget.models import (
    CheckRule,
    RegionSetting,
)
from apps.budget.projectchecks import IN_STORE
from apps.budget.regionchecks import REGION_CHECKS, RESERVE
from apps.budget.selectors.rules import rules_for
from apps.budget.tests.checking import levels, rule
from apps.budget.tests.factories import SYSTEM, World, clerk_of, fresh, head_of, line, make_sheet, officer_of
from apps.budget.tests.rows import make_staff, make_standard
from imbudget.kit import registry
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
EMPTY = "budget.amounts_are_there"


# The list


def test_the_list_holds_all_sixteen_points_and_every_registered_check():
    assert {item.number for item in CHECKLIST} - {0} == set(range(1, 17))
    ours = {name for name, _check in registry.checks.items()}
    of_sheets = {item.code for item in CHECKLIST if item.scope == Scope.SHEET}
    assert of_sheets == ours
    assert {item.code for item in CHECKLIST if item.scope != Scope.SHEET} == set(REGION_CHECKS)
    assert set(LABELS) == set(ITEMS)


def test_every_check_that_may_warn_has_a_wide_screen():
    narrow = {name for name, screen in screens.OWN_SCREENS.items() if screen is screens.never}
    assert narrow <= set(screens.WIDE_SCREENS)
    assert set(screens.GAP_SCREENS) == {name for name, _gap in registry.check_gaps.items()}


# Rules


def test_a_rule_raises_a_warning_to_an_error_and_its_screen_follows(world: World):
    sheet = make_sheet(world.codes, world.unit, [line(world.codes), line(world.codes, "0.00", project_name="甲")])
    assert (levels(sheet, EMPTY), screens.suspects([sheet.pk])) == ([Level.WARNING], set())
    rule(EMPTY, "error")
    assert (levels(sheet, EMPTY), screens.suspects([sheet.pk])) == ([Level.ERROR], {sheet.pk})
    with pytest.raises(RuleViolation):
        services.submit_sheet(head_of(world.unit), fresh(sheet))


@pytest.mark.parametrize(("level", "expected"), [("warning", [Level.WARNING]), ("off", [])])
def test_a_rule_makes_an_error_lighter_or_switches_it_off(world: World, level, expected):
    RegionSetting.objects.create(region=world.tree.banner, projects_from_store=True)
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, project_name="甲")])
    assert levels(sheet, IN_STORE) == [Level.ERROR]
    rule(IN_STORE, level)
    assert levels(sheet, IN_STORE) == expected
    result = next(each for each in run_checks(fresh(sheet)) if each.check == IN_STORE)
    assert result.level is not None  # switched off is not passed
    services.submit_sheet(head_of(world.unit), fresh(sheet))


def test_the_nearest_region_and_the_year_decide(world: World):
    tree = world.tree
    rule(EMPTY, "off")
    rule(EMPTY, "warning", region=tree.root)
    rule(EMPTY, "error", region=tree.league)
    rule(EMPTY, "off", region=tree.banner, valid_to=2026)
    assert rules_for(tree.banner, 2027)[EMPTY].level == "error"
    assert rules_for(tree.banner, 2026)[EMPTY].level == "off"
    assert rules_for(tree.far_banner, 2027)[EMPTY].level == "warning"


def test_message_and_basis_of_a_rule_are_shown(world: World):
    rule(EMPTY, message_zh_hans="请核对", basis_zh_hans="某文件", message="请核对", basis="某文件")
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, "0.00")])
    (finding,) = [each for each in check_sheet(fresh(sheet)) if each.check == EMPTY]
    assert str(finding.text).startswith("请核对 ")
    assert finding.basis == "某文件"


def test_the_tolerance_is_a_parameter(world: World):
    make_staff(world, 1)
    make_standard(amount="100.00")
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, "100.01")])
    assert levels(sheet, COMPUTED) == [Level.WARNING]
    rule(COMPUTED, parameters={"tolerance": "0.01"})
    assert levels(sheet, COMPUTED) == []


def test_basic_expenditure_below_the_computed_amount_is_told_too(world: World):
    make_staff(world, 1)
    make_standard("30201", "100.00")
    sheet = make_sheet(world.codes, world.unit, [line(world.codes)])
    (finding,) = [each for each in check_sheet(fresh(sheet)) if each.check == COMPUTED]
    assert (finding.level, finding.line) == (Level.WARNING, None)
    assert "100.00" in str(finding.text)


@pytest.mark.parametrize(
    "values",
    [
        {"code": "budget.nothing"},
        {"code": "budget.has_lines", "level": "off"},
        {"code": "budget.codes_are_leaves", "level": "warning"},
        {"code": "budget.goals_are_there", "parameters": {"output": 3}},
        {"code": COMPUTED, "parameters": {"tolerance": "viel"}},
        {"code": COMPUTED, "parameters": {"tolerance": "-1"}},
        {"code": COMPUTED, "parameters": {"tolerance": "NaN"}},
        {"code": COMPUTED, "parameters": {"tolerance": True}},
        {"code": COMPUTED, "parameters": {"other": 1}},
        {"code": COMPUTED, "parameters": [1]},
        {"code": RESERVE, "parameters": {"least": 4}},
        {"code": RESERVE, "parameters": {"function": "22%"}},
        {"code": EMPTY, "level": "shouting"},
        {"code": EMPTY, "valid_from": 2030, "valid_to": 2029},
    ],
)
def test_bad_rules_are_refused(world: World, values):
    with pytest.raises((RuleViolation, ValidationError)):
        services.save_rule(SYSTEM, CheckRule(**values))
    assert not CheckRule.objects.exists()


def test_only_the_system_administrator_keeps_rules(world: World):
    for actor in (officer_of(world.tree.banner), clerk_of(world.unit)):
        with pytest.raises(NotAllowed):
            services.save_rule(actor, CheckRule(code=EMPTY))


def test_the_shipped_rules_load_and_a_second_time_change_nothing(world: World, capsys):
    path = "fixtures/budget/check_rules.csv"
    call_command("import_check_rules", path)
    assert "created 17" in capsys.readouterr().out
    call_command("import_check_rules", path)
    assert "same 17" in capsys.readouterr().out
    assert levels(make_sheet(world.codes, world.unit), EMPTY) == []
