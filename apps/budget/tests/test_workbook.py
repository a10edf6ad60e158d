"""Reading untidy workbooks: the same rows as the tidy one, and a note for whatever was skipped or converted."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from apps.budget.workbook import HEADS, REQUIRED, Table, open_table
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


def titled(rows: list[list[Any]], *titles: list[Any]) -> list[list[Any]]:
    return [*titles, *rows]


def wan(cell: str) -> Any:
    return float(cell) / 10_000 if cell else None


def test_titles_and_the_unit_of_amounts_above_the_head(tmp_path):
    rows = [HEAD[:7] + ["金额", "上年批复数", "上年执行数", "备注"], *ROWS]
    for place in (7, 8, 9):
        rows[1:] = untidy(rows[1:], place, wan)
    title = [["新城区财政局2027年部门预算申报表"], [], ["编制单位:财政局", *[None] * 9, "单位：万元"]]
    table, found = read(book(tmp_path / "a.xlsx", [*title, *rows], lambda sheet: sheet.merge_cells("A1:K1")))
    assert found == ROWS
    assert (table.head_row, table.title_years) == (4, {2027})
    assert {("converted", name) for name in ("amount", "prior_approved", "prior_executed")} <= kinds(table)
    assert "10000" in texts(table)


@pytest.mark.parametrize(
    ("words", "factor"),
    [
        ("单位：万元", 10_000),
        ("金额单位: 万元", 10_000),
        ("单 位：元", 1),
        ("单位:千元", 1_000),
        ("(万元)", 10_000),
        ("编制单位：元宝山区财政局", 1),
    ],
)
def test_what_states_the_unit(tmp_path, words, factor):
    head = [*HEAD[:7], "金额", *HEAD[8:]]
    table, found = read(book(tmp_path / "a.xlsx", [[words], head, *ROWS]))
    assert found[0][7] == f"{123456 * factor}.00"
    assert ("Neither" in texts(table)) == (words == "编制单位：元宝山区财政局")


@pytest.mark.parametrize("head", ["金额（万元）", "金额/万元", "申报数(单位:万元)", "金额 (万元)", "预算数\n（万元）"])
def test_the_unit_in_the_head_holds_for_its_column(tmp_path, head):
    rows = untidy(ROWS, 7, wan)
    table, found = read(book(tmp_path / "a.xlsx", [["单位：元"], [*HEAD[:7], head, *HEAD[8:]], *rows]))
    assert found == ROWS
    assert ("converted", "prior_approved") not in kinds(table)


def test_two_units_above_the_table_are_refused(tmp_path):
    path = book(tmp_path / "a.xlsx", [["单位:元"], ["单位:万元"], [*HEAD[:7], "金额"], *(row[:8] for row in ROWS)])
    with pytest.raises(RuleViolation, match="several units"):
        open_table(path)


def test_more_decimals_than_a_cent_are_left_to_the_importer(tmp_path):
    rows = untidy(ROWS[:1], 7, lambda cell: "12.34567")
    _table, found = read(book(tmp_path / "a.xlsx", [[*HEAD[:7], "金额(万元)", *HEAD[8:]], *rows]))
    assert found[0][7] == "123456.70"
    rows = untidy(ROWS[:1], 7, lambda cell: "12.3456789")
    _table, found = read(book(tmp_path / "b.xlsx", [[*HEAD[:7], "金额(万元)", *HEAD[8:]], *rows]))
    assert found[0][7] == "123456.789"


TWO_LINES = [
    [
        "预算单位",
        None,
        "项目",
        None,
        "支出功能分类科目",
        None,
        "部门预算支出经济分类",
        "资金来源",
        "2027年",
        "2026年",
        None,
    ],
    ["编码", "名称", "编码", "名称", "编码", "名称", "编码", None, "申报数", "预算数", "执行数"],
]
TWO_LINE_NAMES = ("unit_code", "unit_name", "project_code", "project_name", "function", "function_name")
TWO_LINE_NAMES += ("department_economic", "fund", "amount", "prior_approved", "prior_executed")


def merge_head(sheet: Worksheet) -> None:
    for area in ("A3:B3", "C3:D3", "E3:F3", "H3:H4", "J3:K3", "A1:K1"):
        sheet.merge_cells(area)


def two_lines() -> list[list[Any]]:
    rows = [[*row[:5], "某科目", *row[5:10]] for row in ROWS]
    return [["2027年预算表"], ["单位:元"], *TWO_LINES, *rows]


@pytest.mark.parametrize("change", [merge_head, lambda sheet: None], ids=["merged", "not merged"])
def test_a_head_of_two_lines(tmp_path, change):
    table, found = read(book(tmp_path / "a.xlsx", two_lines(), change))
    assert table.columns == TWO_LINE_NAMES
    assert table.head_row == 4
    assert [[*row[:5], *row[6:]] for row in found] == [row[:10] for row in ROWS]
    assert "申报数 as 金额(元)" in texts(table)


def test_a_head_of_two_lines_in_csv(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(two_lines())
    table, found = read(path)
    assert table.columns == TWO_LINE_NAMES
    assert [row[8] for row in found] == [row[7] for row in ROWS]


def test_the_title_says_which_year_is_this_year(tmp_path):
    head = ["单位编码", "功能科目编码", "2025年执行数", "2026年预算数"]
    table, _rows = read(book(tmp_path / "a.xlsx", [["2026年预算"], head, ["118001", "2010601", "1", "2"]]))
    assert (table.letters["amount"], table.letters["prior_executed"]) == ("D", "C")


def test_an_amount_below_a_group_that_is_not_this_years_is_not_taken_for_it(tmp_path):
    head = [["单位代码", "功能分类科目", "部门经济分类科目", "增减情况", None], [None, None, None, "金额", "比例"]]

    def merge(sheet: Worksheet) -> None:
        for area in ("A1:A2", "B1:B2", "C1:C2", "D1:E1"):
            sheet.merge_cells(area)

    with pytest.raises(RuleViolation, match="not in the template"):
        open_table(book(tmp_path / "a.xlsx", [*head, ["118001", "2010601", "30101", "5", "1%"]], merge))


def test_a_group_above_some_columns_belongs_to_their_heads(tmp_path):
    rows = [
        ["预算申报表"],
        ["填报单位：财政局", None, None, None, "单位：元"],
        [None, None, None, "上年", None],
        ["单位代码", "功能分类科目", "申报数", "批复数", "执行数"],
        ["118001", "2010601", "3", "2", "1"],
    ]

    def merge(sheet: Worksheet) -> None:
        for area in ("A1:E1", "A2:C2", "D3:E3"):
            sheet.merge_cells(area)

    table, found = read(book(tmp_path / "a.xlsx", rows, merge))
    assert table.columns == ("unit_code", "function", "amount", "prior_approved", "prior_executed")
    rows[3][3] = "金额"
    table, found = read(book(tmp_path / "b.xlsx", rows, merge))
    assert (table.letters["amount"], "prior_approved" in table.columns) == ("C", False)
    assert "D 上年金额" in texts(table)


def test_title_lines_in_narrow_merged_cells_do_not_hurt_the_head(tmp_path):
    rows = [["财政局", None, None, "填报人：无", None, None, None, "单位：元"], HEAD, *ROWS]
    table, found = read(book(tmp_path / "a.xlsx", rows, lambda sheet: sheet.merge_cells("A1:C1")))
    assert (found, table.columns) == (ROWS, NAMES)


def test_an_amount_that_is_there_twice_is_refused(tmp_path):
    path = book(tmp_path / "a.xlsx", [["单位编码", "功能科目", "申报数", "预算数"], ["118001", "2010601", "1", "2"]])
    with pytest.raises(RuleViolation, match="several columns: C, D"):
        open_table(path)


def test_the_templates_own_head_is_preferred_to_a_synonym(tmp_path):
    rows = [["单位代码", "功能分类科目", "合计", "金额(元)"], ["118001", "2010601", "1", "2"]]
    table, found = read(book(tmp_path / "a.xlsx", rows))
    assert (table.letters["amount"], found) == ("D", [["118001", "2010601", "2"]])


def test_unknown_columns_and_other_sheets_are_named(tmp_path):
    path = book(tmp_path / "a.xlsx", [["序号", *HEAD], *([1, *row] for row in ROWS)])
    workbook = load_workbook(path)
    workbook.create_sheet("附表")
    workbook.create_sheet("代码").sheet_state = "hidden"
    workbook.save(path)
    table, found = read(path)
    assert found == ROWS
    assert "These columns were not read: A 序号." in texts(table)
    assert "附表, 代码 (hidden)" in texts(table)


def test_the_first_visible_sheet_with_a_head_is_read(tmp_path):
    path = book(tmp_path / "a.xlsx", [HEAD, *ROWS[:1]])
    workbook = load_workbook(path)
    workbook.worksheets[0].sheet_state = "hidden"
    workbook.create_sheet("说明").append(["填表说明"])
    sheet = workbook.create_sheet("申报")
    for row in (HEAD, *ROWS):
        sheet.append(row)
    workbook.active = 1
    workbook.save(path)
    table, found = read(path)
    assert (table.sheet_name, found) == ("申报", ROWS)


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


def test_a_table_of_another_region_says_what_it_lacks(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "department,year,code,name,total_yuan,basic_yuan,project_yuan\n某文旅局,2026,2070101,行政运行,30,20,10\n",
        encoding="utf-8",
    )
    table, found = read(path)
    assert table.missing == ("unit_code", "department_economic", "fund")
    assert table.columns == ("unit_name", "year", "function", "function_name", "amount", "basic", "project")
    assert found == [["某文旅局", "2026", "2070101", "行政运行", "30", "20", "10"]]


def test_a_table_that_is_none_says_what_was_looked_for_and_found(tmp_path):
    path = book(tmp_path / "a.xlsx", [["通讯录"], ["姓名", "电话", "科室"], ["甲", "1", "乙"]])
    with pytest.raises(RuleViolation, match="row 2: 姓名、电话、科室") as caught:
        open_table(path, "上传.xlsx")
    assert all(HEADS[name] in str(caught.value) for name in REQUIRED)
    assert "上传.xlsx" in str(caught.value)


def test_macros_are_ignored_and_that_is_said(tmp_path):
    import zipfile

    path = book(tmp_path / "a.xlsm", [HEAD, *ROWS])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    table, found = read(path)
    assert found == ROWS
    assert "macros" in texts(table)


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
