"""Monitoring: asked for at once, filled in by the unit, lamps by the project's own schedule, red opens a rectification."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.accounts.tests.factories import make_actor
from apps.evidence.models import Entry
from apps.notices.models import Notice
from apps.performance import services
from apps.performance.filters.evaluate import FormFilter
from apps.performance.homecards import of_office
from apps.performance.models import MonitoringForm, ProjectYear, Rectification
from apps.performance.scoring import Limits, budget_lamp, elapsed
from apps.performance.selectors.watching import look_at
from apps.performance.tests.evaluating import Office, money, record
from apps.performance.tests.factories import make_year
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
D = Decimal
SEASON = [0, 0, 0, 0, 0, 0, 0, 0, 10, 40, 80, 100]


@pytest.fixture
def office(world):
    return Office(world)


def test_a_call_makes_a_form_for_each_project_with_goals_in_as_many_statements_as_for_one(world, office):
    with CaptureQueriesContext(connection) as one:
        office.form(5)
    for _number in range(3):
        make_year(world)
    with CaptureQueriesContext(connection) as four:
        call = services.issue_call(office.officer, office.of.region, office.year, 6, office.after(6))
    assert call.forms.count() == 4
    assert len(four) <= len(one)
    assert {form.lines.count() for form in call.forms.all()} == {6}
    form = call.forms.first()
    assert (form.region_id, form.league_id, form.unit_id) == (
        office.of.region_id,
        office.of.league_id,
        office.of.unit_id,
    )
    assert Notice.objects.filter(user=office.clerk.user_id, kind="performance.called").count() == 2


def test_a_month_is_asked_for_once_and_in_time(office):
    office.form()
    with pytest.raises(RuleViolation, match="already"):
        services.issue_call(office.officer, office.of.region, office.year, 6, office.after(6))
    with pytest.raises(RuleViolation, match="from today"):
        services.issue_call(office.officer, office.of.region, office.year, 7, timezone.localdate() - timedelta(days=1))
    with pytest.raises(RuleViolation, match="1 to 12"):
        services.issue_call(office.officer, office.of.region, office.year, 13, office.due)


def test_what_seems_to_be_a_fraction_lights_no_lamp_and_has_to_be_explained(office):
    office.reach(None, "0.95", day=date(office.year.pk, 6, 20))
    form = office.form()
    line = next(one for one in look_at(form).lines if one.number == 2)
    assert (line.lamp, line.pace) == ("", None)
    office.fill(form)
    row = {"likelihood": "sure", "reason": "people", "words": ""}
    services.save_form(office.clerk, form, form.revision, {}, {line.pk: row})
    with pytest.raises(RuleViolation, match="Line 2 looks like a per cent typed as a fraction"):
        services.submit_form(office.clerk, form)


def test_a_month_is_asked_for_by_a_day_after_its_end(office):
    """Forms are held against the schedule of the whole month: before its end everybody would be behind."""
    call = services.issue_call
    for day in (date(office.year.pk, 12, 1), date(office.year.pk, 12, 31)):
        with pytest.raises(RuleViolation, match=r"Month 12 ends on .*give a later day"):
            call(office.officer, office.of.region, office.year, 12, day)
    assert call(office.officer, office.of.region, office.year, 12, date(office.year.pk + 1, 1, 1)).forms.count() == 1


def test_nobody_else_asks(office):
    for actor in (office.clerk, office.leader, make_actor("league_officer", office.of.region.parent)):
        with pytest.raises(NotAllowed):
            services.issue_call(actor, office.of.region, office.year, 6, office.due)


def test_lamps_are_frozen_when_it_is_handed_in_and_shown_on_the_year(office):
    money(office.of, "1000.00", "450.00")
    form = office.submitted(6, "1200", "70", "300", "45", ("partly", "70"), "92")
    assert [line.lamp for line in form.lines.order_by("number")] == ["blue", "yellow", "red", "blue", "yellow", "blue"]
    assert (form.goal_lamp, form.budget_lamp, form.share, form.state) == ("red", "green", D(50), "submitted")
    office.of.refresh_from_db()
    assert (office.of.goal_lamp, office.of.budget_lamp, office.of.lamp_month) == ("red", "green", 6)
    record(office.of.targets.get(number=3), "100", date(office.year.pk, 6, 25))
    assert look_at(form).lines[2].lamp == "red"
    assert form.lines.get(number=1).pace == D("120.00")


def test_red_opens_one_rectification_at_once_and_tells_the_unit(office):
    money(office.of, "1000.00", "100.00")
    form = office.submitted()
    row = Rectification.objects.get()
    assert (row.origin, row.state, row.holds, row.author_id) == ("lamp", "open", False, None)
    assert row.due == timezone.localdate() + timedelta(days=30)
    assert "10.00%" in row.problem
    assert Notice.objects.filter(user=office.head.user_id, kind="performance.to_mend").count() == 1
    services.return_form(office.officer, form, "请补充说明")
    services.submit_form(office.clerk, form)
    assert Rectification.objects.count() == 1


def test_a_year_of_one_season_has_no_false_lamp(office):
    money(office.of, "1000.00", "0.00")
    services.set_schedule(office.officer, office.of, SEASON, "秋季核实后一次发放")
    form = office.submitted(6, "0", None, None, None, None, None)
    assert (form.budget_lamp, form.share) == ("", 0)
    assert form.lines.get(number=1).lamp == ""
    assert not Rectification.objects.exists()
    assert look_at(form).expects_nothing


def test_a_schedule_needs_a_source_and_twelve_shares_and_is_no_matter_of_the_unit(office):
    for shares, source in ((SEASON, ""), (SEASON[:-1], "x"), ([100, *SEASON[1:]], "x")):
        with pytest.raises(RuleViolation):
            services.set_schedule(office.officer, office.of, shares, source)
    with pytest.raises(NotAllowed):
        services.set_schedule(office.clerk, office.of, SEASON, "x")


def test_what_is_behind_or_missing_must_be_explained(office):
    money(office.of, "1000.00", "100.00")
    office.reach("100", None, day=date(office.year.pk, 6, 20))
    form = office.form()
    with pytest.raises(RuleViolation) as refusal:
        services.submit_form(office.clerk, form)
    said = str(refusal.value)
    assert "Line 1 is behind" in said
    assert "Line 2 has no value" in said
    assert "Line 6: say how likely" in said
    assert "end of the year" in said
    assert "Execution is behind" in said
    assert MonitoringForm.objects.get(pk=form.pk).state == "open"


def test_a_gap_is_no_value(office):
    target = office.of.targets.get(number=1)
    record(target, "500", date(office.year.pk, 5, 1))
    record(target, None, date(office.year.pk, 6, 1), gap="花名册已撤回")
    look = look_at(office.form())
    assert look.lines[0].lamp == ""
    assert look.lines[0].months_missing == "1–4, 6"


def test_later_values_do_not_reach_into_an_earlier_month(office):
    target = office.of.targets.get(number=1)
    record(target, "500", date(office.year.pk, 5, 1))
    record(target, "2000", date(office.year.pk, 9, 1))
    assert look_at(office.form()).lines[0].value.value == 500


def test_two_who_fill_it_in_at_once_do_not_overwrite_each_other(office):
    form = office.form()
    other = MonitoringForm.objects.get(pk=form.pk)
    services.save_form(office.clerk, form, form.revision, {"words": "甲"}, {})
    with pytest.raises(RuleViolation, match="Someone else saved"):
        services.save_form(office.head, other, other.revision, {"words": "乙"}, {})


def test_it_is_handed_in_once(office):
    form = office.submitted()
    stale = MonitoringForm.objects.select_related("of__region").get(pk=form.pk)
    services.accept_form(office.officer, form)
    with pytest.raises(RuleViolation):
        services.submit_form(office.clerk, stale)
    with pytest.raises(NotAllowed):
        services.accept_form(office.officer, form)


def test_who_may_not(office):
    form = office.form()
    for actor in (office.officer, office.reviewer, make_actor("unit_clerk", office.world.neighbour_unit)):
        with pytest.raises(NotAllowed):
            services.submit_form(actor, form)
    form = office.submitted(7)
    for actor in (office.clerk, office.leader):
        with pytest.raises(NotAllowed):
            services.accept_form(actor, form)
    services.return_form(office.reviewer, form, "请补充")
    assert form.state == "returned"
    assert Entry.objects.filter(event="performance.form_returned").count() == 1


def test_missing_ones_are_urged(office):
    form = office.form()
    assert services.urge_forms(office.officer, form.call) == 1
    office.fill(form)
    services.submit_form(office.clerk, form)
    with pytest.raises(RuleViolation, match="Nobody"):
        services.urge_forms(office.officer, form.call)


def test_forms_are_kept(office):
    form = office.form()
    with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
        MonitoringForm.objects.filter(pk=form.pk)._raw_delete("default")


amounts = st.decimals(min_value=0, max_value=D("99999999999.99"), places=2)


@pytest.fixture
def years(world):
    office = Office(world)
    made = [office.of, *(make_year(world) for _number in range(5))]
    services.set_schedule(office.officer, made[1], SEASON, "x")
    services.set_schedule(
        office.officer, made[2], [8.3, 16.7, 25, 33.3, 41.7, 50, 58.3, 66.7, 75, 83.3, 91.7, 100], "x"
    )
    return office.year, made


@pytest.mark.parametrize("month", [1, 3, 7, 8, 9, 12])
def test_lamps_of_all_budgets_are_lit_in_sql_by_the_same_formula(years, month):
    """At each limit and just beside it, for each kind of schedule."""
    year, made = years
    for number, (executed, budget) in enumerate(
        [("0", "0"), ("100", "1000"), ("249.99", "1000"), ("50", "1000"), ("200", "1000"), ("0.01", "1")]
    ):
        money(made[number], budget, executed)
    for share in (D("0.6"), D("0.8")):
        for of in made:
            expected = elapsed(month, getattr(of, "curve", None) and of.curve.shares)
            for cent in (D("-0.01"), D(0), D("0.01")):
                exact = (of.budget * expected / 1200 * share).quantize(D("0.01")) + cent
                ProjectYear.objects.filter(pk=of.pk).update(executed=exact)
            of.refresh_from_db()
        services.light_budgets(year, month)
        for of in made:
            of.refresh_from_db()
            expected = elapsed(month, getattr(of, "curve", None) and of.curve.shares)
            assert of.budget_lamp == budget_lamp(of.executed, of.budget, expected, Limits())


def test_any_amounts_are_lit_alike(years):
    """Amounts that nobody thought of; one database for all of them."""

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(amounts, amounts), min_size=6, max_size=6), st.integers(1, 12))
    def lit(rows, month):
        year, made = years
        for of, (budget, executed) in zip(made, rows, strict=True):
            money(of, str(budget), str(executed))
        services.light_budgets(year, month)
        for of in made:
            of.refresh_from_db()
            expected = elapsed(month, getattr(of, "curve", None) and of.curve.shares)
            assert of.budget_lamp == budget_lamp(of.executed, of.budget, expected, Limits())

    lit()


def test_a_second_run_changes_nothing_and_settled_years_stay(years):
    year, made = years
    assert services.light_budgets(year, 6) > 0
    assert services.light_budgets(year, 6) == 0
    money(made[0], "1000.00", "1.00")
    assert services.light_budgets(year, 6, [made[1].pk]) == 0
    assert services.light_budgets(year, 6, [made[0].pk]) == 1


def test_what_waits_at_the_home_of_a_league_is_what_its_list_shows(world, office):
    """Its office looks at its own units' forms; those of its banners are looked at there."""
    form = office.submitted()
    league = make_actor("league_officer", form.region.parent)
    assert [line.label for line in of_office(league).lines if "forms" in line.href] == []
    MonitoringForm.objects.filter(pk=form.pk).update(region=form.region.parent)  # as if it were one of its own
    other = Office(world).submitted(7)
    [line] = [line for line in of_office(league).lines if "forms" in line.href]
    rows = MonitoringForm.objects.visible_to(league)
    shown = FormFilter(QueryDict(line.href.partition("?")[2]), actor=league)
    assert shown.is_valid()
    assert {form.pk, other.pk} <= set(rows.values_list("pk", flat=True))
    assert [row.pk for row in shown.narrow(rows)] == [form.pk]
    assert line.count == 1
