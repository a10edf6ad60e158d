"""A document on its way: tasks, callbacks, notices, evidence, separation of duties, missing posts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import Post, User
from apps.accounts.services import end_post
from apps.accounts.tests.factories import UserFactory
from apps.evidence.models import Entry
from apps.lowcode.models import Case, CaseEvent, CaseState, Task, TaskState
from apps.lowcode.selectors.cases import acts_on_case, acts_on_task, state_of
from apps.lowcode.selectors.timeline import timeline_of
from apps.lowcode.services import cases, deadlines, flows, tasks
from apps.lowcode.tests.approving import SUBJECT, SYSTEM, THREE, division_of, make_office, publish
from apps.lowcode.tests.flows import LARGE, branch, step
from apps.notices.models import Notice
from apps.projects.tests.factories import ProjectFactory
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
MOST_QUERIES = 45  # of an approval that hands the document to the next step, notices and evidence included


@pytest.fixture
def office(monkeypatch):
    return make_office(monkeypatch)


def kinds(case):
    return list(CaseEvent.objects.filter(case=case).values_list("kind", flat=True))


def notices(actor):
    return list(Notice.objects.filter(user_id=actor.user_id).order_by("pk").values_list("kind", flat=True))


def open_tasks(case):
    return set(Task.objects.filter(case=case, state=TaskState.OPEN).values_list("user_id", flat=True))


def replays(case):
    """The rows are what the history says."""
    case = Case.objects.select_related("version__definition__region").get(pk=case.pk)
    state = state_of(case)
    assert (case.state, case.step, case.last_seq) == (state.status, state.step, state.seq)
    rows = {task.key: (task.user_id, task.state, task.kind) for task in case.tasks.all()}
    assert rows == {task.key: (task.user, task.state, task.kind) for task in state.tasks}
    return case


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
    office.start()
    mine, theirs = office.task(office.head), office.task(other)
    tasks.approve(other, theirs)
    other_name = User.objects.get(pk=other.user_id).name
    with pytest.raises(RuleViolation, match=f"already been decided by {other_name}"):
        tasks.send_back(office.head, mine, reason="不同意")
    assert Task.objects.get(pk=mine.pk).state == TaskState.CLOSED


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

    def test_one_person_in_two_posts_acts_once(self, office):
        user = User.objects.get(pk=office.head.user_id)
        office.another("department_reviewer", office.unit.department, user)
        case = office.start()
        office.approve(office.head)
        assert open_tasks(case) == {office.reviewer.user_id}

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


class TestPeople:
    """Who may be named, and what happens to those who are."""

    def test_only_people_who_see_the_document(self, office):
        stranger = office.another("unit_head", UnitFactory(region=office.tree.banner))
        neighbour = office.another("banner_officer", office.tree.neighbour)
        office.start()
        for actor in (stranger, neighbour):
            with pytest.raises(RuleViolation, match="sees the document"):
                tasks.delegate(office.head, office.task(office.head), user=actor.user_id, reason="出差")

    def test_only_posts_held_today_by_people_who_can_sign_in(self, office):
        tomorrow = timezone.localdate() + timedelta(days=1)
        office.another("unit_head", office.unit, valid_from=tomorrow)
        office.another("unit_head", office.unit, UserFactory(gone=True))
        assert open_tasks(office.start()) == {office.head.user_id}

    def test_a_signer_before_and_one_after(self, office):
        case = office.start()
        before, after = office.another("unit_head", office.unit), office.another("finance_leader", office.tree.banner)
        task = office.task(office.head)
        tasks.add_signer(office.head, task, user=before.user_id, where="before")
        assert Task.objects.get(pk=task.pk).state == TaskState.WAITING
        office.approve(before)
        tasks.add_signer(office.head, task, user=after.user_id, where="after")
        office.approve(office.head)
        assert open_tasks(case) == {after.user_id}
        office.approve(after)
        assert replays(case).step == "department"

    def test_an_opinion_is_asked_and_given(self, office):
        leader = office.another("finance_leader", office.tree.banner)
        case = office.start()
        tasks.consult(office.head, office.task(office.head), user=leader.user_id, question="资金有保障吗?")
        tasks.give_opinion(leader, office.task(leader), opinion="有")
        assert notices(leader) == ["lowcode.consulted"]
        assert notices(office.head) == ["lowcode.task", "lowcode.opinion"]
        assert kinds(replays(case))[-2:] == ["consulted", "opinion"]

    def test_copies_are_only_read(self, office):
        leader = office.another("finance_leader", office.tree.banner)
        case = office.start()
        cases.copy_to(office.clerk, case, [leader.user_id, leader.user_id])
        task = office.task(leader)
        assert (task.kind, task.state) == ("copy", TaskState.DONE)
        assert notices(leader) == ["lowcode.copied"]
        with pytest.raises(RuleViolation):
            tasks.approve(leader, task)
        replays(case)

    def test_the_reviewer_of_an_upper_department_may_act(self, office):
        division = division_of(office.unit.department)
        unit = UnitFactory(region=office.tree.banner, department=division)
        publish(office, step("department", "department_reviewer"), region=office.tree.banner)
        clerk = office.another("unit_clerk", unit)
        case = cases.start_case(clerk, SUBJECT, ProjectFactory(unit=unit))
        assert open_tasks(case) == {office.reviewer.user_id}

    def test_the_upper_region(self, monkeypatch):
        office = make_office(monkeypatch, step("upper", "finance_office", "upper"))
        upper = office.another("league_officer", office.tree.league)
        office.another("league_officer", office.tree.other_league)
        assert open_tasks(office.start()) == {upper.user_id}

    def test_a_named_post(self, monkeypatch):
        named = step("post") | {
            "approvers": {"kind": "post", "role": "finance_leader", "node": {"type": "region", "code": "150100"}}
        }
        office = make_office(monkeypatch, named)
        leader = office.another("finance_leader", office.tree.league)
        assert open_tasks(office.start()) == {leader.user_id}

    def test_the_applicants_choice(self, monkeypatch):
        chosen = step("head") | {"approvers": {"kind": "chosen", "role": "unit_head", "at": "unit"}}
        office = make_office(monkeypatch, chosen)
        other = office.another("unit_head", office.unit)
        with pytest.raises(RuleViolation, match="Choose who approves"):
            office.start()
        with pytest.raises(RuleViolation, match="cannot act there"):
            office.start(chosen={"head": [office.officer.user_id]})
        assert open_tasks(office.start(chosen={"head": [other.user_id]})) == {other.user_id}


class TestMissingPosts:
    """Nobody able to act is said with the post's name, at publishing and on the way; nothing is skipped."""

    def end(self, actor):
        end_post(SYSTEM, Post.objects.get(pk=actor.post_id), timezone.localdate() - timedelta(days=1))

    @pytest.fixture
    def vacant(self, office):
        """The head's post has ended; they held it since yesterday."""
        Post.objects.filter(pk=office.head.post_id).update(valid_from=timezone.localdate() - timedelta(days=9))
        self.end(office.head)
        return office

    def test_publishing_tells_where_a_post_is_missing(self, vacant):
        UnitFactory(region=vacant.tree.far_banner)
        gaps = publish(vacant, *THREE, region=vacant.tree.banner)
        assert [(gap.step, gap.role, str(gap.region), gap.place) for gap in gaps] == [
            ("head", "unit_head", "新城区", vacant.unit.name)
        ]

    def test_publishing_for_all_regions(self, vacant):
        far = UnitFactory(region=vacant.tree.far_banner)
        definition = flows.FlowDefinition.objects.get()
        flows.save_flow(SYSTEM, definition, body={"format": 1, "steps": list(THREE)})
        found = {(gap.step, str(gap.region)) for gap in flows.publish_flow(SYSTEM, definition)}
        assert ("department", str(far.region)) in found
        assert ("department", "新城区") not in found
        assert ("office", "土默特左旗") in found

    def test_the_document_waits_and_people_are_told(self, vacant):
        owner = vacant.another("region_officer", vacant.tree.root)
        case = vacant.start()
        assert case.state == CaseState.STUCK
        assert notices(vacant.clerk) == notices(owner) == ["lowcode.nobody"]
        timeline = timeline_of(case)
        assert timeline.missing == f"unit head · {vacant.unit.name}"
        assert [coming.key for coming in timeline.coming] == ["department", "office"]
        with pytest.raises(RuleViolation, match="Still nobody"):
            cases.retry_stuck(vacant.clerk, case)
        assert kinds(case) == ["started", "nobody"]

    def test_it_goes_on_once_the_post_is_filled(self, vacant):
        case = vacant.start()
        new = vacant.another("unit_head", vacant.unit)
        cases.retry_stuck(vacant.clerk, case)
        assert open_tasks(case) == {new.user_id}
        assert vacant.told == [("entered", "unit_review")]
        assert Entry.objects.filter(event="lowcode.entered").count() == 1

    def test_the_night_does_it_too_and_gives_tasks_of_leavers_to_their_successors(self, office):
        Post.objects.filter(pk=office.head.post_id).update(valid_from=timezone.localdate() - timedelta(days=9))
        case, stuck = office.start(), ProjectFactory(unit=office.unit)
        self.end(office.head)
        waiting = cases.start_case(office.clerk, SUBJECT, stuck)
        new = office.another("unit_head", office.unit)
        assert deadlines.renew_holders() == 2
        assert open_tasks(case) == open_tasks(waiting) == {new.user_id}
        assert kinds(replays(case))[-1] == "replaced"
        assert deadlines.renew_holders() == 0

    def test_with_no_successor_the_document_waits(self, office):
        Post.objects.filter(pk=office.head.post_id).update(valid_from=timezone.localdate() - timedelta(days=9))
        case = office.start()
        self.end(office.head)
        deadlines.renew_holders()
        assert replays(case).state == CaseState.STUCK
        assert kinds(case)[-2:] == ["replaced", "nobody"]

    def test_who_was_added_by_a_leaver_and_left_too_does_not_stop_the_night(self, monkeypatch):
        office = make_office(monkeypatch, step("head", "unit_head", mode="all"))
        other, case = office.another("unit_head", office.unit), office.start()
        tasks.add_signer(office.head, office.task(office.head), user=office.reviewer.user_id, where="before")
        ended = [office.head.post_id, office.reviewer.post_id]
        Post.objects.filter(pk__in=ended).update(valid_from=timezone.localdate() - timedelta(days=9))
        self.end(office.head)
        self.end(office.reviewer)
        office.another("department_reviewer", office.unit.department)
        assert deadlines.renew_holders() == 1
        assert open_tasks(replays(case)) == {other.user_id}

    def test_only_those_concerned_let_it_go_on(self, vacant):
        case = vacant.start()
        with pytest.raises(NotAllowed):
            cases.retry_stuck(vacant.reviewer, case)


class TestDeadlines:
    """Reminders before, escalation after, each once."""

    def test_reminded_once(self, office):
        case = office.start()
        assert deadlines.watch_deadlines() == 0
        Task.objects.filter(case=case).update(due=timezone.localdate())
        assert deadlines.watch_deadlines() == 1
        assert deadlines.watch_deadlines() == 0
        assert notices(office.head) == ["lowcode.task", "lowcode.reminded"]
        replays(case)

    def test_escalated_once_and_the_upper_post_decides(self, monkeypatch):
        overdue = step("head", mode="all", days=1, escalate={"role": "finance_leader", "at": "region"})
        office = make_office(monkeypatch, overdue)
        second = office.another("unit_head", office.unit)
        leader = office.another("finance_leader", office.tree.banner)
        case = office.start()
        Task.objects.filter(case=case).update(due=timezone.localdate() - timedelta(days=1))
        assert deadlines.watch_deadlines() == 1
        assert deadlines.watch_deadlines() == 0
        assert open_tasks(case) == {office.head.user_id, second.user_id, leader.user_id}
        assert notices(leader) == ["lowcode.escalated"]
        office.approve(leader)
        assert replays(case).state == CaseState.APPROVED

    def test_one_bad_case_keeps_nobody_waiting(self, office, monkeypatch, caplog):
        office.start()
        cases.start_case(office.clerk, SUBJECT, ProjectFactory(unit=office.unit))
        Task.objects.update(due=timezone.localdate())
        real, seen = deadlines._watch, []

        def watch(running):
            seen.append(running.case.pk)
            if len(seen) == 1:
                raise ZeroDivisionError
            return real(running)

        monkeypatch.setattr(deadlines, "_watch", watch)
        assert deadlines.watch_deadlines() == 1
        assert "could not be looked after" in caplog.text


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
