"""The page of the roll-out's measures: who sees what, what it says, and what it asks the database."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.accounts.tests.factories import ACTOR, client_of, make_actor
from apps.dashboard.models import Kpi, KpiBaseline, KpiFigure, KpiPeriod, KpiTarget, TargetKind
from apps.dashboard.selectors.kpi import Reader, months_of
from apps.dashboard.services import baselines
from apps.evidence.models import Entry
from apps.regions import services as regions
from apps.regions.models import Region, RolloutPhase
from apps.regions.tests.factories import Tree, UnitFactory, make_tree
from imbudget.kit.errors import NotAllowed
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
PAGE = reverse("dashboard:kpi")
DAY = date(2026, 11, 1)


@pytest.fixture
def tree() -> Tree:
    KpiTarget.objects.get_or_create(kpi=Kpi.APPROVAL_MEDIAN, defaults={"kind": TargetKind.CHANGE, "value": -30})
    KpiTarget.objects.get_or_create(kpi=Kpi.DEVIATION, defaults={"kind": TargetKind.MOST, "value": 5})
    return make_tree()


def put(region: Region, kpi: str, value: str, period: str = KpiPeriod.CURRENT, count: int = 20, **more) -> KpiFigure:
    days = {"first_day": DAY, "last_day": DAY, "at": timezone.now()}
    return KpiFigure.objects.create(region=region, kpi=kpi, value=value, period=period, count=count, **days, **more)


def card(response, kpi: str):
    return next(one for one in response.context["cards"] if one["measured"].kpi == kpi)


def test_a_region_sees_where_it_stands_against_its_baseline_and_target(tree):
    put(tree.banner, Kpi.APPROVAL_MEDIAN, "6.5")
    put(tree.banner, Kpi.APPROVAL_MEDIAN, "10", KpiPeriod.BASELINE)
    put(tree.banner, Kpi.DEVIATION, "5.01", count=3)
    page = client_of("finance_leader", tree.banner).get(PAGE)
    median, deviation = card(page, Kpi.APPROVAL_MEDIAN), card(page, Kpi.DEVIATION)
    assert (median["figure"], median["change"], median["state"]) == ("6.5", "-35%", "ok")
    assert (deviation["figure"], deviation["change"], deviation["state"]) == ("5.01%", "", "bad")
    assert deviation["measured"].current.is_few
    assert card(page, Kpi.ON_TIME)["figure"] == "–"  # no figure is no zero
    assert card(page, Kpi.ON_TIME)["state"] == ""
    assert "0%" not in html.text(page).replace("30%", "").replace("90%", "")


def test_an_entered_baseline_counts_where_none_was_measured(tree):
    for region, kpi in ((tree.banner, Kpi.APPROVAL_MEDIAN), (tree.banner, Kpi.DEVIATION)):
        KpiBaseline.objects.create(region=region, kpi=kpi, value=12, first_day=DAY, last_day=DAY, source="2025年总结")
    put(tree.banner, Kpi.APPROVAL_MEDIAN, "6", KpiPeriod.BASELINE)
    cards = {one.kpi: one for one in Reader(make_actor("auditor", tree.banner), tree.banner).page().cards}
    assert (cards[Kpi.APPROVAL_MEDIAN].baseline.value, cards[Kpi.APPROVAL_MEDIAN].baseline.source) == (6, "")
    assert (cards[Kpi.DEVIATION].baseline.value, cards[Kpi.DEVIATION].baseline.source) == (12, "2025年总结")


@pytest.mark.parametrize("baseline", ["0", None])
def test_from_nothing_there_is_no_change(tree, baseline):
    put(tree.banner, Kpi.APPROVAL_MEDIAN, "3")
    if baseline:
        put(tree.banner, Kpi.APPROVAL_MEDIAN, baseline, KpiPeriod.BASELINE)
    median = card(client_of("auditor", tree.banner).get(PAGE), Kpi.APPROVAL_MEDIAN)
    assert (median["change"], median["state"]) == ("", "")


def test_a_league_goes_down_into_its_banners_and_sees_its_phases(tree):
    pilot = RolloutPhase.objects.create(number=1, name_zh_hans="试点", modules=["budget"])
    regions.switch_on(ACTOR, [tree.league], pilot, DAY)
    put(tree.league, Kpi.RETURNS, "9", phase=pilot)
    put(tree.banner, Kpi.RETURNS, "8")
    page = client_of("league_officer", tree.league).get(PAGE)
    assert [line.place for line, _cells in page.context["compared"]] == [tree.banner, tree.neighbour]
    assert [line.place for line, _cells in page.context["phases"]] == [pilot]
    assert [line.phase for line, _cells in page.context["compared"]] == [pilot, pilot]
    assert page.context["page"].standing.switched_on == DAY
    links = html.links(page)
    assert f"?region={tree.banner.pk}" in links
    below = client_of("league_officer", tree.league).get(f"{PAGE}?region={tree.banner.pk}")
    assert card(below, Kpi.RETURNS)["figure"] == "8%"


WHO = [  # role, place, and the answers for: banner, neighbour, league, other league, root
    ("banner_officer", "banner", (200, 404, 404, 404, 404)),
    ("finance_leader", "banner", (200, 404, 404, 404, 404)),
    ("auditor", "league", (200, 200, 200, 404, 404)),
    ("region_officer", "root", (200, 200, 200, 200, 200)),
    ("system_admin", "root", (403, 403, 403, 403, 403)),
    ("expert", "banner", (403, 403, 403, 403, 403)),
]


@pytest.mark.parametrize(("role", "place", "expected"), WHO)
def test_who_sees_which_region(tree, role, place, expected):
    browser = client_of(role, getattr(tree, place))
    places = (tree.banner, tree.neighbour, tree.league, tree.other_league, tree.root)
    assert tuple(browser.get(f"{PAGE}?region={region.pk}").status_code for region in places) == expected


def test_units_and_departments_do_not(tree):
    unit = UnitFactory(region=tree.banner)
    for role, place in (("unit_clerk", unit), ("unit_head", unit), ("department_reviewer", unit.department)):
        browser = client_of(role, place)
        assert [browser.get(reverse(name)).status_code for name in ("dashboard:kpi", "dashboard:rollout")] == [403, 403]
        assert PAGE not in html.links(browser.get("/"))


def test_months_without_figures_are_gaps(tree):
    for month in (date(2025, 11, 1), date(2026, 2, 1)):
        put(tree.banner, Kpi.RETURNS, "4", KpiPeriod.MONTH, month=month)
    months = months_of(make_actor("auditor", tree.banner), tree.banner, Kpi.RETURNS)
    assert [(f"{month:%Y-%m}", figure and figure.value) for month, figure in months] == [
        ("2025-11", Decimal(4)),
        ("2025-12", None),
        ("2026-01", None),
        ("2026-02", Decimal(4)),
    ]
    page = client_of("auditor", tree.banner).get(f"{PAGE}?kpi=returns")
    assert page.context["chart"]
    assert len(page.context["meanings"]) == 5  # median and percentile are worked out alike


def test_before_the_first_run_the_page_says_so(tree):
    page = client_of("region_officer", tree.root).get(PAGE)
    assert page.status_code == 200
    assert "每小时计算一次，计算后" in html.text(page)
    assert page.context["cards"][0]["figure"] == "–"


@pytest.mark.parametrize("many", [False, True])
def test_the_page_asks_the_same_whatever_it_shows(tree, many, django_assert_num_queries):
    pilot = RolloutPhase.objects.create(number=1, name_zh_hans="试点", modules=["budget"])
    regions.switch_on(ACTOR, [tree.league], pilot, DAY)
    put(tree.root, Kpi.RETURNS, "1")
    if many:
        for region in (tree.league, tree.other_league):
            for kpi in Kpi:
                put(region, kpi, "1")
                put(region, kpi, "1", KpiPeriod.BASELINE)
        put(tree.root, Kpi.RETURNS, "1", phase=pilot)
    browser = client_of("region_officer", tree.root)
    browser.get(PAGE)
    with django_assert_num_queries(15):
        browser.get(PAGE)


def test_the_file_says_what_the_page_says_and_leaves_its_record(tree):
    put(tree.league, Kpi.RETURNS, "12.345")
    put(tree.banner, Kpi.RETURNS, "1")
    answer = client_of("league_officer", tree.league).get(f"{PAGE}?export=xlsx")
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    found = {(row[0], row[1]): row[3] for row in rows}
    assert found[str(tree.league), "退回率"] == "12.34"
    assert found[str(tree.banner), "退回率"] == "1"
    assert found[str(tree.league), "按时报送率"] in {"", None}
    assert Entry.objects.filter(event="evidence.downloaded").latest("pk").facts["kind"] == "xlsx"


def test_the_page_of_phases(tree):
    assert "未设置分阶段推广" in html.text(client_of("auditor", tree.root).get(reverse("dashboard:rollout")))
    pilot = RolloutPhase.objects.create(number=1, name_zh_hans="试点", modules=["budget"])
    regions.switch_on(ACTOR, [tree.league, tree.other_league], pilot, timezone.localdate() + timedelta(days=3))
    page = client_of("auditor", tree.league).get(reverse("dashboard:rollout"))
    assert [(phase, [region for region, _day in rows]) for phase, rows in page.context["phases"]] == [
        (pilot, [tree.league])
    ]


def test_only_the_system_administrator_keeps_baselines(tree):
    row = KpiBaseline(region=tree.banner, kpi=Kpi.RETURNS, value=9, first_day=DAY, last_day=DAY, source="x")
    for role in ("region_officer", "finance_leader", "security_admin"):
        with pytest.raises(NotAllowed):
            baselines.save_row(make_actor(role, tree.root), row)
    system = client_of("system_admin", tree.root)
    form = {"region": tree.banner.pk, "kpi": "returns", "value": "9.5", "first_day": "2025-01-01"}
    address = reverse("admin:dashboard_kpibaseline_add")
    assert system.post(address, form | {"last_day": "2024-01-01", "source": "x"}).status_code == 200
    assert system.post(address, form | {"last_day": "2025-12-31", "source": ""}).status_code == 200
    assert not KpiBaseline.objects.exists()
    assert system.post(address, form | {"last_day": "2025-12-31", "source": "2025年总结"}).status_code == 302
    kept = KpiBaseline.objects.get()
    assert (kept.value, kept.league_id or Region.objects.get(pk=tree.banner.pk).league_id) == (
        Decimal("9.5"),
        tree.league.pk,
    )
    assert Entry.objects.filter(event="dashboard.kpi_saved").count() == 1
    assert (
        system.post(reverse("admin:dashboard_kpibaseline_delete", args=[kept.pk]), {"post": "yes"}).status_code == 302
    )
    assert Entry.objects.filter(event="dashboard.kpi_dropped").count() == 1
