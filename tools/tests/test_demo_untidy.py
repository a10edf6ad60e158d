"""The untidy workbooks hold the same lines as the generator's, whatever they look like."""

from decimal import Decimal
from pathlib import Path

import pytest

from apps.budget.workbook import Table, open_table
from tools.demo_data.lines import Line, lines_of
from tools.demo_data.regions import load_places
from tools.demo_data.untidy import AMOUNT, BAD_CELLS, FILES, FOLDER, FUNCTION, Rows, unit_rows
from tools.demo_data.workbooks import NOT_HANDED_IN
from tools.places import ROOT

UNTIDY = ROOT / "fixtures" / "demo" / FOLDER
MENDED = "150102_two_bad_cells.xlsx"
COLUMNS = ("unit_code", "unit_name", "project_code", "project_name", "function", "department_economic", "fund")
COLUMNS += ("amount", "prior_approved", "prior_executed", "note")
CODES = ("unit_code", "function", "department_economic", "fund")
# What each file's notes must say beside its rows.
SAID = {
    "150104_title_and_wan.xlsx": ["stand in 万元", "2027年申报数 as 金额(元)", "is a total (合计)", "is a remark"],
    "150123_two_line_head.xlsx": ["科目编码 as", "sheets were not read: 填报说明", "部门预算支出经济分类科目名称"],
    "150205_totals_and_hidden_rows.xlsx": ["(小计)", "(其中", "2 hidden rows", "一、基本支出", "注：上年执行数"],
    "150223_full_width.xlsx": ["without separators", "full-width", "own unit"],
    "150703_codes_as_numbers.xlsx": ["typed as numbers", "merged cell", "with a name"],
    "150726_gb18030.csv": ["is a total (合计)", "is a remark"],
    "150123_macros.xlsm": ["macros"],
    MENDED: ["is a total (合计)", "is a remark", "add up to"],
}


@pytest.fixture(scope="module")
def lines() -> dict[str, list[Line]]:
    wanted = {name[:6] for name, _unit in FILES}
    return {place.code: lines_of(place) for place in load_places() if place.code in wanted}


def read(path: Path) -> tuple[Table, list[dict[str, str]]]:
    table = open_table(path)
    return table, [dict(zip(table.columns, cells, strict=True)) for _number, cells in table.rows()]


def as_read(row: dict[str, str]) -> list[object]:
    """A line's values: codes without names, amounts as figures."""
    values: list[object] = []
    for column in COLUMNS:
        text = row.get(column, "")
        if column in CODES:
            values.append(text.split("-")[0])
        elif "amount" in column or "prior" in column:
            values.append(Decimal(text) if text else None)
        else:
            values.append(text)
    return values


def expected(rows: Rows) -> list[list[object]]:
    return [as_read(dict(zip(COLUMNS, map(str, row), strict=True))) for row in rows]


@pytest.mark.parametrize(("name", "unit"), FILES)
def test_an_untidy_file_holds_the_lines_of_its_unit(lines: dict[str, list[Line]], name: str, unit: str) -> None:
    table, rows = read(UNTIDY / name)
    wanted = unit_rows(lines[name[:6]], unit)
    if name == MENDED:
        for (number, place), cell in BAD_CELLS.items():
            assert rows[number][COLUMNS[place]] == cell
            rows[number][COLUMNS[place]] = str(wanted[number][place])
    assert len(rows) > 8
    by_line = {str(line[:7]): line for line in map(as_read, rows)}
    assert by_line == {str(line[:7]): line for line in expected(wanted)}
    assert table.missing == ()
    said = "\n".join(note.text for note in table.notes)
    assert all(words in said for words in SAID[name]), said
    assert ("add up" in said) == (name == MENDED)


def test_the_files_are_of_units_that_have_not_handed_in_but_for_the_one_to_be_mended() -> None:
    others = {(name[:6], unit) for name, unit in FILES if name != MENDED}
    assert others == NOT_HANDED_IN
    assert set(BAD_CELLS) == {(2, AMOUNT), (4, FUNCTION)}
    assert {path.name for path in UNTIDY.iterdir()} == {name for name, _unit in FILES} == set(SAID)
