"""Two people, or one person twice, in the same moment: exactly one act, and the other is told."""

import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.lowcode.models import Case, CaseEvent, CaseState, Task, TaskState
from apps.lowcode.services import cases, deadlines, tasks
from apps.lowcode.tests.approving import SUBJECT, make_office
from apps.lowcode.tests.flows import step
from apps.projects.models import Project
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


def test_the_services_of_a_document_and_its_approvers_never_wait_for_each_other(monkeypatch):
    office = make_office(monkeypatch, step("head"))

    def withdraw_as_its_app_does(case):
        with transaction.atomic():
            cases.lock_case(SUBJECT, office.document.pk)
            Project.objects.select_for_update(of=("self",)).get(pk=office.document.pk)
            time.sleep(0.1)  # let the approver come as far as it can
            return cases.withdraw(office.clerk, case)

    case = office.start()
    task = office.task(office.head)
    results = at_once([lambda: withdraw_as_its_app_does(case), lambda: tasks.approve(office.head, task)])
    assert sorted(isinstance(result, RuleViolation) for result in results) == [False, True], results


def test_two_watchers_at_once_escalate_once(monkeypatch):
    overdue = step("head", days=1, remind=1, escalate={"role": "finance_leader", "at": "region"})
    office = make_office(monkeypatch, overdue)
    leader = office.another("finance_leader", office.tree.banner)
    case = office.start()
    Task.objects.filter(case=case).update(due=timezone.localdate() - timedelta(days=1))
    results = at_once([deadlines.watch_deadlines] * 3)
    assert sorted(results) == [0, 0, 1]
    assert sorted(kinds(case)) == ["entered", "escalated", "reminded", "started"]
    assert Task.objects.filter(case=case, state=TaskState.OPEN, user_id=leader.user_id).count() == 1
