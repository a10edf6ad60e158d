"""The list behind each figure of the roll-out has exactly the rows that the figure counts."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import ACTOR, UserFactory, client_of
from apps.budget.models import RoundPlan
from apps.budget.tests.factories import World, line, make_sheet
from apps.codes.models import FiscalYear
from apps.dashboard.models import Kpi, KpiFigure, KpiPeriod
from apps.dashboard.selectors.kpirows import DURATIONS, KpiQuestion, KpiRows, address_of
from apps.dashboard.services.kpi import refresh_kpis
from apps.disbursement.models import PlanLine, UsePlan
from apps.disbursement.tests.factories import make_treasury
from apps.ledger.models import Authority
from apps.lowcode.models import Case
from apps.lowcode.tests.rows import make_case
from apps.regions import services as regions
from apps.regions.models import RolloutPhase
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.actor import system_actor
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
LIST = reverse("dashboard:kpi_rows")
ZONE = ZoneInfo("Asia/Shanghai")


def moment(day, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


def put_case(unit, people, ended, days: int = 2, **values) -> None:
    case = make_case(unit, people, **({"state": "approved", "last_seq": 3} | values))
    begun = moment(ended, 9) - timedelta(days=days)
    Case.objects.filter(pk=case.pk).update(started_at=begun, ended_at=moment(ended, 23))


@pytest.fixture
def everything(world: World) -> World:
    """Cases on the days at which periods begin and end, sheets in time and late, plans; one league in the roll-out."""
    today, people, tree = timezone.localdate(), UserFactory(), world.tree
    phase = RolloutPhase.objects.create(number=1, name_zh_hans="试点", modules=["budget"])
    since = today - timedelta(days=40)
    regions.switch_on(ACTOR, [tree.league], phase, since)
    for days in (0, 1, 39, 40, 41, 89, 90, 200, 405, 406):
        for unit in (world.unit, world.neighbour_unit, world.far_unit):
            put_case(unit, people, today - timedelta(days=days), days=days % 9, circulation=1 + days % 3)
    for values in ({"state": "returned"}, {"state": "withdrawn"}, {"state": "running"}, {"last_seq": 1}):
        put_case(world.unit, people, today - timedelta(days=3), **values)
    RoundPlan.objects.create(
        region=tree.banner,
        year_id=2027,
        first_up_due=today - timedelta(days=20),
        second_up_due=today - timedelta(days=5),
        has_second_up=True,
    )
    UnitFactory(region=tree.banner, department=world.unit.department)
    make_sheet(world.codes, world.unit, [line(world.codes, "1.00")], "submitted")
    Case.objects.filter(subject="budget.sheet").update(started_at=moment(today - timedelta(days=21)))
    _plan(world, today)
    refresh_kpis(whole=True)
    return world


def _plan(world: World, today) -> None:
    """A plan of use in the year that runs, and what the unit has been paid."""
    FiscalYear.objects.get_or_create(year=today.year)
    authority = make_treasury(world).authority
    with connection.cursor() as cursor:  # the factory's authority is one of next year, and authorities never change
        cursor.execute("SET LOCAL session_replication_role = replica")
        Authority.objects.filter(pk=authority.pk).update(year=today.year)
        cursor.execute("SET LOCAL session_replication_role = origin")
    plan = UsePlan.objects.create(year_id=today.year, region=authority.region, unit=authority.unit)
    for number, month in enumerate((1, today.month, 12), 1):
        PlanLine.objects.create(plan=plan, number=number, authority=authority, month=month, amount="10.01")
    UsePlan.objects.filter(pk=plan.pk).update(state="approved")


def counted(figure: KpiFigure, rows: list) -> int:
    """What the figure says that it is made of."""
    return sum(row.circulation for row in rows) if figure.kpi == Kpi.RETURNS else len(rows)


def worked_out(kpi: str, rows: list) -> Decimal:
    """The figure once more, from the rows."""
    match kpi:
        case Kpi.RETURNS:
            return Decimal(sum(row.times for row in rows)) * 100 / sum(row.circulation for row in rows)
        case Kpi.ON_TIME:
            return Decimal(sum(row.on_time for row in rows)) * 100 / len(rows)
        case Kpi.DEVIATION:
            return sum(row.off for row in rows) * 100 / sum(row.planned for row in rows)
    return Decimal(median((row.ended_at - row.started_at).total_seconds() / 3600 for row in rows))


def test_every_figure_counts_the_rows_of_its_list(everything):
    kept, seen = 0, set()
    for figure in KpiFigure.objects.select_related("region"):
        asked = KpiQuestion(Kpi(figure.kpi), figure.region, KpiPeriod(figure.period), figure.month, figure.phase_id)
        if not asked.is_kept:
            continue
        rows = list(KpiRows(system_actor(), asked).rows())
        assert counted(figure, rows) == figure.count, figure
        if figure.kpi not in DURATIONS - {Kpi.HOURS_MEDIAN}:
            assert round(worked_out(figure.kpi, rows), 2) == round(figure.value, 2), figure
        kept += 1
        seen.add((figure.kpi, figure.period, figure.phase_id is not None))
    assert {kpi for kpi, _period, _phase in seen} == set(Kpi)
    assert {(period, phase) for _kpi, period, phase in seen} == {
        (period, phase) for period in KpiPeriod for phase in (False, True)
    }
    assert kept > 100


def test_the_page_leads_to_the_list_and_the_list_shows_the_count(everything):
    browser = client_of("league_officer", everything.tree.league)
    page = browser.get(reverse("dashboard:kpi"))
    links = html.links(page)
    for card in page.context["cards"]:
        measured = card["measured"]
        assert measured.current, measured.kpi
        assert measured.href in links
        listed = browser.get(measured.href)
        total = {column.name: sum_ for column, sum_ in listed.context["totals"]}
        shown = total["circulation"] if measured.kpi == Kpi.RETURNS else listed.context["count"]
        assert shown == measured.current.count, measured.kpi
        assert f"{measured.current.count}" in html.text(listed)
    assert any("period=baseline" in link for link in links)
    assert any(f"period={timezone.localdate():%Y-%m}" in link for link in links)
    assert any("phase=" in link for link in links)


def test_the_list_says_how_long_each_document_took(everything):
    address = address_of(Kpi.APPROVAL_P90, everything.tree.banner.pk, KpiPeriod.CURRENT)
    page = client_of("banner_officer", everything.tree.banner).get(address)
    cells = [[cell.text for cell in row["cells"]] for row in page.context["rows"]]
    heads = [head["column"].name for head in page.context["heads"]]
    hours = {row[heads.index("hours")] for row in cells}
    assert {"14.0", "38.0"} <= hours  # 9 to 23 o'clock, on the same day and a day later
    days = page.context["figure"].value
    assert any(Decimal(row[heads.index("days")]) <= days for row in cells)


def test_who_sees_which_rows(everything):
    tree = everything.tree
    asked = "?kpi=approval_median&region="
    officer = client_of("banner_officer", tree.banner)
    assert officer.get(f"{LIST}{asked}{tree.banner.pk}").status_code == 200
    assert officer.get(f"{LIST}{asked}{tree.neighbour.pk}").status_code == 404
    assert officer.get(f"{LIST}{asked}{tree.root.pk}").status_code == 404
    league = client_of("league_officer", tree.league)
    assert league.get(f"{LIST}{asked}{tree.neighbour.pk}").status_code == 200
    assert league.get(f"{LIST}{asked}{tree.other_league.pk}").status_code == 404
    assert client_of("unit_clerk", everything.unit).get(LIST).status_code == 403
    assert client_of("expert", tree.banner).get(LIST).status_code == 403


@pytest.mark.parametrize(
    "query",
    ["kpi=x&period=y&phase=q", "period=month", "period=2026-13", "period=1999-01", "kpi=deviation&period=2024-02"],
)
def test_what_cannot_be_asked_falls_back(everything, query):
    assert client_of("region_officer", everything.tree.root).get(f"{LIST}?{query}").status_code == 200


def test_rows_of_past_months_that_are_not_kept_are_said_to_be_gone(everything):
    today = timezone.localdate()
    before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    browser = client_of("region_officer", everything.tree.root)
    page = browser.get(address_of(Kpi.DEVIATION, everything.tree.root.pk, KpiPeriod.MONTH, before))
    assert (page.context["count"], page.context["asked"].is_kept) == (0, False)
    assert (
        browser.get(address_of(Kpi.DEVIATION, everything.tree.root.pk, KpiPeriod.MONTH, today.replace(day=1))).context[
            "count"
        ]
        == 1
    )


def test_another_figure_is_a_page_of_its_own(everything):
    browser = client_of("region_officer", everything.tree.root)
    heads = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{LIST}?kpi=returns"}
    assert browser.get(f"{LIST}?kpi=on_time", headers=heads)["HX-Redirect"] == f"{LIST}?kpi=on_time"
    assert "HX-Redirect" not in browser.get(f"{LIST}?kpi=returns&sort=pk", headers=heads)


@pytest.mark.parametrize("kpi", list(Kpi))
def test_the_list_asks_the_same_of_many_rows_as_of_few(everything, kpi):
    browser, counts = client_of("region_officer", everything.tree.root), []
    for region in (everything.tree.banner, everything.tree.root):
        address = address_of(kpi, region.pk, KpiPeriod.CURRENT)
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 22
