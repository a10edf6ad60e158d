"""Who may be named in an approval, missing posts, and what the clock does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import Post, User
from apps.accounts.services import end_post
from apps.accounts.tests.factories import UserFactory
from apps.evidence.models import Entry
from apps.lowcode.models import CaseState, Task, TaskState
from apps.lowcode.selectors.timeline import timeline_of
from apps.lowcode.services import cases, deadlines, flows, tasks
from apps.lowcode.tests.approving import (
    SUBJECT,
    SYSTEM,
    THREE,
    division_of,
    kinds,
    make_office,
    notices,
    open_tasks,
    publish,
    replays,
)
from apps.lowcode.tests.flows import step
from apps.projects.tests.factories import ProjectFactory
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
CHOSEN_HEAD = {"kind": "chosen", "role": "unit_head", "at": "unit"}


@pytest.fixture
def office(monkeypatch):
    return make_office(monkeypatch)


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
        office = make_office(monkeypatch, step("head") | {"approvers": CHOSEN_HEAD})
        other = office.another("unit_head", office.unit)
        with pytest.raises(RuleViolation, match="Choose who approves"):
            office.start()
        with pytest.raises(RuleViolation, match="cannot act there"):
            office.start(chosen={"head": [office.officer.user_id]})
        assert open_tasks(office.start(chosen={"head": [other.user_id]})) == {other.user_id}

    def test_nobody_chooses_themselves(self, monkeypatch):
        office = make_office(monkeypatch, step("head") | {"approvers": CHOSEN_HEAD})
        office.another("unit_head", office.unit, User.objects.get(pk=office.clerk.user_id))
        with pytest.raises(RuleViolation, match="cannot act there"):
            office.start(chosen={"head": [office.clerk.user_id]})

    def test_where_the_chosen_one_may_not_sign_any_more_another_does(self, monkeypatch):
        office = make_office(monkeypatch, step("first"), step("second") | {"approvers": CHOSEN_HEAD})
        other = office.another("unit_head", office.unit)
        case = office.start(chosen={"second": [office.head.user_id]})
        office.approve(office.head)
        assert (replays(case).step, open_tasks(case)) == ("second", {other.user_id})


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
        found = {(gap.step, str(gap.region)) for gap in flows.publish_flow(SYSTEM, definition).gaps}
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
