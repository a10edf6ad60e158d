"""The rows of the product's template: this year's workbooks, and the files of past years."""

from pathlib import Path

from tools.demo_data import COMPILED_YEAR, HISTORY_YEARS
from tools.demo_data.lines import Line
from tools.demo_data.tables import Cell, write_csv, write_xlsx

HEADS = (
    "单位代码",
    "单位名称",
    "项目代码",
    "项目名称",
    "功能分类科目",
    "部门经济分类科目",
    "资金性质",
    "金额(元)",
    "上年批复数(元)",
    "上年执行数(元)",
    "备注",
)
HISTORY_HEADS = ("行政区划", "预算年度", *HEADS)
# Some offices send CSV, as their spreadsheet saves it.
CSV_ENCODINGS = {"150103": "utf-8-sig", "150222": "gb18030"}
# (region, unit) of those that have not handed in: two in each city.
NOT_HANDED_IN = {
    ("150104", "130002"),
    ("150123", "160001"),
    ("150205", "120001"),
    ("150223", "190001"),
    ("150703", "170001"),
    ("150726", "151001"),
}
NEW_PROJECT = "新增项目"


def row_of(line: Line, year: int) -> list[Cell]:
    """The template's cells of one line in one year."""
    last = year - 1
    is_new = bool(line.project_code) and last not in line.approved
    return [
        line.unit.code,
        line.unit.name,
        line.project_code,
        line.project_name,
        line.function,
        line.economic,
        line.fund,
        yuan(line.approved[year]),
        yuan(line.approved.get(last)),
        yuan(line.executed.get(last)),
        NEW_PROJECT if is_new else "",
    ]


def yuan(cents: int | None) -> str:
    """Cents as yuan with two decimals; empty for nothing."""
    return "" if cents is None else f"{cents // 100}.{cents % 100:02d}"


def workbook_rows(lines: list[Line]) -> list[list[Cell]]:
    """The rows of a region's workbook of the compiled year, without those that have not handed in."""
    return [
        row_of(line, COMPILED_YEAR)
        for line in lines
        if COMPILED_YEAR in line.approved and (line.unit.place.code, line.unit.code) not in NOT_HANDED_IN
    ]


def write_workbook(folder: Path, region: str, lines: list[Line]) -> None:
    """One file for a whole region: its name is the region's code."""
    rows = [list(HEADS), *workbook_rows(lines)]
    if region in CSV_ENCODINGS:
        write_csv(folder / f"{region}.csv", rows, CSV_ENCODINGS[region])
    else:
        write_xlsx(folder / f"{region}.xlsx", rows)


def write_history(folder: Path, lines: list[Line]) -> None:
    """One file a year with all regions: what was approved that year, and last year's two figures."""
    for year in HISTORY_YEARS:
        found = [line for line in lines if year in line.approved]
        rows = [[line.unit.place.code, str(year), *row_of(line, year)] for line in found]
        write_csv(folder / f"{year}.csv", [HISTORY_HEADS, *rows])
