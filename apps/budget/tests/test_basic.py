"""Basic expenditure from head counts and standards: what decides, what is written, who may."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import client_of
from apps.budget import services
from apps.budget.models import AssetStandard, BudgetLine, BudgetSheet, CheckRule, ExpenditureStandard, StaffCount
from apps.budget.selectors.basic import basic_expenditure, main_codes
from apps.budget.tests.factories import SYSTEM, World, clerk_of, fresh, head_of, line, make_sheet, officer_of
from apps.budget.tests.rows import make_category, make_staff, make_standard
from apps.codes.models import FiscalYear, YearState
from apps.codes.tests.factories import make_codes
from apps.evidence.models import Entry
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)


def amounts(world: World) -> dict[str, Decimal]:
    basic = basic_expenditure(world.unit, world.codes.year)
    return {row.economic.code: row.amount for row in basic.lines}


def lines_of(sheet: BudgetSheet) -> list[tuple[str, str, str]]:
    rows = sheet.lines.order_by("number").values_list("department_economic__code", "amount", "kind")
    return [(code, f"{amount:.2f}", kind) for code, amount, kind in rows]


def test_head_count_times_standard_with_its_formula(world: World):
    retired = make_category("retired", "退休人员")
    make_standard(amount="60000.00")
    make_standard(amount="1200.50", category=retired)
    make_standard("30201", "5000.00", category=None, kind="public")
    make_staff(world, 10)
    make_staff(world, 4, category=retired)
    basic = basic_expenditure(world.unit, world.codes.year)
    assert amounts(world) == {"30101": Decimal("604802.00"), "30201": Decimal("5000.00")}
    assert basic.total == Decimal("609802.00")
    assert "在职公务员 10 × 60,000.00 + 退休人员 4 × 1,200.50" in [row.formula for row in basic.lines]


def test_the_nearest_region_decides_then_the_nature_of_the_unit(world: World):
    make_staff(world, 1)
    make_standard(amount="1.00")
    assert amounts(world) == {"30101": Decimal(1)}
    make_standard(amount="2.00", region=world.tree.root)
    make_standard(amount="9.00", region=world.tree.other_league)  # not above the unit
    make_standard(amount="3.00", nature="administrative", region=world.tree.root)
    make_standard(amount="8.00", nature="institution_full", region=world.tree.banner)
    assert amounts(world) == {"30101": Decimal(3)}
    make_standard(amount="4.00", region=world.tree.banner)
    assert amounts(world) == {"30101": Decimal(4)}


@pytest.mark.parametrize(("first", "last", "holds"), [(2027, 2027, 1), (2028, 9999, 0), (2000, 2026, 0)])
def test_a_standard_holds_in_its_years(world: World, first, last, holds):
    make_staff(world, 1)
    make_standard(valid_from=first, valid_to=last)
    assert len(amounts(world)) == holds
    assert basic_expenditure(world.unit, 2027).ruled is bool(holds)


def test_without_head_counts_nothing_is_guessed(world: World):
    make_standard("30201", "5000.00", category=None)
    basic = basic_expenditure(world.unit, world.codes.year)
    assert (basic.ruled, basic.counted, basic.lines) == (True, False, [])


def test_a_class_that_the_year_does_not_have_is_told(world: World):
    make_staff(world, 1)
    make_standard("39999", "5.00")
    basic = basic_expenditure(world.unit, world.codes.year)
    assert (basic.lines, basic.retired) == ([], ["39999"])


def test_lines_are_added_and_empty_ones_filled_but_typed_ones_stay(world: World):
    make_staff(world, 2)
    make_standard(amount="100.00")
    make_standard("30201", "10.00")
    make_standard("30217", "1.00")
    codes = world.codes
    rows = [line(codes, "7.00"), line(codes, "0.00", department_economic=codes.office)]
    sheet = make_sheet(codes, world.unit, rows)
    report = services.compute_basic(clerk_of(world.unit), sheet, codes.running, codes.fund)
    assert (report.added, report.changed, report.same, report.kept) == (1, 1, 0, ["30101"])
    assert lines_of(sheet) == [
        ("30101", "7.00", "basic"),
        ("30201", "20.00", "basic"),
        ("30217", "2.00", "basic"),
    ]
    assert fresh(sheet).version == sheet.version
    again = services.compute_basic(clerk_of(world.unit), fresh(sheet), codes.running, codes.fund, replace=True)
    assert (again.added, again.changed, again.same, again.kept) == (0, 1, 2, [])
    assert lines_of(sheet)[0] == ("30101", "200.00", "basic")
    assert sheet.lines.get(number=1).note == "在职公务员 2 × 100.00"
    assert sheet.lines.get(number=3).government_economic.code == "50206"
    assert fresh(sheet).total == Decimal("222.00")
    assert Entry.objects.filter(event="budget.basic_computed").count() == 2


def test_a_class_under_several_functions_is_settled_by_its_sum(world: World):
    make_staff(world, 1)
    make_standard(amount="100.00")
    codes = world.codes
    rows = [line(codes, "30.00"), line(codes, "50.00", function=codes.managing)]
    sheet = make_sheet(codes, world.unit, rows)
    services.compute_basic(clerk_of(world.unit), sheet, codes.running, codes.fund, replace=True)
    assert [row[1] for row in lines_of(sheet)] == ["30.00", "70.00"]
    BudgetLine.objects.filter(sheet=sheet).update(amount=90)
    ExpenditureStandard.objects.update(amount=1)
    report = services.compute_basic(clerk_of(world.unit), fresh(sheet), codes.running, codes.fund, replace=True)
    assert report.kept == ["30101"]  # one line alone cannot give up so much


def test_money_for_projects_is_left_alone(world: World):
    make_staff(world, 1)
    make_standard(amount="100.00")
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, "5.00", project_name="甲")])
    services.compute_basic(clerk_of(world.unit), sheet, world.codes.running, world.codes.fund, replace=True)
    assert lines_of(sheet) == [("30101", "5.00", "project"), ("30101", "100.00", "basic")]


@pytest.mark.parametrize("missing", ["standard", "count"])
def test_nothing_to_compute_by_is_said(world: World, missing):
    if missing == "count":
        make_standard()
    sheet = make_sheet(world.codes, world.unit)
    with pytest.raises(RuleViolation):
        services.compute_basic(clerk_of(world.unit), sheet, world.codes.running, world.codes.fund)


def test_only_the_unit_computes_and_only_while_it_holds_the_sheet(world: World):
    make_staff(world)
    make_standard()
    sheet = make_sheet(world.codes, world.unit)
    for actor in (head_of(world.unit), clerk_of(world.neighbour_unit), officer_of(world.tree.banner)):
        with pytest.raises(NotAllowed):
            services.compute_basic(actor, sheet, world.codes.running, world.codes.fund)
    services.submit_sheet(head_of(world.unit), sheet)
    with pytest.raises(NotAllowed):
        services.compute_basic(clerk_of(world.unit), fresh(sheet), world.codes.running, world.codes.fund)


def test_the_main_function_of_last_year_is_proposed(world: World):
    codes = make_codes(2026)
    old = make_sheet(
        codes, world.unit, [line(codes, "1.00"), line(codes, "9.00", function=codes.managing)], "accepted", 2026
    )
    sheet = make_sheet(world.codes, world.unit)
    assert main_codes(sheet) == (world.codes.managing, world.codes.fund)
    BudgetLine.objects.filter(sheet=old, number=2).update(kind="project")
    assert main_codes(sheet)[0] == world.codes.running


def test_more_standards_need_no_more_queries(world: World):
    make_staff(world)
    counts = []
    for number in (1, 20):
        for place in range(number):
            make_standard(valid_from=2000 + place + number, valid_to=2100, nature="administrative")
        with CaptureQueriesContext(connection) as queries:
            basic_expenditure(world.unit, world.codes.year)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


# Head counts


def test_head_counts_are_written_down_and_taken_out(world: World):
    category, retired = make_category(), make_category("retired", "退休人员")
    assert services.set_staff_counts(SYSTEM, world.unit, 2027, {category.pk: 5, retired.pk: None}, DAY) == 1
    assert services.set_staff_counts(SYSTEM, world.unit, 2027, {category.pk: 5}, DAY) == 0
    row = StaffCount.objects.get()
    assert (row.region_id, row.league_id) == (world.unit.region_id, world.unit.league_id)
    assert services.set_staff_counts(SYSTEM, world.unit, 2027, {category.pk: None}, DAY) == 1
    assert not StaffCount.objects.exists()
    assert list(StaffCount.history.order_by("history_id").values_list("history_type", "people")) == [("+", 5), ("-", 5)]
    assert Entry.objects.filter(event="budget.staff_saved").count() == 2


def test_nobody_writes_head_counts_down_without_approval(world: World):
    category = make_category()
    for actor in (
        clerk_of(world.unit),
        head_of(world.unit),
        clerk_of(world.neighbour_unit),
        officer_of(world.tree.banner),
    ):
        with pytest.raises(NotAllowed):
            services.set_staff_counts(actor, world.unit, 2027, {category.pk: 5}, DAY)


def test_a_day_to_come_a_closed_year_and_an_absurd_number_are_refused(world: World):
    category = make_category()
    with pytest.raises(RuleViolation):
        services.set_staff_counts(SYSTEM, world.unit, 2027, {category.pk: 5}, timezone.localdate() + timedelta(days=1))
    with pytest.raises(ValidationError):
        services.set_staff_counts(SYSTEM, world.unit, 2027, {category.pk: 1_000_001}, DAY)
    FiscalYear.objects.filter(pk=2027).update(state=YearState.CLOSED)
    with pytest.raises(RuleViolation):
        services.set_staff_counts(SYSTEM, world.unit, 2027, {category.pk: 5}, DAY)


def test_the_pages_of_head_counts(world: World):
    row = make_staff(world, 12)
    client, address = client_of("unit_clerk", world.unit), reverse("budget:staff_edit")
    assert "12" in client.get(row.get_absolute_url()).content.decode()
    officer = client_of("banner_officer", world.tree.banner)
    assert [shown["object"].pk for shown in officer.get(reverse("budget:staff")).context["rows"]] == [row.pk]
    assert officer.get(address).status_code == 403
    assert officer.get(row.get_absolute_url()).status_code == 200
    stranger = client_of("banner_officer", world.tree.neighbour)
    assert not stranger.get(reverse("budget:staff")).context["rows"]
    assert stranger.get(row.get_absolute_url()).status_code == 404


def test_the_page_computes_into_the_sheet(world: World):
    make_standard(amount="100.00")
    sheet = make_sheet(world.codes, world.unit, [])
    client, address = client_of("unit_clerk", world.unit), reverse("budget:sheet_basic", args=[sheet.pk])
    values = {"function": "2010101", "fund": "111"}
    assert client.post(address, values).status_code == 422  # no head counts yet
    make_staff(world, 3)
    assert "300.00" in client.get(address).content.decode()
    assert client.post(address, {"function": "201", "fund": "111"}).status_code == 422
    assert client.post(address, values).status_code == 302
    assert lines_of(sheet) == [("30101", "300.00", "basic")]
    assert client_of("banner_officer", world.tree.banner).get(address).status_code == 403
    assert client_of("unit_clerk", world.neighbour_unit).get(address).status_code == 404


# Catalogues


def test_base_tables_come_from_files_and_a_second_run_changes_nothing(world: World, tmp_path, capsys):
    from django.core.management import call_command

    files = {
        "categories": "code,name_zh,name_mvf,order,active,source\nservant,在职公务员,,1,1,文件\n",
        "standards": "region_code,kind,economic,category,nature,amount,valid_from,valid_to,verified,source\n"
        '150000,staff,30101,servant,,"60,000.00",2027,,0,文件\n',
        "staff": "region_code,unit_code,year,category,count,as_of,source\n"
        f"{world.unit.region.code},{world.unit.code},2027,servant,7,2026-06-30,\n",
    }
    for outcome in ("created", "same"):
        for table, text in files.items():
            path = tmp_path / f"{table}.csv"
            path.write_text(text, encoding="utf-8")
            call_command("import_base", str(path), table=table)
            assert f"{outcome} 1" in capsys.readouterr().out
    assert amounts(world) == {"30101": Decimal("420000.00")}


@pytest.mark.parametrize(
    "values",
    [
        {"economic": "301"},
        {"economic": "99999"},
        {"amount": "-1"},
        {"amount": "viel"},
        {"category": "nobody"},
        {"nature": "x"},
        {"kind": "x"},
        {"region_code": "999999"},
        {"valid_from": "2030", "valid_to": "2029"},
    ],
)
def test_bad_standards_are_refused(world: World, values):
    from apps.budget.basecatalogues import StandardRows
    from imbudget.kit.tableimport import RowError

    make_category()
    good = {"region_code": "", "economic": "30101", "category": "servant", "amount": "1.00"}
    with pytest.raises((RowError, RuleViolation, ValidationError)):
        StandardRows(SYSTEM).put(good | values)
    assert not ExpenditureStandard.objects.exists()


def test_only_the_system_administrator_keeps_standards(world: World):
    with pytest.raises(NotAllowed):
        services.put_standard(officer_of(world.tree.banner), {"economic": "30101"}, {"amount": Decimal(1)})
    with pytest.raises(NotAllowed):
        services.save_base_row(clerk_of(world.unit), ExpenditureStandard(economic="30101", amount=Decimal(1)))


def test_base_tables_and_rules_are_kept_in_the_administration(world: World):
    client = client_of("system_admin", world.tree.root)
    values = {"item": "01", "name": "台式计算机", "nature": "", "per_person": "1", "price": "5000.00"}
    values |= {"region": "", "valid_from": "2027", "valid_to": "9999", "source": ""}
    assert client.post(reverse("admin:budget_assetstandard_add"), values).status_code == 302
    refused = client.post(reverse("admin:budget_assetstandard_add"), values | {"valid_to": "2026"})
    assert refused.status_code == 200
    assert AssetStandard.objects.get().price == Decimal(5000)
    assert Entry.objects.filter(event="budget.standard_saved").count() == 1
    rule = {"code": "budget.amounts_are_there", "region": "", "level": "error", "parameters": "{}", "source": ""}
    rule |= {"valid_from": "2027", "valid_to": "9999"}
    assert client.post(reverse("admin:budget_checkrule_add"), rule).status_code == 302
    refused = client.post(reverse("admin:budget_checkrule_add"), rule | {"code": "budget.has_lines", "level": "off"})
    assert refused.status_code == 200
    assert CheckRule.objects.get().level == "error"
    for name in ("staffcategory", "expenditurestandard", "assetstandard", "checkrule"):
        assert client.get(reverse(f"admin:budget_{name}_changelist")).status_code == 200
    assert client.get(reverse("admin:budget_checkrule_change", args=[CheckRule.objects.get().pk])).status_code == 200
