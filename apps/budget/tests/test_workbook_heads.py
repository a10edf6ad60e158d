"""Finding the sheet, the head and the unit of the amounts of an untidy workbook."""

import csv
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from apps.budget.tests.test_workbook import HEAD, NAMES, ROWS, book, kinds, read, texts, untidy
from apps.budget.workbook import HEADS, REQUIRED, open_table
from apps.budget.workbook.heads import named_years
from imbudget.kit.errors import RuleViolation


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
    with pytest.raises(RuleViolation, match="several columns: C、D"):
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
    assert "附表、代码 (hidden)" in texts(table)


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


def test_other_sheets_with_a_table_are_named_by_themselves(tmp_path):
    path = book(tmp_path / "a.xlsx", [HEAD, *ROWS])
    workbook = load_workbook(path)
    other = workbook.create_sheet("二级单位")
    for row in (HEAD, *ROWS):
        other.append(row)
    workbook.save(path)
    table, found = read(path)
    assert found == ROWS
    (note,) = table.notes
    assert (note.kind, "二级单位" in note.text) == ("missing", True)


def test_one_column_for_code_and_name_of_the_unit(tmp_path):
    rows = [["预算单位", *HEAD[4:]], *([f"{row[0]}-{row[1]}", *row[4:]] for row in ROWS)]
    table, found = read(book(tmp_path / "a.xlsx", rows))
    assert found == [[row[0], *row[4:]] for row in ROWS]
    assert "预算单位 as 单位代码" in texts(table)


def test_amounts_without_a_unit_are_named(tmp_path):
    rows = [[*HEAD[:7], "金额（元）", "上年批复数", *HEAD[9:]], *ROWS]
    table, found = read(book(tmp_path / "a.xlsx", rows))
    assert found == ROWS
    assert [note.text for note in table.notes if note.kind == "missing"] == [
        "Neither the head nor a title says the unit of these amounts: 上年批复数. They were read as yuan."
    ]


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


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("2027年部门预算申报表", {2027}),
        ("2027年度预算 填报日期：2026年11月20日", {2027}),
        ("填报日期：2026年 11月20日", set()),
        ("２０２７年预算", {2027}),
    ],
)
def test_the_day_of_a_signature_is_no_year_of_a_budget(title: str, years: set[int]):
    assert named_years([title]) == years
