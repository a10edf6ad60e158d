"""The summary equals the sum of the lines after every kind of change, folded or not."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum

from apps.budget import selectors, services
from apps.budget.models import (
    BudgetLine,
    Summary,
    SummaryByEconomic,
    SummaryByFunction,
    SummaryDelta,
    SummaryEconomic,
    SummaryFolded,
    SummaryFunction,
)
from apps.budget.selectors import Dimension, SummaryQuery
from apps.budget.tests.factories import (
    SYSTEM,
    UP,
    World,
    accept,
    clerk_of,
    fresh,
    head_of,
    line,
    make_sheet,
    officer_of,
    reopen,
)
from imbudget.kit.actor import NOBODY, system_actor

pytestmark = pytest.mark.django_db
SCOPE = ("region_id", "league_id", "year_id", "round", "kind", "fund_id")
KEYS = {
    Summary: (*SCOPE, "function_id", "department_economic_id", "government_economic_id"),
    SummaryByFunction: (*SCOPE, "function_id"),
    SummaryByEconomic: (*SCOPE, "department_economic_id", "government_economic_id"),
}


def from_lines(view=Summary) -> Counter:
    sums: Counter = Counter()
    for row in BudgetLine.objects.select_related("sheet"):
        key = (*(getattr(row, name) for name in KEYS[view]), row.sheet.state == "accepted")
        sums[key] += row.amount
        sums["prior", *key] += (row.prior_approved or 0) + (row.prior_executed or 0)
        sums["lines", *key] += 1
    return +sums


def from_summary(view=Summary) -> Counter:
    sums: Counter = Counter()
    for row in view.objects.all():
        key = (*(getattr(row, name) for name in KEYS[view]), row.accepted)
        sums[key] += row.amount
        sums["prior", *key] += row.prior_approved + row.prior_executed
        sums["lines", *key] += row.line_count
    assert not [value for value in sums.values() if value < 0]
    return +sums


def assert_exact() -> None:
    for view in KEYS:
        assert from_summary(view) == from_lines(view)
    for row in BudgetLine.objects.values("sheet_id", "sheet__total").annotate(sum=Sum("amount")).order_by():
        assert row["sheet__total"] == row["sum"]


def test_the_summary_follows_every_change(world: World):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit)
    other = make_sheet(world.codes, world.league_unit, [line(world.codes, "9.99", prior_approved=Decimal(5))])
    assert_exact()
    kept = line(world.codes, "1.00", pk=sheet.lines.first().pk, function=world.codes.managing)
    services.save_lines(clerk, sheet, sheet.version, [kept, line(world.codes, "2.00")], None)
    assert_exact()
    assert services.fold_summary()
    assert_exact()
    services.submit_sheet(head_of(world.unit), fresh(sheet))
    accept(sheet)
    assert_exact()
    assert Summary.objects.filter(accepted=True).aggregate(sum=Sum("amount"))["sum"] == Decimal(3)
    services.fold_summary()
    reopen(sheet, "x")
    assert_exact()
    BudgetLine.objects.filter(sheet=sheet).delete()
    assert_exact()
    BudgetLine.objects.filter(sheet=other).update(sheet=sheet, region_id=sheet.region_id, league_id=sheet.league_id)
    assert fresh(other).total == 0
    assert fresh(sheet).total == Decimal("9.99")
    assert_exact()


def test_folding_changes_no_sum_and_empties_the_deltas(world: World):
    make_sheet(world.codes, world.unit, state="accepted")
    before = from_summary()
    assert SummaryDelta.objects.exists()
    services.fold_summary()
    assert not SummaryDelta.objects.exists()
    assert from_summary() == before == from_lines()
    services.fold_summary()
    assert from_summary() == before


def test_keys_that_came_to_nothing_vanish(world: World):
    sheet = make_sheet(world.codes, world.unit)
    services.fold_summary()
    BudgetLine.objects.filter(sheet=sheet).delete()
    services.fold_summary()
    for table in (SummaryFolded, SummaryFunction, SummaryEconomic, SummaryDelta):
        assert not table.objects.exists()


def test_what_came_and_went_between_two_folds_leaves_no_row(world: World):
    BudgetLine.objects.filter(sheet=make_sheet(world.codes, world.unit)).delete()
    services.fold_summary()
    assert not SummaryFolded.objects.exists()


def test_a_line_by_function_alone_is_summed_without_a_class(world: World):
    sheet = make_sheet(world.codes, world.unit)
    sheet.lines.filter(number=1).update(department_economic=None, government_economic=None, kind="project")
    services.fold_summary()
    assert_exact()
    assert ask(world, "banner", by=Dimension.DEPARTMENT)[""] == Decimal(100)


def test_rebuilding_mends_a_damaged_summary(world: World):
    make_sheet(world.codes, world.unit, state="accepted")
    make_sheet(world.codes, world.far_unit)
    services.fold_summary()
    SummaryFolded.objects.update(amount=1)
    SummaryEconomic.objects.update(line_count=7)
    SummaryFunction.objects.all().delete()
    assert from_summary() != from_lines()
    services.rebuild_summary()
    assert_exact()


def test_raw_writing_is_summed_too(world: World):
    sheet = make_sheet(world.codes, world.unit)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE budget_budgetline SET amount = amount * 2 WHERE sheet_id = %s", [sheet.pk])
    assert fresh(sheet).total == Decimal(701)
    assert_exact()


@pytest.fixture
def filled(world: World) -> World:
    codes = world.codes
    make_sheet(codes, world.unit, [line(codes, "10.00"), line(codes, "1.00", function=codes.school)], "accepted")
    make_sheet(codes, world.neighbour_unit, [line(codes, "20.00", prior_approved=Decimal(16))])
    make_sheet(codes, world.league_unit, [line(codes, "40.00", department_economic=codes.office)])
    make_sheet(codes, world.far_unit, [line(codes, "80.00")])
    return world


def ask(world: World, place: str, actor=SYSTEM, **changes) -> dict[str, Decimal]:
    query = SummaryQuery(getattr(world.tree, place), world.codes.year, UP, **changes)
    return {row.key: row.amount for row in selectors.summary_rows(actor, query)}


def test_the_top_sums_each_league_with_what_is_below_it(filled: World):
    assert ask(filled, "root") == {"150100": Decimal(71), "152200": Decimal(80)}


def test_a_league_shows_its_own_level_beside_its_banners(filled: World):
    assert ask(filled, "league") == {"150100": Decimal(40), "150102": Decimal(11), "150121": Decimal(20)}
    assert ask(filled, "league", own_level=True) == {"150100": Decimal(40)}


def test_the_summary_by_code_is_a_tree(filled: World):
    assert ask(filled, "banner", by=Dimension.FUNCTION) == {
        "201": Decimal(10),
        "20101": Decimal(10),
        "205": Decimal(1),
        "20502": Decimal(1),
    }


def test_a_prefix_narrows_and_goes_deeper(filled: World):
    rows = ask(filled, "banner", by=Dimension.FUNCTION, prefixes=((Dimension.FUNCTION, "201"),))
    assert rows == {"20101": Decimal(10), "2010101": Decimal(10)}


def test_only_accepted_sheets_when_asked(filled: World):
    assert ask(filled, "root", accepted_only=True) == {"150100": Decimal(11)}


def test_government_classes_come_from_the_derivation(filled: World):
    assert ask(filled, "league", by=Dimension.GOVERNMENT) == {
        "501": Decimal(31),
        "50101": Decimal(31),
        "502": Decimal(40),
        "50201": Decimal(40),
    }


def test_the_total_is_the_sum_of_the_rows_and_knows_last_year(filled: World):
    query = SummaryQuery(filled.tree.league, filled.codes.year, UP)
    total = selectors.summary_total(SYSTEM, query)
    assert (total.amount, total.prior_approved, total.change) == (Decimal(71), Decimal(16), Decimal(55))
    assert total.change_percent == Decimal("343.75")


def test_nobody_sums_what_they_do_not_see(filled: World):
    banner = officer_of(filled.tree.banner)
    assert ask(filled, "league", banner) == {"150102": Decimal(11)}
    assert ask(filled, "far_banner", officer_of(filled.tree.league)) == {}
    assert ask(filled, "root", clerk_of(filled.unit)) == {}
    assert ask(filled, "root", NOBODY) == {}
    assert ask(filled, "root", system_actor())["152200"] == Decimal(80)


def test_a_year_without_lines_sums_to_nothing(world: World):
    query = SummaryQuery(world.tree.root, world.codes.year, UP)
    assert selectors.summary_rows(SYSTEM, query) == []
    assert selectors.summary_total(SYSTEM, query).amount == 0
