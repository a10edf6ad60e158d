"""The summary as a tree: what stands open, where units and last year come from, and that all of it adds up."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget import selectors, services
from apps.budget.models import BudgetLine, BudgetSheet
from apps.budget.selectors import Dimension, SummaryQuery
from apps.budget.selectors.collection import reports_elsewhere, reports_from_elsewhere
from apps.budget.selectors.rollup import last_year_of, total_of
from apps.budget.tests.factories import SYSTEM, UP, World, line, make_sheet
from apps.codes.tests.factories import make_codes
from apps.regions.models import Region
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(world: World) -> World:
    codes = world.codes
    make_sheet(codes, world.unit, [line(codes, "10.00"), line(codes, "1.00", function=codes.school)], "accepted")
    make_sheet(codes, world.neighbour_unit, [line(codes, "20.00", prior_approved=Decimal(16), project_name="甲")])
    make_sheet(codes, world.league_unit, [line(codes, "40.00", department_economic=codes.office)])
    make_sheet(codes, world.far_unit, [line(codes, "80.00")])
    return world


def rows(world: World, place: str, before: SummaryQuery | None = None, **changes) -> list:
    query = SummaryQuery(getattr(world.tree, place), world.codes.year, UP, **changes)
    return selectors.summary_rows(SYSTEM, query, before)


def shown(found: list) -> list[tuple[str, int, Decimal]]:
    return [(row.key, row.depth, row.amount) for row in found]


def test_the_whole_tree_opens_down_to_banners_and_own_levels(filled: World):
    assert shown(rows(filled, "root", levels=2)) == [
        ("150100", 0, Decimal(71)),
        ("150100", 1, Decimal(40)),
        ("150102", 1, Decimal(11)),
        ("150121", 1, Decimal(20)),
        ("152200", 0, Decimal(80)),
        (filled.tree.far_banner.code, 1, Decimal(80)),
    ]


def test_one_row_opens_and_another_closes(filled: World):
    opened = rows(filled, "banner", by=Dimension.FUNCTION, turned=frozenset({"205", "20101"}))
    assert [row.key for row in opened] == ["201", "20101", "2010101", "205"]
    assert [row.is_open for row in opened] == [True, True, False, False]


def test_the_tops_of_every_tree_add_up_to_the_lines(filled: World):
    lines = sum(row.amount for row in BudgetLine.objects.all())
    for by in set(Dimension) - {Dimension.UNIT}:
        for levels in (0, 1, 2, 3):
            assert total_of(rows(filled, "root", by=by, levels=levels)).amount == lines


def test_every_pair_of_dimensions_asks_the_right_sums(filled: World):
    prefixes = {
        Dimension.FUNCTION: "20101",
        Dimension.DEPARTMENT: "301",
        Dimension.GOVERNMENT: "501",
        Dimension.FUND: "11",
        Dimension.KIND: "basic",
    }
    for name, prefix in prefixes.items():
        lines = BudgetLine.objects.filter(
            **{"kind": prefix} if name == Dimension.KIND else {f"{name}__code__startswith": prefix}
        )
        expected = sum(row.amount for row in lines)
        for by in set(Dimension) - {Dimension.UNIT}:
            assert total_of(rows(filled, "root", by=by, prefixes=((name, prefix),))).amount == expected, (by, name)


def test_units_of_one_level_stand_with_their_own_lines(filled: World):
    assert shown(rows(filled, "banner", by=Dimension.UNIT)) == [(filled.unit.code, 0, Decimal(11))]
    assert shown(rows(filled, "league", by=Dimension.UNIT)) == [(filled.league_unit.code, 0, Decimal(40))]
    narrow = ((Dimension.FUNCTION, "205"), (Dimension.KIND, "basic"))
    assert shown(rows(filled, "banner", by=Dimension.UNIT, prefixes=narrow)) == [(filled.unit.code, 0, Decimal(1))]
    assert rows(filled, "neighbour", by=Dimension.UNIT, accepted_only=True) == []


def test_kinds_of_expenditure_are_told_apart(filled: World):
    assert shown(rows(filled, "league", by=Dimension.KIND)) == [
        ("basic", 0, Decimal(51)),
        ("project", 0, Decimal(20)),
    ]


def test_lines_by_function_alone_are_narrowed_to(filled: World):
    BudgetLine.objects.filter(unit=filled.unit).update(department_economic=None, government_economic=None)
    alone = rows(filled, "league", by=Dimension.REGION, prefixes=((Dimension.DEPARTMENT, "-"),))
    assert shown(alone) == [("150102", 0, Decimal(11))]


def test_money_under_another_years_code_is_shown_and_counted(filled: World):
    last = make_codes(filled.codes.year - 1)
    BudgetLine.objects.filter(unit=filled.unit).update(function=last.school)
    assert shown(rows(filled, "banner", by=Dimension.FUNCTION, levels=1)) == [("205", 0, Decimal(11))]


def test_last_years_accepted_sheets_stand_beside_by_code(filled: World):
    last = make_codes(filled.codes.year - 1)
    make_sheet(last, filled.unit, [line(last, "7.00"), line(last, "9.00", department_economic=last.office)], "accepted")
    make_sheet(last, filled.neighbour_unit, [line(last, "500.00")])
    query = SummaryQuery(filled.tree.banner, filled.codes.year, UP, by=Dimension.DEPARTMENT, levels=1)
    found = selectors.summary_rows(SYSTEM, query, last_year_of(query))
    assert [(row.key, row.amount, row.accepted_before) for row in found] == [
        ("301", Decimal(11), Decimal(7)),
        ("302", Decimal(0), Decimal(9)),
    ]
    assert total_of(found).accepted_before == Decimal(16)


def test_last_years_accepted_sheets_stand_beside_by_unit(filled: World):
    last = make_codes(filled.codes.year - 1)
    other = UnitFactory(region=filled.tree.banner)
    make_sheet(last, filled.unit, [line(last, "7.00"), line(last, "9.00", function=last.school)], "accepted")
    make_sheet(last, other, [line(last, "500.00")], "submitted")
    free = make_sheet(last, UnitFactory(region=filled.tree.banner), [line(last, "0.00")], "accepted")
    query = SummaryQuery(filled.tree.banner, filled.codes.year, UP, by=Dimension.UNIT)

    def beside(**changes) -> list:
        asked = replace(query, **changes)
        found = selectors.summary_rows(SYSTEM, asked, last_year_of(asked))
        return sorted((row.unit_id, row.amount, row.accepted_before) for row in found)

    assert beside() == sorted([(filled.unit.pk, Decimal(11), Decimal(16)), (free.unit_id, Decimal(0), Decimal(0))])
    assert beside(prefixes=((Dimension.FUNCTION, "205"),)) == [(filled.unit.pk, Decimal(1), Decimal(9))]


def test_the_last_round_of_last_year_counts(filled: World):
    last = make_codes(filled.codes.year - 1)
    query = SummaryQuery(filled.tree.root, filled.codes.year, UP)
    assert last_year_of(query) is None
    make_sheet(last, filled.unit, state="accepted")
    assert last_year_of(query).round == UP
    sheet = make_sheet(last, filled.neighbour_unit, state="accepted")
    BudgetSheet.objects.filter(pk=sheet.pk).update(round="second_down")
    assert (last_year_of(query).round, last_year_of(query).accepted_only) == ("second_down", True)


def test_an_edit_shows_at_once_and_after_a_fold(filled: World):
    BudgetLine.objects.filter(unit=filled.far_unit).update(amount=Decimal("80.01"))
    before = shown(rows(filled, "root"))
    assert before[1] == ("152200", 0, Decimal("80.01"))
    services.fold_summary()
    assert shown(rows(filled, "root")) == before


def page(world: World, query: str = "", role: str = "league_officer", place: str = "league") -> object:
    return client_of(role, getattr(world.tree, place)).get(f"{reverse('budget:summary')}?{query}")


def test_amounts_lead_from_the_region_down_to_the_lines(filled: World):
    client, league = client_of("region_officer", filled.tree.root), filled.tree.league
    step = client.get(reverse("budget:summary"))
    for goal in (f"region={league.pk}&by=region", f"region={filled.tree.banner.pk}&by=unit", f"unit={filled.unit.pk}"):
        address = next(link for link in html.links(step) if goal in link)
        step = client.get(address if address.startswith("/") else reverse("budget:summary") + address)
        assert step.status_code == 200
    assert "11.00" in html.text(step)


def test_a_row_opens_in_place_with_the_table_alone(filled: World):
    client = client_of("league_officer", filled.tree.league)
    whole = client.get(reverse("budget:summary") + "?by=function&levels=1")
    part = client.get(reverse("budget:summary") + "?by=function&levels=1&turned=201", headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert "20101" not in html.text(whole)
    assert "20101" in html.text(part)


def test_the_page_says_what_is_narrowed_and_how_to_widen(filled: World):
    text = html.text(page(filled, "by=function&function=201"))
    assert "一般公共服务支出" in text
    empty = page(filled, "by=function&function=999")
    assert any("function=999" not in link and "by=function" in link for link in html.links(empty))


def test_a_region_that_reports_elsewhere_is_named(filled: World):
    Region.objects.filter(pk=filled.tree.banner.pk).update(reports_to=filled.tree.root)
    assert reports_elsewhere(filled.tree.league) == [filled.tree.banner]
    assert [region.pk for region in reports_from_elsewhere(filled.tree.root)] == [filled.tree.banner.pk]
    with_note, without = page(filled), page(filled, "own=1")
    assert with_note.content.decode().count('class="note"') == without.content.decode().count('class="note"') + 1


@pytest.mark.parametrize("by", list(Dimension))
def test_a_page_needs_no_query_per_row(world: World, by):
    client = client_of("region_officer", world.tree.root)
    make_sheet(world.codes, world.unit, [line(world.codes, "1.00")])
    last = make_codes(world.codes.year - 1)
    make_sheet(last, world.unit, state="accepted")
    region = world.tree.banner.pk if by == Dimension.UNIT else world.tree.root.pk
    address = f"{reverse('budget:summary')}?by={by}&region={region}&levels=3&fund=1"
    client.get(address)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        counts.append(len(caught))
        for number in range(4):
            codes = world.codes
            many = [line(codes), line(codes, function=codes.school, department_economic=codes.office, project_name="x")]
            make_sheet(codes, UnitFactory(region=(world.tree.banner, world.tree.far_banner)[number % 2]), many)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("by", list(Dimension))
def test_the_file_holds_the_rows_of_the_page(filled: World, by):
    BudgetLine.objects.filter(unit=filled.unit).update(department_economic=None, government_economic=None)
    client = client_of("league_officer", filled.tree.league)
    query = f"by={by}&region={filled.tree.league.pk}&levels=2"
    page, file = client.get(f"{reverse('budget:summary')}?{query}"), client.get(f"/documents/summary.csv?{query}")
    asked = SummaryQuery(filled.tree.league, filled.codes.year, UP, by=by, levels=2)
    labels = [row.label for row in selectors.summary_rows(SYSTEM, asked)]
    text, table = html.text(page), file.content.decode("utf-8-sig")
    assert labels
    assert all(label in text and label in table for label in labels)
