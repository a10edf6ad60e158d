"""Files that an import must refuse, each for one reason; all of them belong to one banner."""

from pathlib import Path

from tools.demo_data import COMPILED_YEAR
from tools.demo_data.lines import Line
from tools.demo_data.tables import Cell, write_csv, write_xlsx, xlsx_bytes
from tools.demo_data.workbooks import HEADS, workbook_rows

REGION = "150121"
GOOD_ROWS = 12
WRONG_YEAR = 2019
AMOUNT = HEADS.index("金额(元)")
UNIT, FUNCTION, ECONOMIC = HEADS.index("单位代码"), HEADS.index("功能分类科目"), HEADS.index("部门经济分类科目")


def write_spoilt(folder: Path, lines: list[Line]) -> None:
    """Writes them all; `lines` are those of REGION."""
    rows = workbook_rows(lines)[:GOOD_ROWS]
    folder.mkdir(parents=True, exist_ok=True)
    good = xlsx_bytes([list(HEADS), *rows])
    (folder / "corrupt.xlsx").write_bytes(good[: len(good) // 2])
    (folder / "zero_bytes.csv").write_bytes(b"")
    write_xlsx(folder / "empty.xlsx", [list(HEADS)])
    write_xlsx(folder / "wrong_head.xlsx", [["机构", "科目", "数"], *(row[:3] for row in rows)])
    write_xlsx(folder / "wrong_year.xlsx", _wrong_year(rows))
    write_xlsx(folder / "unknown_codes.xlsx", _sheet(_unknown_codes(rows)))
    write_xlsx(folder / "duplicate_lines.xlsx", _sheet([*rows, rows[0], rows[3]]))
    write_xlsx(folder / "formula.xlsx", _sheet(_changed(rows, {1: "=H2*0.78"})))
    write_xlsx(folder / "negative.xlsx", _sheet(_changed(rows, {2: "-120000.00"})))
    write_csv(folder / "bad_amounts.csv", _sheet(_changed(rows, {1: "约三万", 2: "1,23,4.5", 4: "10.005", 5: ""})))


def _sheet(rows: list[list[Cell]]) -> list[list[Cell]]:
    return [list(HEADS), *rows]


def _wrong_year(rows: list[list[Cell]]) -> list[list[Cell]]:
    years = [str(WRONG_YEAR)] * 2 + [str(COMPILED_YEAR)] * (len(rows) - 2)
    return [[*HEADS, "预算年度"], *([*row, year] for row, year in zip(rows, years, strict=True))]


def _changed(rows: list[list[Cell]], amounts: dict[int, str]) -> list[list[Cell]]:
    copies = [list(row) for row in rows]
    for number, amount in amounts.items():
        copies[number][AMOUNT] = amount
    return copies


def _unknown_codes(rows: list[list[Cell]]) -> list[list[Cell]]:
    """A unit and two classes that do not exist, and one class above the last level."""
    copies = [list(row) for row in rows]
    copies[0][UNIT] = "999999"
    copies[1][FUNCTION] = "2019998"
    copies[2][ECONOMIC] = "30188"
    copies[3][FUNCTION] = "20106"
    return copies
