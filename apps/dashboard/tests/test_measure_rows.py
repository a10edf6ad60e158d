"""The list that a figure of the map leads to comes to the figure: for every measure that anybody may choose."""

import datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts.tests.factories import client_of, make_actor
from apps.budget.models import BudgetLine, BudgetSheet
from apps.budget.tests.factories import World, line, make_sheet
from apps.dashboard import services
from apps.dashboard.models import Figure
from apps.dashboard.selectors.region import Question, RegionMap
from apps.disbursement.models import PaymentRequest, PaymentRow
from apps.disbursement.tests.factories import Treasury, make_treasury, row
from apps.ledger.models import Balance
from apps.ledger.tests.factories import make_kept_story
from apps.monitoring.models import Alarm
from apps.monitoring.tests.rows import watched_payment
from apps.performance.models import ProjectYear
from apps.performance.tests.factories import make_year
from apps.projects.models import Project
from apps.projects.tests.factories import make_project
from apps.regions.tests.factories import UnitFactory
from imbudget.kit import registry

pytestmark = pytest.mark.django_db
D = Decimal


def listed(name: str):
    """The sum of a column over the whole list."""
    return lambda page: {column.name: total for column, total in page.context["totals"]}[name]


def count(page) -> int:
    return page.context["count"]


def rate(page) -> Decimal:
    return listed("spent")(page) * 100 / listed("current")(page)


def score(page) -> Decimal:
    keys = [one["object"].pk for one in page.context["rows"]]
    found = ProjectYear.objects.filter(pk__in=keys).values_list("score", flat=True)
    return sum(found) / len(found)


def budget(page) -> Decimal:
    return page.context["total"].amount if "total" in page.context else listed("amount")(page)


# What of the list a figure is; of the red lamps the list has the part (how many), the whole stands beside it.
HOW = {
    "execution": rate,
    "issued": listed("current"),
    "paid": listed("paid_out"),
    "held": listed("held"),
    "subsidy_paid": listed("paid"),
    "budget_first_up": budget,
    "budget_second_up": budget,
    "budget_second_down": budget,
    "projects": count,
    "projects_total": listed("total"),
    "projects_stored": listed("total"),
    "alarms": count,
    "performance_watched": count,
    "performance_red": count,
    "performance_red_share": count,
    "performance_score": score,
}


def copy(model, of, **values):
    """Another row like this one."""
    made = model.objects.get(pk=of.pk)
    made.pk = None
    for name, value in values.items():
        setattr(made, name, value)
    made._state.adding = True
    made.save(force_insert=True)
    return made


def pay(treasury: Treasury, amount: str, **values) -> PaymentRequest:
    made = treasury.submitted(row(amount))
    made.rows.update(outcome="paid", paid_on=datetime.date(made.year_id, 5, 20))
    PaymentRequest.objects.filter(pk=made.pk).update(**{"paid": D(amount), "state": "paid"} | values)
    return made


@pytest.fixture
def figures(world: World) -> World:
    """Rows that count and rows that do not, of every source, in two units of one banner and in another banner."""
    codes, year = world.codes, world.codes.year
    for unit, amount in ((world.unit, "100.00"), (world.neighbour_unit, "1.00"), (world.far_unit, "7.00")):
        sheet = make_sheet(codes, unit, [line(codes, amount)])
        for round_ in ("second_up", "second_down"):
            other = copy(BudgetSheet, sheet, round=round_, total=0)
            copy(BudgetLine, sheet.lines.get(), sheet=other, round=round_)
    _money(world)
    _library(world)
    _performance(world)
    services.refresh_figures()
    assert year == 2027
    return world


def _money(world: World) -> None:
    treasury = make_treasury(world)
    draft = treasury.request(row("5.00"))
    alarm = watched_payment(draft)["alarm"]
    PaymentRequest.objects.filter(pk=draft.pk).update(state="draft")
    this_year = timezone.now().replace(year=world.codes.year, month=6, day=15)
    for number, (state, at) in enumerate((("with_unit", this_year), ("closed", this_year), ("suspected", None)), 1):
        closed = this_year if state == "closed" else None
        made = copy(Alarm, alarm, state=state, key=f"{alarm.key}{number}", closed_at=closed)
        if at:
            _raise_at(made, at)
    pay(treasury, "20.00", business="subsidy")
    paid = pay(treasury, "30.00")
    treasury.submitted(row("12.34"))
    change = {"about": paid, "total": D("4.00"), "paid": D("0.00"), "state": "draft"}
    for number, business in (("J1", "refund"), ("J2", "correct")):
        made = copy(PaymentRequest, paid, number=number, uid=uuid4(), hold=number, business=business, **change)
        copy(PaymentRow, paid.rows.get(), request=made, amount=D("4.00"), reference=number)
        PaymentRequest.objects.filter(pk=made.pk).update(paid=D("4.00"), state="paid")
    Balance.objects.filter(authority=treasury.authority).update(
        reserved=D("12.34"), spent=D("46.00"), available=D("941.66")
    )


def _raise_at(alarm: Alarm, at: datetime.datetime) -> None:
    with connection.cursor() as cursor:  # when an alarm was raised never changes
        cursor.execute("SET LOCAL session_replication_role = replica")
        Alarm.objects.filter(pk=alarm.pk).update(raised_at=at)
        cursor.execute("SET LOCAL session_replication_role = origin")


def _library(world: World) -> None:
    cases = ((world.unit, "stored"), (world.unit, "draft"), (world.unit, "refused"), (world.far_unit, "terminated"))
    for number, (unit, state) in enumerate(cases, 1):
        project = make_project(world.codes, unit)
        values = {"state": state, "total": D(number), "setup_year": world.codes.year}
        Project.objects.filter(pk=project.pk).update(**values)


def _performance(world: World) -> None:
    first = make_year(world)
    base = {"goal_lamp": "", "budget_lamp": "", "score": None}
    ProjectYear.objects.filter(pk=first.pk).update(**base | {"goal_lamp": "red", "score": D("80.00")})
    changes = (
        {"goal_lamp": "green", "score": D("91.50")},
        {"budget_lamp": "red", "state": "dropped"},
        {"budget_lamp": "red"},
        {},
    )
    for values in changes:
        project = make_project(world.codes, world.unit, state="draft", setup_year=2020)
        copy(ProjectYear, first, project=project, **base | values)


def shown(place, name: str) -> Decimal:
    """The figure of a place; of red lamps their number."""
    return place.figure.part if name == "performance_red_share" else place.figure.value


def test_every_measure_has_its_list():
    assert set(HOW) == {name for name, one in registry.measures.items() if one.listed}
    for name in HOW:
        assert registry.measures.get(name).rows is not None, name


def test_the_rows_behind_every_figure_come_to_the_figure(figures):
    root, banner, year = figures.tree.root, figures.tree.banner, figures.codes.year
    browser = client_of("region_officer", root)
    actor, seen = make_actor("region_officer", root), {}
    for name, read in HOW.items():
        for region, own in ((root, False), (figures.tree.league, False), (banner, True)):
            found = RegionMap(actor, Question(region, year, name, own))
            for place in found.places:
                if not place.rows_href or place.region == region.pk:
                    continue
                page = browser.get(place.rows_href)
                assert page.status_code == 200, place.rows_href
                value = read(page)
                assert round(D(value), 4) == round(shown(place, name), 4), (name, place.label, place.rows_href)
                seen.setdefault(name, set()).add((region.level, own))
            whole = found.rows_of_all
            if whole:
                value = read(browser.get(whole))
                figure = found.totals[name]
                assert round(D(value), 4) == round(figure.part if "share" in name else figure.value, 4), (name, whole)
    assert {name for name, places in seen.items() if len(places) == 3} == set(HOW)


def test_links_name_filters_that_the_lists_know(figures):
    """A word that a filter does not know narrows nothing, and nobody would see it."""
    browser = client_of("region_officer", figures.tree.root)
    for name in HOW:
        href = registry.measures.get(name).rows(year=figures.codes.year, region=figures.tree.banner.pk)
        page = browser.get(href)
        form = page.context.get("filter_form")
        if form is not None:
            asked = set(parse_qs(urlsplit(href).query)) - {"columns"}
            assert asked <= set(form.chosen), (name, form.errors)


def test_the_last_month_of_a_year_that_is_over_comes_to_what_stands_now(figures, monkeypatch):
    """Worked out from dated rows and histories: one way to the same figure that is not the one of every half minute."""
    year = figures.codes.year
    monkeypatch.setattr(timezone, "localdate", lambda *_args: datetime.date(year + 1, 1, 15))
    added = services.fill_past_months()
    assert {name for name, one in registry.measures.items() if one.statement} == set(added)
    for name in added:
        rows = Figure.objects.filter(measure=name, year=year)
        now = {row.region_id: row.value for row in rows.filter(month=0) if row.value}
        last = {row.region_id: row.value for row in rows.filter(month=12) if row.value}
        assert last == now, name
        assert now, name
    alarms = Figure.objects.filter(measure="alarms", year=year, region=figures.tree.banner).order_by("month")
    assert [row.month for row in alarms if row.value and row.month] == list(range(6, 13))  # raised in June
    assert services.fill_past_months() == dict.fromkeys(added, 0)


def test_a_closed_year_keeps_what_its_end_cleared_away(monkeypatch):
    """500 issued, 130 paid, the rest carried over, the books closed: the year was not executed in full."""
    story = make_kept_story()
    world, unit, year = story.world, story.used.unit, story.world.codes.year
    monkeypatch.setattr(timezone, "localdate", lambda *_args: datetime.date(year + 1, 1, 15))
    services.refresh_figures()
    services.fill_past_months()
    rows = Figure.objects.filter(measure="issued", year=year, region=unit.region)
    assert [rows.get(month=month).value for month in (0, 12)] == [D("500.00"), D("500.00")]
    found = RegionMap(make_actor("region_officer", world.tree.root), Question(unit.region, year, "issued", own=True))
    assert {place.code: place.figure.value for place in found.places} == {unit.code: D("500.00")}
    page = client_of("region_officer", world.tree.root).get(found.places[0].rows_href)
    sums = [listed(name)(page) for name in ("current", "spent", "available", "cleared")]
    assert sums == [D("500.00"), D("130.00"), D("0.00"), D("370.00")]
    assert rate(page) == D(26)


def test_a_correction_takes_what_it_moves_from_the_unit_that_had_paid(figures):
    year, banner = figures.codes.year, figures.tree.banner
    other = UnitFactory(region=banner, department=figures.unit.department)
    with connection.cursor() as cursor:  # a request of one unit never becomes one of another
        cursor.execute("SET LOCAL session_replication_role = replica")
        PaymentRequest.objects.filter(business="correct").update(unit=other)
        cursor.execute("SET LOCAL session_replication_role = origin")
    found = RegionMap(make_actor("region_officer", figures.tree.root), Question(banner, year, "paid", own=True))
    browser = client_of("region_officer", figures.tree.root)
    shown_ = {place.code: place.figure.value for place in found.places}
    assert {place.code: HOW["paid"](browser.get(place.rows_href)) for place in found.places} == shown_
    assert shown_ == {figures.unit.code: D("42.00"), other.code: D("4.00")}
