"""Two people, or one person twice, in the same moment: exactly one act, and the other is told."""

import pytest

from apps.accounts.models import User
from apps.lowcode.models import Case, CaseEvent, CaseState, Task, TaskState
from apps.lowcode.services import cases, deadlines, tasks
from apps.lowcode.tests.approving import make_office
from apps.lowcode.tests.flows import step
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(monkeypatch):
    return make_office(monkeypatch, step("head"), step("office", "finance_office"))


def kinds(case):
    return list(CaseEvent.objects.filter(case=case).values_list("kind", flat=True))


def test_of_two_who_sign_at_once_one_wins_and_the_other_is_told_who(office):
    other = office.another("unit_head", office.unit)
    case = office.start()
    both = [(actor, office.task(actor)) for actor in (office.head, other)]
    results = at_once([lambda actor=actor, task=task: tasks.approve(actor, task) for actor, task in both])
    won = [index for index, result in enumerate(results) if isinstance(result, Case)]
    assert len(won) == 1, results
    refusal = results[1 - won[0]]
    assert isinstance(refusal, RuleViolation)
    assert User.objects.get(pk=both[won[0]][0].user_id).name in str(refusal)
    assert kinds(case).count("approved") == 1
    assert Task.objects.filter(case=case, step="office").count() == 1


def test_a_signature_and_a_return_at_once(office):
    other = office.another("unit_head", office.unit)
    case = office.start()
    mine, theirs = office.task(office.head), office.task(other)
    results = at_once(
        [lambda: tasks.approve(office.head, mine), lambda: tasks.send_back(other, theirs, reason="补充依据")]
    )
    assert sorted(isinstance(result, RuleViolation) for result in results) == [False, True]
    assert len([kind for kind in kinds(case) if kind in ("approved", "returned")]) == 1


def test_a_double_click_is_one_act(office):
    case = office.start()
    task = office.task(office.head)
    results = at_once([lambda: tasks.approve(office.head, task)] * 3)
    assert all(isinstance(result, Case) for result in results), results
    assert kinds(case).count("approved") == 1


def test_a_document_submitted_twice_at_once_has_one_case(office):
    results = at_once([office.start, office.start])
    assert sorted(isinstance(result, RuleViolation) for result in results) == [False, True], results
    assert Case.objects.count() == 1


def test_withdrawn_in_the_moment_of_the_signature(office):
    case = office.start()
    task = office.task(office.head)
    results = at_once([lambda: tasks.approve(office.head, task), lambda: cases.withdraw(office.clerk, case)])
    assert sorted(isinstance(result, RuleViolation) for result in results) == [False, True], results
    case.refresh_from_db()
    assert case.state in (CaseState.RUNNING, CaseState.WITHDRAWN)


def test_two_reminders_at_once_are_one(office):
    office = office
    case = office.start()
    results = at_once([deadlines.watch_deadlines, deadlines.renew_holders, deadlines.watch_deadlines])
    assert results == [0, 0, 0]
    assert Task.objects.filter(case=case, state=TaskState.OPEN).count() == 1
