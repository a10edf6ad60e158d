"""Money of a project's year: as the ledger has it within a fold, whoever moves it, and the whole pass agrees."""

from datetime import date
from decimal import Decimal

import pytest

from apps.ledger.models import DocumentKind
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import carry_over, fresh, make_document, post
from apps.performance import selfchecks
from apps.performance.models import ProjectYear, StaleMoney
from apps.performance.services import fold_money, refresh_money
from apps.performance.services.money import money_apart
from apps.performance.tests.collecting import make_funded, pay
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
