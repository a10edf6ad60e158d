"""Table files of rows by head: what would be read otherwise than its sender sees it is refused, with where it stands."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from imbudget.kit.emptybook import EmptyColumn, empty_book
from imbudget.kit.errors import RuleViolation
from imbudget.kit.tableimport import RowError, day, import_rows, read_rows

HEADS = ("代码", "名称", "金额")
Change = Callable[[Worksheet], Any]


def book(path: Path, change: Change = lambda sheet: None) -> Path:
    made = Workbook()
    sheet: Any = made.active
    for row in (HEADS, ("1", "甲", 10), ("2", "乙", 20)):
        sheet.append(row)
    change(sheet)
    made.save(path / "a.xlsx")
    return path / "a.xlsx"


def put_in(sheet: Worksheet, place: str, value: Any) -> None:
    sheet[place] = value


def hide(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True


BAD: dict[str, tuple[Change, str]] = {
    "a hidden row": (hide, r"Row 3 of .* is hidden"),
    "a cell over two rows": (lambda sheet: sheet.merge_cells("B2:B3"), r"\(B2:3\)"),
    "a column twice": (lambda sheet: put_in(sheet, "D1", "代码"), "代码 stands there twice"),
    "no rows": (lambda sheet: sheet.delete_rows(2, 2), "no lines"),
    "nothing": (lambda sheet: sheet.delete_rows(1, 3), "no lines"),
    "old Mongolian signs": (lambda sheet: put_in(sheet, "B3", "\ue234"), "3, 名称: .*old Mongolian"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_would_be_misread_is_refused(tmp_path, case):
    change, words = BAD[case]
    with pytest.raises(RuleViolation, match=words):
        list(read_rows(book(tmp_path, change)))


def test_a_cell_over_columns_and_an_empty_hidden_row_hurt_nobody(tmp_path):
    def change(sheet: Worksheet) -> None:
        sheet.merge_cells("B2:C2")
        sheet.row_dimensions[9].hidden = True

    assert [row["代码"] for _number, row in read_rows(book(tmp_path, change))] == ["1", "2"]


def test_a_title_may_stand_above_a_head_that_is_known(tmp_path):
    def change(sheet: Worksheet) -> None:
        sheet.insert_rows(1, 2)
        sheet["A1"] = "某旗2027年控制数"
        sheet.merge_cells("A1:C1")

    path = book(tmp_path, change)
    assert [number for number, _row in read_rows(path, heads=HEADS)] == [4, 5]
    with pytest.raises(RuleViolation, match=r"b\.xlsx has no head with the columns 甲、乙"):
        list(read_rows(path, "b.xlsx", ("甲", "乙")))


@pytest.mark.django_db
def test_each_bad_row_says_what_about_and_the_whole_file_stays_out(tmp_path):
    def put(row: dict[str, str]) -> str:
        if row["代码"] == "1":
            raise ValidationError({"name": "leer", "__all__": "beides"})
        raise RowError("x" * 5000)

    report = import_rows(book(tmp_path, lambda sheet: sheet.append(("3", "=A1", 1))), put)
    (first, second, third) = report.errors
    assert first == (2, "name: leer; beides")
    assert (second[0], len(second[1])) == (3, 300)
    assert third[0] == 4
    assert "名称" in third[1]
    assert "formula" in third[1]
    assert not report.outcomes


@pytest.mark.parametrize("text", ["1" * 30, "2027-1-1", "2027-02-30", "2027-01-01x", "20270101", "2027-01-01 10:00:00"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(RowError):
        day(text)


def test_a_day_is_read_as_excel_gives_it():
    assert str(day("2027-01-31")) == str(day("2027-01-31 00:00:00")) == "2027-01-31"


def test_an_empty_workbook_offers_its_choices_and_is_read_when_it_is_filled_in(tmp_path):
    columns = [EmptyColumn("代码", choices=("=1", "2-乙"), is_required=True), EmptyColumn("金额", is_amount=True)]
    path = tmp_path / "a.xlsx"
    path.write_bytes(empty_book("数据", columns, ["=写在这里"]))
    made = load_workbook(path)
    sheet = made["数据"]
    (offer,) = sheet.data_validations.dataValidation
    assert str(offer.sqref) == "A2:A5001"
    assert [cell.data_type for cell in made["选项"]["A"]] == ["s", "s"]
    assert made["选项"].sheet_state == "hidden"
    sheet.append(["2-乙", 5])
    made.save(path)
    assert list(read_rows(path)) == [(2, {"代码": "2-乙", "金额": "5"})]


def test_merged_titles_and_heads_of_two_rows_are_left_alone(tmp_path):
    def change(sheet: Worksheet) -> None:
        sheet.insert_rows(1, 2)
        sheet["A1"] = "某旗2027年控制数"
        sheet.merge_cells("A1:C2")
        sheet.row_dimensions[2].hidden = True

    assert len(list(read_rows(book(tmp_path, change), heads=HEADS))) == 2
