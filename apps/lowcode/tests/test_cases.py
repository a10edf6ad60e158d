"""A document on its way: tasks, callbacks, notices, evidence, separation of duties, the timeline."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.evidence.models import Entry
from apps.lowcode.models import Case, CaseState, Task, TaskState
from apps.lowcode.selectors.cases import acts_on_case, acts_on_task
from apps.lowcode.selectors.timeline import timeline_of
from apps.lowcode.services import cases, flows, tasks
from apps.lowcode.tests.approving import (
    SUBJECT,
    SYSTEM,
    THREE,
    kinds,
    make_office,
    notices,
    open_tasks,
    publish,
    replays,
)
from apps.lowcode.tests.flows import LARGE, branch, step
from apps.projects.tests.factories import ProjectFactory
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
MOST_QUERIES = 25  # of an approval that hands the document to the next step, notices and evidence included


@pytest.fixture
def office(monkeypatch):
    return make_office(monkeypatch)


def test_three_people_approve_and_the_app_is_told(office):
    case = office.start()
    assert open_tasks(case) == {office.head.user_id}
    office.approve(office.head, office.reviewer, office.officer)
    case = replays(case)
    assert case.state == CaseState.APPROVED
    assert case.ended_at is not None
    assert office.told == [
        ("entered", "unit_review"),
        ("entered", "finance_review"),
        ("approved", office.officer.user_id),
    ]
    assert notices(office.head) == ["lowcode.task"]
    assert notices(office.clerk) == ["lowcode.approved"]
    recorded = list(Entry.objects.filter(event__startswith="lowcode.").order_by("pk").values_list("event", flat=True))
    assert recorded == [
        "lowcode.flow_saved",
        "lowcode.flow_published",
        "lowcode.started",
        *["lowcode.approved"] * 3,
        "lowcode.completed",
    ]


def test_the_due_day_is_counted_in_working_days(office):
    office.start()
    task = office.task(office.head)
    assert task.due > timezone.localdate() + timedelta(days=2)
    assert task.due.weekday() < 5


def test_a_document_is_under_approval_once(office):
    office.start()
    with pytest.raises(RuleViolation, match="under approval already"):
        office.start()


def test_without_a_flow_the_place_is_named(office):
    flows.retire_flow(SYSTEM, flows.FlowDefinition.objects.get())
    with pytest.raises(RuleViolation, match="新城区"):
        office.start()


def test_the_nearest_flow_counts_and_a_case_keeps_its_version(office):
    publish(office, step("office", "finance_office"), region=office.tree.banner)
    case = office.start()
    assert case.step == "office"
    definition = case.version.definition
    flows.save_flow(SYSTEM, definition, body={"format": 1, "steps": list(THREE)})
    flows.publish_flow(SYSTEM, definition)
    office.approve(office.officer)
    assert replays(case).state == CaseState.APPROVED


def test_a_double_click_is_one_act(office):
    case = office.start()
    task = office.task(office.head)
    tasks.approve(office.head, task)
    tasks.approve(office.head, task)
    assert kinds(case).count("approved") == 1


def test_who_comes_second_is_told_who_decided(office):
    other = office.another("unit_head", office.unit)
    case = office.start()
    mine, theirs = office.task(office.head), office.task(other)
    tasks.approve(other, theirs)
    other_name = User.objects.get(pk=other.user_id).name
    with pytest.raises(RuleViolation, match=f"already been decided by {other_name}"):
        tasks.send_back(office.head, mine, reason="不同意")
    assert Task.objects.get(pk=mine.pk).state == TaskState.CLOSED
    tasks.send_back(office.reviewer, office.task(office.reviewer), reason="补充")
    cases.resubmit(office.clerk, case)
    office.approve(office.head)
    with pytest.raises(RuleViolation, match=f"already been decided by {other_name}"):
        tasks.approve(office.head, mine)


def test_returned_mended_and_approved(office):
    case = office.start()
    office.approve(office.head)
    tasks.send_back(office.reviewer, office.task(office.reviewer), reason="请补充依据", fields=["overview", "shoe"])
    case = replays(case)
    assert case.state == CaseState.RETURNED
    assert office.told[-1] == ("returned", office.reviewer.user_id, "请补充依据")
    assert case.events.get(kind="returned").data["fields"] == ["overview"]
    assert notices(office.clerk) == ["lowcode.returned"]
    office.values["amount"] = "900000.00"
    cases.resubmit(office.clerk, case)
    assert replays(case).values["amount"] == "900000.00"
    office.approve(office.head, office.reviewer, office.officer)
    assert replays(case).state == CaseState.APPROVED


def test_a_return_needs_a_reason(office):
    office.start()
    with pytest.raises(RuleViolation, match="Say why"):
        tasks.send_back(office.head, office.task(office.head), reason=" ")
    with pytest.raises(RuleViolation, match="Unicode"):
        tasks.send_back(office.head, office.task(office.head), reason="\ue234")


def test_rejected_for_good(office):
    case = office.start()
    tasks.reject(office.head, office.task(office.head), reason="不符合政策")
    assert replays(case).state == CaseState.REJECTED
    assert office.told[-1] == ("rejected", office.head.user_id, "不符合政策")
    with pytest.raises(RuleViolation):
        cases.resubmit(office.clerk, case)
    assert office.start().pk != case.pk, "the app decides whether the document may come again"


def test_withdrawing_gives_the_document_back(office):
    case = office.start()
    cases.withdraw(office.clerk, case)
    case = replays(case)
    assert case.state == CaseState.WITHDRAWN
    assert office.told[-1][0] == "returned"
    assert open_tasks(case) == set()
    cases.resubmit(office.clerk, case)
    office.approve(office.head)
    with pytest.raises(RuleViolation, match="cannot be withdrawn"):
        cases.withdraw(office.clerk, case)


def test_urging_reaches_those_who_have_it(office):
    case = office.start()
    cases.urge(office.clerk, case)
    assert notices(office.head) == ["lowcode.task", "lowcode.urged"]
    with pytest.raises(RuleViolation, match="last hour"):
        cases.urge(office.clerk, case)
    with pytest.raises(RuleViolation, match="Only the applicant"):
        cases.urge(office.head, case)


def test_what_a_step_asks_is_answered(monkeypatch):
    office = make_office(monkeypatch, step("department", "department_reviewer", ask=["ranking"]))
    office.start()
    task = office.task(office.reviewer)
    for asked in ({}, {"ranking": "9"}):
        with pytest.raises(RuleViolation, match="asks for more"):
            tasks.approve(office.reviewer, task, asked=asked)
    tasks.approve(office.reviewer, task, asked={"ranking": "1"})
    assert office.told == [("answered", "ranking", "1"), ("approved", office.reviewer.user_id)]


def test_bulk_approval_tells_each_result(office):
    other = ProjectFactory(unit=office.unit)
    office.start()
    cases.start_case(office.clerk, SUBJECT, other)
    mine = list(Task.objects.filter(user_id=office.head.user_id).order_by("pk"))
    tasks.send_back(office.head, mine[0], reason="补充")
    outcomes = tasks.approve_many(office.head, mine)
    assert [bool(outcome.refusal) for outcome in outcomes] == [True, False]
    assert "already been decided" in outcomes[0].refusal


def test_an_approval_that_the_app_refuses_leaves_nothing(monkeypatch):
    office = make_office(monkeypatch, step("head"))
    case = office.start()
    office.refusal = "金额超过上限"
    with pytest.raises(RuleViolation, match="金额超过上限"):
        office.approve(office.head)
    assert kinds(replays(case)) == ["started", "entered"]
    assert open_tasks(case) == {office.head.user_id}
    assert notices(office.clerk) == []


class TestSeparation:
    """经办 ≠ 复核 ≠ 签批, however a person comes by a task."""

    def test_the_applicant_never_approves(self, office):
        user = User.objects.get(pk=office.head.user_id)
        clerk = office.another("unit_clerk", office.unit, user)
        case = cases.start_case(clerk, SUBJECT, office.document)
        assert case.state == CaseState.STUCK
        assert case.events.last().data["barred"] == [user.name]

    @pytest.mark.covers("B8")
    def test_one_person_in_two_posts_acts_once(self, office):
        user = User.objects.get(pk=office.head.user_id)
        office.another("department_reviewer", office.unit.department, user)
        case = office.start()
        office.approve(office.head)
        assert open_tasks(case) == {office.reviewer.user_id}

    @pytest.mark.covers("B8")
    @pytest.mark.parametrize("pass_on", ["delegate", "add_signer"])
    def test_not_by_delegation_or_as_an_added_signer(self, office, pass_on):
        office.start()
        office.approve(office.head)
        task = office.task(office.reviewer)
        for actor, reason in ((office.head, "acted at another step"), (office.clerk, "cannot approve it")):
            values = {"user": actor.user_id, "reason": "出差"}
            values |= {"where": "after"} if pass_on == "add_signer" else {}
            with pytest.raises(RuleViolation, match=reason):
                getattr(tasks, pass_on)(office.reviewer, task, **values)

    @pytest.mark.covers("B8")
    def test_the_delegate_has_acted_too(self, office):
        other = office.another("department_reviewer", office.unit.department)
        case = office.start()
        tasks.delegate(office.head, office.task(office.head), user=other.user_id, reason="出差")
        office.approve(other)
        assert open_tasks(case) == {office.reviewer.user_id}
        replays(case)

    def test_who_decided_does_not_submit_again(self, office):
        case = office.start()
        tasks.send_back(office.head, office.task(office.head), reason="补充")
        with pytest.raises(RuleViolation, match="nobody acts on it twice"):
            cases.resubmit(office.head, case)

    def test_a_task_belongs_to_its_holder_in_its_post(self, office):
        office.start()
        task = office.task(office.head)
        with pytest.raises(NotAllowed, match="not yours"):
            tasks.approve(office.officer, task)
        in_other_post = office.another("unit_clerk", office.unit, User.objects.get(pk=office.head.user_id))
        with pytest.raises(NotAllowed, match="change to it first"):
            tasks.approve(in_other_post, task)
        assert acts_on_task(in_other_post, task) == set()


def test_the_timeline_tells_the_whole_way(office):
    case = office.start()
    tasks.approve(office.head, office.task(office.head), opinion="同意")
    tasks.send_back(office.reviewer, office.task(office.reviewer), reason="补充", fields=["overview"])
    cases.resubmit(office.clerk, case)
    timeline = timeline_of(Case.objects.get(pk=case.pk))
    said = [(entry.kind, entry.text) for entry in timeline.entries]
    assert said[:4] == [("started", ""), ("entered", ""), ("approved", "同意"), ("entered", "")]
    assert timeline.entries[4].notes == (("goes back to", "the applicant"), ("to mend", "项目概况"))
    assert [holder.name for holder in timeline.holders] == [office.head.name]
    assert [coming.key for coming in timeline.coming] == ["department", "office"]
    assert timeline.since == timeline.holders[0].since


def test_the_way_depends_on_the_amount(monkeypatch):
    office = make_office(
        monkeypatch, step("head"), branch("size", (LARGE, [step("leader", "finance_leader")]), (None, []))
    )
    leader = office.another("finance_leader", office.tree.banner)
    office.values["amount"] = "5000000.00"
    case = office.start()
    office.approve(office.head)
    assert open_tasks(case) == {leader.user_id}


def test_what_the_applicant_may_do(office):
    case = office.start()
    assert acts_on_case(office.clerk, case) == {"urge", "withdraw", "copy"}
    assert acts_on_case(office.officer, case) == set()


def test_approving_needs_as_many_queries_after_a_long_history(office, django_assert_max_num_queries):
    case = office.start()
    with django_assert_max_num_queries(MOST_QUERIES) as first:
        office.approve(office.head)
    tasks.send_back(office.reviewer, office.task(office.reviewer), reason="补充")
    for _round in range(4):
        cases.resubmit(office.clerk, case)
        tasks.send_back(office.head, office.task(office.head), reason="补充")
    cases.resubmit(office.clerk, case)
    with django_assert_max_num_queries(len(first.captured_queries)):
        office.approve(office.head)
