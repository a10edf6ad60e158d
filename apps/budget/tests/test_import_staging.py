"""What SQL takes at once is what the row reader would take, with the same values; the rest keeps its words."""

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from apps.budget.importplace import Place, place_of
from apps.budget.importrows import CellError, RowReader, StagedRow
from apps.budget.models import ExpenditureKind
from apps.budget.services import staging
from apps.budget.tests.factories import World
from apps.regions.tests.factories import UnitFactory

pytestmark = pytest.mark.django_db
MONGOLIAN = "ᠪᠣᠯᠪᠠᠰᠤᠷᠠᠯ\u202fᠤᠨ ᠬᠥᠷᠥᠩᠭᠡ"
# What may stand in each column, the common case first; odd ones are what strangers write.
CELLS: dict[str, tuple[str, ...]] = {
    "unit_name": ("", "", "{name}", " {name}", "别的单位", "＝"),
    "project_code": (
        "",
        "",
        "150102270000000000001",
        "15010227000000000000A",
        "15010227000000000000a",
        "１" * 21,
        "12",
    ),
    "project_name": (
        "",
        "草原生态",
        MONGOLIAN,
        "e\u0301",
        "\u00e9",
        "a\tb",
        "a\nb",
        "x\\y",
        "\ue123",
        "a\u180b",
        "=1",
        "长" * 361,
    ),
    "function": (
        "2010101",
        "2010101-行政运行",
        "2010102",
        "2050202",
        " 2010101",
        "20101",
        "",
        "2010101－行政",
        "-",
        "²",
    ),
    "department_economic": ("30101", "30201", "30299-其他", "301", "", "30101 "),
    "fund": ("111", "111-本级", "11", ""),
    "amount": (
        "1",
        "1000.50",
        "1,000.5",
        "0",
        "007",
        "999999999999.99",
        "1000000000000",
        "9999999999999",
        "1,000,000,000,000",
        "1,23",
        "1.234",
        "１２",
        "¥5",
        "-1",
        "",
        "1e3",
        ".5",
        "5.",
        "1 000",
        "甲",
    ),
    "prior_approved": ("", "", "12.00", "1,234", "-0.01", "x"),
    "prior_executed": ("", "", "3", "12,34"),
    "note": ("", "说明", "\u3000说明", "a\r\nb", "\x01", "n" * 2001, "\ufeffn"),
    "year": ("", "2027", "2026"),
    "region_code": ("", "{region}", "150121", "000000"),
    "kind": ("", "", "基本支出", "项目支出", "人员类", "其他"),
    "basic": ("", "", "", "5"),
    "project": ("", "", "", "1.5"),
    "unit_code": ("{unit}", "{unit}", "{other}", "999999", "", " {unit}"),
}
COLUMNS = tuple(CELLS)


class Rows:
    """An opened file of these rows."""

    formulas: set[tuple[int, str]] = set()

    def __init__(self, rows: list[list[str]], columns: tuple[str, ...] = COLUMNS) -> None:
        self.columns = columns
        self._rows = rows

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        yield from enumerate(self._rows, 2)


def chosen(world: World, number: int) -> list[list[str]]:
    """Rows of which every other one is odd in a few cells."""
    rng = random.Random(27)
    other = UnitFactory(region=world.tree.banner)
    names = {
        "unit": world.unit.code,
        "other": other.code,
        "name": world.unit.name_zh_hans,
        "region": world.tree.banner.code,
    }
    rows = []
    for _row in range(number):
        odd = set(rng.sample(COLUMNS, rng.choice((0, 1, 1, 2))))
        cells = [rng.choice(words) if column in odd else words[0] for column, words in CELLS.items()]
        rows.append([cell.format(**names) for cell in cells])
    return rows


def every(world: World) -> list[list[str]]:
    """Each odd cell in a row that is good otherwise: nothing hides behind another error."""
    base = [words[0] for words in CELLS.values()]
    names = {"unit": world.unit.code, "other": "x", "name": world.unit.name_zh_hans, "region": world.tree.banner.code}
    rows = []
    for place, words in enumerate(CELLS.values()):
        for word in words:
            row = list(base)
            row[place] = word
            rows.append([cell.format(**names) for cell in row])
    return rows


def taken() -> dict[int, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM import_line ORDER BY row")
        return {row[0]: row for row in cursor.fetchall()}


def place(world: World, **changes: Any) -> Place:
    return place_of(world.tree.banner, world.codes.year, changes.get("unit"), below=False)


@pytest.mark.parametrize("make", [every, lambda world: chosen(world, 600)], ids=["each odd cell", "mixed"])
@pytest.mark.parametrize("own", [False, True], ids=["any unit", "one unit"])
def test_sql_takes_only_what_the_reader_takes_and_as_it_takes_it(world: World, make, own):
    where = place(world, unit=world.unit if own else None)
    rows = make(world)
    staging.stage(Rows(rows), lambda *told: None)
    staging.take_clean(where, COLUMNS)
    found = taken()
    reader = RowReader(where, COLUMNS)
    good = 0
    for number, cells in enumerate(rows, 2):
        given = {name: cell.replace("\0", "") for name, cell in zip(COLUMNS, cells, strict=True)}
        formulas = tuple(name for name, cell in given.items() if cell.startswith("="))
        lines = reader.read(StagedRow(number, given, formulas))
        good += bool(lines)
        if number in found:
            assert [line.as_row() for line in lines] == [found[number]], given
    assert good
    assert len(found) > good * 0.5, "SQL leaves too much to the slow way"


def test_what_sql_leaves_is_read_row_by_row_with_the_same_result(world: World):
    rows = chosen(world, 300)
    where = place(world)
    staging.stage(Rows(rows), lambda *told: None)
    staging.take_clean(where, COLUMNS)
    reader = RowReader(where, COLUMNS)
    errors = [error for batch in staging.read_left_over(reader) for error in batch]
    together = taken()
    staging.stage(Rows(rows), lambda *told: None)
    alone = RowReader(where, COLUMNS)
    same = [error for batch in staging.read_left_over(alone) for error in batch]
    assert errors == same
    assert taken() == together
    assert reader.held == alone.held


def test_odd_signs_come_through_the_staging_as_they_were(world: World):
    cells = ["a\tb", "c\\N", "d\r\ne", "\\.", "f\0g", "", "\\t"]
    columns = COLUMNS[: len(cells)]
    staging.stage(Rows([cells], columns), lambda *told: None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(columns) + " FROM import_row")  # noqa: S608
        assert list(cursor.fetchone()) == ["a\tb", "c\\N", "d\r\ne", "\\.", "fg", "", "\\t"]


def read(world: World, where: Place | None = None, **cells: str) -> tuple[list[Any], list[CellError]]:
    """The lines and errors of one row, good but for what is given."""
    base = {
        "unit_code": world.unit.code,
        "function": "2010101",
        "department_economic": "30101",
        "fund": "111",
        "amount": "1",
    }
    reader = RowReader(where or place(world), tuple({**base, **cells}))
    return reader.read(StagedRow(5, base | cells)), reader.errors


def test_basic_and_project_expenditure_become_two_lines(world: World):
    lines, errors = read(world, amount="10", basic="4", project="6.00", prior_approved="3")
    assert errors == []
    assert [(line.kind, line.amount, line.prior_approved) for line in lines] == [
        (ExpenditureKind.BASIC, Decimal(4), Decimal(3)),
        (ExpenditureKind.PROJECT, Decimal(6), None),
    ]


@pytest.mark.parametrize(
    ("cells", "kinds"),
    [
        ({"amount": "6", "basic": "", "project": "6"}, ["project"]),
        ({"amount": "6", "basic": "6", "project": "0.00"}, ["basic"]),
        ({"amount": "", "basic": "6", "project": "1"}, ["basic", "project"]),
        ({"amount": "0", "basic": "0", "project": "0"}, ["basic"]),
        ({"amount": "1", "kind": "项目支出"}, ["project"]),
        ({"amount": "1", "project_name": "甲"}, ["project"]),
        ({"amount": "1"}, ["basic"]),
    ],
)
def test_the_kind_of_expenditure(world: World, cells, kinds):
    lines, errors = read(world, **cells)
    assert errors == []
    assert [line.kind for line in lines] == kinds


def test_parts_that_do_not_make_the_total_are_refused(world: World):
    lines, (error,) = read(world, amount="10", basic="4", project="6.01")
    assert lines == []
    assert error.column == "amount"
    assert "10.01" in error.message


def test_a_bad_row_is_held_against_its_unit(world: World):
    reader = RowReader(place(world), COLUMNS)
    reader.read(StagedRow(2, {"unit_code": world.unit.code, "amount": "x"}))
    reader.read(StagedRow(3, {"unit_code": "999999", "amount": "x"}))
    assert dict(reader.held) == {world.unit.pk: 1}
