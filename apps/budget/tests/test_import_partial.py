"""Files that are imported in part, files of many regions, and what is handed in of them."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.budget import checks, screens
from apps.budget.basicchecks import BASIC_CHECKS
from apps.budget.calculationchecks import CALCULATION_CHECKS
from apps.budget.controlchecks import CONTROL_CHECKS
from apps.budget.datachecks import DATA_CHECKS
from apps.budget.importreport import ImportRefused
from apps.budget.models import BudgetLine, BudgetSheet, RegionSetting
from apps.budget.projectchecks import PROJECT_CHECKS
from apps.budget.services import handin, staging
from apps.budget.tests.factories import World, fresh, line, make_sheet, officer_of
from apps.budget.tests.test_import import HEADS, good, refused, run, table, xlsx
from apps.codes.models import Code
from apps.evidence.models import Entry
from apps.regions.tests.factories import UnitFactory
from imbudget.kit import registry

pytestmark = pytest.mark.django_db
PLACES = (*HEADS, "行政区划")


def test_partial_takes_the_good_rows_and_says_what_it_left(world: World, tmp_path):
    other = UnitFactory(region=world.tree.banner)
    rows = [good(world), good(world, economic="30201", amount="x"), good(world, unit=other.code), good(world, unit="z")]
    report = run(world, table(tmp_path / "a.csv", *rows), officer_of(world.tree.banner), partial=True)
    assert (report.rows, report.bad_rows, report.lines, report.units, report.error_count) == (4, 2, 2, 2, 2)
    assert not report.is_refused
    assert BudgetLine.objects.count() == 2
    facts = Entry.objects.get(event="budget.imported").facts
    assert (facts["partial"], facts["bad_rows"], facts["lines"]) == (True, 2, 2)


def test_a_unit_that_lacks_rows_is_not_handed_in(world: World, tmp_path):
    other = UnitFactory(region=world.tree.banner)
    rows = [good(world), good(world, economic="x"), good(world, unit=other.code), good(world, unit=other.code)]
    report = run(world, table(tmp_path / "a.csv", *rows), partial=True)
    states = dict(BudgetSheet.objects.values_list("unit", "state"))
    assert states == {world.unit.pk: "draft", other.pk: "draft"}
    assert {unit for unit, _reason in report.not_handed_in} == {str(world.unit), str(other)}
    assert all("1 rows" in reason for _unit, reason in report.not_handed_in)


def test_partial_leaves_sheets_alone_that_were_handed_in(world: World, tmp_path):
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    other = UnitFactory(region=world.tree.banner)
    path = table(tmp_path / "a.csv", good(world), good(world, economic="30201"), good(world, unit=other.code))
    report = run(world, path, partial=True)
    assert (report.error_count, report.bad_rows, report.units) == (1, 2, 1)
    assert fresh(sheet).total == Decimal("350.50")
    assert BudgetSheet.objects.get(unit=other).state == "submitted"


def test_a_partial_file_without_a_good_row_is_refused(world: World, tmp_path):
    refused(world, table(tmp_path / "a.csv", good(world, unit="z")), partial=True)


def test_a_partial_dry_run_keeps_nothing(world: World, tmp_path):
    rows = [good(world), good(world, economic="30299"), good(world, amount="x")]
    report = run(world, table(tmp_path / "a.csv", *rows), partial=True, dry_run=True)
    assert (report.lines, report.bad_rows, len(report.not_handed_in)) == (2, 1, 1)
    assert not BudgetSheet.objects.exists()
    assert not Entry.objects.filter(event__startswith="budget").exists()


def test_more_errors_than_anybody_mends_are_counted_not_kept(world: World, tmp_path, monkeypatch):
    monkeypatch.setattr("apps.budget.importreport.MAX_ERRORS", 3)
    rows = [good(world), *[good(world, amount="x", note=str(number)) for number in range(9)]]
    report = run(world, table(tmp_path / "a.csv", *rows), partial=True)
    assert (report.error_count, len(report.errors), report.bad_rows) == (9, 3, 9)
    assert report.as_json(2)["error_count"] == 9
    assert len(report.as_json(2)["errors"]) == 2


def test_the_operator_imports_a_file_of_all_regions_below(world: World, tmp_path):
    units = (world.unit, world.neighbour_unit, world.league_unit)
    rows = [[*good(world, unit=unit.code), unit.region.code] for unit in units]
    report = run(world, table(tmp_path / "a.csv", *rows, heads=PLACES), region=world.tree.league)
    assert (report.units, report.not_handed_in) == (3, [])
    assert set(BudgetLine.objects.values_list("region", flat=True)) == {unit.region_id for unit in units}
    assert {sheet.state for sheet in BudgetSheet.objects.all()} == {"submitted"}
    entries = Entry.objects.filter(event="budget.submitted")
    assert {entry.region_code for entry in entries} == {unit.region.code for unit in units}


def test_same_unit_codes_in_two_regions_are_two_units(world: World, tmp_path):
    twin = UnitFactory(region=world.tree.neighbour, code=world.unit.code)
    rows = [
        [*good(world, unit=unit.code, amount=amount), unit.region.code] for unit, amount in ((world.unit, 1), (twin, 2))
    ]
    run(world, table(tmp_path / "a.csv", *rows, heads=PLACES), region=world.tree.league)
    assert {sheet.unit_id: sheet.total for sheet in BudgetSheet.objects.all()} == {world.unit.pk: 1, twin.pk: 2}


@pytest.mark.parametrize("who", ["league", "banner"])
def test_an_officer_imports_only_the_own_level(world: World, tmp_path, who):
    region = getattr(world.tree, who)
    rows = [[*good(world, unit=world.neighbour_unit.code), world.tree.neighbour.code]]
    with pytest.raises(ImportRefused) as refusal:
        run(world, table(tmp_path / "a.csv", *rows, heads=PLACES), officer_of(region), region=region)
    assert [error.column for error in refusal.value.report.errors] == ["region_code"]


def test_a_region_that_is_not_below_is_refused_to_the_operator_too(world: World, tmp_path):
    rows = [[*good(world, unit=world.far_unit.code), world.far_unit.region.code]]
    (error,) = refused(world, table(tmp_path / "a.csv", *rows, heads=PLACES), region=world.tree.league)
    assert error.column == "region_code"


def test_large_files_are_written_in_portions_with_the_same_result(world: World, tmp_path, monkeypatch):
    monkeypatch.setattr("apps.budget.services.imports.LINES_AT_ONCE", 2)
    monkeypatch.setattr(staging, "BATCH", 2)
    monkeypatch.setattr(handin, "AT_ONCE", 2)
    units = [UnitFactory(region=world.tree.banner) for _ in range(4)]
    rows = [good(world, unit=unit.code, economic=code) for unit in units for code in ("30101", "30201")]
    report = run(world, table(tmp_path / "a.csv", *rows), goal="accepted")
    assert (report.units, report.lines, report.not_handed_in) == (4, 8, [])
    assert [sheet.total for sheet in BudgetSheet.objects.all()] == [Decimal("2001.00")] * 4
    assert {sheet.state for sheet in BudgetSheet.objects.all()} == {"accepted"}
    assert Entry.objects.filter(event="budget.submitted").count() == 4


def test_no_screen_misses_an_error(world: World):
    """Sheets with every error the checks know, and what each screen says of them."""
    codes, banner = world.codes, world.tree.banner
    bad: dict[str, BudgetSheet] = {}
    bad["has_lines"] = make_sheet(codes, UnitFactory(region=banner), [])
    bad["economic_fits_nature"] = make_sheet(
        codes, UnitFactory(region=banner), [line(codes, department_economic=codes.unused)]
    )
    bad["totals_tie"] = make_sheet(codes, UnitFactory(region=banner))
    BudgetSheet.objects.filter(pk=bad["totals_tie"].pk).update(declared_total=1)
    bad["economic_is_there"] = make_sheet(codes, UnitFactory(region=banner), [line(codes, department_economic=None)])
    wrong = make_sheet(codes, UnitFactory(region=banner))
    BudgetLine.objects.filter(sheet=wrong).update(government_economic=None)
    bad["codes_are_leaves"] = make_sheet(codes, UnitFactory(region=banner), [line(codes, function=codes.managing)])
    Code.objects.filter(pk=codes.managing.pk).update(valid_to="2026-12-31")
    good_sheet = make_sheet(codes, world.unit)
    every = [*bad.values(), wrong, good_sheet]
    ids = [sheet.pk for sheet in every]
    for sheet in every:
        for finding in checks.blocking(checks.check_sheet(fresh(sheet))):
            assert sheet.pk in dict(registry.check_screens.items())[finding.check](ids), finding
    for name, sheet in bad.items():
        assert f"budget.{name}" in {finding.check for finding in checks.check_sheet(fresh(sheet))}
    assert screens.suspects(ids) == {sheet.pk for sheet in every} - {good_sheet.pk}


def test_function_level_lines_pass_their_screen_where_they_are_allowed(world: World):
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, department_economic=None)])
    assert screens.suspects([sheet.pk]) == {sheet.pk}
    RegionSetting.objects.create(region=world.tree.banner, function_level_lines=True)
    assert screens.suspects([sheet.pk]) == set()


def test_every_check_of_ours_has_a_screen_and_a_strange_one_is_asked_of_every_sheet(world: World, monkeypatch):
    ours = checks.OWN_CHECKS | DATA_CHECKS | CONTROL_CHECKS | BASIC_CHECKS | PROJECT_CHECKS | CALCULATION_CHECKS
    assert set(ours) == set(screens.OWN_SCREENS)
    sheet = make_sheet(world.codes, world.unit)
    rows = {**dict(registry.checks.items()), "other.check": lambda facts: iter(())}
    monkeypatch.setattr(registry.checks, "_rows", rows)
    assert screens.suspects([sheet.pk]) == {sheet.pk}


def test_a_sheet_that_a_screen_doubts_is_still_handed_in_when_it_is_right(world: World, tmp_path, monkeypatch):
    monkeypatch.setattr(handin, "suspects", lambda ids: set(ids))
    report = run(world, table(tmp_path / "a.csv", good(world)))
    assert report.not_handed_in == []
    assert BudgetSheet.objects.get().state == "submitted"


def test_the_command_writes_marked_workbooks_and_says_each_error(world: World, tmp_path, capsys):
    path = xlsx(tmp_path / "150102-a.xlsx", good(world), good(world, amount="甲"), good(world, economic="30201"))
    with pytest.raises(CommandError):
        call_command("import_budget", str(path), marked=tmp_path / "out")
    said = capsys.readouterr()
    assert "H3" in said.err
    assert "“甲”" in said.err
    assert (tmp_path / "out" / "150102-a.xlsx").stat().st_size
    assert not BudgetSheet.objects.exists()
    call_command("import_budget", str(path), partial=True)
    said = capsys.readouterr()
    assert "3 rows, 1 units" in said.out
    assert "1 bad rows" in said.out
    assert BudgetSheet.objects.get().state == "draft"
