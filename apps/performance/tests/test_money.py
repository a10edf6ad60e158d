"""Money of a project's year: as the ledger has it within a fold, whoever moves it, and the whole pass agrees."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.codes.models import FiscalYear
from apps.ledger.models import DocumentKind
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import carry_over, fresh, make_document, post
from apps.performance import selfchecks, services
from apps.performance.models import MonitoringForm, ProjectYear, Scheme, StaleMoney
from apps.performance.selectors import watching
from apps.performance.selectors.money import executed_by
from apps.performance.services import fold_money, refresh_money
from apps.performance.services.money import money_apart
from apps.performance.tests.collecting import make_funded, pay
from apps.performance.tests.evaluating import Office
from apps.performance.tests.factories import GOALS
from imbudget.kit.selfchecks import CheckFailed

pytestmark = pytest.mark.django_db


def figures(of: ProjectYear) -> tuple[Decimal, ...]:
    of.refresh_from_db()
    return of.initial, of.budget, of.executed, of.carried_over


def test_what_is_issued_and_paid_is_there_after_a_fold(world):
    of, authority = make_funded(world, GOALS)
    assert (figures(of), of.money_at) == ((0, 0, 0, 0), None)
    assert fold_money() == 1
    assert figures(of) == (700, 700, 0, 0)
    pay(authority, "150.00")
    assert fold_money() == 1
    assert (figures(of), of.execution_rate) == ((700, 700, 150, 0), Decimal("21.43"))
    assert of.money_at is not None
    assert (fold_money(), StaleMoney.objects.count()) == (0, 0)


def test_a_fold_lights_the_lamp_of_what_moved_by_the_last_whole_month(world, monkeypatch):
    of, authority = make_funded(world, GOALS)
    monkeypatch.setattr("apps.performance.services.lamps.timezone.localdate", lambda: date(of.year_id, 7, 20))
    fold_money()
    of.refresh_from_db()
    assert of.budget_lamp == "red"  # nothing of 700 by the end of June
    pay(authority, "280.00")  # 40 of the 50 per cent expected
    fold_money()
    of.refresh_from_db()
    assert of.budget_lamp == "green"


def test_in_january_no_lamp_is_lit(world, monkeypatch):
    of, _authority = make_funded(world, GOALS)
    monkeypatch.setattr("apps.performance.services.lamps.timezone.localdate", lambda: date(of.year_id, 1, 20))
    fold_money()
    of.refresh_from_db()
    assert of.budget_lamp == ""


def test_a_cut_lowers_the_budget_of_the_whole_year_and_not_that_of_its_beginning(world):
    of, authority = make_funded(world, GOALS)
    cut = LineInput(Decimal("100.00"), origin=authority, elements={"fund": authority.fund})
    post(make_document(authority.region, DocumentKind.CUT, [cut]))
    fold_money()
    assert figures(of) == (700, 600, 0, 0)


def test_what_the_end_of_the_year_clears_away_was_the_budget_of_this_year(world):
    of, authority = make_funded(world, GOALS)
    pay(authority, "150.00")
    carry_over(authority.region, fresh(authority), kind=DocumentKind.WRITE_OFF)
    fold_money()
    assert figures(of) == (700, 700, 150, 0)


def test_the_whole_pass_mends_what_differs_and_says_so_before(world):
    of, authority = make_funded(world, GOALS)
    pay(authority, "150.00")
    assert (money_apart(5), "1 years" in selfchecks.money()) == ([], True)  # what waits for a fold is no difference
    fold_money()
    ProjectYear.objects.update(executed=1)
    with pytest.raises(CheckFailed, match="paid 150.00"):
        selfchecks.money()
    assert (refresh_money(), figures(of)) == (1, (700, 700, 150, 0))
    assert refresh_money() == 0
    assert "agrees" in selfchecks.money()


def test_projects_without_a_year_cost_nothing(world):
    of, authority = make_funded(world, GOALS)
    fold_money()
    StaleMoney.objects.create(project=of.project_id, year=of.year_id - 1)
    StaleMoney.objects.create(project=10**9, year=of.year_id)
    assert (fold_money(), StaleMoney.objects.count()) == (0, 0)


def test_a_region_without_a_scheme_does_not_hold_up_the_money(world, monkeypatch):
    of, authority = make_funded(world, GOALS)
    Scheme.objects.update(valid_to=of.year_id - 1)
    monkeypatch.setattr("apps.performance.services.lamps.timezone.localdate", lambda: date(of.year_id, 7, 20))
    pay(authority, "150.00")
    fold_money()
    assert (figures(of), of.budget_lamp) == ((700, 700, 150, 0), "")
    Scheme.objects.create(name="外旗", kind="self", region=authority.region.parent, valid_to=of.year_id - 1)
    pay(authority, "50.00", "p2")
    fold_money()
    assert figures(of) == (700, 700, 200, 0)


def test_december_is_lit_when_it_is_over(world, monkeypatch):
    of, authority = make_funded(world, GOALS)
    FiscalYear.objects.get_or_create(pk=of.year_id + 1)
    pay(authority, "490.00")  # 70 of the 100 per cent expected
    monkeypatch.setattr("apps.performance.services.lamps.timezone.localdate", lambda: date(of.year_id + 1, 1, 5))
    fold_money()
    of.refresh_from_db()
    assert of.budget_lamp == "yellow"


def test_what_is_paid_after_the_day_is_not_counted_by_it(world, monkeypatch):
    of, authority = make_funded(world, GOALS)
    pay(authority, "150.00")
    fold_money()
    of.refresh_from_db()
    today = timezone.localdate()
    assert executed_by(of, today) == 150
    assert executed_by(of, today - timedelta(days=1)) == 0


def test_a_form_that_is_late_shows_what_was_executed_by_its_month(world, monkeypatch):
    office = Office(world)
    of, authority = make_funded(world, GOALS)
    pay(authority, "600.00")
    fold_money()
    services.issue_call(office.officer, of.region, of.year, 6, office.after(6))
    form = MonitoringForm.objects.get(of=of)
    monkeypatch.setattr(watching, "month_end", lambda year, month: timezone.localdate() - timedelta(days=1))
    seen = watching.look_at(form).form
    assert (seen.executed, seen.budget_lamp) == (0, "red")
