"""One person, one duty, in all cases of a document: who made or handed it in, and who acted, before it came again."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.lowcode.bindings import Binding
from apps.lowcode.models import Case, CaseState
from apps.lowcode.selectors.choosing import choices_to_make
from apps.lowcode.services import cases, tasks
from apps.lowcode.tests.approving import SUBJECT, THREE, Office, make_office, open_tasks, publish, replays
from apps.lowcode.tests.flows import step
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.django_db
CHOSEN = {"kind": "chosen", "role": "finance_office", "at": "region"}


def user(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id)


@pytest.fixture
def office(monkeypatch: Any) -> Office:
    return make_office(monkeypatch)


def come_back_and_withdraw(office: Office) -> Case:
    """The head has signed, the department has returned it, and handed in again it was withdrawn: the case is over."""
    case = office.start()
    office.approve(office.head)
    tasks.send_back(office.reviewer, office.task(office.reviewer), reason="请核对")
    cases.resubmit(office.clerk, case)
    return cases.withdraw(office.clerk, Case.objects.get(pk=case.pk))


def test_who_acted_in_an_earlier_case_acts_at_no_other_step_of_the_next(office: Office):
    # The head holds the department's post as well: alone at the first step, one of two at the second.
    both = office.another("department_reviewer", office.unit.department, user(office.head))
    assert come_back_and_withdraw(office).state == CaseState.WITHDRAWN
    deputy = office.another("unit_head", office.unit)
    case = office.start()
    assert case.events.get(kind="started").data["acted"] == [
        [office.head.user_id, "head"],
        [office.reviewer.user_id, "department"],
    ]
    office.approve(deputy)  # in this case the head has done nothing
    assert open_tasks(case) == {office.reviewer.user_id}
    with pytest.raises(RuleViolation, match="acted at another step"):
        tasks.delegate(office.reviewer, office.task(office.reviewer), user=both.user_id, reason="出差")
    replays(case)


def test_at_their_own_step_they_act_again(office: Office):
    come_back_and_withdraw(office)
    case = office.start()
    assert open_tasks(case) == {office.head.user_id}
    office.approve(office.head, office.reviewer, office.officer)
    assert replays(case).state == CaseState.APPROVED


def test_who_handed_it_in_before_signs_it_nowhere_later(office: Office):
    cases.withdraw(office.clerk, office.start())
    other = office.another("unit_clerk", office.unit)
    second = office.another("unit_head", office.unit, user(office.clerk))
    case = cases.start_case(other, SUBJECT, office.document)
    assert open_tasks(case) == {office.head.user_id}
    with pytest.raises(RuleViolation, match="submitted the document"):
        tasks.add_signer(office.head, office.task(office.head), user=second.user_id, where="before")
    assert case.events.get(kind="started").data["makers"] == [office.clerk.user_id]


def test_who_has_decided_does_not_hand_it_in(office: Office):
    come_back_and_withdraw(office)
    entering = office.another("unit_clerk", office.unit, user(office.head))
    with pytest.raises(RuleViolation, match="has decided on this document"):
        cases.start_case(entering, SUBJECT, office.document)
    assert Case.objects.count() == 1


def test_an_approved_document_that_comes_again_remembers_too(office: Office):
    office.start()
    office.approve(office.head, office.reviewer, office.officer)
    office.another("finance_leader", office.tree.banner, user(office.officer))
    case = office.start()
    assert {who for who, _step in case.events.get(kind="started").data["acted"]} == {
        office.head.user_id,
        office.reviewer.user_id,
        office.officer.user_id,
    }


def test_duties_are_read_in_the_words_of_the_flow_in_use_now(office: Office):
    come_back_and_withdraw(office)
    renamed = [step("first", "unit_head"), step("office", "finance_office"), step("leader", "finance_leader")]
    publish(office, *renamed, region=office.tree.banner)
    case = office.start()
    # The head's step has another key and is the same post; the department's step is no more: who acted there acts nowhere.
    assert case.events.get(kind="started").data["acted"] == [
        [office.head.user_id, "first"],
        [office.reviewer.user_id, "department@gone"],
    ]
    assert open_tasks(case) == {office.head.user_id}
    leading = office.another("finance_leader", office.tree.banner, user(office.reviewer))
    office.approve(office.head, office.officer)
    case.refresh_from_db()
    assert case.state == CaseState.STUCK
    assert leading.user_id not in open_tasks(case)


def test_a_case_of_another_document_is_not_counted(office: Office):
    from apps.projects.tests.factories import ProjectFactory

    come_back_and_withdraw(office)
    case = cases.start_case(office.clerk, SUBJECT, ProjectFactory(unit=office.unit))
    assert set(case.events.get(kind="started").data) == {"values"}


def test_nobody_barred_is_offered_or_taken_as_the_applicants_choice(monkeypatch: Any):
    office = make_office(monkeypatch, *THREE[:2], step("office") | {"approvers": CHOSEN})
    assert [each.user_id for each in choices_to_make(SUBJECT, office.document)[0].people] == [office.officer.user_id]
    chosen = {"office": [office.officer.user_id]}
    case = office.start(chosen=chosen)
    office.approve(office.head)
    tasks.send_back(office.reviewer, office.task(office.reviewer), reason="请核对")
    cases.resubmit(office.clerk, case)
    cases.withdraw(office.clerk, Case.objects.get(pk=case.pk))
    barred = [office.another("banner_officer", office.tree.banner, user(one)) for one in (office.head, office.clerk)]
    (asked,) = choices_to_make(SUBJECT, office.document, office.clerk)
    assert [each.user_id for each in asked.people] == [office.officer.user_id]
    for each in barred:
        with pytest.raises(RuleViolation, match="cannot act there"):
            office.start(chosen={"office": [each.user_id]})


def test_the_applicant_is_not_offered_to_themselves_before_the_first_hand_in(monkeypatch: Any):
    office = make_office(monkeypatch, step("office") | {"approvers": CHOSEN})
    office.another("banner_officer", office.tree.banner, user(office.clerk))
    (asked,) = choices_to_make(SUBJECT, office.document, office.clerk)
    assert [each.user_id for each in asked.people] == [office.officer.user_id]


@pytest.mark.covers("B8")
def test_makers_of_the_document_are_not_offered(monkeypatch: Any):
    office = make_office(monkeypatch, step("office") | {"approvers": CHOSEN})
    maker = office.another("banner_officer", office.tree.banner)
    monkeypatch.setattr(Binding, "makers", lambda self, document: [maker.user_id], raising=False)
    (asked,) = choices_to_make(SUBJECT, office.document, office.clerk)
    assert [each.user_id for each in asked.people] == [office.officer.user_id]


def test_of_the_last_choice_those_count_who_may_still_sign(monkeypatch: Any):
    office = make_office(monkeypatch, step("head"), step("office", return_to="applicant") | {"approvers": CHOSEN})
    other = office.another("banner_officer", office.tree.banner)
    office.another("banner_officer", office.tree.banner, user(office.head))
    case = office.start(chosen={"office": [other.user_id, office.head.user_id]})
    office.approve(office.head)
    tasks.send_back(other, office.task(other), reason="请核对")
    assert cases.resubmit(office.clerk, case).chosen == {"office": [other.user_id]}
    office.approve(office.head)
    assert open_tasks(case) == {other.user_id}
