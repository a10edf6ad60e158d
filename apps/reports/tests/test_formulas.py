"""Sums of a workbook are formulas that give what the document states, also to those who count nothing."""

import io
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from apps.reports.csv import render_csv
from apps.reports.document import Coded, Column, Document, Row, Table
from apps.reports.xlsx import render_xlsx

MONEY = {"align": "end", "kind": "money"}
COLUMNS = (
    Column("name", code_label="its code"),
    Column("both", adds=(2, 3), **MONEY),
    Column("basic", **MONEY),
    Column("project", **MONEY),
)


def row(code: str, basic: str, project: str, kind: str = "line", indent: int = 0, off: str = "0") -> Row:
    both = Decimal(basic) + Decimal(project) + Decimal(off)
    return Row((Coded(code, f"n{code}"), both, Decimal(basic), Decimal(project)), kind=kind, indent=indent)


def tree(off: str = "0") -> Table:
    rows = [
        row("201", "3", "4.5", "subtotal"),
        row("20101", "3", "4.5", "subtotal", 1),
        row("2010101", "1", "2", indent=2, off=off),
        row("2010102", "2", "2.5", indent=2),
        row("205", "10", "0"),
        Row(("total", Decimal("17.5"), Decimal(13), Decimal("4.5")), kind="total"),
    ]
    return Table(COLUMNS, rows, title="by function: [all]")


def cells(table: Table, data_only: bool = False) -> dict[str, list[Any]]:
    """First cell of a row → the row's values."""
    content = render_xlsx(Document("t", sections=[table]))
    sheet = load_workbook(io.BytesIO(content), data_only=data_only).active
    return {line[0]: list(line) for line in sheet.iter_rows(min_row=4, values_only=True)}


def test_subtotals_and_totals_add_up_their_lines():
    found = cells(tree())
    assert found["201"][3] == "=SUBTOTAL(9,D6:D8)"
    assert found["20101"][3] == "=SUBTOTAL(9,D7:D8)"
    assert found["total"][4] == "=SUBTOTAL(9,E5:E9)"


def test_a_line_adds_up_across():
    assert cells(tree())["2010101"][2] == "=D7+E7"


def test_what_a_formula_gives_is_in_the_file():
    """A protected view and a preview count nothing; they show this."""
    found = cells(tree(), data_only=True)
    assert found["201"][2:] == [7.5, 3, 4.5]
    assert found["total"][2:] == [17.5, 13, 4.5]


def test_an_amount_that_does_not_add_up_stands_by_itself():
    found = cells(tree(off="0.01"))
    assert [found[name][2] for name in ("2010101", "20101", "201", "total")] == [3.01, 7.5, 7.5, 17.5]
    assert found["201"][3] == "=SUBTOTAL(9,D6:D8)"


def test_differences_are_formulas_too():
    columns = (
        Column("n"),
        Column("now", **MONEY),
        Column("then", **MONEY),
        Column("change", adds=(1,), takes=(2,), **MONEY),
    )
    found = cells(
        Table(columns, [Row(("a", Decimal(5), None, Decimal(5))), Row(("b", Decimal(5), Decimal(7), Decimal(-2)))])
    )
    assert [found[name][3] for name in "ab"] == ["=B5-C5", "=B6-C6"]


def test_codes_have_a_column_of_their_own():
    found = cells(tree())
    assert list(found)[0] == "its code"
    assert found["201"][:2] == ["201", "n201"]
    assert found["total"][:2] == ["total", None]
    text = render_csv(Document("t", sections=[tree()])).decode("utf-8-sig")
    assert text.splitlines()[1] == "201,n201,7.50,3.00,4.50"


def test_each_table_is_a_worksheet_ready_for_paper():
    book = load_workbook(io.BytesIO(render_xlsx(Document("t & co", sections=[tree(), Table(COLUMNS, [], title="b")]))))
    assert book.sheetnames == ["by function   all", "b"]
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$4:$4"
        assert sheet.freeze_panes == "A5"
        assert "&P" in sheet.oddFooter.center.text
        assert sheet.oddHeader.right.text == "t && co"
    assert book.worksheets[0].auto_filter.ref == "A4:E9"


def test_a_file_for_machines_says_nothing_twice():
    derived = Table(COLUMNS, [row("1", "1", "1")], derived=True)
    lines = render_csv(Document("t", sections=[derived, tree()])).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 6


@pytest.mark.parametrize("title", ["'=cmd|x'!A1", "x" * 60, "[]:*?/\\", ""])
def test_any_title_names_a_worksheet(title: str):
    content = render_xlsx(Document(title, sections=[Table(COLUMNS, [], title=title)]))
    assert 0 < len(load_workbook(io.BytesIO(content)).sheetnames[0]) <= 31
