"""Workbooks as budget units really send them: right in their figures, untidy in everything else.

They belong to units that have not handed in, but for the last one: its clerk mends two cells and sends it again.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from tools.demo_data import COMPILED_YEAR
from tools.demo_data.lines import Line
from tools.demo_data.tables import STAMP, Cell, book_bytes
from tools.demo_data.workbooks import HEADS, row_of
from tools.places import ROOT

FOLDER = "untidy"
UNIT, NAME, CODE, PROJECT, FUNCTION, ECONOMIC, FUND, AMOUNT, APPROVED, EXECUTED, NOTE = range(len(HEADS))
YUAN = (AMOUNT, APPROVED, EXECUTED)
FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789,.-"}
SIGNATURES = "单位负责人：          财务负责人：          填表人："
# What replaces two cells of the file that has to be mended: (line, column) → what its writer put there.
BAD_CELLS = {(2, AMOUNT): "约十二万", (4, FUNCTION): "2012398"}
Rows = list[list[Cell]]


def write_untidy(folder: Path, lines: dict[str, list[Line]]) -> None:
    """Writes them all; `lines` are those of every region."""
    folder.mkdir(parents=True, exist_ok=True)
    for (name, unit), make in FILES.items():
        (folder / name).write_bytes(make(unit_rows(lines[name[:6]], unit)))


def unit_rows(lines: Iterable[Line], unit: str) -> Rows:
    """The template's rows of one unit in the year being compiled."""
    return [row_of(line, COMPILED_YEAR) for line in lines if line.unit.code == unit and COMPILED_YEAR in line.approved]


def _titles_and_wan(rows: Rows) -> bytes:
    """A title, amounts in 万元 said above the table, a merged head, a total and signatures."""
    book, sheet = _book()
    heads: list[Cell] = [*HEADS[:AMOUNT], f"{COMPILED_YEAR}年申报数", "上年", None, "备注"]
    below: list[Cell] = [None] * AMOUNT + [None, "批复数", "执行数", None]
    unit: list[Cell] = [f"编制单位：{rows[0][NAME]}", *[None] * 9, "单位：万元"]
    _fill(sheet, [[f"{rows[0][NAME]}{COMPILED_YEAR}年部门预算申报表"], unit, heads, below])
    _fill(sheet, [_changed(row, _wan, YUAN) for row in rows])
    _fill(sheet, [["合计", *[None] * 6, *(_wan(_sum(rows, place)) for place in YUAN)], [], [SIGNATURES]])
    for area in ("A1:K1", "I3:J3", *(f"{letter}3:{letter}4" for letter in "ABCDEFGHK")):
        sheet.merge_cells(area)
    _centre(sheet, 1, 3, 4)
    return book_bytes(book)


def _two_line_head(rows: Rows) -> bytes:
    """Two lines of heads that say code and name of everything; in front a sheet with instructions."""
    book, sheet = _book("附表1")
    guide = book.create_sheet("填报说明", 0)
    _fill(guide, [["填报说明"], ["一、本表由预算单位填报。"], ["二、功能分类科目填至项级，经济分类科目填至款级。"]])
    functions, economics = _names("function"), _names("economic_dept")
    years = [f"{COMPILED_YEAR}年", f"{COMPILED_YEAR - 1}年", None]
    groups: list[Cell] = ["预算单位", None, "支出功能分类科目", None, "部门预算支出经济分类", None, "资金来源"]
    below: list[Cell] = ["编码", "名称", "科目编码", "科目名称", "科目编码", "科目名称", None]
    _fill(sheet, [["附表1"], [f"{COMPILED_YEAR}年部门预算明细表"], ["单位：元"]])
    _fill(
        sheet, [[*groups, "项目", None, *years, "说明"], [*below, "编码", "名称", "预算数", "预算数", "执行数", None]]
    )
    for row in rows:
        function, economic = str(row[FUNCTION]), str(row[ECONOMIC])
        codes: list[Cell] = [function, functions[function], economic, economics[economic], row[FUND]]
        _fill(
            sheet, [[row[UNIT], row[NAME], *codes, row[CODE], row[PROJECT], *map(_number, row[AMOUNT:NOTE]), row[NOTE]]]
        )
    for area in ("A4:B4", "C4:D4", "E4:F4", "H4:I4", "K4:L4", "G4:G5", "M4:M5"):
        sheet.merge_cells(area)
    _centre(sheet, 2, 4, 5)
    return book_bytes(book)


def _totals_and_hidden(rows: Rows) -> bytes:
    """Subtotals of basic and project expenditure, a part of one, and an old draft left in hidden rows."""
    book, sheet = _book()
    basic, project = [row for row in rows if not row[CODE]], [row for row in rows if row[CODE]]
    wages = [row for row in basic if str(row[ECONOMIC]).startswith("301")]
    draft = [_changed(row, lambda cell: f"{float(cell or 0) * 2:.2f}", [AMOUNT]) for row in project[:2]]
    _fill(sheet, [["支出预算表（元）"], list(HEADS), ["一、基本支出"], *_numbers(basic)])
    _fill(sheet, [_total("小计", basic), _total("  其中：工资福利支出", wages), ["二、项目支出"]])
    first = sheet.max_row + 1
    _fill(sheet, [*_numbers(draft), *_numbers(project), _total("小计", project), _total("合　　计", rows)])
    _fill(sheet, [["注：上年执行数为快报数。"]])
    for number in range(first, first + len(draft)):
        sheet.row_dimensions[number].hidden = True
    return book_bytes(book)


def _full_width(rows: Rows) -> bytes:
    """Amounts and codes typed with an input method: full width, separators, currency signs, blanks."""
    book, sheet = _book()
    shapes: list[Callable[[Cell], Cell]] = [
        lambda cell: f"{float(cell):,.2f}" if cell else cell,
        lambda cell: f"￥{float(cell):,.2f}" if cell else cell,
        lambda cell: str(cell).translate(FULL_WIDTH) if cell else cell,
        lambda cell: f" {cell} 元" if cell else "－",
    ]
    _fill(sheet, [["单位代码", "单位名称", "项目代码", "项目名称", "功能分类", "部门经济科目", "资金性质"]])
    for place, text in enumerate(("申报数（元）", "上年 批复数（元）", "上年 执行数（元）", "备 注"), AMOUNT + 1):
        sheet.cell(1, place).value = text
    for number, row in enumerate(rows):
        typed = _changed(row, shapes[number % len(shapes)], YUAN)
        if number % 3 == 1:
            typed = _changed(typed, lambda cell: str(cell).translate(FULL_WIDTH), [FUNCTION, ECONOMIC])
        _fill(sheet, [typed])
    return book_bytes(book)


def _codes_as_numbers(rows: Rows) -> bytes:
    """Codes typed as numbers or with their names, and the unit written once for all its lines."""
    book, sheet = _book()
    functions = _names("function")
    _fill(sheet, [[f"{COMPILED_YEAR}年预算", *[None] * 9, "金额单位：元"], list(HEADS)])
    for number, row in enumerate(_numbers(rows)):
        line = list(row)
        function = str(row[FUNCTION])
        line[FUNCTION] = int(function) if number % 2 else f"{function} {functions[function]}"
        line[ECONOMIC], line[FUND] = float(str(row[ECONOMIC])), int(str(row[FUND]))
        line[UNIT] = int(str(row[UNIT]))
        if number:
            line[UNIT] = line[NAME] = None
        _fill(sheet, [line])
    for letter in "AB":
        sheet.merge_cells(f"{letter}3:{letter}{sheet.max_row}")
    return book_bytes(book)


def _old_csv(rows: Rows) -> bytes:
    """A CSV file in GB18030 that still has the lines around the table."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([[f"{rows[0][NAME]}支出预算", *[""] * 10], ["", *[""] * 9, "单位:元"]])
    writer.writerow([head.replace("(元)", "") for head in HEADS])
    writer.writerows(_changed(row, lambda cell: f"{float(cell):,.2f}" if cell else "", YUAN) for row in rows)
    writer.writerows([["合计", *[""] * 6, f"{_cents(rows, AMOUNT) / 100:,.2f}", "", "", ""], [SIGNATURES, *[""] * 10]])
    return text.getvalue().encode("gb18030")


def _with_macros(rows: Rows) -> bytes:
    """A workbook that carries a part for macros (an empty one), as .xlsm files do."""
    book, sheet = _book()
    _fill(sheet, [list(HEADS), *_numbers(rows)])
    data = io.BytesIO(book_bytes(book))
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("xl/vbaProject.bin", STAMP)
        info.external_attr = 0o644 << 16
        archive.writestr(info, b"")
    return data.getvalue()


def _two_bad_cells(rows: Rows) -> bytes:
    """A title, a total, and exactly two cells that the import must refuse."""
    book, sheet = _book()
    _fill(
        sheet,
        [[f"{rows[0][NAME]}{COMPILED_YEAR}年预算申报表"], ["单位：元"], [head.replace("(元)", "") for head in HEADS]],
    )
    for number, row in enumerate(_numbers(rows)):
        line = [BAD_CELLS.get((number, place), cell) for place, cell in enumerate(row)]
        _fill(sheet, [line])
    _fill(sheet, [_total("合计", rows), [SIGNATURES]])
    sheet.merge_cells("A1:K1")
    _centre(sheet, 1)
    return book_bytes(book)


# (file, whose name begins with its region; unit) → what makes it.
FILES: dict[tuple[str, str], Callable[[Rows], bytes]] = {
    ("150104_title_and_wan.xlsx", "130002"): _titles_and_wan,
    ("150123_two_line_head.xlsx", "160001"): _two_line_head,
    ("150205_totals_and_hidden_rows.xlsx", "120001"): _totals_and_hidden,
    ("150223_full_width.xlsx", "190001"): _full_width,
    ("150703_codes_as_numbers.xlsx", "170001"): _codes_as_numbers,
    ("150726_gb18030.csv", "151001"): _old_csv,
    ("150123_macros.xlsm", "160001"): _with_macros,
    ("150102_two_bad_cells.xlsx", "105001"): _two_bad_cells,
}


def _book(title: str = "Sheet1") -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for letter, width in zip("ABCDEFGHIJKLM", (12, 30, 24, 30, 14, 14, 12, 16, 16, 16, 14, 14, 14), strict=True):
        sheet.column_dimensions[letter].width = width
    return book, sheet


def _fill(sheet: Worksheet, rows: Iterable[Iterable[Cell]]) -> None:
    for row in rows:
        sheet.append(list(row) or [None])


def _centre(sheet: Worksheet, *rows: int) -> None:
    for number in rows:
        for cell in sheet[number]:
            cell.alignment = Alignment(horizontal="center", vertical="center")
            cell.font = Font(bold=True)


def _changed(row: list[Cell], change: Callable[[Cell], Cell], places: Iterable[int]) -> list[Cell]:
    places = set(places)
    return [change(cell) if place in places else cell for place, cell in enumerate(row)]


def _number(cell: Cell) -> Cell:
    return float(cell) if cell else None


def _numbers(rows: Rows) -> Rows:
    return [_changed(row, _number, YUAN) for row in rows]


def _cents(rows: Rows, place: int) -> int:
    return sum(int(str(row[place]).replace(".", "")) for row in rows if row[place])


def _sum(rows: Rows, place: int) -> str:
    cents = _cents(rows, place)
    return f"{cents // 100}.{cents % 100:02d}"


def _wan(cell: Cell) -> Cell:
    """Yuan as 万元, all six decimals kept."""
    return int(str(cell).replace(".", "")) / 1_000_000 if cell else None


def _total(word: str, rows: Rows) -> list[Cell]:
    return [word, *[None] * 6, *(float(_sum(rows, place)) for place in YUAN)]


def _names(catalog: str) -> dict[str, str]:
    with (ROOT / "fixtures" / "codes" / f"{catalog}.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: row["name_zh"] for row in csv.DictReader(file)}
