"""Figures of regions: equal to the sums of their rows, kept by month, and honest where they could not be computed."""

import datetime
import io
from decimal import Decimal

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F, Sum
from django.utils import timezone

from apps.budget.models import BudgetLine
from apps.budget.tests.factories import World, line, make_sheet
from apps.dashboard import services
from apps.dashboard.measures import MEASURES
from apps.dashboard.models import Figure, MeasureRun
from apps.dashboard.selectors.figures import NONE, Amount, added, completed, total
from apps.disbursement.models import PaymentRequest
from apps.disbursement.tests.factories import make_treasury, row
from apps.ledger.models import Balance
from apps.projects.models import Project
from apps.projects.tests.factories import make_project
from imbudget.kit import registry
from imbudget.kit.registry import Measure

pytestmark = pytest.mark.django_db
D = Decimal


def figure(measure: str, region, month: int = 0, **more) -> Decimal | None:
    found = Figure.objects.filter(measure=measure, region=region, month=month, **more).first()
    return found and found.value


@pytest.fixture
def today(monkeypatch):
    """Sets the day on which the figures are computed."""

    def on(year: int, month: int, day: int = 15) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *_args: datetime.date(year, month, day))

    return on


def test_figures_of_money_equal_the_sums_of_their_rows(world: World):
    treasury = make_treasury(world)
    paid = treasury.submitted(row("30.00"))
    PaymentRequest.objects.filter(pk=paid.pk).update(paid=D("30.00"), state="paid")
    treasury.submitted(row("12.34"))
    written = services.refresh_figures()
    region, year = treasury.region, treasury.authority.year_id
    assert written["paid"] > 0
    assert (figure("paid", region), figure("held", region)) == (D("30.00"), D("12.34"))
    balances = Balance.objects.filter(authority__region=region, authority__state="executable")
    current = balances.aggregate(of=Sum(F("amount") + F("increased") - F("decreased")))["of"]
    assert figure("issued", region) == current > 0
    for name in ("paid", "held", "issued", "subsidy_paid"):
        units = MEASURES[name].units(region.pk, year)
        assert sum(value for value, _count in units.values()) == (figure(name, region) or 0), name
    assert Figure.objects.get(measure="paid", month=0).league_id == region.league_id


def test_figures_of_budgets_and_projects_equal_the_sums_of_their_rows(world: World):
    codes = world.codes
    for unit, amount in ((world.unit, "100.00"), (world.neighbour_unit, "1.00"), (world.far_unit, "7.00")):
        make_sheet(codes, unit, [line(codes, amount)])
    for unit, state in ((world.unit, "stored"), (world.unit, "draft"), (world.far_unit, "refused")):
        project = make_project(codes, unit)
        Project.objects.filter(pk=project.pk).update(state=state, total=D("5.00"), setup_year=codes.year)
    services.refresh_figures()
    for region in (world.unit.region, world.far_unit.region):
        lines = BudgetLine.objects.filter(region=region).aggregate(of=Sum("amount"))["of"]
        assert figure("budget_first_up", region) == lines
    banner, far = world.unit.region, world.far_unit.region
    assert (figure("projects", banner), figure("projects", far)) == (2, None)
    assert (figure("projects_total", banner), figure("projects_stored", banner)) == (D("10.00"), D("5.00"))
    assert Figure.objects.get(measure="projects_stored", region=banner, month=0).count == 1
    for name in ("budget_first_up", "projects", "projects_total", "projects_stored"):
        units = MEASURES[name].units(banner.pk, codes.year)
        assert sum(value for value, _count in units.values()) == figure(name, banner), name


def test_what_has_gone_becomes_nothing_and_what_stands_is_not_touched(world: World):
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, "100.00")])
    assert services.refresh_figures()["budget_first_up"] == 1
    assert services.refresh_figures()["budget_first_up"] == 0
    BudgetLine.objects.filter(sheet=sheet).delete()
    assert services.refresh_figures()["budget_first_up"] == 1
    found = Figure.objects.get(measure="budget_first_up", month=0)
    assert (found.value, found.count) == (0, 0)


def test_a_month_that_has_ended_keeps_its_figure(world: World, today):
    year = world.codes.year
    make_sheet(world.codes, world.unit, [line(world.codes, "100.00")])
    today(year, 3, 31)
    services.refresh_figures()
    make_sheet(world.codes, world.neighbour_unit, [line(world.codes, "8.00")])
    BudgetLine.objects.filter(unit=world.unit).update(amount=D("150.00"))
    today(year, 4, 1)
    services.refresh_figures()
    region = world.unit.region
    assert [figure("budget_first_up", region, month) for month in (0, 3, 4, 5)] == [150, 100, 150, None]
    today(year + 1, 1)  # in another calendar year the months of this one are over
    BudgetLine.objects.filter(unit=world.unit).update(amount=D("160.00"))
    services.refresh_figures()
    assert [figure("budget_first_up", region, month) for month in (0, 1, 4)] == [160, None, 150]


def test_past_months_are_filled_once_from_what_banks_paid(world: World, today):
    treasury = make_treasury(world)
    year = treasury.authority.year_id
    for month, amount in ((1, "10.00"), (3, "5.00")):
        request = treasury.submitted(row(amount))
        request.rows.update(outcome="paid", paid_on=datetime.date(year, month, 20))
    today(year, 5)
    call_command("refresh_figures", "--past", stdout=io.StringIO())
    kept = [figure("paid", treasury.region, month) for month in range(1, 6)]
    assert kept[:4] == [10, 10, 15, 15]
    Figure.objects.filter(measure="paid", month=3).update(value=14)
    services.fill_past_months()
    assert figure("paid", treasury.region, 3) == 14


def test_a_measure_that_fails_keeps_its_figures_and_stops_no_other(world: World, monkeypatch):
    make_sheet(world.codes, world.unit, [line(world.codes, "100.00")])
    services.refresh_figures()
    before = MeasureRun.objects.get(measure="alarms").at
    broken = Measure("x", "count", "budget.see", statement="SELECT 1, 1, 1 / 0, 100 % 3")
    monkeypatch.setitem(registry.measures._rows, "alarms", broken)
    assert set(services.refresh_figures()) > {"alarms", "paid"}
    run = MeasureRun.objects.get(measure="alarms")
    assert run.at == before
    assert "zero" in run.error
    assert MeasureRun.objects.get(measure="projects").error == ""


def test_two_refreshes_do_not_stand_in_each_others_way(world: World):
    options = {name: value for name, value in connection.get_connection_params().items() if name != "cursor_factory"}
    options.pop("context", None)
    with psycopg.connect(**options, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(7031)")
        assert services.refresh_figures() is None
        other.execute("SELECT pg_advisory_unlock(7031)")
    assert services.refresh_figures() is not None


def test_a_statement_or_a_ratio_makes_a_measure():
    with pytest.raises(ValueError, match="either"):
        Measure("x", "count", "budget.see")
    with pytest.raises(ValueError, match="either"):
        Measure("x", "percent", "budget.see", statement="SELECT 1", part_of=("paid", "issued"))


def test_what_is_missing_stays_missing_in_sums():
    assert added(NONE, NONE) == NONE
    assert added(NONE, Amount(D(2), 1)) == added(Amount(D(2), 1), NONE) == Amount(D(2), 1)
    assert added(Amount(D(2), 1), Amount(D(3))) == Amount(D(5), 1)


@pytest.mark.parametrize(
    ("paid", "issued", "rate"),
    [(D(25), D(200), D("12.5")), (None, D(200), D(0)), (D(25), None, None), (D(25), D(0), None), (None, None, None)],
)
def test_a_ratio_needs_a_whole(paid, issued, rate):
    assert completed({"paid": Amount(paid), "issued": Amount(issued)}, ["execution"])["execution"].value == rate


def test_a_ratio_of_regions_is_computed_from_their_sums_and_not_summed():
    places = [
        completed({"paid": Amount(D(one)), "issued": Amount(D(whole))}, ["execution", "paid"])
        for one, whole in ((10, 100), (90, 100), (0, 200))
    ]
    found = total(places, ["execution", "paid"])
    assert (found["execution"].value, found["paid"].value) == (25, 100)
    assert total([], ["execution"])["execution"].value is None
