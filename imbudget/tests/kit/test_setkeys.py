"""Keys that triggers hold once a statement promise what a foreign key promises."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.budget.models import BudgetLine, BudgetSheet
from apps.budget.tests.factories import World, line, make_sheet, make_world
from apps.codes.models import Catalog, Code
from apps.codes.tests.factories import code_of
from imbudget.kit.testing.threads import at_once

COLUMNS = ("function_id", "department_economic_id", "government_economic_id", "fund_id")


def sql(text: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)


@pytest.mark.django_db
@pytest.mark.parametrize("column", COLUMNS)
def test_a_line_cannot_name_what_is_not_there(world: World, column):
    sheet = make_sheet(world.codes, world.unit)
    with pytest.raises(IntegrityError, match=f"budget_budgetline.{column} names no row"):
        sql(f"UPDATE budget_budgetline SET {column} = 987654321 WHERE sheet_id = %s", sheet.pk)  # noqa: S608
    copied = ("sheet_id", "number", "function_id", "department_economic_id", "government_economic_id", "fund_id")
    chosen = ", ".join(
        "987654321" if name == column else "number + 50" if name == "number" else name for name in copied
    )
    insert = (
        f"INSERT INTO budget_budgetline ({', '.join(copied)}, project_code, project_name, amount, note)"  # noqa: S608
        f" SELECT {chosen}, '', '', 1, '' FROM budget_budgetline WHERE sheet_id = %s"
    )
    with pytest.raises(IntegrityError, match="names no row"):
        sql(insert, sheet.pk)
    assert BudgetLine.objects.count() == 2


@pytest.mark.django_db
def test_what_a_line_names_cannot_go_nor_change_its_key(world: World):
    make_sheet(world.codes, world.unit)
    with pytest.raises(IntegrityError, match="codes_code is still named by budget_budgetline.function_id"):
        sql("DELETE FROM codes_code WHERE id = %s", world.codes.running.pk)
    with pytest.raises(IntegrityError, match="never changes"):
        sql("UPDATE codes_code SET id = 987654321 WHERE id = %s", world.codes.running.pk)
    sql("UPDATE codes_code SET id = id, name = 'x' WHERE id = %s", world.codes.running.pk)


@pytest.mark.django_db
def test_a_line_needs_its_sheet_and_keeps_it(world: World):
    sheet = make_sheet(world.codes, world.unit)
    columns = "function_id, fund_id, project_code, project_name, amount, note, unit_id, region_id, year_id, round"
    insert = (
        f"INSERT INTO budget_budgetline (sheet_id, number, {columns}) SELECT 987654321, number, {columns}"  # noqa: S608
        " FROM budget_budgetline WHERE sheet_id = %s"
    )
    with pytest.raises(IntegrityError, match="budget_budgetline.sheet_id names no row of budget_budgetsheet"):
        sql(insert, sheet.pk)
    with pytest.raises(IntegrityError):
        sql("UPDATE budget_budgetline SET sheet_id = 987654321")
    with pytest.raises(IntegrityError, match="budget_budgetsheet is still named by budget_budgetline.sheet_id"):
        sql("DELETE FROM budget_budgetsheet WHERE id = %s", sheet.pk)
    with pytest.raises(IntegrityError, match="never changes"):
        sql("UPDATE budget_budgetsheet SET id = 987654321 WHERE id = %s", sheet.pk)
    sql("DELETE FROM budget_budgetline WHERE sheet_id = %s", sheet.pk)
    sql("DELETE FROM budget_budgetsheet WHERE id = %s", sheet.pk)
    assert not BudgetSheet.objects.exists()


@pytest.mark.django_db
def test_what_no_line_names_may_go(world: World):
    make_sheet(world.codes, world.unit)
    sql("DELETE FROM codes_code WHERE id = %s", world.codes.school.pk)
    assert not Code.objects.filter(pk=world.codes.school.pk).exists()


@pytest.mark.django_db
def test_a_key_may_be_empty_where_its_column_may(world: World):
    make_sheet(world.codes, world.unit, [line(world.codes, department_economic=None)])
    assert BudgetLine.objects.get().government_economic_id is None


@pytest.mark.django_db
def test_what_the_sheet_lends_its_lines_cannot_be_written_over(world: World):
    sheet = make_sheet(world.codes, world.unit)
    sql("UPDATE budget_budgetline SET unit_id = %s, region_id = %s", world.far_unit.pk, world.far_unit.region_id)
    lent = BudgetLine.objects.values_list("unit", "region", "league", "year", "round").distinct().get()
    assert lent == (sheet.unit_id, sheet.region_id, sheet.league_id, sheet.year_id, sheet.round)


@pytest.mark.django_db
def test_a_line_that_stands_elsewhere_than_its_sheet_is_refused(world: World):
    sheet = make_sheet(world.codes, world.unit)
    columns = (
        "sheet_id, function_id, department_economic_id, government_economic_id, fund_id, project_code, project_name"
    )
    insert = (
        f"INSERT INTO budget_budgetline (number, amount, note, {columns}, unit_id, region_id, year_id, round)"  # noqa: S608
        f" SELECT number + 50, 1, '', {columns}, %s, region_id, year_id, round FROM budget_budgetline WHERE sheet_id = %s"
    )
    with pytest.raises(IntegrityError, match="another place than its sheet"):
        sql(insert, world.neighbour_unit.pk, sheet.pk)
    sql(insert.replace("%s, region_id", "NULL, region_id"), sheet.pk)
    assert BudgetLine.objects.filter(number__gt=50, unit=world.unit, league=sheet.league_id).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_code_that_is_deleted_while_a_line_comes_never_leaves_a_line_without_it():
    world = make_world()
    sheet = make_sheet(world.codes, world.unit)
    code = code_of(Catalog.FUNCTION, "2050202")
    works = [
        lambda: sql("DELETE FROM codes_code WHERE id = %s", code.pk),
        lambda: sql("UPDATE budget_budgetline SET function_id = %s WHERE sheet_id = %s", code.pk, sheet.pk),
    ]
    for _round in range(3):
        results = at_once(works)
        assert all(result is None or isinstance(result, IntegrityError) for result in results)
        named = BudgetLine.objects.filter(function=code.pk).exists()
        assert not named or Code.objects.filter(pk=code.pk).exists()
    assert BudgetSheet.objects.get().total == sum(row.amount for row in BudgetLine.objects.all())
