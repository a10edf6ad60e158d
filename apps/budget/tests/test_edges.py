"""Edges that a review found: empty departments, closed years, odd addresses, files that lie about themselves."""

import re
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from apps.accounts.tests.factories import client_of
from apps.budget import services
from apps.budget.forms.sheets import ImportForm
from apps.budget.jobs import run_compile
from apps.budget.models import BudgetSheet
from apps.budget.selectors import collection_status, region_progress
from apps.budget.services.imports import ImportOrder, ImportRefused
from apps.budget.tests.factories import (
    SYSTEM,
    UP,
    World,
    accept,
    clerk_of,
    fresh,
    fresh_compilation,
    head_of,
    line,
    make_compilation,
    make_sheet,
    officer_of,
    reopen,
    send_back,
    task_on,
)
from apps.budget.tests.test_import import HEADS, good, xlsx
from apps.codes.models import FiscalYear, YearState
from apps.desk.models import Job
from apps.evidence.models import Entry
from apps.lowcode.services import tasks
from apps.regions.models import Unit
from apps.regions.services import put_region
from apps.regions.tests.factories import DepartmentFactory, UnitFactory
from imbudget.kit import export, tablefile
from imbudget.kit.actor import NOBODY
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.django_db(databases=["default", "progress"])


def close(world: World) -> None:
    FiscalYear.objects.filter(pk=world.codes.year).update(state=YearState.CLOSED)


@pytest.mark.parametrize("name", ["dashboard:home", "budget:progress"])
def test_a_department_without_units_sees_nothing_of_its_region(world: World, name):
    make_sheet(world.codes, world.unit, state="submitted")
    empty = DepartmentFactory(region=world.tree.banner, code="999", name_zh_hans="空部门")
    response = client_of("department_reviewer", empty).get(reverse(name))
    assert response.status_code == 200
    assert not response.context.get("rows")
    assert not response.context.get("own")
    assert "350.50" not in response.content.decode()


def test_nothing_moves_in_a_closed_year(world: World):
    submitted = make_sheet(world.codes, world.unit, state="submitted")
    accepted = make_sheet(world.codes, UnitFactory(region=world.tree.banner), state="accepted")
    banner = make_compilation(world.codes, world.tree.banner)
    reported = make_compilation(world.codes, world.tree.neighbour, "reported")
    close(world)
    acts = [
        lambda: services.open_sheet(clerk_of(world.neighbour_unit), world.neighbour_unit, world.codes.year, UP),
        lambda: services.recall_sheet(head_of(world.unit), fresh(submitted)),
        lambda: accept(submitted),
        lambda: send_back(submitted, "x"),
        lambda: reopen(accepted),
        lambda: services.open_compilation(SYSTEM, world.tree.league, world.codes.year, UP),
        lambda: services.compile_budget(SYSTEM, banner, "x"),
        lambda: accept(reported),
        lambda: send_back(reported, "x"),
        lambda: services.withdraw_report(officer_of(world.tree.neighbour), fresh_compilation(reported)),
    ]
    for act in acts:
        with pytest.raises(RuleViolation, match="closed"):
            act()
    assert (fresh(submitted).state, fresh(accepted).state) == ("submitted", "accepted")


@pytest.mark.parametrize("query", ["region=²", "year=²²²²", "q=a%00b", "function=²", "export=csv&q=%00"])
@pytest.mark.parametrize("name", ["budget:progress", "budget:summary", "budget:lines", "budget:sheets"])
def test_odd_signs_in_the_address_are_no_crash(world: World, name, query):
    response = client_of("banner_officer", world.tree.banner).get(f"{reverse(name)}?{query}")
    assert response.status_code in {200, 404}


def test_a_project_is_found_by_its_latin_name_whatever_case(world: World):
    make_sheet(world.codes, world.unit, [line(world.codes, project_name="IT设备 ABC")])
    browser = client_of("banner_officer", world.tree.banner)
    for text in ("IT", "it设备", "abc"):
        assert browser.get(reverse("budget:lines"), {"q": text}).context["count"] == 1, text


def test_a_file_that_misstates_its_size_is_read_to_its_end(world: World, tmp_path):
    """Writers other than Excel leave a wrong dimension; the rows outside of it must not be lost."""
    rows = [good(world, project=f"项目{number}") for number in range(5)]
    path = xlsx(tmp_path / "a.xlsx", *rows)
    rewrite(path, lambda text: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:K2"', text))
    report = services.import_workbook(SYSTEM, ImportOrder(path, world.tree.banner, world.codes.year, UP))
    assert (report.rows, report.total) == (5, Decimal("5002.50"))


def rewrite(path: Path, change) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            if name.endswith("sheet1.xml"):
                content = change(content.decode()).encode()
            archive.writestr(name, content)


def test_amounts_are_read_as_excel_shows_them(world: World, tmp_path):
    path = xlsx(
        tmp_path / "a.xlsx",
        good(world, amount=0.3, project="甲"),
        good(world, amount=1234567.8900000001, project="乙", function=2010101, economic=30101.0, fund=111),
    )
    rewrite(path, lambda text: text.replace("<v>0.3</v>", "<v>0.30000000000000004</v>"))
    report = services.import_workbook(SYSTEM, ImportOrder(path, world.tree.banner, world.codes.year, UP))
    assert report.total == Decimal("1234568.19")


@pytest.mark.parametrize("number", [150102270000000000001, 1.50102270000000e20])
def test_a_project_code_typed_as_a_number_is_refused_since_excel_cut_it(world: World, tmp_path, number):
    path = xlsx(tmp_path / "a.xlsx", good(world, project_code=number))
    with pytest.raises(ImportRefused) as caught:
        services.import_workbook(SYSTEM, ImportOrder(path, world.tree.banner, world.codes.year, UP))
    assert [error.column for error in caught.value.report.errors] == ["project_code"]


def test_an_array_formula_is_a_formula(world: World, tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(HEADS)
    sheet.append(good(world))
    sheet["K2"] = ArrayFormula("K2:K2", "=SUM(H2:H2)")
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(ImportRefused) as caught:
        services.import_workbook(SYSTEM, ImportOrder(tmp_path / "a.xlsx", world.tree.banner, world.codes.year, UP))
    assert [error.column for error in caught.value.report.errors] == ["note"]


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(settings):
    settings.IMPORT_MAX_BYTES = 10
    form = ImportForm({}, {"file": SimpleUploadedFile("a.xlsx", b"x" * 11)})
    assert "too large" in str(form.errors["file"])


def test_a_job_is_not_even_started_by_who_may_not_compile(world: World):
    compilation = make_compilation(world.codes, world.tree.banner)
    for role in ("auditor", "finance_leader"):
        browser = client_of(role, world.tree.banner)
        response = browser.post(reverse("budget:compilation_compile", args=[compilation.pk]), {"missing_reason": "x"})
        assert response.status_code == 403
    assert not Job.objects.exists()


def test_a_unit_that_ended_hides_no_missing_one(world: World):
    """Its sheet stays in the sums, but a unit that is not due any more does not count as handed in for another."""
    make_sheet(world.codes, world.unit, state="accepted")
    UnitFactory(region=world.tree.banner)
    Unit.objects.filter(pk=world.unit.pk).update(valid_to=date(world.codes.year - 1, 12, 31))
    row = region_progress(world.tree.banner, world.codes.year, UP)[0]
    assert (row.due, row.handed_in, row.missing) == (1, 0, 1)
    assert row.total == Decimal("350.50")
    assert collection_status(world.tree.banner, world.codes.year, UP).missing == row.missing


def test_a_unit_that_is_not_due_begins_no_sheet(world: World):
    late = UnitFactory(region=world.tree.banner, not_yet=True)
    with pytest.raises(RuleViolation):
        services.open_sheet(clerk_of(late), late, world.codes.year, UP)
    assert not BudgetSheet.objects.exists()


def test_a_banner_that_reports_to_the_region_is_counted_once(world: World):
    make_sheet(world.codes, world.unit, state="accepted")
    direct = world.tree.banner
    direct.reports_to = world.tree.root
    direct.save()
    make_compilation(world.codes, direct, "accepted")
    league = make_compilation(world.codes, world.tree.league, "accepted")
    root = make_compilation(world.codes, world.tree.root, "compiled")
    assert (league.snapshot.total, root.snapshot.total) == (0, Decimal("350.50"))
    rows = region_progress(world.tree.root, world.codes.year, UP)
    assert sum(row.total for row in rows) == Decimal("350.50")
    assert sum(row.due for row in rows) == Unit.objects.count()


def test_a_region_reports_only_to_one_above_it(world: World):
    tree = world.tree
    for wrong in (tree.banner, tree.neighbour, tree.other_league):
        values = {"finance_code": tree.banner.finance_code, "name_zh_hans": tree.banner.name, "reports_to": wrong}
        with pytest.raises(RuleViolation):
            put_region(SYSTEM, tree.banner.code, values, [])
    assert put_region(SYSTEM, tree.banner.code, {"reports_to": tree.root}, []) == "changed"


def test_the_job_of_a_post_that_ended_says_why(world: World):
    compilation = make_compilation(world.codes, world.tree.banner)
    with pytest.raises(RuleViolation):
        run_compile(NOBODY, {"compilation": compilation.pk}, "", lambda *told: None)


def test_two_tabs_submit_between_read_and_save(world: World):
    sheet = make_sheet(world.codes, world.unit)
    clerk, stale = clerk_of(world.unit), fresh(sheet)
    services.submit_sheet(head_of(world.unit), fresh(sheet))
    with pytest.raises(RuleViolation):
        services.save_lines(clerk, stale, stale.version, [line(world.codes, "1")], None)
    assert fresh(sheet).total == Decimal("350.50")


def test_an_officer_next_door_changes_nothing(world: World):
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    _holder, task = task_on(sheet)
    for region in (world.tree.neighbour, world.tree.league, world.tree.root):
        with pytest.raises(RuleViolation):
            tasks.approve(officer_of(region), task)
    assert fresh(sheet).state == "submitted"


def test_a_list_too_long_for_a_file_is_not_cut_but_refused(world: World, monkeypatch):
    monkeypatch.setattr(export, "MAX_ROWS", 2)
    browser = client_of("banner_officer", world.tree.banner)
    make_sheet(world.codes, world.unit)
    address = reverse("budget:lines") + "?export=csv"
    assert b"".join(browser.get(address)).count(b"\r\n") == 3
    make_sheet(world.codes, UnitFactory(region=world.tree.banner))
    response = browser.get(address)
    assert (response.status_code, Entry.objects.filter(event="evidence.downloaded").count()) == (302, 1)


def test_a_region_in_two_reports_is_never_added_twice(world: World):
    make_sheet(world.codes, world.unit, state="accepted")
    make_compilation(world.codes, world.tree.banner, "accepted")
    make_compilation(world.codes, world.tree.league, "accepted")
    put_region(SYSTEM, world.tree.banner.code, {"reports_to": world.tree.root}, [])
    root = make_compilation(world.codes, world.tree.root)
    with pytest.raises(RuleViolation, match="twice"):
        services.compile_budget(SYSTEM, root, "x")


def test_strings_that_would_fill_the_memory_are_refused(world: World, tmp_path, monkeypatch):
    monkeypatch.setattr(tablefile, "MAX_WHOLE", 1_000_000)
    path = xlsx(tmp_path / "a.xlsx", good(world))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b"x" * 2_000_000)
    with pytest.raises(RuleViolation, match="damaged"):
        services.import_workbook(SYSTEM, ImportOrder(path, world.tree.banner, world.codes.year, UP))
