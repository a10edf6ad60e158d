"""Runs of the checks over a region: their counts and findings, the checks of regions, the pages."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget import screens, services
from apps.budget.basicchecks import COMPUTED
from apps.budget.calculationchecks import LISTED, WITHIN_STANDARD
from apps.budget.checklist import CHECKLIST, Scope
from apps.budget.checks import Level, check_sheet
from apps.budget.controlchecks import WITHIN
from apps.budget.models import (
    BudgetLine,
    BudgetSheet,
    CheckCount,
    CheckFinding,
    CheckRun,
    RegionSetting,
    SummaryFunction,
)
from apps.budget.projectchecks import IN_STORE
from apps.budget.regionchecks import CLASSES, CONTROL, RESERVE, SUMMARY, TRANSFERS
from apps.budget.tests.checking import counts, levels, rule, run
from apps.budget.tests.controlled import give, second
from apps.budget.tests.factories import SYSTEM, UP, World, clerk_of, fresh, head_of, line, make_sheet, officer_of
from apps.budget.tests.rows import make_staff, make_standard
from apps.codes import services as codes_services
from apps.codes.models import Catalog
from apps.codes.tests.factories import code_of
from apps.desk.models import Job
from apps.evidence.models import Entry
from apps.regions.tests.factories import UnitFactory
from imbudget.kit import registry
from imbudget.kit.errors import NotAllowed

pytestmark = pytest.mark.django_db
EMPTY = "budget.amounts_are_there"


# Runs over a region


def test_a_run_counts_each_sheet_once_under_every_check(world: World):
    good = make_sheet(world.codes, world.unit)
    empty = make_sheet(world.codes, UnitFactory(region=world.tree.banner), [])
    zero = make_sheet(world.codes, UnitFactory(region=world.tree.banner), [line(world.codes, "0.00")])
    made = run(world)
    assert made.sheets == 3
    assert counts(made, "budget.has_lines") == (1, 0, 2, 0)
    assert counts(made, EMPTY) == (0, 1, 2, 0)
    assert counts(made, IN_STORE) == (0, 0, 0, 3)
    assert counts(made, COMPUTED) == (0, 0, 0, 3)
    assert counts(made, WITHIN) == (0, 0, 0, 3)  # no figures bind the first submission
    for item in CHECKLIST:
        asked = 1 if item.scope != Scope.SHEET else 3
        assert sum(counts(made, item.code)) == asked, item.code
    found = {(row.code, row.sheet_id, row.line, row.level) for row in CheckFinding.objects.filter(run=made)}
    assert found == {
        ("budget.has_lines", empty.pk, None, "error"),
        (EMPTY, zero.pk, 1, "warning"),
        (RESERVE, None, None, "warning"),
    }
    assert good.pk not in {row[1] for row in found}
    for row in CheckFinding.objects.filter(run=made):
        assert set(row.texts) == {"zh-hans", "mvf"}
        assert (row.region_id, row.league_id) == (world.tree.banner.pk, world.tree.league.pk)
    assert Entry.objects.filter(event="budget.checks_run").count() == 1


def test_what_is_not_covered_carries_its_reason_and_is_never_passed(world: World):
    make_sheet(world.codes, world.unit)
    made = run(world)
    for code in (LISTED, WITHIN_STANDARD):
        assert counts(made, code) == (0, 0, 0, 1)
        assert CheckCount.objects.get(run=made, code=code).reason
    assert CheckCount.objects.get(run=made, code=COMPUTED).reason
    rule(EMPTY, "off")
    assert counts(run(world), EMPTY) == (0, 0, 0, 1)


def test_the_run_finds_what_the_sheets_own_checks_find(world: World):
    """Sheets with warnings and errors of every kind: no wide screen misses one of them."""
    codes, banner = world.codes, world.tree.banner
    reception = {"department_economic": codes.reception}
    codes_services.put_code(SYSTEM, Catalog.FUND, 2027, "12", {"name_zh_hans": "政府性基金预算资金"})
    codes_services.put_fund_rule(SYSTEM, code_of(Catalog.FUNCTION, "205"), code_of(Catalog.FUND, "12"), {})
    make_standard(amount="7.00")
    rows = [
        [line(codes, "9.00", prior_approved=Decimal(8), **reception)],
        [line(codes, "9.00", **reception)],
        [line(codes), line(codes)],
        [line(codes, "0.00")],
        [line(codes, function=codes.school)],
        [line(codes, department_economic=codes.unused)],
        [],
        [line(codes)],
    ]
    sheets = [make_sheet(codes, UnitFactory(region=banner), lines) for lines in rows]
    make_staff(world, 2, unit=sheets[-1].unit)
    BudgetLine.objects.filter(sheet=sheets[2], number=1).update(prior_approved=-1)
    made = run(world)
    kept = {
        (row.sheet_id, row.code, row.level, row.line)
        for row in CheckFinding.objects.filter(run=made, sheet__isnull=False)
    }
    asked = {
        (sheet.pk, finding.check, str(finding.level), finding.line)
        for sheet in sheets
        for finding in check_sheet(fresh(sheet))
        if finding.level != Level.NOTE
    }
    assert len({row[1] for row in asked}) >= 8
    assert kept == asked
    assert counts(made, "budget.watched_not_above_last_year") == (0, 1, 6, 1)


def test_a_sheet_that_asks_for_what_is_computed_is_passed_without_being_read(world: World):
    school = UnitFactory(region=world.tree.banner, school=True)
    make_standard(amount="9.00", region=world.tree.other_league)  # holds for nobody here
    sheets = [make_sheet(world.codes, unit, [line(world.codes, "30.00")]) for unit in (world.unit, school)]
    ids = [sheet.pk for sheet in sheets]
    for sheet in sheets:
        make_staff(world, 3, unit=sheet.unit)
    assert (screens.findable(COMPUTED, ids), screens.GAP_SCREENS[COMPUTED](ids)) == (set(), set(ids))
    assert counts(run(world), COMPUTED) == (0, 0, 0, 2)
    make_standard(amount="7.00")
    make_standard(amount="10.00", region=world.tree.league)
    make_standard(amount="11.00", region=world.tree.league, nature="institution_full")
    assert (screens.findable(COMPUTED, ids), screens.GAP_SCREENS[COMPUTED](ids)) == ({sheets[1].pk}, set())
    assert [levels(sheet, COMPUTED) for sheet in sheets] == [[], [Level.WARNING]]
    assert counts(run(world), COMPUTED) == (0, 1, 1, 0)


def test_another_run_takes_the_place_of_the_findings_and_leaves_the_counts(world: World):
    make_sheet(world.codes, world.unit, [])
    first, second_run = run(world), run(world)
    assert not CheckFinding.objects.filter(run=first).exists()
    assert CheckFinding.objects.filter(run=second_run).exists()
    assert counts(first, "budget.has_lines") == counts(second_run, "budget.has_lines") == (1, 0, 0, 0)


def test_a_run_covers_the_regions_below_and_no_others(world: World):
    for unit in (world.unit, world.neighbour_unit, world.league_unit, world.far_unit):
        make_sheet(world.codes, unit, [])
    made = run(world, world.tree.league)
    assert made.sheets == 3
    assert set(CheckFinding.objects.filter(run=made, code="budget.has_lines").values_list("unit_id", flat=True)) == {
        world.unit.pk,
        world.neighbour_unit.pk,
        world.league_unit.pk,
    }


def test_others_run_no_checks_over_the_region(world: World):
    for actor in (
        clerk_of(world.unit),
        head_of(world.unit),
        officer_of(world.tree.neighbour),
        officer_of(world.tree.league),
    ):
        with pytest.raises(NotAllowed):
            services.run_region_checks(actor, world.tree.banner, 2027, UP)
    services.run_region_checks(officer_of(world.tree.banner), world.tree.banner, 2027, UP)


def test_more_good_sheets_need_no_more_queries(world: World):
    numbers = []
    for more in (1, 15):
        for _ in range(more):
            make_sheet(world.codes, UnitFactory(region=world.tree.banner), [line(world.codes)])
        with CaptureQueriesContext(connection) as queries:
            run(world)
        numbers.append(len(queries))
    assert numbers[1] <= numbers[0] + 2  # the findings of the first run are taken away


# Checks of regions and between tables


def test_totals_that_come_apart_are_named_with_their_gap(world: World):
    make_sheet(world.codes, world.unit)
    assert counts(run(world), SUMMARY) == (0, 0, 1, 0)
    BudgetSheet.objects.update(total=1)
    services.fold_summary()
    SummaryFunction.objects.update(amount=5)
    made = run(world)
    assert counts(made, SUMMARY) == (1, 0, 0, 0)
    assert counts(made, CLASSES) == (1, 0, 0, 0)
    assert "349.50" in CheckFinding.objects.get(run=made, code=SUMMARY).text


def test_lines_by_function_alone_leave_the_classes_uncovered_where_they_are_allowed(world: World):
    make_sheet(world.codes, world.unit, [line(world.codes, department_economic=None)])
    assert counts(run(world), CLASSES) == (1, 0, 0, 0)
    RegionSetting.objects.create(region=world.tree.banner, function_level_lines=True)
    assert counts(run(world), CLASSES) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("reserve", "parameters", "expected"),
    [
        ("9.00", {}, (0, 1, 0, 0)),
        ("10.00", {}, (0, 0, 1, 0)),
        ("30.00", {}, (0, 0, 1, 0)),
        ("31.00", {}, (0, 1, 0, 0)),
        ("31.00", {"most": "4"}, (0, 0, 1, 0)),
    ],
)
def test_the_reserve_has_its_share(world: World, reserve, parameters, expected):
    """The test's fund type is 111, its reserve is booked under 2050202."""
    rule(RESERVE, parameters={"function": "205", "fund": "1", **parameters})
    rest = f"{Decimal(1000) - Decimal(reserve):.2f}"
    rows = [line(world.codes, rest), line(world.codes, reserve, function=world.codes.school)]
    make_sheet(world.codes, world.unit, rows)
    made = run(world)
    assert counts(made, RESERVE) == expected
    if expected[1]:
        assert f"{reserve[:-1]}" in CheckFinding.objects.get(run=made, code=RESERVE).text


def test_without_general_expenditure_the_reserve_is_not_covered(world: World):
    rule(RESERVE, parameters={"fund": "9"})
    make_sheet(world.codes, world.unit)
    assert counts(run(world), RESERVE) == (0, 0, 0, 1)


def test_money_from_above_names_its_project(world: World):
    sheet = make_sheet(world.codes, world.unit, [line(world.codes), line(world.codes, "7.00", project_name="甲")])
    assert counts(run(world), TRANSFERS) == (0, 0, 0, 1)  # no such money
    rule(TRANSFERS, parameters={"fund": "111"})
    made = run(world)
    assert counts(made, TRANSFERS) == (0, 1, 0, 0)
    found = CheckFinding.objects.filter(run=made, code=TRANSFERS).order_by("line")
    assert [(row.sheet_id, row.line) for row in found] == [(sheet.pk, 1), (sheet.pk, 2)]
    BudgetLine.objects.filter(sheet=sheet).update(project_code="15010226T000000000001")
    assert counts(run(world), TRANSFERS) == (0, 0, 1, 0)


def test_the_second_submission_of_the_region_stays_within_its_pool(world: World):
    sheet = second(world, [line(world.codes, "500.00")])
    made = run(world, round_="second_up")
    assert (counts(made, CONTROL), counts(made, WITHIN)) == ((0, 0, 0, 1), (1, 0, 0, 0))
    give(world, "500.00", "500.00", "500.00")
    assert counts(run(world, round_="second_up"), CONTROL) == (0, 0, 1, 0)
    BudgetLine.objects.filter(sheet=sheet).update(amount="500.01")
    made = run(world, round_="second_up")
    assert counts(made, CONTROL) == (1, 0, 0, 0)
    assert "0.01" in CheckFinding.objects.get(run=made, code=CONTROL).text


def test_a_rule_gives_checks_of_regions_their_weight_too(world: World):
    rule(TRANSFERS, "error", parameters={"fund": "111"}, message="注意", message_zh_hans="注意")
    make_sheet(world.codes, world.unit)
    made = run(world)
    assert counts(made, TRANSFERS) == (1, 0, 0, 0)
    assert CheckFinding.objects.filter(run=made, code=TRANSFERS).first().text.startswith("注意 ")


# Pages


def test_the_page_runs_the_checks_and_leads_to_sheet_and_line(world: World):
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, "0.00")])
    client, address = client_of("banner_officer", world.tree.banner), reverse("budget:checks")
    assert client.get(address).context["run"] is None
    answer = client.post(reverse("budget:checks_run"))
    assert answer.status_code == 302
    job = Job.objects.get(kind="budget.checks")
    made = registry.job_kinds.get(job.kind).run(officer_of(world.tree.banner), job.params, "", lambda *told: None)
    page = client.get(made["url"])
    assert page.context["run"] == CheckRun.objects.get()
    text = page.content.decode()
    assert f"check={EMPTY}&amp;level=warning" in text
    findings = CheckRun.objects.get().get_absolute_url()
    shown = client.get(findings, {"check": EMPTY, "level": "warning"})
    assert [row["object"].pk for row in shown.context["rows"]] == list(
        CheckFinding.objects.filter(code=EMPTY).values_list("pk", flat=True)
    )
    assert f"{sheet.get_absolute_url()}?tab=lines#line-1" in shown.content.decode()
    file = client.get(findings, {"export": "xlsx"})
    assert file["Content-Type"].endswith("spreadsheetml.sheet")
    assert reverse("budget:checks") in client.get(reverse("budget:progress")).content.decode()


def test_the_pages_keep_to_their_scope(world: World):
    made = run(world)
    addresses = (f"{reverse('budget:checks')}?region={world.tree.banner.pk}", made.get_absolute_url())
    expected = {
        ("banner_officer", "banner"): [200, 200],
        ("banner_officer", "neighbour"): [404, 404],
        ("league_officer", "league"): [200, 200],
        ("league_officer", "other_league"): [404, 404],
        ("auditor", "banner"): [200, 200],
    }
    for (role, place), statuses in expected.items():
        client = client_of(role, getattr(world.tree, place))
        assert [client.get(address).status_code for address in addresses] == statuses, role
    clerk = client_of("unit_clerk", world.unit)
    assert [clerk.get(address).status_code for address in addresses] == [403, 404]
    for role, place in (("auditor", "banner"), ("league_officer", "league")):
        client = client_of(role, getattr(world.tree, place))
        assert client.post(f"{reverse('budget:checks_run')}?region={world.tree.banner.pk}").status_code == 403
    assert not Job.objects.exists()


def test_the_rules_in_force_stand_beside_their_checks(world: World):
    rule(EMPTY, "error", region=world.tree.league)
    page = client_of("banner_officer", world.tree.banner).get(reverse("budget:checks"))
    held = {row["item"].code: row["rule"] for row in page.context["rows"] if row["rule"]}
    assert held[EMPTY].level == "error"
