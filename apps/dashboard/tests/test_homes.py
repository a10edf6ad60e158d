"""What each role begins with: the right home, nothing of a closed module, and a number of queries that rows do not move."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.services import propose_post
from apps.accounts.tests.factories import ACTOR, UserFactory, client_of, make_actor
from apps.budget.models import RoundPlan
from apps.budget.tests.factories import World, line, make_sheet
from apps.codes.models import FiscalYear
from apps.dashboard.models import Figure, MeasureRun
from apps.dashboard.selectors.homes import cards_of, home_of
from apps.dashboard.selectors.homes.auditor import chain
from apps.dashboard.selectors.homes.money import lamp, passed_of
from apps.ledger.models import Books
from apps.lowcode.tests.rows import make_case, make_task
from apps.projects.tests.factories import make_project
from apps.regions import services as regions
from apps.regions.models import RolloutPhase
from apps.regions.tests.factories import UnitFactory
from apps.review.tests.drawing import ALL_READY
from imbudget.kit import registry
from imbudget.kit.registry import HomeCard, HomeLine, HomeSource, Shelf
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
YEAR = TODAY.year

HOMES = [
    ("unit_clerk", "unit", "clerk"),
    ("unit_head", "unit", "clerk"),
    ("department_reviewer", "department", "clerk"),
    ("banner_officer", "banner", "office"),
    ("league_officer", "league", "office"),
    ("region_officer", "root", "office"),
    ("treasury_clerk", "banner", "office"),
    ("review_supervisor", "banner", "office"),
    ("finance_leader", "banner", "leader"),
    ("finance_leader", "root", "leader"),
    ("auditor", "league", "auditor"),
    ("system_admin", "root", ""),
    ("audit_admin", "root", "auditor"),
    ("expert", "banner", ""),
]


def place(world: World, name: str):
    return {"unit": world.unit, "department": world.unit.department}.get(name) or getattr(world.tree, name)


@pytest.mark.parametrize(("role", "where", "home"), HOMES)
def test_each_role_has_its_home(world, role, where, home):
    node = place(world, where)
    assert home_of(make_actor(role, node)) == home
    page = client_of(role, node).get("/", follow=True)
    assert page.status_code == 200
    assert page.context.get("home", "") == home


def figures(world: World) -> None:
    """Half of what is issued is paid in the banner, a fifth in its neighbour, all of it far away."""
    FiscalYear.objects.get_or_create(year=YEAR)
    Books.objects.get_or_create(region=world.tree.banner, year_id=YEAR)
    sums = {world.tree.banner: (1000, 500), world.tree.neighbour: (1000, 200), world.tree.far_banner: (500, 500)}
    for region, (issued, paid) in sums.items():
        for measure, value in (("issued", issued), ("paid", paid), ("held", 0)):
            Figure.objects.create(measure=measure, year_id=YEAR, region=region, league_id=region.league_id, value=value)
    for measure in ("issued", "paid", "held"):
        MeasureRun.objects.update_or_create(measure=measure, defaults={"at": timezone.now()})


def test_a_leader_sees_the_year_on_one_screen(world, monkeypatch):
    figures(world)
    monkeypatch.setattr("apps.dashboard.selectors.homes.money.passed_of", lambda year, today: Decimal(90))
    page = client_of("finance_leader", world.tree.league).get("/")
    money = page.context["money"]
    assert (money.issued, money.paid, money.rate) == (2000, 700, 35)
    assert money.state == "bad"
    assert [(one.place.label, one.rate, one.points) for one in money.off] == [
        (str(world.tree.neighbour), 20, -70),
        (str(world.tree.banner), 50, -40),
    ]
    assert page.context["map"]
    assert money.href in html.links(page)
    assert "first_up" not in html.text(page)
    root = client_of("finance_leader", world.tree.root).get("/").context["money"]
    assert (root.issued, root.paid) == (2500, 1200)
    assert client_of("finance_leader", world.tree.other_league).get("/").context["money"].rate == 100


def test_without_figures_a_leader_reads_no_zeros(world):
    page = client_of("finance_leader", world.tree.banner).get("/")
    assert page.context["money"].rate is None
    assert page.context["map"] is None
    text = html.text(page)
    assert "–" in text
    assert "0.0%" not in text.replace(f"{page.context['money'].passed:.1f}%", "")


LAMPS = [  # executed, of the year passed: 60 % and 80 % of the pace are the limits
    ("29.9", "50", "bad"),
    ("30", "50", "warn"),
    ("39.9", "50", "warn"),
    ("40", "50", "ok"),
    ("120", "50", "ok"),
    ("0", "50", "bad"),
    (None, "50", ""),
    ("5", "0", ""),
]


@pytest.mark.parametrize(("rate", "passed", "state"), LAMPS)
def test_lamps_of_execution(rate, passed, state):
    assert lamp(rate and Decimal(rate), Decimal(passed)) == state


@pytest.mark.parametrize(
    ("year", "today", "passed"),
    [
        (2026, date(2026, 12, 31), 100),
        (2026, date(2026, 3, 14), 20),  # day 73 of 365
        (2026, date(2027, 1, 5), 100),
        (2027, date(2026, 12, 5), 0),
    ],
)
def test_how_much_of_a_year_has_passed(year, today, passed):
    assert passed_of(year, today) == passed


def test_a_clerk_sees_what_is_late_and_how_everything_stands(world):
    make_project(world.codes, world.unit)
    browser = client_of("unit_clerk", world.unit)
    page = browser.get("/")
    assert page.context["late"].lines == ()
    (projects, payments) = page.context["state_cards"]
    assert [line.count for line in projects.lines] == [1]
    assert payments.lines == ()
    assert browser.get(projects.lines[0].href).context["count"] == 1
    RoundPlan.objects.create(region=world.unit.region, year_id=2027, first_up_due=TODAY - timedelta(days=1))
    clerk = browser.get("/").context["late"]
    assert [line.count for line in clerk.lines] == [1]
    make_sheet(world.codes, world.unit, [line(world.codes, "1.00")], "submitted")
    assert browser.get("/").context["late"].lines == ()
    user = page.context["user"]
    case = make_case(world.unit)
    make_task(case, user, TODAY - timedelta(days=1))
    make_task(case, user, TODAY)  # due today is not late
    assert [line.count for line in browser.get("/").context["late"].lines] == [1]


def test_an_office_sees_who_is_late(world):
    make_sheet(world.codes, world.unit, [line(world.codes, "1.00")], "submitted")
    officer = client_of("league_officer", world.tree.league)
    late = officer.get("/").context["late"]
    assert {line.state for line in late.lines} == {""}
    assert [line.count for line in late.lines] == [1, 1]  # the league's own unit and the neighbour's
    RoundPlan.objects.create(region=world.tree.league, year_id=2027, first_up_due=TODAY - timedelta(days=1))
    late = officer.get("/").context["late"]
    assert {line.state for line in late.lines} == {"late"}
    for each in late.lines:
        assert officer.get(each.href).status_code == 200


def test_an_auditor_sees_the_chain_and_what_is_looked_at_first(world):
    auditor = client_of("auditor", world.tree.banner)
    regions.evidence.append("monitoring.alarm_normal", world.unit, make_actor("treasury_clerk", world.tree.banner))
    regions.evidence.append(
        "monitoring.alarm_normal", world.far_unit, make_actor("treasury_clerk", world.tree.far_banner)
    )
    client_of("unit_clerk", world.far_unit).get("/audit/")
    assert client_of("unit_clerk", world.unit).get("/audit/").status_code == 403
    page = auditor.get("/")
    _draws, overrides, reversals, looks, doors = page.context["looked_at"]
    assert [line.count for line in overrides.lines] == [1]
    assert looks.lines == ()
    assert [line.count for line in doors.lines] == [1]
    assert auditor.get(doors.lines[0].href).context["count"] == 1
    assert auditor.get(overrides.lines[0].href).context["count"] == 1
    assert reversals.lines == ()
    assert not {entry.event for entry in page.context["newest"]} & {"accounts.signed_in"}
    assert {entry.region_code for entry in page.context["newest"]} == {world.tree.banner.code}


def test_a_seal_that_was_changed_is_told(world, monkeypatch):
    monkeypatch.setattr("apps.evidence.services.sealing.READY", ALL_READY)
    regions.evidence.seal()
    sealed = chain()
    assert sealed is not None
    assert sealed.is_sound
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE evidence_batch SET size = size + 1")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert not chain().is_sound
    text = html.text(client_of("auditor", world.tree.root).get("/"))
    assert "最新批次已被改动" in text or "was changed" in text


def test_closed_modules_are_on_no_home(world):
    phase = RolloutPhase.objects.create(number=1, name_zh_hans="试点", modules=["budget"])
    regions.switch_on(ACTOR, [world.tree.banner], phase, TODAY)
    shut = tuple(f"/{name}/" for name in ("projects", "disbursement", "monitoring", "review", "ledger"))
    for role, where in (("unit_clerk", "unit"), ("banner_officer", "banner"), ("finance_leader", "banner")):
        page = client_of(role, place(world, where)).get("/")
        assert page.status_code == 200
        assert [link for link in html.links(page) if link.startswith(shut)] == []
    phase.modules = ["projects"]
    phase.save()
    for role, where in (("unit_clerk", "unit"), ("banner_officer", "banner"), ("treasury_clerk", "banner")):
        page = client_of(role, place(world, where)).get("/")
        assert [link for link in html.links(page) if link.startswith("/budget/")] == []


@pytest.fixture
def shelf(monkeypatch) -> Shelf:
    shelf: Shelf[HomeSource] = Shelf("cards")
    monkeypatch.setattr(registry, "home_cards", shelf)
    return shelf


def test_apps_lend_cards_to_whom_they_are_for(world, shelf):
    card = HomeCard("绩效待办", (HomeLine("自评", 3, "/x/"),))
    shelf.add("a", HomeSource("budget", "budget.enter", frozenset({"clerk"}), lambda actor: card))
    shelf.add("b", HomeSource("review", "budget.see", frozenset({"clerk"}), lambda actor: HomeCard("空", ())))
    shelf.add("c", HomeSource("budget", "budget.see", frozenset({"office"}), lambda actor: card))
    assert cards_of(make_actor("unit_clerk", world.unit), "clerk") == [card]
    assert cards_of(make_actor("unit_head", world.unit), "clerk") == []  # enters no lines
    assert "绩效待办" in html.text(client_of("unit_clerk", world.unit).get("/"))
    phase = RolloutPhase.objects.create(number=1, name_zh_hans="试点", modules=["projects"])
    regions.switch_on(ACTOR, [world.tree.banner], phase, TODAY)
    assert cards_of(make_actor("unit_clerk", world.unit), "clerk") == []


QUERIES = [
    ("unit_clerk", "unit", 19),
    ("department_reviewer", "department", 18),
    ("banner_officer", "banner", 25),
    ("region_officer", "root", 25),
    ("finance_leader", "root", 18),
    ("auditor", "root", 13),
]


@pytest.mark.parametrize(("role", "where", "most"), QUERIES)
def test_rows_do_not_move_the_queries_of_a_home(world, role, where, most):
    figures(world)
    browser = client_of(role, place(world, where))
    browser.get("/")
    counts = []
    for _again in range(2):
        with CaptureQueriesContext(connection) as caught:
            assert browser.get("/").status_code == 200
        counts.append(len(caught))
        for region in (world.tree.banner, world.tree.neighbour, world.tree.far_banner):
            unit = UnitFactory(region=region)
            make_sheet(world.codes, unit, [line(world.codes, "1.00")], "submitted")
            make_project(world.codes, unit)
    assert counts[0] == counts[1]
    assert counts[1] <= most, counts


def test_administrators_begin_with_what_waits_for_them(world):
    UserFactory()  # holds no post
    person = UserFactory(username="newcomer")
    propose_post(make_actor("security_admin", world.tree.root), person, "treasury_officer", world.tree.banner)
    security, system = client_of("security_admin", world.tree.root), client_of("system_admin", world.tree.root)
    (waiting,) = security.get("/").context["cards"]
    assert [line.count for line in waiting.lines] == [1]
    assert person.name in html.text(security.get(waiting.lines[0].href))
    (accounts,) = system.get("/").context["cards"]
    assert system.get(accounts.lines[0].href).context["count"] == accounts.lines[0].count >= 2
