"""A refused workbook comes back with its bad cells marked, and can be mended and sent again."""

import base64
import csv
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from apps.budget.marking import mark
from apps.budget.tests.test_workbook import HEAD, OLD_WORKBOOK, ROWS, book
from apps.budget.workbook import LIST_SHEET, open_table
from imbudget.kit import marking
from imbudget.kit.marking import AUTHOR


@dataclass(frozen=True)
class Bad:
    row: int
    column: str
    message: str
    value: str = ""


ERRORS = [Bad(4, "amount", "这不是金额"), Bad(5, "function", "没有这个科目", "20x"), Bad(5, "function", "再说一次")]


def given_back(path: Path, errors=ERRORS, **options) -> tuple[bool, Path]:
    table = open_table(path)
    list(table.rows())
    goal = path.with_name("marked.xlsx")
    return mark(path, errors, table.letters, table.sheet_name, goal, table.notes, **options), goal


def titled(tmp_path: Path) -> Path:
    def change(sheet):
        sheet.title = "单位'申报"
        sheet.merge_cells("A1:K1")
        sheet["B3"].font = Font(bold=True)
        sheet["H6"] = "=SUM(H3:H5)"

    return book(tmp_path / "a.xlsx", [["2027年预算"], HEAD, *ROWS, ["合计"]], change)


def test_an_upload_without_its_ending_is_marked(tmp_path):
    marked, _goal = given_back(titled(tmp_path).rename(tmp_path / "7f3a"))
    assert marked


def test_an_old_workbook_comes_back_as_a_new_one(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(zlib.decompress(base64.b64decode(OLD_WORKBOOK)))
    marked, goal = given_back(path, [Bad(4, "amount", "不对")])
    assert marked
    sheet = load_workbook(goal)["预算"]
    assert (sheet["E3"].value, sheet["E4"].comment.text) == (12.3456, "不对")


def test_bad_cells_are_red_and_say_why(tmp_path):
    marked, goal = given_back(titled(tmp_path))
    assert marked
    workbook = load_workbook(goal)
    sheet = workbook["单位'申报"]
    assert sheet["H4"].fill.start_color.rgb == sheet["E5"].fill.start_color.rgb == marking.RED.start_color.rgb
    assert sheet["H4"].comment.text == "这不是金额"
    assert sheet["E5"].comment.text == "没有这个科目\n再说一次"
    assert sheet["H5"].fill.fill_type is None
    assert (sheet["B3"].font.bold, sheet["H6"].value) == (True, "=SUM(H3:H5)")
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:K1"]


def test_the_list_stands_in_front_with_values_reasons_and_notes(tmp_path):
    _marked, goal = given_back(titled(tmp_path))
    workbook = load_workbook(goal)
    assert workbook.sheetnames[0] == workbook.active.title == LIST_SHEET
    rows = list(workbook.active.iter_rows(values_only=True))
    assert rows[1] == ("4", "H4", "金额(元)", "45000.00", "这不是金额")
    assert rows[2] == ("5", "E5", "功能分类科目", "20x", "没有这个科目")
    assert any("total" in str(row[4]) for row in rows[4:])
    assert workbook.active["B2"].hyperlink.location == "'单位''申报'!H4"


def test_a_mended_workbook_is_read_and_its_old_marks_go(tmp_path):
    _marked, goal = given_back(titled(tmp_path))
    workbook = load_workbook(goal)
    workbook.worksheets[1]["H4"] = "45000"
    again = tmp_path / "again.xlsx"
    workbook.save(again)
    table = open_table(again)
    assert [cells[7] for _number, cells in table.rows()] == ["123456.00", "45000", "7800.50"]
    assert LIST_SHEET not in "".join(note.text for note in table.notes)
    _marked, last = given_back(again, [Bad(3, "unit_code", "没有这个单位")])
    sheet = load_workbook(last).worksheets[1]
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment] == ["A3"]
    assert sheet["H4"].fill.fill_type is None
    assert load_workbook(last).sheetnames == [LIST_SHEET, "单位'申报"]


def test_an_error_without_a_column_marks_the_first_cell_and_one_without_a_row_is_listed(tmp_path):
    _marked, goal = given_back(
        titled(tmp_path), [Bad(3, "", "整行重复"), Bad(0, "", "缺少列"), Bad(4, "year", "年度不对")]
    )
    workbook = load_workbook(goal)
    assert workbook.worksheets[1]["A3"].comment.text == "整行重复"
    assert workbook.worksheets[1]["A4"].comment.text == "年度不对"
    assert [row[4] for row in workbook.active.iter_rows(min_row=2, max_row=4, values_only=True)] == [
        "整行重复",
        "缺少列",
        "年度不对",
    ]


def test_a_bad_value_in_a_merged_cell_marks_the_cell_that_shows(tmp_path):
    path = book(tmp_path / "a.xlsx", [HEAD, *ROWS], lambda sheet: sheet.merge_cells("A2:A3"))
    _marked, goal = given_back(path, [Bad(3, "unit_code", "没有这个单位")])
    assert load_workbook(goal).worksheets[1]["A2"].comment.text == "没有这个单位"


def test_a_csv_file_comes_back_as_a_workbook_of_the_same_rows(tmp_path):
    path = tmp_path / "a.csv"
    rows = [HEAD, ROWS[0], [*ROWS[1][:7], "=1+1", *ROWS[1][8:]], ["0012", *ROWS[2][1:]]]
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    marked, goal = given_back(path, [Bad(3, "amount", "公式")])
    assert marked
    sheet = load_workbook(goal).worksheets[1]
    assert [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)] == rows
    assert (sheet["H3"].data_type, sheet["H3"].comment.author) == ("s", AUTHOR)
    assert [cells for _number, cells in open_table(goal).rows()] == rows[1:]


def test_a_long_table_gets_the_list_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(marking, "MOST_ROWS", -99)
    monkeypatch.setattr(marking, "MOST_LISTED", 2)
    marked, goal = given_back(titled(tmp_path))
    assert not marked
    workbook = load_workbook(goal)
    assert workbook.sheetnames == [LIST_SHEET]
    rows = list(workbook.active.iter_rows(values_only=True))
    assert rows[2][3:] == ("20x", "没有这个科目")
    assert "1 more errors" in rows[3][4]


@pytest.mark.parametrize("title", ["收支/预算", "[1]:*?", "///"])
def test_a_sheet_with_a_name_that_excel_forbids_comes_back_with_its_reasons(tmp_path, title):
    path = book(tmp_path / "a.xlsx", [HEAD, *ROWS])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = re.sub(
        rb'name="[^"]*" sheetId', f'name="{title}" sheetId'.encode(), parts["xl/workbook.xml"]
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    _marked, goal = given_back(path)
    assert "这不是金额" in str(list(load_workbook(goal)[LIST_SHEET].iter_rows(values_only=True)))


def test_one_cell_far_off_does_not_fill_the_memory(tmp_path, monkeypatch):
    def far(sheet):
        sheet["XFD900"].font = Font(bold=True)

    made = []
    real = Worksheet._get_cell
    monkeypatch.setattr(Worksheet, "_get_cell", lambda *place: made.append(1) or real(*place))
    marked, goal = given_back(book(tmp_path / "a.xlsx", [HEAD, *ROWS], far))
    assert marked
    assert len(made) < 2_000
    assert load_workbook(goal, read_only=True)


def spread_out(path: Path, element: str) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", b"</sheetData>" + element.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "element",
    [
        '<mergeCells><mergeCell ref="M9:XFD1048576"/></mergeCells>',
        "<hyperlinks><hyperlink location='>' ref='$m$9:$xfd$900'/></hyperlinks>",
        '<hyperlinks><hyperlink ref="&#77;9:XFD900" location="A1"/></hyperlinks>',
        '<hyperlinks><hyperlink ref="M9:XFD900" location="A1"/></hyperlinks>',
    ],
)
def test_a_range_over_the_whole_sheet_gets_the_list_alone(tmp_path, element):
    marked, goal = given_back(spread_out(book(tmp_path / "a.xlsx", [HEAD, *ROWS]), element))
    assert not marked
    assert load_workbook(goal).sheetnames == [LIST_SHEET]


@pytest.mark.parametrize("limit", ["MOST_CELLS", "MOST_AREA"])
def test_a_csv_of_very_many_cells_gets_the_list_alone(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(marking, limit, 30)
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(row) for row in [HEAD, *ROWS]), encoding="utf-8")
    marked, goal = given_back(path)
    assert not marked
    assert load_workbook(goal).sheetnames == [LIST_SHEET]


def test_a_csv_wider_than_any_workbook_gets_the_list_alone(tmp_path):
    path = tmp_path / "a.csv"
    rows = [HEAD, *ROWS, [*[""] * 19_999, "x"]]
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    marked, goal = given_back(path)
    assert not marked
    assert load_workbook(goal).sheetnames == [LIST_SHEET]


def test_a_workbook_that_cannot_be_rebuilt_comes_back_as_text_with_reasons(tmp_path, monkeypatch):
    def refuses(path):
        raise KeyError(path)

    monkeypatch.setattr(marking, "load_workbook", refuses)
    marked, goal = given_back(titled(tmp_path))
    assert not marked
    rows = list(load_workbook(goal).worksheets[0].iter_rows(values_only=True))
    assert rows[3][11] == "H4: 这不是金额"
    assert rows[4][11] == "E5: 没有这个科目\nE5: 再说一次"
    assert rows[1][:11] == tuple(HEAD)


@pytest.mark.parametrize("text", ["=cmd()", "+1", "@x", "bad\x07bell"])
def test_nothing_written_is_a_formula(tmp_path, text):
    _marked, goal = given_back(titled(tmp_path), [Bad(3, "note", text, text)])
    row = load_workbook(goal).active[2]
    assert {cell.data_type for cell in row} == {"s"}
    assert row[4].value == text.replace("\x07", "")
