"""Workbooks and CSV files carry the same figures, as numbers, and never a formula."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from openpyxl import load_workbook

from apps.reports.csv import render_csv
from apps.reports.document import Column, Document, Row, Table, fingerprint
from apps.reports.tests.samples import LARGE, MONGOLIAN, budget
from apps.reports.xlsx import render_xlsx

ATTACKS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1")
COLUMNS = (Column("code", kind="code"), Column("name"), Column("amount", align="end", kind="money"))


def document(*rows: Row) -> Document:
    return Document("title", unit_note="yuan", sections=[Table(COLUMNS, rows)])


def sheet_of(made: Document) -> Any:
    return load_workbook(io.BytesIO(render_xlsx(made))).active


def row_with(sheet: Any, value: Any) -> Any:
    return next(row for row in sheet.iter_rows() if any(cell.value == value for cell in row))


def test_codes_are_text_and_amounts_numbers() -> None:
    code, name, amount = row_with(sheet_of(document(Row(("0010", MONGOLIAN, LARGE)))), "0010")
    assert (code.data_type, code.number_format) == ("s", "@")
    assert name.value == MONGOLIAN
    assert (amount.data_type, amount.number_format) == ("n", "#,##0.00")
    assert Decimal(str(amount.value)) == LARGE
    assert amount.alignment.horizontal == "right"


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_is_run_as_a_formula(attack: str) -> None:
    sheet = sheet_of(document(Row(("1", attack, Decimal(1)))))
    cell = row_with(sheet, attack)[1]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    rows = list(csv.reader(io.StringIO(render_csv(document(Row(("1", attack, Decimal(1))))).decode("utf-8-sig"))))
    assert rows[1][1] == "'" + attack


def test_head_is_bold_and_stays_in_sight() -> None:
    sheet = sheet_of(document(Row(("1", "a", Decimal(1)))))
    head = row_with(sheet, "code")
    assert all(cell.font.bold for cell in head)
    assert sheet.freeze_panes == f"A{head[0].row + 1}"


def test_totals_are_bold_and_depth_is_indented() -> None:
    sheet = sheet_of(document(Row(("1", "deep", Decimal(1)), indent=2), Row(("", "all", Decimal(1)), kind="total")))
    assert row_with(sheet, "deep")[1].alignment.indent == 2
    assert row_with(sheet, "all")[1].font.bold


def test_texts_in_place_of_amounts_and_controls() -> None:
    made = document(Row(("1", "a\x00b\x07", "—")), Row(("2", None, None)))
    assert [cell.value for cell in row_with(sheet_of(made), "1")] == ["1", "ab", "—"]
    rows = list(csv.reader(io.StringIO(render_csv(made).decode("utf-8-sig"))))
    assert rows[1:] == [["1", "ab", "—"], ["2", "", ""]]


def test_an_empty_table_says_so() -> None:
    sheet = sheet_of(document())
    with translation.override("zh-hans"):
        sentence = translation.gettext("This unit has no such item, so this table is empty.")
    assert row_with(sheet, sentence)


def test_csv_has_a_mark_and_plain_amounts() -> None:
    content = render_csv(budget(rows=2))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[1][2:] == ["12345678901.23", "-0.50"]
    assert len(rows) == 1 + 2 + 1


def test_csv_separates_tables() -> None:
    table = Table(COLUMNS, [Row(("1", "a", Decimal(1)))])
    rows = list(csv.reader(io.StringIO(render_csv(Document("t", sections=[table, table])).decode("utf-8-sig"))))
    assert rows == [["code", "name", "amount"], ["1", "a", "1.00"], [], *rows[:2]]


def test_the_fingerprint_follows_every_cell() -> None:
    prints = {
        fingerprint(document(Row(("1", "a", Decimal(amount)), kind=kind)))
        for amount in ("1", "1.01")
        for kind in ("line", "total")
    }
    assert len(prints) == 4
    assert fingerprint(budget()) == fingerprint(budget())
