"""Timetables: which rounds a region runs, who keeps them, and what is refused in a round that is not run."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import client_of, make_actor
from apps.budget import services
from apps.budget.importreport import ImportOrder
from apps.budget.models import ActDay, BudgetAct, BudgetRound, RoundPlan
from apps.budget.selectors.collection import collection_status, region_progress
from apps.budget.selectors.plans import deadline_of, plan_of
from apps.budget.tests.factories import SYSTEM, UP, World, clerk_of, head_of, make_sheet, officer_of
from apps.codes.models import FiscalYear, YearState
from apps.evidence.models import Entry
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
SECOND = BudgetRound.SECOND_UP


def plan(world: World, region=None, **values) -> RoundPlan:
    made = RoundPlan(region=region or world.tree.banner, year_id=world.codes.year, **values)
    services.save_plan(SYSTEM, made)
    return made


def test_a_region_without_a_timetable_runs_all_four_rounds(world: World):
    assert plan_of(world.tree.banner.pk, world.codes.year).rounds == list(BudgetRound.values)
    assert services.open_sheet(clerk_of(world.unit), world.unit, world.codes.year, SECOND).round == SECOND


def test_no_sheet_begins_in_a_round_that_is_not_run(world: World):
    plan(world, has_second_up=False, has_first_down=False)
    with pytest.raises(RuleViolation, match="does not run"):
        services.open_sheet(clerk_of(world.unit), world.unit, world.codes.year, SECOND)
    neighbour = world.neighbour_unit
    assert services.open_sheet(clerk_of(neighbour), neighbour, world.codes.year, SECOND).pk


def test_nothing_is_compiled_or_imported_in_a_round_that_is_not_run(world: World, tmp_path):
    plan(world, has_second_up=False, has_first_down=False)
    officer = officer_of(world.tree.banner)
    with pytest.raises(RuleViolation, match="does not run"):
        services.open_compilation(officer, world.tree.banner, world.codes.year, SECOND)
    file = tmp_path / "lines.csv"
    heads = "单位代码,功能分类科目,部门经济分类科目,资金性质,金额(元)"
    file.write_text(f"{heads}\n{world.unit.code},2010101,30101,111,100.00\n", encoding="utf-8")
    with pytest.raises(RuleViolation, match="does not run"):
        services.import_workbook(officer, ImportOrder(file, world.tree.banner, world.codes.year, SECOND))
    report = services.import_workbook(officer, ImportOrder(file, world.tree.banner, world.codes.year, UP))
    assert report.lines == 1


def test_a_region_that_does_not_run_the_round_is_not_missing(world: World):
    league = world.tree.league
    before = collection_status(league, world.codes.year, SECOND).missing
    plan(world, has_second_up=False, has_first_down=False)
    assert collection_status(league, world.codes.year, SECOND).missing == before - 1
    assert world.tree.banner not in [row.region for row in region_progress(league, world.codes.year, SECOND)]
    assert world.tree.banner in [row.region for row in region_progress(league, world.codes.year, UP)]


def test_a_round_that_was_begun_stays_in_the_timetable(world: World):
    make_sheet(world.codes, world.unit)
    with pytest.raises(RuleViolation, match="begun"):
        plan(world, has_first_up=False)
    assert not RoundPlan.objects.exists()


def test_a_timetable_keeps_one_submission_and_its_days_in_order(world: World):
    with pytest.raises(IntegrityError, match="plan_has_a_submission"), transaction.atomic():
        RoundPlan.objects.create(
            region=world.tree.banner, year_id=world.codes.year, has_first_up=False, has_second_up=False
        )
    with pytest.raises(RuleViolation, match="follow each other"):
        plan(world, first_up_due=date(2026, 9, 1), announced_on=date(2026, 10, 1))


def test_the_database_puts_the_league_beside_the_region(world: World):
    assert RoundPlan.objects.get(pk=plan(world).pk).league_id == world.tree.league.pk


def test_a_closed_year_keeps_its_timetable(world: World):
    FiscalYear.objects.filter(pk=world.codes.year).update(state=YearState.CLOSED)
    with pytest.raises(RuleViolation, match="closed"):
        plan(world)


@pytest.mark.parametrize("who", ["neighbour", "league", "clerk", "head", "leader", "reviewer"])
def test_only_the_office_of_the_region_keeps_its_timetable(world: World, who):
    actor = {
        "neighbour": lambda: officer_of(world.tree.neighbour),
        "league": lambda: officer_of(world.tree.league),
        "clerk": lambda: clerk_of(world.unit),
        "head": lambda: head_of(world.unit),
        "leader": lambda: make_actor("finance_leader", world.tree.banner),
        "reviewer": lambda: make_actor("department_reviewer", world.unit.department),
    }[who]()
    with pytest.raises(NotAllowed):
        services.save_plan(actor, RoundPlan(region=world.tree.banner, year_id=world.codes.year))
    values = {"act": BudgetAct.DEPARTMENTS_ANSWERED, "day": date(2026, 1, 1)}
    with pytest.raises(NotAllowed):
        services.record_act_day(actor, world.tree.banner, world.codes.year, values)


def test_the_page_saves_the_timetable_of_its_own_region(world: World):
    browser = client_of("banner_officer", world.tree.banner)
    address = f"{reverse('budget:plan')}?year={world.codes.year}"
    data = {"has_first_up": "on", "has_second_down": "on", "first_up_due": "2026-09-30", "source": "财预〔2026〕1号"}
    assert browser.post(address, data).status_code == 302
    saved = RoundPlan.objects.get()
    assert (saved.region_id, saved.rounds) == (world.tree.banner.pk, ["first_up", "second_down"])
    assert Entry.objects.get(event="budget.plan_saved").region_code == world.tree.banner.code
    assert browser.post(address, {"first_up_due": "2026-09-30"}).status_code == 422
    assert browser.post(address, {"has_first_up": "on", "first_up_due": "soon"}).status_code == 422
    assert client_of("unit_clerk", world.unit).get(address).status_code == 403


def test_the_day_of_an_act_is_written_once_and_corrected(world: World):
    officer = officer_of(world.tree.banner)
    values = {"act": BudgetAct.DEPARTMENTS_ANSWERED, "day": date(2026, 2, 1), "document": "1号"}
    first = services.record_act_day(officer, world.tree.banner, world.codes.year, values)
    again = services.record_act_day(officer, world.tree.banner, world.codes.year, values | {"day": date(2026, 2, 3)})
    assert (again.pk, ActDay.objects.get().day) == (first.pk, date(2026, 2, 3))
    later = {"day": timezone.localdate() + timedelta(days=1)}
    for wrong in (values | later, values | {"act": BudgetAct.CONGRESS}):
        with pytest.raises(RuleViolation):
            services.record_act_day(officer, world.tree.banner, world.codes.year, wrong)


def test_the_page_writes_down_an_act(world: World):
    browser = client_of("banner_officer", world.tree.banner)
    address = f"{reverse('budget:act_day')}?year={world.codes.year}"
    assert browser.post(address, {"act": "congress", "day": "2026-02-01"}).status_code == 422
    assert (
        browser.post(address, {"act": "transfer_received", "day": "2026-02-01", "subject": "草原补奖"}).status_code
        == 302
    )
    assert "草原补奖" in browser.get(f"{reverse('budget:plan')}?year={world.codes.year}").content.decode()


def test_a_deadline_turns_yellow_and_red(world: World):
    made = plan(world, announced_on=date(2026, 9, 1), first_up_due=date(2026, 9, 11))
    lights = [deadline_of(made, UP, date(2026, 9, day)).light for day in (8, 9, 11, 12)]
    assert lights == ["green", "yellow", "yellow", "red"]
    assert deadline_of(made, SECOND, date(2026, 9, 8)) is None
