"""The statutory clocks: counting, colours, what begins and ends them, and who sees the late ones."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import client_of
from apps.budget import services
from apps.budget.clocks import Light, Term
from apps.budget.models import ActDay, BudgetAct, RoundPlan, StatutoryClock
from apps.budget.selectors.clocks import clocks_of, late_below
from apps.budget.tests.factories import SYSTEM, World
from apps.codes.models import CalendarDay, DayKind
from apps.codes.workdays import Calendar
from apps.evidence.models import Entry
from apps.ledger.tests.factories import make_pool, transfer

START = date(2026, 1, 20)


def test_natural_days_run_over_every_holiday():
    term = Term(START, 20)
    assert (term.due, term.left(date(2026, 2, 4)), term.used(date(2026, 2, 4))) == (date(2026, 2, 9), 5, 15)


def test_working_days_go_by_the_calendar():
    holidays = Calendar({date(2026, 1, 21): False, date(2026, 1, 24): True})
    term = Term(START, 3, working=True, calendar=holidays)
    assert term.due == date(2026, 1, 24)  # 22, 23, and the Saturday that is worked
    assert term.left(date(2026, 1, 23)) == 1


@pytest.mark.parametrize(
    ("day", "done", "light"),
    [
        (date(2026, 2, 4), None, Light.GREEN),  # 15 of 20 days
        (date(2026, 2, 5), None, Light.YELLOW),  # 16 of 20: four fifths
        (date(2026, 2, 9), None, Light.YELLOW),  # the last day
        (date(2026, 2, 10), None, Light.RED),
        (date(2026, 3, 1), date(2026, 2, 9), Light.GREEN),
        (date(2026, 3, 1), date(2026, 2, 10), Light.RED),
    ],
)
def test_the_colours_of_a_term(day, done, light):
    assert Term(START, 20).light(day, done) == light


@pytest.fixture
def clocks(world: World) -> World:
    call_command("load_clocks", verbosity=0)
    return world


def approve(world: World, region, day: date = START) -> None:
    services.save_plan(SYSTEM, RoundPlan(region=region, year_id=world.codes.year, approved_on=day))


def record(world: World, region, act: str, day: date, subject: str = "") -> None:
    values = {"act": act, "day": day, "subject": subject}
    services.record_act_day(SYSTEM, region, world.codes.year, values)


def running(world: World, region, today: date) -> dict[str, object]:
    return {each.clock.code + each.subject: each for each in clocks_of([region], world.codes.year, today)}


@pytest.mark.django_db
def test_the_shipped_terms_load_twice_without_a_change(clocks: World):
    count = StatutoryClock.objects.count()
    assert count == 13
    call_command("load_clocks", verbosity=0)
    outcomes = [entry.facts for entry in Entry.objects.filter(event="budget.clocks_imported").order_by("pk")]
    assert (outcomes[-1].get("created"), outcomes[-1].get("same")) == (None, count)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"days": "x"}, {"days": "0"}, {"from_act": "nothing"}, {"to_act": "congress"}])
def test_a_bad_row_of_terms_is_refused(db, tmp_path, change):
    row = {"code": "x", "name_zh": "期限", "from_act": "congress", "to_act": "budget_published", "days": "20"}
    row |= {"basis_zh": "预算法"} | change
    file = tmp_path / "clocks.csv"
    file.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("load_clocks", str(file))
    assert not StatutoryClock.objects.exists()


@pytest.mark.django_db
def test_the_approval_of_the_congress_begins_the_clocks_and_acts_end_them(clocks: World):
    banner = clocks.tree.banner
    assert running(clocks, banner, START) == {}
    approve(clocks, banner)
    found = running(clocks, banner, date(2026, 2, 10))
    assert (found["answer_departments"].light, found["answer_departments"].is_late) == (Light.RED, True)
    assert found["special_passed"].due == START + timedelta(days=60)
    assert "central_general" not in found
    record(clocks, banner, BudgetAct.DEPARTMENTS_ANSWERED, date(2026, 2, 8))
    found = running(clocks, banner, date(2026, 2, 10))
    assert (found["answer_departments"].done, found["answer_departments"].is_late) == (date(2026, 2, 8), False)
    assert found["answer_units"].due == date(2026, 2, 23)


@pytest.mark.django_db
def test_each_transfer_has_a_clock_of_its_own_and_working_days_follow_the_region(clocks: World):
    root = clocks.tree.root
    record(clocks, root, BudgetAct.TRANSFER_RECEIVED, START, "甲")
    record(clocks, root, BudgetAct.TRANSFER_RECEIVED, START + timedelta(days=5), "乙")
    record(clocks, root, BudgetAct.TRANSFER_PASSED, START + timedelta(days=9), "甲")
    record(clocks, root, BudgetAct.DIRECT_RECEIVED, START)
    CalendarDay.objects.create(day=date(2026, 1, 21), kind=DayKind.HOLIDAY, name="假")
    found = running(clocks, root, date(2026, 3, 1))
    assert (found["transfer_passed甲"].done is None, found["transfer_passed乙"].is_late) == (False, True)
    assert found["direct_filed"].due == date(2026, 1, 30)  # seven working days, one of them free
    # On a lower level the clock of the autonomous region does not run.
    record(clocks, clocks.tree.banner, BudgetAct.TRANSFER_RECEIVED, START)
    assert running(clocks, clocks.tree.banner, START) == {}


@pytest.mark.django_db
def test_an_upper_level_sees_what_is_late_below_at_the_same_cost(clocks: World):
    tree, today = clocks.tree, date(2026, 3, 1)
    approve(clocks, tree.banner)
    with CaptureQueriesContext(connection) as one:
        late, _count = late_below(tree.league, clocks.codes.year, today)
    assert {each.region.pk for each in late} == {tree.banner.pk}
    approve(clocks, tree.neighbour)
    approve(clocks, tree.far_banner)
    with CaptureQueriesContext(connection) as two:
        late, count = late_below(tree.league, clocks.codes.year, today)
    assert {each.region.pk for each in late} == {tree.banner.pk, tree.neighbour.pk}
    assert count == len(late)
    assert len(two) == len(one) <= 7


@pytest.mark.django_db
def test_the_progress_page_shows_clocks_to_offices_only(clocks: World):
    today = timezone.localdate()
    approve(clocks, clocks.tree.banner, today - timedelta(days=21))
    address = f"{reverse('budget:progress')}?year={clocks.codes.year}"
    banner = client_of("banner_officer", clocks.tree.banner).get(address)
    assert 'id="clocks"' in banner.content.decode()
    league = client_of("league_officer", clocks.tree.league).get(address)
    assert 'id="late"' in league.content.decode()
    assert {row.region.pk for row in league.context["late"]} == {clocks.tree.banner.pk}
    other = client_of("league_officer", clocks.tree.other_league).get(address)
    assert 'id="late"' not in other.content.decode()
    clerk = client_of("unit_clerk", clocks.unit).get(address)
    assert 'id="clocks"' not in clerk.content.decode()


def advance(world: World, amount: str = "900.00") -> None:
    """Money of the year, marked as in advance, that the autonomous region sends to the league, which passes it on."""
    tree = world.tree
    held = transfer(world, make_pool(world, amount, region=tree.root, is_advance=True), amount, tree.league)
    transfer(world, held, amount, tree.banner)


@pytest.mark.django_db
def test_notice_in_advance_is_due_on_its_day_and_ends_with_the_act(clocks: World):
    root, year = clocks.tree.root, clocks.codes.year
    services.save_plan(SYSTEM, RoundPlan(region=root, year_id=year, announced_on=date(2026, 6, 20)))
    found = running(clocks, root, date(2026, 9, 1))
    assert set(found) == {"advance_notified"}
    assert (found["advance_notified"].due, found["advance_notified"].light) == (date(2026, 10, 31), Light.GREEN)
    assert running(clocks, root, date(2026, 10, 20))["advance_notified"].light == Light.YELLOW
    assert running(clocks, root, date(2026, 11, 1))["advance_notified"].is_late
    ActDay.objects.create(region=root, year_id=year, act=BudgetAct.ADVANCE_RECEIVED, day=date(2026, 10, 25))
    found = running(clocks, root, date(2026, 12, 1))
    assert (found["advance_notified"].done, found["advance_notified"].is_late) == (date(2026, 10, 25), False)
    assert (found["advance_passed"].due, found["advance_passed"].is_late) == (date(2026, 11, 24), True)


@pytest.mark.django_db
def test_documents_of_money_in_advance_are_acts_by_themselves(clocks: World):
    league = clocks.tree.league
    assert running(clocks, league, date(2027, 2, 1)) == {}
    advance(clocks)
    found = running(clocks, league, date(2027, 3, 1))
    assert set(found) == {"advance_passed_league"}
    clock = found["advance_passed_league"]
    assert (clock.term.start, clock.done, clock.is_late) == (date(2027, 1, 20), date(2027, 1, 20), False)
    assert running(clocks, clocks.tree.banner, date(2027, 3, 1)) == {}  # a banner has nobody below


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"due_by": "10-31"}, {"days": ""}, {"days": "", "due_by": "02-30"}, {"days": "", "due_by": "10-32"}]
)
def test_a_term_has_days_or_a_day_of_its_own(db, tmp_path, change):
    row = {"code": "x", "name_zh": "期限", "from_act": "congress", "to_act": "budget_published", "days": "20"}
    row |= {"due_by": "", "basis_zh": "预算法"} | change
    file = tmp_path / "clocks.csv"
    file.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("load_clocks", str(file))
    assert not StatutoryClock.objects.exists()
