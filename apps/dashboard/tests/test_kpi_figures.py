"""The measures of the roll-out against examples worked out by hand."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from apps.accounts.tests.factories import ACTOR, UserFactory
from apps.budget.models import RoundPlan
from apps.budget.tests.factories import World, line, make_sheet
from apps.codes.models import CalendarDay
from apps.codes.workdays import working_days_between
from apps.dashboard.models import Kpi, KpiFigure, KpiPeriod, KpiTarget, TargetKind
from apps.dashboard.services.kpi import refresh_kpis
from apps.disbursement.models import PlanLine, UsePlan
from apps.disbursement.tests.factories import make_treasury
from apps.ledger.models import Balance
from apps.lowcode.models import Case
from apps.lowcode.tests.rows import make_case
from apps.regions import services as regions
from apps.regions.models import Region, RolloutPhase
from apps.regions.tests.factories import UnitFactory

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 27)  # a Friday


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


@pytest.fixture
def people() -> object:
    return UserFactory()


@pytest.fixture
def ended(world: World, people):
    """Makes a case of a unit that ended after so many natural days and hours."""

    def make(end: date, days: int = 0, hours: int = 0, unit=None, **values):
        case = make_case(unit or world.unit, people, **({"state": "approved", "last_seq": 3} | values))
        begin = at(end, 10) - timedelta(days=days)
        Case.objects.filter(pk=case.pk).update(started_at=begin, ended_at=at(end, 10) + timedelta(hours=hours))
        return case

    return make


def figure(region: Region, kpi: str, period: str = KpiPeriod.CURRENT, month: date | None = None, phase=None):
    row = KpiFigure.objects.filter(region=region, kpi=kpi, period=period, month=month, phase=phase).first()
    return (row.value, row.count) if row else None


# Natural days back from a Friday: 1 → 1 working day, 3 → 3, 5 → 3 (Sunday), 7 → 5, 14 → 10.
DURATIONS = [
    ([0], "0", "0"),
    ([1], "1", "1"),
    ([1, 3], "2", "2.8"),  # even: the middle of both; 90th percentile 1 + 0.9 × 2
    ([1, 3, 14], "3", "8.6"),  # 3 + 0.8 × 7
    ([7, 7, 7, 14], "5", "8.5"),  # place 2.7 of 0…3: 5 + 0.7 × 5
]


@pytest.mark.parametrize(("days", "median", "p90"), DURATIONS)
def test_durations_are_counted_in_working_days(world, ended, days, median, p90):
    for number in days:
        ended(TODAY, number)
    refresh_kpis(today=TODAY)
    assert figure(world.tree.banner, Kpi.APPROVAL_MEDIAN) == (Decimal(median), len(days))
    assert figure(world.tree.banner, Kpi.APPROVAL_P90) == (Decimal(p90), len(days))


def test_durations_in_hours_go_by_the_clock(world, ended):
    for days, hours in ((0, 2), (0, 4), (1, 0), (3, 0)):  # 2, 4, 24, 72 hours
        ended(TODAY, days, hours)
    refresh_kpis(today=TODAY)
    assert figure(world.tree.banner, Kpi.HOURS_MEDIAN) == (Decimal(14), 4)
    assert figure(world.tree.banner, Kpi.HOURS_P90) == (Decimal("57.6"), 4)  # 24 + 0.7 × 48


def test_working_days_are_those_of_the_calendar_of_the_region(world, ended):
    CalendarDay.objects.create(day=TODAY - timedelta(days=1), kind="holiday", name="x")
    CalendarDay.objects.create(day=TODAY - timedelta(days=5), kind="workday", name="x", region=world.tree.league)
    CalendarDay.objects.create(day=TODAY - timedelta(days=2), kind="local_holiday", name="x", region=world.tree.root)
    CalendarDay.objects.create(day=TODAY - timedelta(days=2), kind="workday", name="x", region=world.tree.banner)
    for unit in (world.unit, world.neighbour_unit, world.far_unit):
        ended(TODAY, 9, unit=unit)
    refresh_kpis(today=TODAY)
    for unit in (world.unit, world.neighbour_unit, world.far_unit):
        counted = working_days_between(TODAY - timedelta(days=9), TODAY, unit.region)
        assert figure(unit.region, Kpi.APPROVAL_MEDIAN) == (Decimal(counted), 1)
    assert (
        len(
            {figure(unit.region, Kpi.APPROVAL_MEDIAN)[0] for unit in (world.unit, world.neighbour_unit, world.far_unit)}
        )
        == 3
    )


def test_what_did_not_end_with_approval_or_needed_nobody_is_left_out(world, ended):
    ended(TODAY, 7)
    for values in ({"state": "rejected"}, {"state": "running"}, {"state": "withdrawn"}, {"last_seq": 1}):
        ended(TODAY, 1, **values)
    refresh_kpis(today=TODAY)
    assert figure(world.tree.banner, Kpi.APPROVAL_MEDIAN) == (Decimal(5), 1)


def test_a_region_has_the_median_of_all_below_it_and_not_of_its_neighbours(world, ended):
    ended(TODAY, 1)
    ended(TODAY, 3, unit=world.neighbour_unit)
    ended(TODAY, 14, unit=world.far_unit)
    refresh_kpis(today=TODAY)
    tree = world.tree
    assert figure(tree.banner, Kpi.APPROVAL_MEDIAN) == (Decimal(1), 1)
    assert figure(tree.league, Kpi.APPROVAL_MEDIAN) == (Decimal(2), 2)
    assert figure(tree.root, Kpi.APPROVAL_MEDIAN) == (Decimal(3), 3)
    assert figure(tree.other_league, Kpi.APPROVAL_MEDIAN) == (Decimal(10), 1)
    assert figure(tree.farther_banner, Kpi.APPROVAL_MEDIAN) is None  # nothing is no zero


def test_periods_and_months(world, ended):
    phase = RolloutPhase.objects.create(number=1, name_zh_hans="试点", modules=["budget"])
    since = TODAY - timedelta(days=60)
    regions.switch_on(ACTOR, [world.tree.league], phase, since)
    ended(TODAY, 1)
    ended(since, 3)  # on its first day the region is on
    ended(since - timedelta(days=1), 14)
    ended(since - timedelta(days=365), 14)
    ended(since - timedelta(days=366), 0)  # before the year that is compared with
    ended(TODAY - timedelta(days=30), 7, unit=world.far_unit)  # no roll-out there: 90 days, no baseline
    ended(TODAY - timedelta(days=90), 7, unit=world.far_unit)
    refresh_kpis(today=TODAY)
    banner = world.tree.banner
    assert figure(banner, Kpi.APPROVAL_MEDIAN)[1] == 2
    assert figure(banner, Kpi.APPROVAL_MEDIAN, KpiPeriod.BASELINE)[1] == 2
    assert figure(world.far_unit.region, Kpi.APPROVAL_MEDIAN)[1] == 1
    assert figure(world.far_unit.region, Kpi.APPROVAL_MEDIAN, KpiPeriod.BASELINE) is None
    assert figure(banner, Kpi.APPROVAL_MEDIAN, KpiPeriod.MONTH, date(2026, 11, 1)) == (Decimal(1), 1)
    assert figure(banner, Kpi.APPROVAL_MEDIAN, KpiPeriod.MONTH, date(2026, 10, 1)) is None
    assert figure(world.tree.root, Kpi.APPROVAL_MEDIAN, phase=phase)[1] == 2
    assert figure(world.tree.root, Kpi.APPROVAL_MEDIAN)[1] == 3


RETURNS = [  # (circulation, state) of each case, the rate
    ([(1, "approved")], "0"),
    ([(1, "returned")], "100"),
    ([(2, "approved"), (1, "running"), (1, "approved")], "25"),  # one return of four hand-ins
    ([(3, "returned"), (1, "rejected")], "75"),
    ([(2, "withdrawn")], None),
]


@pytest.mark.parametrize(("cases", "rate"), RETURNS)
def test_the_return_rate(world, ended, cases, rate):
    for circulation, state in cases:
        ended(TODAY, 1, circulation=circulation, state=state)
    refresh_kpis(today=TODAY)
    found = figure(world.tree.banner, Kpi.RETURNS)
    assert found == (rate and (Decimal(rate), sum(case[0] for case in cases)))


def test_sheets_are_on_time_by_the_day_of_the_timetable(world):
    due = TODAY - timedelta(days=10)
    RoundPlan.objects.create(region=world.tree.banner, year_id=2027, first_up_due=due, has_second_up=False)
    others = [UnitFactory(region=world.tree.banner, department=world.unit.department) for _number in range(3)]
    for unit, day in zip((world.unit, *others[:2]), (due, due, due + timedelta(days=1)), strict=True):
        sheet = make_sheet(world.codes, unit, [line(world.codes, "1.00")], "submitted")
        cases = Case.objects.filter(subject="budget.sheet", document_id=sheet.pk)
        assert cases.update(started_at=at(day, 23)) == 1
        type(sheet).objects.filter(pk=sheet.pk).update(submitted_at=at(TODAY))  # handed in again later: it was on time
    refresh_kpis(today=TODAY)
    assert figure(world.tree.banner, Kpi.ON_TIME) == (Decimal(50), 4)  # two of four; one late, one never
    assert figure(world.tree.neighbour, Kpi.ON_TIME) is None
    RoundPlan.objects.update(first_up_due=TODAY)  # the day is not over
    refresh_kpis(today=TODAY)
    assert figure(world.tree.banner, Kpi.ON_TIME) is None


def test_a_run_of_every_hour_leaves_old_months_and_drops_what_is_gone(world, ended):
    old = ended(TODAY - timedelta(days=200), 1)
    new = ended(TODAY - timedelta(days=2), 1)
    refresh_kpis(today=TODAY)
    assert KpiFigure.objects.filter(region=world.tree.banner, period="month", kpi=Kpi.APPROVAL_MEDIAN).count() == 2
    Case.objects.filter(pk__in=[old.pk, new.pk]).update(state="rejected")
    refresh_kpis(today=TODAY)
    months = KpiFigure.objects.filter(region=world.tree.banner, period="month", kpi=Kpi.APPROVAL_MEDIAN)
    assert [row.month for row in months] == [date(2026, 5, 1)]
    assert figure(world.tree.banner, Kpi.APPROVAL_MEDIAN) is None
    refresh_kpis(today=TODAY, whole=True)
    assert not months.all().exists()


def test_without_anything_there_are_no_figures(world):
    assert refresh_kpis(today=TODAY) == 0
    assert not KpiFigure.objects.exists()


TARGETS = [  # kind, target, figure, baseline, met
    (TargetKind.CHANGE, "-30", "7", "10", True),
    (TargetKind.CHANGE, "-30", "7.01", "10", False),
    (TargetKind.CHANGE, "-30", "0", "10", True),
    (TargetKind.CHANGE, "-30", "7", "0", None),  # nothing to change from
    (TargetKind.CHANGE, "-30", "7", None, None),
    (TargetKind.MOST, "5", "5", None, True),
    (TargetKind.MOST, "5", "5.0001", None, False),
    (TargetKind.MOST, "5", None, "3", None),
    (TargetKind.LEAST, "95", "94.9", "0", False),
    (TargetKind.LEAST, "95", "95", None, True),
]


@pytest.mark.parametrize(("kind", "target", "value", "baseline", "met"), TARGETS)
def test_targets(kind, target, value, baseline, met):
    row = KpiTarget(kpi=Kpi.DEVIATION, kind=kind, value=Decimal(target))
    assert row.is_met(value and Decimal(value), baseline and Decimal(baseline)) is met


@pytest.mark.parametrize(
    ("plan", "paid", "rate"),
    [
        # By 27 November: ten months and 27 of 30 days of the eleventh: 10.00 × 10.9 = 109.00.
        ([("10.00", month) for month in range(1, 13)], "109.00", "0"),
        ([("10.00", month) for month in range(1, 13)], "163.50", "50"),
        ([("10.00", month) for month in range(1, 13)], "54.50", "50"),
        ([("10.00", 12)], "50.00", None),  # nothing was planned to date: no rate
    ],
)
def test_the_deviation_of_one_unit(world, plan, paid, rate):
    authority = make_treasury(world).authority
    year = authority.year_id
    use_plan = UsePlan.objects.create(year_id=year, region=authority.region, unit=authority.unit)
    for number, (amount, month) in enumerate(plan, 1):
        PlanLine.objects.create(plan=use_plan, number=number, authority=authority, month=month, amount=amount)
    UsePlan.objects.filter(pk=use_plan.pk).update(state="approved")
    left = Decimal("1000.00") - Decimal(paid)
    Balance.objects.filter(authority=authority).update(spent=Decimal(paid), available=left)
    refresh_kpis(today=date(year, 11, 27))
    found = figure(authority.region, Kpi.DEVIATION)
    assert found == (rate and (Decimal(rate), 1))
    draft = UsePlan.objects.create(year_id=year, region=authority.region, unit=authority.unit, state="draft")
    PlanLine.objects.create(plan=draft, number=1, authority=authority, month=1, amount="9999.00")
    refresh_kpis(today=date(year, 11, 27))
    assert figure(authority.region, Kpi.DEVIATION) == found
