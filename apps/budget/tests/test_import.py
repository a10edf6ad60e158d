"""Importing workbooks: good files as a whole, bad files not at all, each bad cell named."""

import csv
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from apps.budget import services
from apps.budget.importrows import CellError
from apps.budget.models import BudgetLine, BudgetSheet, SummaryDelta
from apps.budget.services import imports
from apps.budget.services.imports import ImportOrder, ImportRefused, ImportReport
from apps.budget.tests.factories import SYSTEM, UP, World, clerk_of, fresh, line, make_sheet, officer_of
from apps.codes.models import FiscalYear, YearState
from apps.evidence.models import Entry
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
HEADS = (
    "单位代码",
    "单位名称",
    "项目代码",
    "项目名称",
    "功能分类科目",
    "部门经济分类科目",
    "资金性质",
    "金额（元）",
    "上年批复数(元)",
    "上年执行数(元)",
    "备注",
)


def good(world: World, **cells: Any) -> list[Any]:
    """One row of the template; cells by the head's place."""
    row: dict[str, Any] = {
        "unit": world.unit.code,
        "name": "",
        "project_code": "",
        "project": "",
        "function": "2010101-行政运行",
        "economic": "30101",
        "fund": "111",
        "amount": "1,000.50",
        "approved": "900",
        "executed": "",
        "note": "",
    }
    return list((row | cells).values())


def xlsx(path: Path, *rows: list[Any], heads: tuple[str, ...] = HEADS) -> Path:
    book = Workbook()
    sheet = book.active
    for row in (heads, *rows):
        sheet.append(list(row))
    book.save(path)
    return path


def table(path: Path, *rows: list[Any], encoding: str = "utf-8", heads: tuple[str, ...] = HEADS) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([heads, *rows])
    return path


def run(world: World, path: Path, actor: Any = SYSTEM, **changes: Any) -> ImportReport:
    values = {"region": world.tree.banner, "year": world.codes.year, "round": UP} | changes
    return services.import_workbook(actor, ImportOrder(path, **values))


def refused(world: World, path: Path, **changes: Any) -> list[CellError]:
    """The errors of a file that must be refused, with nothing left of it."""
    before = (BudgetSheet.objects.count(), BudgetLine.objects.count(), Entry.objects.count())
    with pytest.raises(ImportRefused) as refusal:
        run(world, path, **changes)
    assert (BudgetSheet.objects.count(), BudgetLine.objects.count(), Entry.objects.count()) == before
    return refusal.value.report.errors


def test_a_workbook_becomes_sheets_that_are_handed_in(world: World, tmp_path):
    other = UnitFactory(region=world.tree.banner)
    rows = [good(world), good(world, economic="30201", amount=250.5), good(world, unit=other.code, amount=3)]
    report = run(world, xlsx(tmp_path / "a.xlsx", *rows), officer_of(world.tree.banner))
    assert (report.rows, report.units, report.total, report.not_handed_in) == (3, 2, Decimal("1254.00"), [])
    sheet = BudgetSheet.objects.get(unit=world.unit)
    assert (sheet.state, sheet.total) == ("submitted", Decimal("1251.00"))
    first, second = sheet.lines.order_by("number")
    assert (first.amount, first.prior_approved, first.prior_executed) == (Decimal("1000.50"), Decimal(900), None)
    assert first.government_economic.code == "50101"
    assert second.amount == Decimal("250.50")
    entry = Entry.objects.get(event="budget.imported")
    assert (entry.facts["rows"], entry.facts["units"], entry.facts["total"]) == (3, 2, "1254.00")
    assert len(entry.facts["digest"]) == 64


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_the_encodings_of_the_offices(world: World, tmp_path, encoding):
    report = run(world, table(tmp_path / "a.csv", good(world, project="草原生态"), encoding=encoding))
    assert report.units == 1
    assert BudgetLine.objects.get().project_name == "草原生态"


def test_imported_lines_have_history_and_are_in_the_summary(world: World, tmp_path):
    run(world, xlsx(tmp_path / "a.xlsx", good(world)), officer_of(world.tree.banner))
    history = BudgetLine.history.get()
    assert (history.history_type, history.history_address) == ("+", "10.0.0.1")
    assert history.history_change_reason == "import_workbook"
    assert sum(row.amount for row in SummaryDelta.objects.all()) == Decimal("1000.50")


def test_mongolian_project_names_keep_their_spelling(world: World, tmp_path):
    name = "ᠪᠣᠯᠪᠠᠰᠤᠷᠠᠯ\u202fᠤᠨ ᠬᠥᠷᠥᠩᠭᠡ"
    run(world, xlsx(tmp_path / "a.xlsx", good(world, project=name)))
    assert BudgetLine.objects.get().project_name == name


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"unit": "999999"}, "unit_code", "no budget unit"),
        ({"function": "9999999"}, "function", "not in the classification"),
        ({"function": "20101"}, "function", "not a code of the last level"),
        ({"economic": "31000"}, "department_economic", "not in the classification"),
        ({"fund": "1111"}, "fund", "not in the classification"),
        ({"amount": "abc"}, "amount", "not an amount"),
        ({"amount": "1.005"}, "amount", "at most two decimals"),
        ({"amount": ""}, "amount", "missing"),
        ({"amount": "-1"}, "amount", "below zero"),
        ({"approved": "-0.01"}, "prior_approved", "below zero"),
        ({"amount": "=SUM(A1:A3)"}, "amount", "formula"),
        ({"note": "=1+1"}, "note", "formula"),
        ({"project_code": "123"}, "project_code", "21 characters"),
        ({"project": "长" * 361}, "project_name", "too long"),
        ({"note": "\ue234"}, "note", "old Mongolian input method"),
    ],
)
def test_a_bad_cell_refuses_the_file_and_is_named(world: World, tmp_path, cells, column, words):
    (error,) = refused(world, xlsx(tmp_path / "a.xlsx", good(world, economic="30201"), good(world, **cells)))
    assert (error.row, error.column) == (3, column)
    assert words in error.message


@pytest.mark.parametrize("amount", ["1e400", "1" * 30, "123456789012345678901.00"])
def test_an_amount_beyond_the_column_is_an_error_of_its_cell(world: World, tmp_path, amount):
    (error,) = refused(world, table(tmp_path / "a.csv", good(world, amount=amount)))
    assert (error.row, error.column) == (2, "amount")


def test_every_bad_cell_is_listed_in_one_go(world: World, tmp_path):
    rows = [good(world, function="x", amount="y"), good(world), good(world, unit="z", fund="")]
    errors = refused(world, xlsx(tmp_path / "a.xlsx", *rows))
    assert [(error.row, error.column) for error in errors] == [
        (2, "function"),
        (2, "amount"),
        (4, "unit_code"),
        (4, "fund"),
    ]


def test_a_repeated_line_names_the_first_one(world: World, tmp_path):
    (error,) = refused(world, xlsx(tmp_path / "a.xlsx", good(world), good(world, amount="1"), heads=HEADS))
    assert error.row == 3
    assert "repeats row 2" in error.message


def test_lines_of_another_year_or_region_are_refused(world: World, tmp_path):
    heads = (*HEADS, "预算年度", "行政区划")
    rows = [[*good(world), "2019", world.tree.banner.code], [*good(world, economic="30201"), "2027", "152221"]]
    errors = refused(world, xlsx(tmp_path / "a.xlsx", *rows, heads=heads))
    assert [(error.row, error.column) for error in errors] == [(2, "year"), (3, "region_code")]


def test_a_unit_of_another_region_is_unknown_here(world: World, tmp_path):
    errors = refused(world, xlsx(tmp_path / "a.xlsx", good(world, unit=world.neighbour_unit.code)))
    assert errors[0].column == "unit_code"


def _corrupt(path: Path, world: World) -> None:
    xlsx(path, good(world))
    path.write_bytes(path.read_bytes()[:600])


def _other_zip(path: Path, world: World) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")


def _endless_cell(path: Path, world: World) -> None:
    path.write_text(",".join(HEADS) + '\n"' + "字" * 140_000, encoding="utf-8")


def _binary(path: Path, world: World) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path, world: path.write_bytes(b""), "is empty"),
        (_corrupt, "damaged"),
        (_other_zip, "damaged"),
        (_endless_cell, "neither an Excel workbook nor a CSV"),
        (_binary, "neither an Excel workbook nor a CSV"),
        (lambda path, world: xlsx(path), "no lines"),
        (lambda path, world: xlsx(path, heads=("姓名", "电话")), "not in the template"),
        (lambda path, world: xlsx(path, good(world)[2:], heads=HEADS[2:]), "单位代码"),
        (lambda path, world: None, "does not exist"),
    ],
    ids=[
        "empty",
        "cut",
        "other zip",
        "endless cell",
        "old xls",
        "no lines",
        "other table",
        "column missing",
        "missing",
    ],
)
def test_a_file_that_is_no_template_is_refused_in_words(world: World, tmp_path, make, words):
    path = tmp_path / "a.xlsx"
    make(path, world)
    with pytest.raises(RuleViolation, match=words):
        run(world, path)
    assert not BudgetSheet.objects.exists()


def test_a_file_that_is_too_large_is_refused_unread(world: World, tmp_path, settings):
    settings.IMPORT_MAX_BYTES = 100
    with pytest.raises(RuleViolation, match="too large"):
        run(world, xlsx(tmp_path / "a.xlsx", good(world)))


def test_a_dry_run_reports_and_keeps_nothing(world: World, tmp_path):
    report = run(world, xlsx(tmp_path / "a.xlsx", good(world)), dry_run=True)
    assert (report.rows, report.total, report.dry_run) == (1, Decimal("1000.50"), True)
    assert not BudgetSheet.objects.exists()
    assert not Entry.objects.filter(event="budget.imported").exists()


def test_a_sheet_with_a_failed_check_stays_a_draft_and_is_named(world: World, tmp_path):
    report = run(world, xlsx(tmp_path / "a.xlsx", good(world, economic="30299")))
    assert [unit for unit, _reason in report.not_handed_in] == [str(world.unit)]
    assert BudgetSheet.objects.get().state == "draft"


def test_a_second_import_replaces_lines_while_the_sheet_may_be_changed(world: World, tmp_path):
    sheet = make_sheet(world.codes, world.unit, state="returned")
    run(world, xlsx(tmp_path / "a.xlsx", good(world)))
    again = fresh(sheet)
    assert (again.state, again.total, again.lines.count()) == ("submitted", Decimal("1000.50"), 1)
    assert again.version > sheet.version


def test_an_open_web_form_notices_the_import(world: World, tmp_path):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit)
    run(world, xlsx(tmp_path / "a.xlsx", good(world, economic="30299")))
    with pytest.raises(RuleViolation, match="Someone else saved"):
        services.save_lines(clerk, sheet, sheet.version, [line(world.codes)], None)


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_a_sheet_that_was_handed_in_is_not_overwritten(world: World, tmp_path, state):
    sheet = make_sheet(world.codes, world.unit, state=state)
    other = UnitFactory(region=world.tree.banner)
    errors = refused(world, xlsx(tmp_path / "a.xlsx", good(world, unit=other.code), good(world)))
    assert [(error.row, error.column) for error in errors] == [(3, "unit_code")]
    assert "handed in already" in errors[0].message
    assert fresh(sheet).total == Decimal("350.50")


@pytest.mark.parametrize("step", ["_write", "_hand_in", "_record"])
def test_a_failure_in_the_middle_leaves_nothing(world: World, tmp_path, monkeypatch, step):
    sheet = make_sheet(world.codes, world.unit)
    other = UnitFactory(region=world.tree.banner)
    real = getattr(imports, step)

    def dies(*args: Any) -> None:
        real(*args)
        raise ZeroDivisionError

    monkeypatch.setattr(imports, step, dies)
    path = xlsx(tmp_path / "a.xlsx", good(world), good(world, unit=other.code))
    with pytest.raises(ZeroDivisionError):
        run(world, path)
    assert (fresh(sheet).total, fresh(sheet).state) == (Decimal("350.50"), "draft")
    assert BudgetSheet.objects.count() == 1
    assert not Entry.objects.filter(event="budget.imported").exists()


def test_a_failed_second_import_can_be_repeated(world: World, tmp_path):
    refused(world, xlsx(tmp_path / "bad.xlsx", good(world), good(world, amount="x", economic="30201")))
    run(world, xlsx(tmp_path / "good.xlsx", good(world), good(world, economic="30201")))
    assert BudgetSheet.objects.get().lines.count() == 2


def test_only_the_regions_own_officer_imports(world: World, tmp_path):
    path = xlsx(tmp_path / "a.xlsx", good(world))
    strangers = (officer_of(world.tree.neighbour), officer_of(world.tree.league), clerk_of(world.unit))
    for actor in strangers:
        with pytest.raises(NotAllowed):
            run(world, path, actor)
    assert not BudgetSheet.objects.exists()


def test_a_closed_or_unknown_year_takes_no_import(world: World, tmp_path):
    path = xlsx(tmp_path / "a.xlsx", good(world))
    with pytest.raises(RuleViolation, match="does not exist"):
        run(world, path, year=1999)
    FiscalYear.objects.filter(pk=world.codes.year).update(state=YearState.CLOSED)
    with pytest.raises(RuleViolation, match="closed"):
        run(world, path)


def test_progress_is_told_up_to_the_end(world: World, tmp_path):
    told: list[tuple[int, int]] = []
    order = ImportOrder(xlsx(tmp_path / "a.xlsx", good(world)), world.tree.banner, world.codes.year, UP)
    services.import_workbook(SYSTEM, order, lambda done, of, message="": told.append((done, of)))
    assert told
    assert all(0 <= done <= of for done, of in told)


def test_a_code_that_belongs_to_another_unit_is_told_by_its_name(world: World, tmp_path):
    other = UnitFactory(region=world.tree.banner)
    errors = refused(world, xlsx(tmp_path / "a.xlsx", good(world, name=other.name)))
    assert [(error.row, error.column) for error in errors] == [(2, "unit_name")]
    assert run(world, xlsx(tmp_path / "b.xlsx", good(world, name=f" {world.unit.name} "))).units == 1


@pytest.mark.parametrize("round_", ["first_down", "second_down"])
def test_an_office_imports_nothing_into_rounds_that_come_down(world: World, tmp_path, round_):
    path = table(tmp_path / "a.csv", good(world))
    order = ImportOrder(path, world.tree.banner, world.codes.year, round_)
    with pytest.raises(RuleViolation, match="the finance office gives figures"):
        services.import_workbook(officer_of(world.tree.banner), order)
    assert services.import_workbook(SYSTEM, order).lines == 1


@pytest.mark.parametrize("cell", ["function", "economic", "fund"])
def test_an_empty_code_is_said_to_be_missing(world: World, tmp_path, cell):
    (error,) = refused(world, table(tmp_path / "a.csv", good(world, **{cell: ""})))
    assert "is missing" in error.message
