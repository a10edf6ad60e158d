"""Checks whose rules are data: three-public items against last year, fund types, last year's figures."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.tests.factories import client_of
from apps.budget import services
from apps.budget.checks import Finding, Level, check_sheet, run_checks
from apps.budget.models import BudgetLine, BudgetRound, BudgetSheet, RegionSetting, RoundPlan
from apps.budget.services.sheets import LineInput
from apps.budget.tests.factories import SYSTEM, World, accept, clerk_of, fresh, head_of, line, make_sheet
from apps.codes import services as codes_services
from apps.codes.models import Catalog, WatchedCode, WatchedItem
from apps.codes.tests.factories import Codes, code_of, make_codes

pytestmark = pytest.mark.django_db
WATCHED, FUND, LAST_YEAR = (
    "budget.watched_not_above_last_year",
    "budget.fund_fits_function",
    "budget.last_year_is_given",
)


def found(sheet: BudgetSheet, check: str = WATCHED) -> list[Finding]:
    return [finding for finding in check_sheet(fresh(sheet)) if finding.check == check]


def reception(codes: Codes, amount: str, prior: str | None = None) -> LineInput:
    return line(
        codes, amount, department_economic=codes.reception, prior_approved=None if prior is None else Decimal(prior)
    )


def accept_last_year(world: World, lines: list[LineInput] | None = None, round_: str = BudgetRound.FIRST_UP) -> Codes:
    """The unit's accepted sheet of 2026 in a round."""
    codes = make_codes(2026)
    clerk = clerk_of(world.unit)
    sheet = services.open_sheet(clerk, world.unit, 2026, round_)
    chosen = [reception(codes, "1000.00")] if lines is None else lines
    services.save_lines(clerk, sheet, sheet.version, chosen, None)
    services.submit_sheet(head_of(world.unit), fresh(sheet))
    accept(sheet)
    return codes


@pytest.mark.parametrize(("amount", "prior"), [("1000.00", "1000.00"), ("999.99", "1000.00"), ("0.00", "0.00")])
def test_an_item_up_to_last_years_figure_is_no_finding(world: World, amount, prior):
    assert found(make_sheet(world.codes, world.unit, [reception(world.codes, amount, prior)])) == []


def test_an_item_above_last_year_is_a_warning_with_both_figures_and_the_gap(world: World):
    rows = [line(world.codes), reception(world.codes, "700.00", "600.00"), reception(world.codes, "500.50", "400.00")]
    sheet = make_sheet(world.codes, world.unit, rows)
    (finding,) = found(sheet)
    assert (finding.level, finding.line) == (Level.WARNING, 2)
    assert all(figure in str(finding.text) for figure in ("1,200.50", "1,000.00", "200.50"))
    services.submit_sheet(head_of(world.unit), fresh(sheet))  # a warning stops nothing


def test_without_a_figure_of_last_year_the_item_is_noted_and_not_accused(world: World):
    (finding,) = found(make_sheet(world.codes, world.unit, [reception(world.codes, "700.00")]))
    assert (finding.level, finding.line) == (Level.NOTE, 1)


def test_the_accepted_sheet_of_last_year_speaks_where_the_lines_do_not(world: World):
    accept_last_year(world)
    rising = make_sheet(world.codes, world.unit, [reception(world.codes, "1000.01")])
    assert [(finding.level, "1,000.00" in str(finding.text)) for finding in found(rising)] == [(Level.WARNING, True)]


def test_the_latest_accepted_round_of_last_year_counts(world: World):
    accept_last_year(world)
    codes = make_codes(2026)
    services.save_plan(SYSTEM, RoundPlan(region=world.tree.banner, year_id=2026, has_first_down=False))
    accept_last_year(world, [reception(codes, "1500.00")], BudgetRound.SECOND_UP)
    assert found(make_sheet(world.codes, world.unit, [reception(world.codes, "1500.00")])) == []


def test_an_item_that_last_years_sheet_did_not_have_was_nothing(world: World):
    codes = make_codes(2026)
    accept_last_year(world, [line(codes)])
    (finding,) = found(make_sheet(world.codes, world.unit, [reception(world.codes, "1.00")]))
    assert finding.level == Level.WARNING


def test_a_sheet_by_function_alone_says_nothing_of_items(world: World):
    codes = make_codes(2026)
    RegionSetting.objects.create(region=world.tree.banner, function_level_lines=True)
    accept_last_year(world, [line(codes, department_economic=None)])
    (finding,) = found(make_sheet(world.codes, world.unit, [reception(world.codes, "1.00")]))
    assert finding.level == Level.NOTE


def test_a_draft_of_last_year_is_no_figure(world: World):
    make_sheet(make_codes(2026), world.unit, year=2026)
    (finding,) = found(make_sheet(world.codes, world.unit, [reception(world.codes, "1.00")]))
    assert finding.level == Level.NOTE


def test_classes_of_one_item_are_added_up(world: World):
    codes_services.put_watched(SYSTEM, world.codes.office, WatchedItem.RECEPTION, {})
    office = line(world.codes, "300.00", department_economic=world.codes.office)
    (finding,) = found(make_sheet(world.codes, world.unit, [office, reception(world.codes, "800.00", "1000.00")]))
    assert (finding.line, "1,100.00" in str(finding.text)) == (1, True)


def test_a_year_that_watches_nothing_says_so_once(world: World):
    WatchedCode.objects.all().delete()
    (finding,) = found(make_sheet(world.codes, world.unit, [reception(world.codes, "700.00")]))
    assert (finding.level, finding.line) == (Level.NOTE, None)


def test_a_function_with_a_rule_takes_its_fund_only(world: World):
    codes_services.put_code(SYSTEM, Catalog.FUND, 2027, "12", {"name_zh_hans": "政府性基金预算资金"})
    land = code_of(Catalog.FUNCTION, "205")
    codes_services.put_fund_rule(SYSTEM, land, code_of(Catalog.FUND, "12"), {})
    rows = [line(world.codes), line(world.codes, function=world.codes.school)]
    (finding,) = found(make_sheet(world.codes, world.unit, rows), FUND)
    assert (finding.level, finding.line) == (Level.WARNING, 2)
    codes_services.put_fund_rule(SYSTEM, world.codes.school, code_of(Catalog.FUND, "11"), {})
    assert found(BudgetSheet.objects.get(), FUND) == []  # the deeper rule decides


def test_figures_of_last_year_that_were_not_copied_are_noted(world: World):
    accept_last_year(world)
    sheet = make_sheet(world.codes, world.unit, [line(world.codes)])
    assert [finding.level for finding in found(sheet, LAST_YEAR)] == [Level.NOTE]
    BudgetLine.objects.filter(sheet=sheet).update(prior_approved=1)
    assert found(sheet, LAST_YEAR) == []


def test_notes_come_last_and_each_check_says_what_became_of_it(world: World):
    rows = [reception(world.codes, "1.00"), line(world.codes, "0.00")]
    sheet = fresh(make_sheet(world.codes, world.unit, rows))
    assert [finding.level for finding in check_sheet(sheet)] == [Level.WARNING, Level.NOTE]
    levels = {result.check: result.level for result in run_checks(sheet)}
    assert (levels["budget.totals_tie"], levels[WATCHED]) == (None, Level.NOTE)
    assert all(str(result.label) != result.check for result in run_checks(sheet))


def test_more_lines_need_no_more_queries(world: World):
    accept_last_year(world)
    counts = []
    for number, unit in enumerate((world.unit, world.neighbour_unit)):
        sheet = fresh(make_sheet(world.codes, unit, [reception(world.codes, "1.00")] * (1 + 20 * number)))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            check_sheet(sheet)
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 12  # rules, the setting of the region and the standards are asked once a sheet


def test_the_page_lists_what_was_checked(world: World):
    sheet = make_sheet(world.codes, world.unit, [reception(world.codes, "2.00", "1.00")])
    client = client_of("unit_clerk", world.unit)
    shown = client.get(sheet.get_absolute_url(), {"tab": "checks"})
    assert shown.context["passed_count"] == sum(each.level is None for each in shown.context["results"])
    assert {each.check for each in shown.context["results"] if each.uncovered} == {
        "budget.assets_within_standard",
        "budget.basic_is_computed",
        "budget.procurement_is_listed",
        "budget.project_in_store",
        "budget.within_control",
    }
    assert f'{sheet.get_absolute_url()}edit/#line-1"' in shown.content.decode()  # who may mend it is led to the entry
    seen = client_of("banner_officer", world.unit.region).get(sheet.get_absolute_url(), {"tab": "checks"})
    assert '?tab=lines#line-1"' in seen.content.decode()
    assert str(len(shown.context["results"])) in shown.content.decode()
