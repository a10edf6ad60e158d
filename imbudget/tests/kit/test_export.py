"""Files of a list: what a spreadsheet must not change, and what it must not run."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from imbudget.kit.export import to_csv, to_xlsx
from imbudget.kit.formats import as_text, resolve
from imbudget.kit.tables import Column, Table

COLUMNS = (
    Column("code", "编码", kind="code"),
    Column("name", "名称"),
    Column("amount", "金额", kind="money"),
    Column("count", "行数", kind="count"),
    Column("day", "日期", kind="date"),
)


@dataclass
class Item:
    code: str = "0010"
    name: str = "项目"
    amount: Decimal | None = Decimal("1234567.5")
    count: int = 3
    day: date | None = date(2027, 3, 4)
    state: str = "draft"

    def get_absolute_url(self) -> str:
        return "/items/1/"


def csv_rows(*items: Item) -> list[list[str]]:
    raw = b"".join(to_csv(COLUMNS, items))
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def xlsx_cells(*items: Item) -> list[list]:
    return [list(row) for row in load_workbook(io.BytesIO(to_xlsx("汇总", COLUMNS, items))).active.iter_rows()]


def test_csv_has_plain_numbers_and_whole_codes():
    head, row = csv_rows(Item())
    assert head == ["编码", "名称", "金额", "行数", "日期"]
    assert row[0] == "0010"
    assert row[2] == "1234567.50"


def test_xlsx_keeps_codes_as_text_and_amounts_as_numbers():
    head, row = xlsx_cells(Item())
    assert [cell.value for cell in head] == ["编码", "名称", "金额", "行数", "日期"]
    assert (row[0].value, row[0].data_type, row[0].number_format) == ("0010", "s", "@")
    assert (row[2].value, row[2].data_type, row[2].number_format) == (1234567.5, "n", "#,##0.00")


DANGERS = ["=HYPERLINK(A1)", "+1", "-2", "@SUM(A1)", "\t=1", "＝1+1", "\r=1"]


@pytest.mark.covers("D1")
@pytest.mark.parametrize("text", DANGERS)
def test_no_text_is_run_as_a_formula(text):
    _head, row = csv_rows(Item(name=text))
    assert row[1].startswith("'")
    assert xlsx_cells(Item(name=text.replace("\r", "")))[1][1].data_type in {"s", "inlineStr"}


def test_a_negative_amount_stays_a_number():
    assert csv_rows(Item(amount=Decimal("-3.10")))[1][2] == "-3.10"
    assert xlsx_cells(Item(amount=Decimal("-3.10")))[1][2].value == -3.1


def test_what_is_absent_is_an_empty_cell():
    assert csv_rows(Item(amount=None, day=None))[1][2:] == ["", "3", ""]
    assert xlsx_cells(Item(amount=None, day=None))[1][2].value in (None, "")


def test_an_empty_list_has_its_heads():
    assert len(csv_rows()) == 1
    assert len(xlsx_cells()) == 1


def test_a_long_list_is_streamed_in_parts():
    parts = list(to_csv(COLUMNS, (Item(name="长" * 50) for _ in range(5000))))
    assert len(parts) > 3
    assert len(list(csv.reader(io.StringIO(b"".join(parts).decode("utf-8-sig"))))) == 5001


def test_mongolian_keeps_its_joiners():
    word = "ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ ᠬᠣᠲ᠎ᠠ"
    assert csv_rows(Item(name=word))[1][1] == word
    assert xlsx_cells(Item(name=word))[1][1].value == word


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "money", ""),
        ("", "text", ""),
        (Decimal("0"), "money", "0.00"),
        (1234567, "money", "1,234,567.00"),
        (Decimal("12.345"), "percent", "12.3%"),
        (2027, "code", "2027"),
        (0, "count", "0"),
    ],
)
def test_the_text_of_a_cell(value, kind, text):
    assert as_text(value, kind) == text


def test_dates_are_shown_in_the_local_time():
    assert as_text(datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "date").startswith(("2027", "Jan. 1, 2027", "Jan. 01"))


def test_a_table_makes_cells_with_links_states_and_units():
    class Items(Table):
        columns = (
            Column("name", "名称", link=True),
            Column("amount", "金额", kind="money"),
            Column("state", "状态", kind="state"),
            Column("other", "其他", path="name", link=lambda row: "/x/"),
        )

    cells = Items.cells(Item(), "wan")
    assert [cell.text for cell in cells] == ["项目", "123.46", "draft", "项目"]
    assert [cell.href for cell in cells] == ["/items/1/", "", "", "/x/"]
    assert cells[2].state == "draft"
    assert Items.column("amount").numeric
    assert Items.column("nothing") is None


def test_a_path_stops_at_what_is_absent():
    assert resolve({"a": None}, "a.b.c") is None
    assert resolve(Item(), "get_absolute_url") == "/items/1/"
