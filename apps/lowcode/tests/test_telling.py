"""What people are told of a case: only what concerns them, in words that are true for them, in their language."""

from typing import Any

import pytest
from django.utils.translation import override

from apps.lowcode.models import Case
from apps.lowcode.services import cases, tasks
from apps.lowcode.tests.approving import Office, make_office, notices
from apps.lowcode.tests.flows import step
from apps.notices.kinds import text_of
from apps.notices.models import Notice

pytestmark = pytest.mark.django_db
STEPS = (
    step("head", "unit_head", mode="all", name={"zh": "单位审核", "mn": "ᠨᠢᠭᠡᠴᠡ"}),
    step("department", "department_reviewer", return_to="choose"),
)


@pytest.fixture
def office(monkeypatch: Any) -> Office:
    return make_office(monkeypatch, *STEPS)


def newest(actor: Any) -> Notice:
    return Notice.objects.filter(user_id=actor.user_id).latest("pk")


def test_a_return_to_a_step_asks_nothing_of_the_applicant(office: Office):
    office.start()
    office.approve(office.head)
    tasks.send_back(office.reviewer, office.task(office.reviewer), reason="请核对", to="head")
    notice = newest(office.clerk)
    assert notice.kind == "lowcode.sent_back"
    said = text_of(notice.kind, notice.params)
    assert "back to the step “单位审核”" in said
    assert "请核对" in said
    assert "lowcode.returned" not in notices(office.clerk)
    with override("mvf"):
        assert "ᠨᠢᠭᠡᠴᠡ" in text_of(notice.kind, notice.params)
    assert newest(office.head).kind == "lowcode.task"
    assert notice.url == Case.objects.get().get_absolute_url()  # the document itself is not theirs to change now


def test_a_return_to_the_applicant_says_so(office: Office):
    office.start()
    office.approve(office.head)
    tasks.send_back(office.reviewer, office.task(office.reviewer), reason="请核对", to="applicant")
    assert newest(office.clerk).kind == "lowcode.returned"


def test_who_has_the_document_hears_that_it_was_withdrawn(office: Office):
    deputy, bystander = office.another("unit_head", office.unit), office.reviewer
    cases.withdraw(office.clerk, office.start())
    for holder in (office.head, deputy):
        assert notices(holder) == ["lowcode.task", "lowcode.withdrawn"]
    said = text_of("lowcode.withdrawn", newest(deputy).params)
    assert office.clerk.name in said
    assert "does not wait for you any more" in said
    assert notices(bystander) == notices(office.clerk) == []


def test_who_never_had_it_open_hears_nothing(monkeypatch: Any):
    office = make_office(monkeypatch, step("head", "unit_head", mode="turn"))
    later = office.another("unit_head", office.unit)
    cases.withdraw(office.clerk, office.start())
    assert notices(office.head) == ["lowcode.task", "lowcode.withdrawn"]
    assert notices(later) == []


def test_giving_up_a_returned_document_tells_nobody(office: Office):
    case = office.start()
    tasks.send_back(office.head, office.task(office.head), reason="请核对")
    cases.give_up(office.clerk, case)
    assert "lowcode.withdrawn" not in notices(office.head)
