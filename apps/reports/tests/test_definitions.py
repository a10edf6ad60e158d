"""What the documents say of a unit's budget and of a region's summary."""

from decimal import Decimal
from typing import Any

import pytest

from apps.budget.models import BudgetLine, BudgetSheet, ExpenditureKind
from apps.budget.selectors import Dimension, SummaryQuery
from apps.budget.selectors.rollup import NO_CLASS
from apps.budget.tests.factories import UP, World, line, make_sheet, officer_of
from apps.reports.definitions import sheet_document, summary_document
from apps.reports.document import Coded, Document, Row, Table
from apps.reports.services import RENDERERS
from imbudget.kit.money import LIMIT

pytestmark = pytest.mark.django_db
PROJECT = {"project_code": "150102270000000000001", "project_name": "草原修复"}


@pytest.fixture
def sheet(world: World) -> BudgetSheet:
    codes = world.codes
    made = make_sheet(
        codes,
        world.unit,
        [
            line(codes, "100.00"),
            line(codes, "20.00", function=codes.managing, department_economic=codes.office, **PROJECT),
            line(codes, "3.00", function=codes.school),
        ],
    )
    BudgetLine.objects.filter(number=2).update(kind=ExpenditureKind.PROJECT)
    return made


def tables(document: Document) -> list[Table]:
    return [section for section in document.sections if isinstance(section, Table)]


def amounts(row: Row) -> list[Any]:
    return [cell for cell in row.cells if isinstance(cell, Decimal)]


def test_basic_and_project_expenditure_stand_beside_each_other_by_function(sheet: BudgetSheet):
    by_function = tables(sheet_document(sheet))[0]
    found = {row.cells[0]: row for row in by_function.rows}
    assert amounts(found["201"]) == [120, 100, 20]
    assert (found["201"].kind, found["20101"].indent) == ("subtotal", 1)
    assert amounts(found["2010102"]) == [20, 0, 20]
    assert (found["2010102"].kind, found["2010102"].cells[1]) == ("line", "一般行政管理事务")
    assert amounts(found[""]) == [123, 103, 20]


def test_projects_have_a_table(sheet: BudgetSheet):
    by_project = tables(sheet_document(sheet))[1]
    assert by_project.rows[0].cells == (*PROJECT.values(), Decimal(20), None, None)
    assert by_project.rows[-1].kind == "total"


def test_a_line_without_a_class_prints_a_dash(sheet: BudgetSheet):
    BudgetLine.objects.filter(number=1).update(department_economic=None, government_economic=None)
    by_line = tables(sheet_document(sheet))[2]
    assert by_line.rows[0].cells[2:4] == ("–", "–")
    assert isinstance(by_line.rows[1].cells[2], Coded)
    assert by_line.rows[0].cells[5] != by_line.rows[1].cells[5]  # the kind, in words


def test_notes_have_a_column_when_there_are_any(sheet: BudgetSheet):
    assert len(tables(sheet_document(sheet))[2].columns) == 10
    BudgetLine.objects.filter(number=1).update(note="待核")
    assert [row.cells[-1] for row in tables(sheet_document(sheet))[2].rows] == ["待核", "", "", ""]


def test_a_sheet_without_lines_says_so_in_every_table(world: World):
    document = sheet_document(make_sheet(world.codes, world.unit, []))
    assert [table.rows for table in tables(document)] == [[], [], []]


def test_a_summary_tells_classes_from_what_is_in_them(world: World, sheet: BudgetSheet):
    query = SummaryQuery(world.tree.banner, world.codes.year, UP, by=Dimension.FUNCTION)
    (table,) = tables(summary_document(officer_of(world.tree.banner), query))
    assert [(row.cells[0], row.kind) for row in table.rows] == [
        ("201", "subtotal"),
        ("20101", "line"),
        ("205", "subtotal"),
        ("20502", "line"),
        ("", "total"),
    ]


def test_a_narrowed_summary_says_to_what(world: World, sheet: BudgetSheet):
    query = SummaryQuery(
        world.tree.banner, world.codes.year, UP, by=Dimension.FUND, prefixes=((Dimension.FUNCTION, "205"),)
    )
    facts = summary_document(officer_of(world.tree.banner), query).sections[0]
    assert ("function", "205 教育支出") in facts.rows


@pytest.mark.parametrize(
    ("narrowed", "fact"),
    [
        ((Dimension.KIND, "project"), ("kind of expenditure", "project expenditure")),
        ((Dimension.GOVERNMENT, NO_CLASS), ("government economic class", "without a class")),
    ],
)
def test_a_summary_of_a_kind_or_without_a_class_says_so(world: World, sheet: BudgetSheet, narrowed, fact):
    query = SummaryQuery(world.tree.banner, world.codes.year, UP, by=Dimension.FUND, prefixes=(narrowed,))
    assert fact in summary_document(officer_of(world.tree.banner), query).sections[0].rows


def test_kinds_stand_by_their_names(world: World, sheet: BudgetSheet):
    query = SummaryQuery(world.tree.banner, world.codes.year, UP, by=Dimension.KIND)
    (table,) = tables(summary_document(officer_of(world.tree.banner), query))
    assert [row.cells[:2] for row in table.rows][:2] == [("–", "basic expenditure"), ("–", "project expenditure")]


def test_a_regions_own_level_is_told_from_its_area(world: World):
    make_sheet(world.codes, world.unit)
    make_sheet(world.codes, world.league_unit)
    query = SummaryQuery(world.tree.league, world.codes.year, UP)
    (table,) = tables(summary_document(officer_of(world.tree.league), query))
    names = [row.cells[1] for row in table.rows]
    assert names == [f"{world.tree.league.name}, own level", world.tree.banner.name, "total"]


@pytest.mark.parametrize("kind", RENDERERS)
@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_totals_beyond_words_are_still_printed(world: World, sheet: BudgetSheet, kind: str, language: str):
    sheet.total = LIMIT
    document = sheet_document(sheet)
    assert "total in capitals" not in dict(document.sections[0].rows)
    assert RENDERERS[kind](document)
