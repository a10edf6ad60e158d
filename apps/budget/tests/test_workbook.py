"""Reading untidy workbooks: the same rows as the tidy one, and a note for whatever was skipped or converted."""

import base64
import csv
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from apps.budget.workbook import HEADS, Table, open_table, reading
from imbudget.kit.errors import RuleViolation

NAMES = ("unit_code", "unit_name", "project_code", "project_name", "function", "department_economic", "fund", "amount")
NAMES += ("prior_approved", "prior_executed", "note")
HEAD = [HEADS[name] for name in NAMES]
CODE = "15010227T000000000001"
ROWS = [
    ["118001", "财政局", "", "", "2010601", "30101", "1111", "123456.00", "100000.00", "99999.50", ""],
    ["118001", "财政局", CODE, "系统运行维护", "2010607", "30213", "1111", "45000.00", "", "", "新增"],
    ["118002", "评审中心", "", "", "2010650", "30201", "1111", "7800.50", "7000.00", "6900.00", ""],
]
Change = Callable[[Worksheet], None]


def book(path: Path, rows: list[list[Any]], change: Change = lambda sheet: None) -> Path:
    workbook = Workbook()
    sheet = workbook.active
    for row in rows:
        sheet.append(row)
    change(sheet)
    workbook.save(path)
    return path


def read(path: Path, name: str = "") -> tuple[Table, list[list[str]]]:
    table = open_table(path, name)
    return table, [cells for _number, cells in table.rows()]


def texts(table: Table) -> str:
    return "\n".join(note.text for note in table.notes)


def kinds(table: Table) -> set[tuple[str, str]]:
    return {(note.kind, note.column) for note in table.notes}


def untidy(rows: list[list[Any]], place: int, change: Callable[[Any], Any]) -> list[list[Any]]:
    """The rows with one column changed."""
    return [[change(cell) if number == place else cell for number, cell in enumerate(row)] for row in rows]


def test_a_tidy_workbook_is_read_without_a_note(tmp_path):
    table, rows = read(book(tmp_path / "a.xlsx", [HEAD, *ROWS]))
    assert (rows, table.notes, table.missing, table.formulas) == (ROWS, [], (), set())
    assert (table.columns, table.head_row, table.sheet_name) == (NAMES, 1, "Sheet")
    assert (table.letters["unit_code"], table.letters["note"]) == ("A", "K")


def test_numbers_are_read_as_excel_shows_them(tmp_path):
    rows = [[*row[:7], *(float(cell) if cell else None for cell in row[7:10]), row[10]] for row in ROWS]
    table, found = read(book(tmp_path / "a.xlsx", [HEAD, *rows]))
    assert [row[7] for row in found] == ["123456", "45000", "7800.5"]
    assert table.notes == []


def test_totals_parts_and_remarks_are_skipped_with_their_figures(tmp_path):
    rows = [
        HEAD,
        *ROWS[:2],
        ["财政局小计", *[None] * 6, "168,456.00"],
        [None, "  其中：人员经费", *[None] * 5, "123456"],
        ROWS[2],
        ["小计", *[None] * 6, 7800.5],
        ["合　计", *[None] * 6, 176256.5],
        [],
        ["注：金额单位为元"],
        ["单位负责人：", None, None, "填表人："],
    ]
    table, found = read(book(tmp_path / "a.xlsx", rows))
    assert found == ROWS
    assert [note.row for note in table.notes if note.kind == "skipped"] == [4, 5, 7, 8, 10, 11]
    assert "(小计) of 168,456.00 yuan" in texts(table)
    assert "add up" not in texts(table)


def test_a_total_that_does_not_tie_names_both_figures(tmp_path):
    rows = [HEAD, *ROWS, ["总计", *[None] * 6, "176,000.00"]]
    table, found = read(book(tmp_path / "a.xlsx", rows))
    assert found == ROWS
    assert "says 176,000.00 yuan, but the lines it belongs to add up to 176,256.50 yuan" in texts(table)


@pytest.mark.parametrize(("figure", "ties"), [("176256.50", True), ("176256.51", False)])
def test_totals_above_their_lines(tmp_path, figure, ties):
    rows = [HEAD, ["合计", *[None] * 6, figure], ["小计", *[None] * 6, "168456"], *ROWS[:2]]
    rows += [["小计", *[None] * 6, "7800.50"], ROWS[2]]
    table, found = read(book(tmp_path / "a.xlsx", rows))
    assert found == ROWS
    assert ("add up" not in texts(table)) == ties


def test_sums_of_classes_above_their_items_are_skipped(tmp_path):
    classes = [
        [*[None] * 4, "201", None, None, "176256.50"],
        [*[None] * 4, "20106 财政事务", None, None, "176256.50"],
    ]
    table, found = read(book(tmp_path / "a.xlsx", [HEAD, *classes, *ROWS, ["合计", *[None] * 6, "176256.50"]]))
    assert found == ROWS
    assert [note.row for note in table.notes if note.kind == "skipped"] == [2, 3, 7]
    assert "add up" not in texts(table)


@pytest.mark.parametrize(
    "row",
    [
        ["118001", None, None, None, "20106", "30101", "1111", "5"],
        ["118001", None, None, "项目", "20106", None, None, "5"],
        ["118009", None, None, None, "20106", None, None, "5"],
        ["118001", None, None, None, "20107", None, None, "5"],
    ],
)
def test_a_line_of_a_class_that_is_no_sum_goes_to_the_importer(tmp_path, row):
    _table, found = read(book(tmp_path / "a.xlsx", [HEAD, row, *ROWS, row]))
    assert [cells[7] for cells in found] == ["5", *(cells[7] for cells in ROWS), "5"]


def test_hidden_rows_are_not_read_and_named_in_one_note(tmp_path):
    wrong = ["118001", "财政局", "", "", "2010601", "30102", "1111", "5", "", "", ""]

    def hide(sheet: Worksheet) -> None:
        for row in (3, 4, 7):
            sheet.row_dimensions[row].hidden = True

    rows = [HEAD, ROWS[0], wrong, wrong, ROWS[1], ROWS[2], wrong]
    table, found = read(book(tmp_path / "a.xlsx", rows, hide))
    assert found == ROWS
    assert "3 hidden rows were not read: 3-4, 7" in texts(table)


def test_cells_merged_over_several_lines_are_filled_down(tmp_path):
    rows = [HEAD, ROWS[0], [None, None, *ROWS[1][2:]], ROWS[2]]

    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("B2:B3")

    table, found = read(book(tmp_path / "a.xlsx", rows, merge))
    assert found == ROWS
    assert {("converted", "unit_code"), ("converted", "unit_name")} <= kinds(table)


def test_a_blank_that_is_not_merged_stays_blank(tmp_path):
    rows = [HEAD, ROWS[0], [None, None, *ROWS[1][2:]], ROWS[2]]
    table, found = read(book(tmp_path / "a.xlsx", rows))
    assert found[1][:2] == ["", ""]
    assert table.notes == []


def test_an_amount_merged_over_lines_is_read_once(tmp_path):
    rows = [HEAD, ROWS[0], [*ROWS[1][:7], None, *ROWS[1][8:]], ROWS[2]]
    table, found = read(book(tmp_path / "a.xlsx", rows, lambda sheet: sheet.merge_cells("H2:H3")))
    assert [row[7] for row in found] == [ROWS[0][7], "", ROWS[2][7]]
    assert "one amount stands over the rows 2 to 3" in texts(table)


@pytest.mark.parametrize(
    ("place", "change", "note"),
    [
        (7, lambda cell: f"￥{float(cell):,.2f}", "separators"),
        (7, lambda cell: cell.translate({ord(str(n)): 0xFF10 + n for n in range(10)}), "full-width"),
        (7, lambda cell: f" {float(cell):,.2f} ".replace(",", " "), "separators"),
        (7, lambda cell: f"{cell}元", "own unit"),
        (4, lambda cell: f"{cell}.0", "typed as numbers"),
        (4, lambda cell: int(cell), "typed as numbers"),
        (4, lambda cell: f"'{cell}", "apostrophes"),
        (4, lambda cell: cell.translate({ord(str(n)): 0xFF10 + n for n in range(10)}), "full-width"),
        (4, lambda cell: f"{cell[:3]} {cell[3:5]} {cell[5:]}", "blanks"),
        (0, lambda cell: f"{cell}-某单位", "with a name"),
        (0, lambda cell: f"[{cell}]某单位", "with a name"),
    ],
)
def test_cells_as_people_type_them(tmp_path, place, change, note):
    table, found = read(book(tmp_path / "a.xlsx", [HEAD, *untidy(ROWS, place, change)]))
    assert found == ROWS
    (only,) = table.notes
    assert (only.kind, only.column, only.row) == ("converted", NAMES[place], 2)
    assert note in only.text
    assert ": 3 " in only.text


@pytest.mark.parametrize(
    "text", ["2010601-行政运行", "2010601 行政运行", "2010601行政运行", "2010601－行政\n运行", "【2010601】行政运行"]
)
def test_a_code_with_its_name(tmp_path, text):
    _table, found = read(book(tmp_path / "a.xlsx", [HEAD, [*ROWS[0][:4], text, *ROWS[0][5:]]]))
    assert found[0][4] == "2010601-行政运行"


@pytest.mark.parametrize("text", ["12 34", "1,23", "约三万", "10²", "1.2.3", "(12)", "nan", "1e5", "12-5"])
def test_what_is_no_amount_is_left_as_it_is(tmp_path, text):
    rows = [*untidy(ROWS[:1], 7, lambda cell: text), ["合计", *[None] * 6, "5"]]
    _table, found = read(book(tmp_path / "a.xlsx", [HEAD, *rows]))
    assert found[0][7] == text


@pytest.mark.parametrize("text", ["12-34", "1 2-34", "３．５x1", "abc", "+1"])
def test_what_is_no_code_is_left_as_it_is(tmp_path, text):
    _table, found = read(book(tmp_path / "a.xlsx", [HEAD, [text, *ROWS[0][1:]]]))
    assert found[0][0] == text


def test_words_that_a_narrow_column_broke_are_joined(tmp_path):
    rows = untidy(ROWS[1:2], 3, lambda cell: "系统运\n行维护 ABC\r\nDEF")
    table, found = read(book(tmp_path / "a.xlsx", [HEAD, *rows]))
    assert found[0][3] == "系统运行维护 ABC DEF"
    assert ("converted", "project_name") in kinds(table)


def test_formula_cells_are_known_before_the_rows_are_read(tmp_path):
    rows = [["标题"], HEAD, [*ROWS[0][:7], "=1+1", *ROWS[0][8:]], ROWS[1], ["合计", *[None] * 6, "=SUM(H3:H4)"]]
    table = open_table(book(tmp_path / "a.xlsx", rows))
    assert (3, "amount") in table.formulas
    assert [number for number, _cells in table.rows()] == [3, 4]


def test_a_formula_in_csv_is_a_formula(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, ROWS[0], [*ROWS[1][:10], "=cmd()"]])
    assert open_table(path).formulas == {(3, "note")}


def test_error_values_stay_for_the_importer_to_refuse(tmp_path):
    rows = [HEAD, [*ROWS[0][:7], "#REF!", *ROWS[0][8:]], ["#N/A", *ROWS[1][1:]]]
    _table, found = read(book(tmp_path / "a.xlsx", rows))
    assert (found[0][7], found[1][0]) == ("#REF!", "#N/A")


def test_a_head_that_is_repeated_and_columns_that_are_numbered(tmp_path):
    numbers = [str(number) for number in range(1, 12)]
    rows = [HEAD, numbers, *ROWS[:2], HEAD, numbers, ROWS[2]]
    table, found = read(book(tmp_path / "a.xlsx", rows))
    assert found == ROWS
    assert [note.row for note in table.notes] == [2, 5, 6]


def test_a_line_with_faults_is_never_taken_for_a_remark(tmp_path):
    """A row that has a code, an amount or several words goes to the importer, which names its faults."""
    faulty = [
        ["118001", *[None] * 10],
        [None, None, None, "某项目", None, None, None, "100"],
        ["财政局", "财政局", None, "说不清", None, None, None, "xx"],
        [None, None, None, "各项支出合计", "2010601", "30101", "1111", "100"],
        ["118001", None, None, None, "行政运行", "工资", "一般", "100"],
    ]
    table, found = read(book(tmp_path / "a.xlsx", [HEAD, *ROWS, *faulty]))
    assert len(found) == len(ROWS) + len(faulty)
    assert table.notes == []


def test_macros_are_ignored_and_that_is_said(tmp_path):
    path = book(tmp_path / "a.xlsm", [HEAD, *ROWS])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    table, found = read(path)
    assert found == ROWS
    assert "macros" in texts(table)


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_table_with_too_many_rows_is_refused_while_it_is_read(tmp_path, monkeypatch, name):
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    monkeypatch.setattr(reading, "MAX_CSV_ROWS", 2)
    path = book(tmp_path / "a.xlsx", [HEAD, *ROWS])
    if name.endswith("csv"):
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEAD, *ROWS])
    table = open_table(path)
    with pytest.raises(RuleViolation, match="too many rows"):
        list(table.rows())


def test_notes_of_very_many_rows_are_summed_up(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for _number in range(700):
            writer.writerows([ROWS[0], ["小计", *[""] * 6, "123456"]])
    table, found = read(path)
    assert len(found) == 700
    assert len(table.notes) == 501
    assert "200 more rows" in table.notes[-1].text


# A workbook of Excel 97 to 2003: a title with 万元, a merged unit, a total and a hidden second sheet.
OLD_WORKBOOK = (
    "eNrtGEtIVFH03PfevBl1HGdMAw1EhNTMxcwI6cbGvq6c1L5EmF8oNA2R0Iy0dFYhKBFZFCG4aWPWog99qEXQIjBr0QcCTQIhCIqC"
    "Fjqvc877pDYLB0oy3hnuefd873n3nPuZ92LCNzVyM3MalsBmkCGqJYC6gCewJZiEF1CuadQ1ny5smg2rChJcmEjVAfeTnzsph5Tv"
    "aZBgXHmCGOADtkNwHMJtrU3ZKwhbOYY6QTGUCgVrT4Ir2DyQwXGlMm5gvIbxDdZ9wLiMOQOMS1F3ShyEiVC4oMSo4wNSDss8iAXc"
    "YZt3zAlAOjyjOu4ZFLquA7a0H61r+TcFWYobRgEzV97U2tRe1zIFaZjCUfiuZQN8M9fq42ybv7J8Acj/sZjvjME/LykAvaDVCirE"
    "CLhhn0ISSfQPX+yO4HarOindAo7MoXkKiqg5QQTBD0Eoho4a0nSA2Lu7Ylem5gxvq1J0YiYsOlUQ16rne9Xq7lOTXZ9PuEDMDs5e"
    "mDgdPmayUHn7wORQXm3+AIYwOXR1GAcM+gP+Tf6AA6AIewEMKYBgCYpZEAwUoYVrz8g5leQlfn8Ai7MzkU4J3lW8i3aVZF5rbsSN"
    "+A7U9/GK8+K5MXf9y8uK+srQYeb08kminzfraYJAgzNkgcYeljgsXMAWGxmfZa/ruJ/JOA118JlbmW50dvaxTj9Lc3GcIoZXobwF"
    "/XzsRz5V3c2KzIQ2YH+sfPpk2tjr0AjkYEIaOR0C+qBQFIrLlwjuhcynMHam94wzftulXJLXiF0zDtUUmIdE7voY65SClDD0RQx9"
    "wfqSoS94NmWLkpBSLEpGymFR5Fk1PEsxPEvsOdnQ1/PktCjy7LIo8kw3AlminZQ8P43e6v46nl9G3uUl3h+hpWy8J9nL7DvRosh3"
    "ElIPcQ5l9l3jI+0kJ80HeVRixKuwR7cRhcJRNPS8Le164y/7aMyGrN9ppFS4Ta+H58MvWIl6FRZerfUqYtarx5xViDWrNthggw02"
    "2GDDvwl0J6FzXuY7p36nVvkfhv5dZx5b1P5M8t9CNbThrwP/lu6AVny2Q1dc9bMWHML0JZZpY34vJNiPo7dDM9RzHM1x1y/eXsXC"
    "91m2offPLaF4x4/GE+dfHv8nHuIsOg=="
)


def test_a_workbook_of_the_old_format(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(zlib.decompress(base64.b64decode(OLD_WORKBOOK)))
    table, found = read(path)
    assert found == [
        ["118001", "2010601", "30101", "1111", "123456.00"],
        ["118001", "2010607", "30213", "1111", "45000.00"],
    ]
    assert "add up" not in texts(table)


def test_what_is_hidden_in_a_workbook_of_the_old_format_is_not_read(tmp_path):
    raw = zlib.decompress(base64.b64decode(OLD_WORKBOOK))
    at = re.search(rb"\x08\x02\x10\x00\x03\x00.{10}", raw, re.DOTALL)  # how row 4 looks
    path = tmp_path / "a.xls"
    path.write_bytes(raw[: at.end()] + bytes([raw[at.end()] | 0x20]) + raw[at.end() + 1 :])
    table, found = read(path)
    assert found == [["118001", "2010601", "30101", "1111", "123456.00"]]
    assert "hidden" in texts(table)
