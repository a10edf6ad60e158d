"""Approvers of the applicant's choice: what is asked when a document is submitted, and that the choice counts."""

from typing import Any

import pytest

from apps.lowcode.forms import ApproversForm
from apps.lowcode.models import Task
from apps.lowcode.selectors.choosing import choices_to_make
from apps.lowcode.services import cases, tasks
from apps.lowcode.tests.approving import SUBJECT, Office, make_office
from apps.lowcode.tests.flows import LARGE, step

pytestmark = pytest.mark.django_db
CHOSEN = {"kind": "chosen", "role": "unit_head", "at": "unit"}


@pytest.fixture
def office(monkeypatch: Any) -> Office:
    leader = {"kind": "chosen", "role": "finance_leader", "at": "region"}
    return make_office(
        monkeypatch,
        step("head", approvers=CHOSEN),
        step("leader", approvers=leader, when=LARGE),
        step("office", "finance_office"),
    )


def test_only_steps_on_the_documents_way_ask(office: Office):
    assert [asked.step for asked in choices_to_make(SUBJECT, office.document)] == ["head"]
    office.values["amount"] = "9000000.00"
    assert [asked.step for asked in choices_to_make(SUBJECT, office.document)] == ["head", "leader"]


def test_the_chosen_one_gets_the_task_and_stays_chosen_after_a_return(office: Office):
    deputy = office.another("unit_head", office.unit)
    asked = choices_to_make(SUBJECT, office.document)
    assert {each.user_id for each in asked[0].people} == {office.head.user_id, deputy.user_id}
    form = ApproversForm({"head": [str(deputy.user_id)]}, choices=asked)
    assert form.is_valid()
    case = cases.start_case(office.clerk, SUBJECT, office.document, chosen=form.chosen())
    assert list(Task.objects.filter(case=case).values_list("user_id", flat=True)) == [deputy.user_id]
    tasks.send_back(deputy, office.task(deputy), reason="请核对")
    assert choices_to_make(SUBJECT, office.document)[0].chosen == (deputy.user_id,)


@pytest.mark.parametrize("given", [{}, {"head": ["0"]}, {"head": ["x"]}])
def test_nobody_or_a_stranger_is_no_choice(office: Office, given: dict[str, Any]):
    assert not ApproversForm(given, choices=choices_to_make(SUBJECT, office.document)).is_valid()


def test_most_flows_ask_nothing(monkeypatch: Any):
    office = make_office(monkeypatch)
    form = ApproversForm({}, choices=choices_to_make(SUBJECT, office.document))
    assert form.is_valid()
    assert form.chosen() == {}
