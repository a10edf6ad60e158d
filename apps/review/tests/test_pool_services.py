"""Experts are entered, apply, are admitted by a flow, and leave; who may not is told so, and evidence keeps each act."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.accounts.tests.factories import make_actor, make_post
from apps.evidence.models import Entry
from apps.lowcode.services import cases, tasks
from apps.notices.models import Notice
from apps.regions.tests.factories import UnitFactory
from apps.review.expertfacts import Relative, Tie, is_id_number
from apps.review.models import Expert, ExpertSource, ExpertState, Kinship, MemberState, ReviewState
from apps.review.selectors import pool as selectors
from apps.review.services import admission, experts
from apps.review.tests import factories as make
from apps.review.tests import pool
from imbudget.kit.actor import Reach, system_actor
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("tests")


@pytest.fixture
def officer(world):
    return make.officer(world.tree.banner)


@pytest.fixture
def expert(world, officer):
    return experts.enter_expert(officer, world.tree.banner, pool.facts())


def admitted(world, officer, **values):
    pool.publish_flow()
    leader = make.leader(world.tree.banner)
    expert = experts.enter_expert(officer, world.tree.banner, pool.facts(**values))
    admission.submit_expert(officer, expert)
    tasks.approve(leader, pool.task_of(leader))
    expert.refresh_from_db()
    return expert


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("11010519491231002X", True),  # the example of GB 11643-1999
        ("440524188001010014", False),  # its other example: nobody born in 1880 judges projects
        ("110105194912310021", False),
        ("11010519491331002X", False),
        ("1101051949123100", False),
        ("１１010519491231002X", False),
    ],
)
def test_identity_numbers_tie(text, good):
    assert is_id_number(text) is good


def test_an_expert_is_kept_as_written(world, officer):
    tie = Tie("呼和浩特市草原站", "adviser", date(2024, 1, 1), None)
    kin = Relative("spouse", "新城区水利局", "巴图，局长")
    given = pool.facts(phone="138 0000 0000", id_number=pool.id_number().lower(), employments=(tie,), kin=(kin,))
    expert = experts.enter_expert(officer, world.tree.banner, given)
    assert (expert.state, expert.source, expert.author_id) == (ExpertState.APPLIED, "entry", officer.user_id)
    assert expert.league == world.tree.league
    assert selectors.facts_of(expert) == replace(given, phone="13800000000", id_number=pool.id_number())
    assert Expert.objects.get(phone_index="13800000000") == expert
    assert expert.employer_key == "内蒙古农业大学"
    entry = Entry.objects.get(event="review.expert_saved")
    assert pool.id_number() not in str(entry.facts)
    assert "巴图" not in str(entry.facts)


def test_an_employer_that_is_a_unit_of_this_one_name_is_tied_to_it(world, officer):
    unit = UnitFactory(region=world.tree.banner, name_zh_hans="草原工作站")
    for place in (world.tree.banner, world.tree.neighbour):
        UnitFactory(region=place, name_zh_hans="水利局")
    tie = Tie("草原工作站", "employee", date(2020, 1, 1), None)
    expert = experts.enter_expert(officer, world.tree.banner, pool.facts(employer="水利局", employments=(tie,)))
    assert expert.employer_unit is None
    assert expert.employments.get().unit == unit


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"employer": "（）"}, "employer"),
        ({"id_number": "150102197503080000"}, "id_number"),
        ({"id_number": ""}, "id_number"),
        ({"phone": "12"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"title_rank": "highest"}, "title_rank"),
        ({"languages": ("en",)}, "languages"),
        ({"languages": ()}, "languages"),
        ({"fields": ()}, "fields"),
        ({"fields": ("sorcery",)}, "fields"),
        ({"level": 1}, "level"),
        ({"level": 3}, "level"),
        ({"employments": (Tie("某公司", "employee", None),)}, "employments.1"),
        ({"employments": (Tie("某公司", "employee", date(2025, 2, 1), date(2025, 1, 1)),)}, "employments.1"),
        ({"employments": (Tie("某公司", "employee", date(2090, 1, 1)),)}, "employments.1"),
        ({"employments": (Tie("某公司", "owner", date(2025, 1, 1)),)}, "employments.1"),
        ({"kin": (Relative("cousin", "某局"),)}, "kin.1"),
        ({"kin": (Relative("spouse", ""),)}, "kin.1"),
        ({"kin": tuple(Relative("spouse", "某局") for _ in range(31))}, "kin"),
    ],
)
def test_bad_facts_are_named_and_nothing_is_kept(world, officer, values, field):
    with pytest.raises(experts.BadFacts) as refusal:
        experts.enter_expert(officer, world.tree.banner, pool.facts(**values))
    assert list(refusal.value.errors) == [field]
    assert not Expert.objects.exists()


def test_a_person_stands_in_one_pool_only(world, officer, expert):
    other = make.officer(world.tree.neighbour)
    with pytest.raises(experts.KnownExpert):
        experts.enter_expert(other, world.tree.neighbour, pool.facts(name="别人"))
    assert Expert.objects.count() == 1


def test_only_the_finance_office_of_the_region_keeps_its_pool(world, officer, expert):
    tree = world.tree
    for actor in (
        make.officer(tree.neighbour),
        make.officer(tree.league),
        make.leader(tree.banner),
        make.supervisor(tree.banner),
        make_actor("auditor", tree.banner),
        make_actor("unit_clerk", world.unit),
        make_actor("system_admin", tree.root),
    ):
        for act in (
            lambda actor=actor: experts.enter_expert(actor, tree.banner, pool.facts(2)),
            lambda actor=actor: experts.save_expert(actor, expert, pool.facts()),
            lambda actor=actor: experts.unmask_expert(actor, expert, reason="看看"),
            lambda actor=actor: admission.submit_expert(actor, expert),
            lambda actor=actor: admission.decline_expert(actor, expert, reason="不"),
            lambda actor=actor: admission.suspend_expert(actor, expert, reason="不"),
            lambda actor=actor: admission.resume_expert(actor, expert, reason="不"),
            lambda actor=actor: admission.remove_expert(actor, expert, reason="不"),
        ):
            with pytest.raises(NotAllowed):
                act()
    with pytest.raises(NotAllowed):
        admission.admit_at_once(officer, expert)
    assert Expert.objects.get().state == ExpertState.APPLIED


def test_a_change_names_what_changed_and_hides_what_is_private(world, officer, expert):
    tie = Tie("某公司", "shareholder", date(2025, 1, 1))
    changed = pool.facts(title="研究员", phone="0471-1234567", employments=(tie,))
    experts.save_expert(officer, expert, changed, seen=expert.updated_at)
    facts = Entry.objects.filter(event="review.expert_saved").latest("pk").facts
    assert facts["changes"]["title"] == ["", "研究员"]
    assert facts["changes"]["phone"] == ["…", "…"]
    assert facts["lists"] == {"employments": [[], ["shareholder 某公司 2025-01-01"]]}
    assert expert.history.count() == 2
    with pytest.raises(experts.StaleExpert):
        experts.save_expert(officer, expert, changed, seen=timezone.now() - timedelta(days=1))


def test_the_last_employer_stays_an_employment_with_its_unit(world, officer):
    units = [UnitFactory(region=place, name_zh_hans="水利局") for place in (world.tree.banner, world.tree.neighbour)]
    given = pool.facts(employer="水利局", employer_unit=units[0].pk)
    expert = experts.enter_expert(officer, world.tree.banner, given)
    experts.save_expert(officer, expert, pool.facts(employer="内蒙古大学"))
    tie = expert.employments.get()
    assert (tie.employer, tie.unit, tie.until, tie.kind) == ("水利局", units[0], timezone.localdate(), "employee")
    assert expert.employer_unit is None
    experts.save_expert(officer, expert, replace(selectors.facts_of(expert), title="教授"))  # keeps it as it is
    assert expert.employments.get().unit == units[0]
    more = (*selectors.ties_of(expert), Tie("某公司", "adviser", date(2025, 1, 1)))
    experts.save_expert(officer, expert, pool.facts(employer="内蒙古大学", employments=more))
    assert [row.unit for row in expert.employments.order_by("pk")] == [units[0], None]


def test_a_field_out_of_use_stays_with_those_who_have_it(world, officer, expert):
    field = make.ExpertFieldFactory(code="grassland")
    field.is_active = False
    field.save()
    experts.save_expert(officer, expert, pool.facts(title="教授"))
    with pytest.raises(experts.BadFacts):
        experts.enter_expert(officer, world.tree.banner, pool.facts(2))


def test_a_person_applies_from_outside_and_the_keepers_are_told(world, officer):
    expert = experts.apply_for_pool(pool.facts(), world.tree.banner, "203.0.113.9")
    assert (expert.source, expert.author, expert.state) == (ExpertSource.APPLICATION, None, ExpertState.APPLIED)
    entry = Entry.objects.get(event="review.expert_applied")
    assert (entry.address, entry.actor_id) == ("203.0.113.9", "")
    notice = Notice.objects.get(kind="review.applied")
    assert (notice.user_id, notice.url) == (officer.user_id, expert.get_absolute_url())


def test_nobody_learns_from_the_public_page_who_is_an_expert(world, officer, expert):
    assert experts.apply_for_pool(pool.facts(name="别人"), world.tree.neighbour, "203.0.113.9") is None
    assert Expert.objects.count() == 1
    assert not Notice.objects.exists()


def test_a_flow_admits_and_makes_an_account_that_sees_nothing(world, officer):
    expert = admitted(world, officer)
    assert expert.state == ExpertState.ADMITTED
    assert expert.admitted_at
    user = expert.user
    assert (user.name, user.must_change_password, user.username) == (expert.name, True, f"zj{expert.pk:06d}")
    actor = actor_of(Post.objects.with_nodes().get(user=user))
    assert (actor.role, actor.reach, actor.grants) == ("expert", Reach.NOTHING, frozenset({"review.score"}))
    told = Notice.objects.filter(kind="review.admitted").values_list("user_id", flat=True)
    assert set(told) == {officer.user_id, user.pk}
    last = expert.history.latest("history_id")
    assert (last.history_change_reason or "", last.history_user_id) != ("", None)


def test_who_wrote_an_expert_down_does_not_admit_them(world, officer):
    pool.publish_flow()
    leader = make.leader(world.tree.banner)
    both = actor_of(make_post("banner_officer", world.tree.banner, leader_user(leader)))
    expert = experts.enter_expert(both, world.tree.banner, pool.facts())
    admission.submit_expert(officer, expert)
    assert not leader_tasks(leader)


def leader_user(actor):
    from apps.accounts.models import User

    return User.objects.get(pk=actor.user_id)


def leader_tasks(actor):
    from apps.lowcode.models import Task

    return list(Task.objects.filter(user_id=actor.user_id))


def test_a_returned_admission_is_mended_and_handed_in_again(world, officer, expert):
    pool.publish_flow()
    leader = make.leader(world.tree.banner)
    admission.submit_expert(officer, expert)
    with pytest.raises(NotAllowed):
        experts.save_expert(officer, expert, pool.facts(title="教授"))
    tasks.send_back(leader, pool.task_of(leader), reason="职称不明")
    expert.refresh_from_db()
    assert (expert.state, expert.state_reason) == (ExpertState.APPLIED, "职称不明")
    experts.save_expert(officer, expert, pool.facts(title="教授"))
    admission.submit_expert(officer, expert)
    tasks.reject(leader, pool.task_of(leader), reason="不符合条件")
    expert.refresh_from_db()
    assert (expert.state, expert.user) == (ExpertState.REFUSED, None)


def test_an_admission_is_taken_back_while_nobody_has_acted(world, officer, expert):
    pool.publish_flow()
    make.leader(world.tree.banner)
    admission.submit_expert(officer, expert)
    cases.withdraw(officer, cases.open_case(admission.SUBJECT, expert.pk))
    expert.refresh_from_db()
    assert expert.state == ExpertState.APPLIED


def test_an_application_is_turned_down_without_an_approval_even_after_a_return(world, officer, expert):
    pool.publish_flow()
    leader = make.leader(world.tree.banner)
    admission.submit_expert(officer, expert)
    with pytest.raises(NotAllowed):
        admission.decline_expert(officer, expert, reason="重复")
    tasks.send_back(leader, pool.task_of(leader), reason="不清楚")
    expert.refresh_from_db()
    admission.decline_expert(officer, expert, reason="本人放弃")
    assert (expert.state, expert.state_reason) == (ExpertState.REFUSED, "本人放弃")
    assert cases.open_case(admission.SUBJECT, expert.pk) is None
    admission.submit_expert(officer, expert)
    assert expert.state == ExpertState.SUBMITTED


def test_a_suspended_expert_keeps_the_account_and_comes_back(world, officer):
    expert = admitted(world, officer)
    with pytest.raises(RuleViolation):
        admission.suspend_expert(officer, expert, reason="")
    admission.suspend_expert(officer, expert, reason="调查中")
    assert (expert.state, expert.state_reason) == (ExpertState.SUSPENDED, "调查中")
    with pytest.raises(NotAllowed):
        admission.suspend_expert(officer, expert, reason="再")
    admission.resume_expert(officer, expert, reason="查清")
    assert expert.state == ExpertState.ADMITTED
    assert expert.user.is_active
    events = Entry.objects.filter(event__in=["review.expert_suspended", "review.expert_resumed"])
    assert [entry.facts["reason"] for entry in events.order_by("pk")] == ["调查中", "查清"]


def test_a_removed_expert_can_sign_in_no_more(world, officer):
    expert = admitted(world, officer)
    Post.objects.filter(user=expert.user).update(valid_from=timezone.localdate() - timedelta(days=30))
    admission.remove_expert(officer, expert, reason="违纪")
    assert expert.state == ExpertState.REMOVED
    assert not Post.objects.not_ended().filter(user=expert.user).exists()
    expert.user.refresh_from_db()
    assert not expert.user.is_active
    with pytest.raises(NotAllowed):
        experts.save_expert(officer, expert, pool.facts())


def test_removing_leaves_an_account_that_serves_another_post(world, officer):
    expert = admitted(world, officer)
    make_post("unit_clerk", world.unit, expert.user)
    admission.remove_expert(officer, expert, reason="本人申请")
    expert.user.refresh_from_db()
    assert expert.user.is_active


@pytest.mark.parametrize("state", ["preparing", "forming", "scoring", "discussion"])
def test_nobody_is_removed_from_a_panel_at_work(world, officer, state):
    expert = admitted(world, officer)
    review = make.make_review(world.tree.banner, [make.waiting_project(world)], state=state)
    (member,) = make.seat(review, [expert])
    with pytest.raises(RuleViolation, match="sits on a panel"):
        admission.remove_expert(officer, expert, reason="违纪")
    type(member).objects.filter(pk=member.pk).update(state=MemberState.CONFLICTED)
    admission.remove_expert(officer, expert, reason="违纪")


def test_the_operator_admits_a_pool_that_was_admitted_elsewhere(world):
    expert = experts.enter_expert(SYSTEM, world.tree.banner, pool.facts(), source=ExpertSource.IMPORT)
    admission.admit_at_once(SYSTEM, expert)
    expert.refresh_from_db()
    assert (expert.state, expert.user.must_change_password) == (ExpertState.ADMITTED, True)


@pytest.mark.covers("H2", "C1")
def test_what_is_masked_is_shown_for_a_reason_that_stays(world, officer):
    kin = (Relative("spouse", "水利局", "巴图，局长"),)
    expert = experts.enter_expert(officer, world.tree.banner, pool.facts(kin=kin))
    with pytest.raises(RuleViolation):
        experts.unmask_expert(officer, expert, reason="")
    shown = dict(experts.unmask_expert(officer, expert, reason="联系本人"))
    assert (shown["phone"], shown["id_number"]) == ("13800000000", pool.id_number())
    assert "巴图" in shown["kin"]
    entry = Entry.objects.get(event="review.expert_unmasked")
    assert entry.facts == {"reason": "联系本人", "fields": ["phone", "id_number", "kin"]}
    assert "巴图" not in bytes(Kinship.objects.extra(select={"raw": "note"}).values_list("raw", flat=True)[0]).decode(
        "utf-8", "ignore"
    )


def test_the_work_of_a_panel_is_rated_once_when_it_is_done(world, officer):
    expert = make.make_expert(world.tree.banner)
    review = make.make_review(world.tree.banner, [make.waiting_project(world)], state=ReviewState.SCORING)
    (member,) = make.seat(review, [expert])
    with pytest.raises(NotAllowed):
        experts.rate_expert(officer, member, score=4)
    type(review).objects.filter(pk=review.pk).update(state=ReviewState.CONFIRMED)
    member.refresh_from_db()
    for actor in (make.officer(world.tree.neighbour), make.officer(world.tree.league), make.leader(world.tree.banner)):
        with pytest.raises(NotAllowed):
            experts.rate_expert(actor, member, score=4)
    for score in (0, 6, 2):  # 2 needs a remark
        with pytest.raises(RuleViolation):
            experts.rate_expert(officer, member, score=score)
    experts.rate_expert(officer, member, score=2, comment="迟到")
    with pytest.raises(RuleViolation, match="has been rated"):
        experts.rate_expert(officer, member, score=5)
    assert Entry.objects.get(event="review.expert_rated").facts["score"] == 2


def test_the_record_counts_panels_of_the_quarter_and_marks(world, officer):
    expert = make.make_expert(world.tree.banner)
    unit = world.unit
    for number, state in enumerate(["declared", "declined", "conflicted"]):
        project = make.waiting_project(world, unit)
        review = make.make_review(world.tree.banner, [project], state=ReviewState.CLOSED, number=number + 1)
        (member,) = make.seat(review, [expert], state=state)
        if state == "declared":
            experts.rate_expert(officer, member, score=4)
    record = selectors.record_of(expert)
    assert (record.total, record.this_quarter, record.mark, record.marks) == (3, 1, 4, 1)
    assert not record.is_cooling
    assert selectors.panels_of_quarter(expert, timezone.localdate() + timedelta(days=100)) == 0


def test_a_tie_that_is_taken_away_stays_in_evidence_without_names_of_kin(world, officer):
    kin, tie = Relative("spouse", "水利局", "巴图，局长"), Tie("某公司", "adviser", date(2025, 1, 1))
    expert = experts.enter_expert(officer, world.tree.banner, pool.facts(kin=(kin,), employments=(tie,)))
    experts.save_expert(officer, expert, pool.facts())
    lists = Entry.objects.filter(event="review.expert_saved").latest("pk").facts["lists"]
    assert lists == {"employments": [["adviser 某公司 2025-01-01"], []], "kin": [["spouse 水利局"], []]}


def test_an_employer_that_is_left_stays_among_the_employments(officer, expert):
    experts.save_expert(officer, expert, replace(selectors.facts_of(expert), employer="内蒙古大学", employer_unit=None))
    former = expert.employments.get()
    assert (former.employer, former.until) == (pool.facts().employer, timezone.localdate())
    experts.save_expert(officer, expert, replace(selectors.facts_of(expert), title="教授"))
    assert expert.employments.count() == 1
