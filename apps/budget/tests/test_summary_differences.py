"""What moved since figures were frozen; and the progress page that leads there."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget import selectors, services
from apps.budget.models import Compilation, Snapshot
from apps.budget.selectors.collection import regions_in, sums_of_units, units_with_sheets
from apps.budget.selectors.differences import differences, moved_since
from apps.budget.tests.factories import (
    SYSTEM,
    UP,
    World,
    accept,
    clerk_of,
    fresh,
    fresh_compilation,
    head_of,
    line,
    make_compilation,
    make_sheet,
    officer_of,
    reopen,
)
from apps.regions.models import Region
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(world: World) -> Compilation:
    """A banner compiled 350.50, opened its budget again, and its unit went down to 300.00 in another class."""
    sheet = make_sheet(world.codes, world.unit, state="accepted")
    compilation = make_compilation(world.codes, world.tree.banner, "compiled")
    services.reopen_compilation(SYSTEM, compilation)
    reopen(sheet, "x")
    rows = [line(world.codes, "300.00", function=world.codes.school)]
    services.save_lines(clerk_of(world.unit), fresh(sheet), fresh(sheet).version, rows, None)
    return fresh_compilation(compilation)


def accept_again(world: World) -> None:
    sheet = world.unit.sheets.get()
    services.submit_sheet(head_of(world.unit), fresh(sheet))
    accept(sheet)


def found_in(compilation: Compilation, first: int = 1, second: int | None = None, actor=SYSTEM):
    snapshots = {snapshot.number: snapshot for snapshot in Snapshot.objects.filter(compilation=compilation)}
    return differences(actor, compilation, snapshots[first], snapshots.get(second))


def test_the_differences_stand_by_region_and_by_class(world: World, moved: Compilation):
    found = found_in(moved)
    assert (found.total.before, found.total.after, found.total.difference) == (
        Decimal("350.50"),
        Decimal(300),
        Decimal("-50.50"),
    )
    assert [(row.key, row.difference) for row in found.regions] == [(world.tree.banner.code, Decimal("-50.50"))]
    assert [(row.key, row.before, row.after) for row in found.classes] == [
        ("201", Decimal("350.50"), Decimal(0)),
        ("205", Decimal(0), Decimal(300)),
    ]
    assert moved_since(moved) == Decimal("-50.50")


def test_the_sheet_that_was_changed_is_named_with_who_and_when(world: World, moved: Compilation):
    untouched = make_sheet(world.codes, world.far_unit)
    touch = found_in(moved).touched
    assert [each.sheet.unit for each in touch] == [world.unit]
    assert touch[0].sheet != untouched
    assert touch[0].at > moved.snapshot.taken_at


def test_what_balances_in_the_sum_still_differs(world: World, moved: Compilation):
    rows = [line(world.codes, "350.50", function=world.codes.school)]
    sheet = fresh(world.unit.sheets.get())
    services.save_lines(clerk_of(world.unit), sheet, sheet.version, rows, None)
    found = found_in(moved)
    assert found.total.difference == 0
    assert [row.key for row in found.regions] == [world.tree.banner.code]


def test_two_snapshots_are_compared(world: World, moved: Compilation):
    accept_again(world)
    services.compile_budget(SYSTEM, moved)
    found = found_in(moved, 1, 2)
    assert (found.total.before, found.total.after) == (Decimal("350.50"), Decimal(300))
    assert [each.sheet.unit for each in found.touched] == [world.unit]
    assert found_in(moved, 2).regions == []
    assert found_in(moved, 2).touched == []


def test_a_change_below_shows_in_the_upper_compilation(world: World):
    sheet = make_sheet(world.codes, world.unit, state="accepted")
    report = make_compilation(world.codes, world.tree.banner, "accepted")
    league = make_compilation(world.codes, world.tree.league, "compiled")
    services.reopen_compilation(SYSTEM, league)
    reopen(report)
    reopen(sheet, "x")
    services.save_lines(clerk_of(world.unit), fresh(sheet), fresh(sheet).version, [line(world.codes, "1.00")], None)
    found = found_in(fresh_compilation(league))
    assert [(row.key, row.difference) for row in found.regions] == [(world.tree.banner.code, Decimal("-349.50"))]
    assert [each.sheet.unit for each in found.touched] == [world.unit]


def test_the_area_of_a_compilation_goes_by_the_reports(world: World):
    Region.objects.filter(pk=world.tree.banner.pk).update(reports_to=world.tree.root)
    assert world.tree.banner.pk not in regions_in(world.tree.league)
    assert world.tree.neighbour.pk in regions_in(world.tree.league)
    assert len(regions_in(world.tree.root)) == Region.objects.count()


def test_the_pages_lead_to_the_differences(world: World, moved: Compilation):
    client = client_of("banner_officer", world.tree.banner)
    address = f"{moved.get_absolute_url()}?tab=differences"
    assert address in html.links(client.get(reverse("budget:progress")))
    assert "?tab=differences" in html.links(client.get(moved.get_absolute_url()))
    page = client.get(address)
    assert "-50.50" in html.text(page)
    assert f"{world.unit.sheets.get().get_absolute_url()}?tab=history" in html.links(page)
    upper = client_of("league_officer", world.tree.league).get(reverse("budget:progress"))
    assert address in html.links(upper)


@pytest.mark.parametrize("query", ["from=2&to=1", "from=99", "to=x", "from=１", "from=1&to=1"])
def test_nonsense_in_the_comparison_is_no_crash(world: World, moved: Compilation, query):
    accept_again(world)
    services.compile_budget(SYSTEM, moved)
    client = client_of("banner_officer", world.tree.banner)
    assert client.get(f"{moved.get_absolute_url()}?tab=differences&{query}").status_code == 200


def test_a_compilation_without_figures_has_nothing_to_compare(world: World):
    compilation = make_compilation(world.codes, world.tree.banner)
    client = client_of("banner_officer", world.tree.banner)
    assert client.get(f"{compilation.get_absolute_url()}?tab=differences").status_code == 200
    assert moved_since(compilation) is None


def test_missing_units_come_first_and_by_pages(world: World, monkeypatch):
    monkeypatch.setattr("apps.budget.views.compilations.UNITS_A_PAGE", 2)
    make_sheet(world.codes, world.unit, state="submitted")
    others = sorted((UnitFactory(region=world.tree.banner) for _ in range(4)), key=lambda unit: unit.code)
    banner, codes = world.tree.banner, world.codes
    units = list(units_with_sheets(officer_of(banner), banner, codes.year, UP))
    assert units == [*others, world.unit]
    assert [unit.is_missing for unit in units] == [True] * 4 + [False]
    client, address = client_of("banner_officer", banner), reverse("budget:progress")
    last = html.text(client.get(f"{address}?page=3"))
    assert world.unit.name in last
    assert others[0].name not in last
    assert client.get(f"{address}?page=99").status_code == client.get(f"{address}?page=x").status_code == 200
    assert world.unit.name not in html.text(client.get(f"{address}?only=missing&page=2"))


def test_a_clerk_sees_the_sums_of_their_own_unit(world: World):
    make_sheet(world.codes, world.unit, state="accepted")
    UnitFactory(region=world.tree.banner)
    sums = sums_of_units(clerk_of(world.unit), world.tree.banner, world.codes.year, UP)
    assert sums == {"due": 1, "handed_in": 1, "accepted": 1, "missing": 0, "total": Decimal("350.50")}


def test_the_differences_need_no_query_per_sheet_or_region(world: World):
    for unit in (world.unit, world.neighbour_unit, world.league_unit):
        make_sheet(world.codes, unit, state="accepted")
    for region in (world.tree.banner, world.tree.neighbour):
        make_compilation(world.codes, region, "accepted")
    league = make_compilation(world.codes, world.tree.league, "compiled")
    client = client_of("league_officer", world.tree.league)
    services.reopen_compilation(SYSTEM, league)
    counts = []
    for unit in (world.league_unit, world.unit, world.neighbour_unit):
        if unit.region != world.tree.league:
            reopen(unit.region.compilations.get())
        sheet = fresh(unit.sheets.get())
        reopen(sheet, "x")
        services.save_lines(clerk_of(unit), fresh(sheet), fresh(sheet).version, [line(world.codes, "1.00")], None)
        address = f"{league.get_absolute_url()}?tab=differences"
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert "-349.50" in html.text(client.get(address))
        counts.append(len(caught))
    assert len(set(counts)) == 1, counts


def test_progress_counts_one_level_and_all_below_in_a_constant_number_of_queries(world: World):
    with CaptureQueriesContext(connection) as few:
        selectors.region_progress(world.tree.root, world.codes.year, UP)
    for number in range(6):
        make_sheet(world.codes, UnitFactory(region=(world.tree.banner, world.tree.far_banner)[number % 2]))
    with CaptureQueriesContext(connection) as many:
        selectors.region_progress(world.tree.root, world.codes.year, UP)
    assert len(many) == len(few)
