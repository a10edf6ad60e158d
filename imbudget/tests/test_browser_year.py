"""A demonstration year of three pilot cities in the browser: timetable, rounds, approval, additions, carry-over, closed books.

The first city goes the whole way by clicks, the second one partly in standing lines, of the third one what a department
and an upper region do; what is left out of the latter two is done by the services that the pages call.
"""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum
from django.utils import translation
from playwright.sync_api import Browser

from apps.budget import services
from apps.budget.demo.acting import officer
from apps.budget.demo.people import fill_offices
from apps.budget.models import Compilation, ControlFigure
from apps.budget.tests.factories import make_world
from apps.codes.tests.factories import make_codes
from apps.ledger.models import Balance, Books
from apps.ledger.tests.factories import load_chart
from apps.regions.models import Region
from apps.regions.tests.factories import make_region
from apps.reports.demo import closing, collecting, issuing, play, tying
from imbudget.tests import yearplay
from imbudget.tests.yearplay import YEAR, City

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]


@pytest.fixture
def regions() -> list[Region]:
    """Three cities of two units each, and the region above them."""
    world = make_world()
    before = make_codes(YEAR - 1)
    make_codes(YEAR + 1)
    third = make_region("150200", "包头市", "city", world.tree.root)
    load_chart()
    call_command("load_flows", verbosity=0)
    world.league_unit.delete()  # the cities have their own
    cities = list(Region.objects.filter(pk__in=(world.tree.league.pk, world.tree.other_league.pk, third.pk)))
    for city in cities:
        yearplay.make_city(world.codes, before, city)
    fill_offices(world.tree.root)
    return cities


def test_a_year_of_three_cities(
    chromium: Browser,
    live_server: Any,
    regions: list[Region],
    tmp_path: Path,
    settings: Any,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    first, second, third = (
        City(chromium, live_server.url, region, language, tmp_path)
        for region, language in zip(regions, ("zh-hans", "mvf", "zh-hans"), strict=True)
    )
    whole_year(first)
    partly_in_mongolian(second)
    department_splits(third)
    for city in (first, second, third):
        with translation.override("zh-hans"):
            assert tying.ledger_holds(city.stage)
            assert "72 ties" in tying.tables_tie(city.stage)
        city.close()
    out = io.StringIO()
    call_command("verify_ledger", stdout=out)
    assert "broken" not in out.getvalue()


def whole_year(city: City) -> None:
    """Every act by clicks; of the second unit by services."""
    yearplay.announce(city)
    yearplay.first_up(city, city.units[0])
    hand_in_the_other(city, "first_up", collecting.as_last_year)
    yearplay.control(city, "10", "196,000.00")
    yearplay.second_up(city, city.units[0])
    hand_in_the_other(city, "second_up", collecting.within_figures)
    compilation = yearplay.compiled(city, "196,000.00")
    yearplay.report(city, compilation)
    yearplay.accept_report(city, compilation)
    assert Compilation.objects.get(pk=compilation.pk).state == "accepted"
    document = yearplay.approve(city, compilation, f"财预〔{YEAR}〕1号", "196,000.00")
    names = yearplay.letters(city, compilation)
    assert [name[:6] for name in names] == [unit.code for unit in city.units]
    assert document.total == Decimal("196000.00")
    yearplay.tables_agree(city, "196,000.00")
    yearplay.in_the_year(city)
    issuing.pay(city.stage)
    left = Decimal("206000.00") - city.stage.paid
    yearplay.carry_over(city, f"{left:,.2f}")
    balances = Balance.objects.filter(authority__region=city.region).order_by().values_list("authority__year")
    assert dict(balances.annotate(Sum("available"))) == {YEAR: Decimal(0), YEAR + 1: left}


def hand_in_the_other(city: City, round_: str, prepare: Any) -> None:
    """The second unit's sheet, filled in, handed in and accepted."""
    collecting.bring_in(city.stage, city.units[1], round_, prepare)
    services.accept_waiting(officer(city.region), city.region, YEAR, round_)


def partly_in_mongolian(city: City) -> None:
    """Control figures, the approval with its letters, and the end of the books, in standing lines."""
    stage = city.stage
    act(city, collecting.announce, collecting.first_up)
    yearplay.control(city, "5", "198,000.00")
    act(city, collecting.second_up)
    compilation = Compilation.objects.get(region=city.region, year=YEAR, round="second_up")
    yearplay.approve(city, compilation, f"兴财预〔{YEAR}〕1号", "198,000.00")
    assert len(yearplay.letters(city, compilation)) == 2
    yearplay.tables_agree(city, "198,000.00")
    next(stage.numbers)
    act(city, issuing.distribute, issuing.add, issuing.reallocate, issuing.pay)
    act(city, closing.prepare_next_year, closing.write_off, closing.carry_over)
    yearplay.close_books(city)


def department_splits(city: City) -> None:
    """The department gives one unit less and the other one more, and issues that itself; the rest is as in the others."""
    act(city, collecting.announce, collecting.first_up, collecting.control)
    figures = ControlFigure.objects.issued().filter(region=city.region)
    upper = figures.get(department__isnull=False, unit=None, kind="basic")
    desk = city.desk(f"zg{city.region.code}{upper.department.code}")
    desk.open(upper.get_absolute_url())
    yearplay.press(desk, "a[href$='/split/']")
    for unit, amount in zip(city.units, ("79000", "81000"), strict=True):
        row = desk.page.locator("main tbody tr").filter(has_text=unit.name)
        row.locator("td.num input.amount").fill(amount)
        row.locator("td:last-child input").fill("部门内统筹")
    city.look(desk, "split")
    yearplay.press(desk, yearplay.BUTTON)
    desk.act(f"/budget/control/issue/?year={YEAR}", document="部门〔2026〕3号")
    amounts = figures.filter(unit__isnull=False, kind="basic").order_by("unit__code").values_list("amount", flat=True)
    assert list(amounts) == [Decimal("79000.00"), Decimal("81000.00")]
    rest = [step for _name, step in play.ACTS]
    act(city, *rest[rest.index(collecting.second_up) :])
    assert Books.objects.get(region=city.region, year=YEAR).state == "closed"


def act(city: City, *steps: Any) -> None:
    """What the demonstration's people do by services."""
    with translation.override("zh-hans"):
        for step in steps:
            with transaction.atomic():
                step(city.stage)
