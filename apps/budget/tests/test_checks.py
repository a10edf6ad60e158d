"""Each check finds its error, and a good sheet has none."""

from datetime import date
from decimal import Decimal

import pytest

from apps.budget.checks import Level, SheetFacts, amounts_are_money, blocking, check_sheet
from apps.budget.models import BudgetLine, BudgetSheet
from apps.budget.tests.factories import World, fresh, line, make_sheet
from apps.codes.models import Catalog, Code
from apps.codes.tests.factories import code_of, make_codes
from apps.regions.tests.factories import UnitFactory

pytestmark = pytest.mark.django_db


def found(sheet: BudgetSheet) -> list[tuple[str, str, int | None]]:
    return [
        (finding.check.removeprefix("budget."), finding.level, finding.line) for finding in check_sheet(fresh(sheet))
    ]


def test_a_good_sheet_has_no_finding(world: World):
    assert found(make_sheet(world.codes, world.unit)) == []


def test_an_empty_sheet_is_an_error(world: World):
    assert found(make_sheet(world.codes, world.unit, [])) == [("has_lines", Level.ERROR, None)]


def test_only_codes_of_the_last_level_carry_amounts(world: World):
    group = code_of(Catalog.FUNCTION, "20101")
    sheet = make_sheet(world.codes, world.unit, [line(world.codes), line(world.codes, function=group)])
    assert found(sheet) == [("codes_are_leaves", Level.ERROR, 2)]


def test_a_code_of_another_year_is_an_error(world: World):
    other = make_codes(2026)
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, fund=other.fund)])
    assert found(sheet) == [("codes_are_leaves", Level.ERROR, 1)]


@pytest.mark.parametrize(
    "dates", [{"valid_to": date(2026, 12, 31)}, {"valid_from": date(2027, 6, 1)}], ids=["ended", "not yet"]
)
def test_a_code_outside_its_dates_is_an_error(world: World, dates):
    Code.objects.filter(pk=world.codes.running.pk).update(**dates)
    assert ("codes_are_leaves", Level.ERROR, 1) in found(make_sheet(world.codes, world.unit))


def test_a_class_that_the_nature_does_not_use_is_an_error(world: World):
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, department_economic=world.codes.unused)])
    assert found(sheet) == [("economic_fits_nature", Level.ERROR, 1)]


def test_a_government_class_that_does_not_follow_is_an_error(world: World):
    sheet = make_sheet(world.codes, world.unit)
    BudgetLine.objects.filter(sheet=sheet, number=1).update(
        government_economic=code_of(Catalog.GOVERNMENT_ECONOMIC, "50501")
    )
    assert found(sheet) == [("economic_fits_nature", Level.ERROR, 1)]


def test_the_nature_of_the_unit_decides_the_government_class(world: World):
    school = UnitFactory(region=world.tree.banner, school=True)
    sheet = make_sheet(world.codes, school)
    assert [row.government_economic.code for row in sheet.lines.order_by("number")] == ["50501", "50502"]
    assert found(sheet) == []


@pytest.mark.parametrize(("declared", "errors"), [("350.50", 0), ("350.51", 1), ("0.00", 1), (None, 0)])
def test_the_declared_total_must_be_the_sum(world: World, declared, errors):
    sheet = make_sheet(world.codes, world.unit)
    BudgetSheet.objects.filter(pk=sheet.pk).update(declared_total=declared and Decimal(declared))
    assert found(sheet) == [("totals_tie", Level.ERROR, None)] * errors


def test_a_gap_is_named_with_both_sums(world: World):
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, "1234567.00")])
    BudgetSheet.objects.filter(pk=sheet.pk).update(declared_total=Decimal("1234568.50"))
    (finding,) = check_sheet(fresh(sheet))
    assert "1,234,568.50" in str(finding.text)
    assert "1,234,567.00" in str(finding.text)
    assert "1.50" in str(finding.text)


def test_no_money_and_doubled_lines_warn_without_stopping(world: World):
    rows = [line(world.codes), line(world.codes, "0.00", department_economic=world.codes.office), line(world.codes)]
    sheet = make_sheet(world.codes, world.unit, rows)
    assert found(sheet) == [
        ("amounts_are_there", Level.WARNING, 2),
        ("lines_are_not_doubled", Level.WARNING, 3),
    ]
    assert blocking(check_sheet(fresh(sheet))) == []


def test_same_codes_for_another_project_are_no_double(world: World):
    rows = [line(world.codes, project_name="甲"), line(world.codes, project_name="乙")]
    assert found(make_sheet(world.codes, world.unit, rows)) == []


def test_errors_come_before_warnings(world: World):
    rows = [line(world.codes, "0.00"), line(world.codes, department_economic=world.codes.unused)]
    levels = [level for _check, level, _line in found(make_sheet(world.codes, world.unit, rows))]
    assert levels == [Level.ERROR, Level.WARNING]


@pytest.mark.parametrize(
    ("amount", "prior", "expected"),
    [("-0.01", None, [Level.ERROR]), ("1.005", None, [Level.ERROR]), ("1.00", "-1", [Level.WARNING]), ("0", "0", [])],
)
def test_amounts_are_money(amount, prior, expected):
    row = BudgetLine(number=1, amount=Decimal(amount), prior_approved=prior and Decimal(prior))
    found = amounts_are_money(SheetFacts(BudgetSheet(), [row], {}))
    assert [finding.level for finding in found] == expected
