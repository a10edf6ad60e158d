"""Draws: committed to, sealed, made, gone on with, asked for again; and what nobody may do with them."""

import json

import pytest
from django.db import Error, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.tests.factories import make_actor
from apps.evidence.models import Entry
from apps.notices.models import Notice
from apps.review import drawing
from apps.review.drawing import Criteria
from apps.review.models import (
    Draw,
    DrawKind,
    DrawState,
    Expert,
    ExpertState,
    Kinship,
    MemberState,
    PanelMember,
    Review,
    ReviewState,
    ScoreSheet,
    SheetState,
)
from apps.review.selectors.candidates import pool_of
from apps.review.services import draws, seating
from apps.review.tests import factories as make
from apps.review.tests.drawing import criteria, drawn, key_of, order_of, pool, sealing  # noqa: F401 - a fixture
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealing")]


@pytest.fixture
def officer(world):
    return make.officer(world.tree.banner)


@pytest.fixture
def supervisor(world):
    return make.supervisor(world.tree.banner)


@pytest.fixture
def review(world, officer):
    return make.make_review(
        world.tree.banner, [make.waiting_project(world)], organiser=User.objects.get(pk=officer.user_id)
    )


@pytest.fixture
def experts(world):
    return pool(world)


def facts(event, draw):
    return Entry.objects.get(event=event, subject_type="review.Draw", subject_id=str(draw.pk)).facts


def vacate(review, state=MemberState.DECLINED):
    """One member leaves; returns who."""
    member = review.members.filter(state=MemberState.INVITED).first()
    PanelMember.objects.filter(pk=member.pk).update(state=state)
    return member


# --- the first draw


def test_the_seed_is_committed_to_and_stays_secret(review, officer, experts):
    draw = draws.commit_draw(officer, review, criteria())
    assert draw.state == DrawState.COMMITTED
    assert draw.revealed == ""
    told = facts("review.draw_committed", draw)
    assert told["commitment"] == draw.commitment == sm3_hex(bytes.fromhex(draw.seed))
    assert told["criteria"] == draw.criteria
    assert (told["candidates"], told["pool_digest"]) == (len(experts), draw.pool_digest)
    everything = json.dumps(list(Entry.objects.values_list("facts", flat=True)))
    assert draw.seed not in everything


def test_two_draws_never_share_a_seed(world, officer, experts):
    reviews = [make.make_review(world.tree.banner, [make.waiting_project(world)]) for _number in range(2)]
    assert len({draws.commit_draw(officer, review, criteria()).seed for review in reviews}) == 2


def test_a_draw_seats_a_panel_and_tells_how(review, officer, experts):
    draw = drawn(officer, review)
    members = list(review.members.order_by("alias"))
    assert [member.alias for member in members] == ["A", "B", "C"]
    assert {member.state for member in members} == {MemberState.INVITED}
    assert {member.expert_id for member in members} <= {expert.pk for expert in experts}
    assert review.state == ReviewState.FORMING
    review.refresh_from_db()
    assert timezone.localtime(review.answer_until).hour == 23
    told = facts("review.drawn", draw)
    assert told["seed"] == draw.revealed == draw.seed
    assert (told["head"], told["result_digest"]) == (draw.head, drawing.digest_of(draw.result))
    assert told["panel"] == [[member.place, member.expert_id] for member in members]


def test_the_panel_follows_from_seed_and_head_alone(review, officer, experts):
    draw = drawn(officer, review)
    again = drawing.draw(drawing.lines_of(draw.pool), Criteria.read(draw.criteria), key_of(draw))
    assert again == draw.result


def test_the_head_is_that_of_the_batch_with_the_commitment(review, officer, experts):
    draw = draws.commit_draw(officer, review, criteria())
    draws.evidence.seal()
    first = Entry.objects.get(event="review.draw_committed").batch
    with transaction.atomic():
        draws.evidence.append("review.changed", review, officer)
    assert draws.evidence.seal() == 1
    draws.make_draw(officer, draw)
    assert (draw.head_number, draw.head) == (first.number, bytes(first.head).hex())


def test_without_a_seal_there_is_no_draw(review, officer, experts, monkeypatch):
    draw = draws.commit_draw(officer, review, criteria())
    monkeypatch.setattr(draws.evidence, "seal", lambda: 0)
    with pytest.raises(RuleViolation, match="not sealed"):
        draws.make_draw(officer, draw)
    assert not review.members.exists()


def test_a_draw_is_made_once(review, officer, experts):
    draw = drawn(officer, review)
    with pytest.raises(NotAllowed, match="not been made"):
        draws.make_draw(officer, draw)
    with pytest.raises(NotAllowed, match="drawn already"):
        draws.commit_draw(officer, review, criteria())
    assert review.members.count() == 3


def test_a_committed_draw_cannot_be_left_for_another(review, officer, experts):
    draws.commit_draw(officer, review, criteria())
    with pytest.raises(RuleViolation, match="under way"):
        draws.commit_draw(officer, review, criteria())


def test_what_was_drawn_never_changes(review, officer, experts):
    draw = drawn(officer, review)
    with pytest.raises(Error, match="cannot be changed"), transaction.atomic():
        Draw.objects.filter(pk=draw.pk).update(revealed="0" * 64)
    with pytest.raises(Error, match="kept for ever"), transaction.atomic():
        Draw.objects.filter(pk=draw.pk)._raw_delete("default")


# --- who is in the pool


def fit(review, **values):
    lines = drawing.lines_of(pool_of(review, Criteria.read(criteria(**values))))
    return {entry.id: entry.reasons for entry in map(drawing.Entry.read, lines)}


def test_the_pool_is_that_of_the_region_and_those_above(world, review):
    near, above, top = (make.make_expert(region) for region in (world.tree.banner, world.tree.league, world.tree.root))
    make.make_expert(world.tree.neighbour)
    make.make_expert(world.tree.other_league)
    assert fit(review) == {near.pk: [], above.pk: [], top.pk: []}
    assert fit(review, levels=[2]) == {near.pk: []}
    assert fit(review, levels=[0, 1]) == {above.pk: [], top.pk: []}


def test_state_language_rank_and_field_are_looked_at(world, review):
    region = world.tree.banner
    both = make.make_expert(region, languages=["zh", "mn"], title_rank="associate")
    senior = make.make_expert(region, field="finance")
    for state in set(ExpertState) - {ExpertState.ADMITTED}:
        make.make_expert(region, state=state)
    assert fit(review) == {both.pk: []}
    assert fit(review, languages=["mn", "zh"]) == {both.pk: []}
    assert fit(review, min_rank="senior") == {}
    assert fit(review, fields={"finance": 3}) == {senior.pk: []}
    assert fit(review, fields={"finance": 1}, min_rank="associate") == {senior.pk: [], both.pk: []}


def test_who_must_stay_away_stands_in_the_pool_with_the_reason(world, review, experts):
    tied = make.make_expert(world.tree.banner, employer_unit=world.unit)
    organising = make.make_expert(world.tree.banner, user=review.organiser)
    found = fit(review)
    assert found[tied.pk] == ["employer"]
    assert found[organising.pk] == ["organiser"]
    assert sum(not reasons for reasons in found.values()) == len(experts)


def test_a_draw_never_gives_who_must_stay_away(world, review, officer):
    free = pool(world, 3)
    tied = [make.make_expert(world.tree.banner, employer_unit=world.unit) for _number in range(20)]
    draw = drawn(officer, review)
    assert {member.expert_id for member in review.members.all()} == {expert.pk for expert in free}
    passed = {pk: reasons for _place, pk, reasons in draw.result["steps"] if reasons}
    assert passed.keys() <= {expert.pk for expert in tied}
    assert all(reasons == ["employer"] for reasons in passed.values())


def test_one_employer_has_one_seat(world, review, officer):
    for _number in range(10):
        make.make_expert(world.tree.banner, employer="同一所", employer_key="同一所")
    pool(world, 2)
    drawn(officer, review)
    employers = list(review.members.values_list("employer", flat=True))
    assert len(set(employers)) == 3
    assert employers.count("同一所") == 1


def test_quotas_of_fields_are_filled(world, review, officer):
    pool(world, 9)
    finance = [make.make_expert(world.tree.banner, field="finance") for _number in range(2)]
    drawn(officer, review, fields={"grassland": 1, "finance": 2})
    assert {expert.pk for expert in finance} <= set(review.members.values_list("expert_id", flat=True))


def test_too_small_a_pool_is_refused_before_anything_is_committed(world, review, officer):
    pool(world, 2)
    make.make_expert(world.tree.banner, employer_unit=world.unit)
    with pytest.raises(RuleViolation, match=r"3 fit, 2 of them"):
        draws.commit_draw(officer, review, criteria())
    assert not Draw.objects.exists()
    assert not Entry.objects.filter(event="review.draw_committed").exists()


def test_what_comes_up_after_the_snapshot_passes_people_over(world, review, officer):
    people = pool(world, 6)
    draw = draws.commit_draw(officer, review, criteria())
    gone, moved, tied = people[:3]
    Expert.objects.filter(pk=gone.pk).update(state=ExpertState.SUSPENDED)
    Expert.objects.filter(pk=moved.pk).update(employer_key="别处")
    Kinship.objects.create(expert=tied, kind="spouse", employer="某处", employer_key="某处", unit=world.unit)
    draws.make_draw(officer, draw)
    assert set(review.members.values_list("expert_id", flat=True)) == {expert.pk for expert in people[3:]}
    known = {str(gone.pk): ["gone"], str(moved.pk): ["changed"], str(tied.pk): ["kin"]}
    assert draw.result["barred"].items() <= known.items()


# --- replacements


def test_a_free_seat_goes_to_the_next_of_the_sequence(review, officer, experts):
    first = drawn(officer, review)
    left = vacate(review)
    draw = draws.replace(officer, review, "不能参加")
    assert (draw.kind, draw.origin, draw.number, draw.state) == (DrawKind.REPLACEMENT, first, 2, DrawState.DRAWN)
    order = order_of(first)
    (new,) = draw.members.all()
    assert new.expert_id == order[3]
    assert new.alias == "D"
    assert {pk: reasons for _place, pk, reasons in draw.result["steps"][:3]} == {pk: ["seen"] for pk in order[:3]}
    assert facts("review.drawn", draw)["reason"] == "不能参加"
    assert left.expert_id != new.expert_id


def test_a_replacement_keeps_the_quotas(world, review, officer):
    pool(world, 9)
    finance = [make.make_expert(world.tree.banner, field="finance") for _number in range(2)]
    drawn(officer, review, fields={"grassland": 2, "finance": 1})
    left = review.members.get(expert__in=finance)
    PanelMember.objects.filter(pk=left.pk).update(state=MemberState.CONFLICTED)
    draws.replace(officer, review, "利益冲突")
    assert set(review.members.filter(expert__in=finance).values_list("state", flat=True)) == {"conflicted", "invited"}


def test_a_replacement_is_looked_at_today(world, review, officer, experts):
    first = drawn(officer, review)
    vacate(review)
    order = order_of(first)
    Expert.objects.filter(pk=order[3]).update(employer_unit=world.unit)
    draw = draws.replace(officer, review, "不能参加")
    assert draw.members.get().expert_id == order[4]
    assert draw.result["barred"] == {str(order[3]): ["employer"]}


def test_a_replacement_while_scoring_forms_the_panel_anew(review, officer, experts):
    drawn(officer, review)
    type(review).objects.filter(pk=review.pk).update(state=ReviewState.SCORING)
    vacate(review, MemberState.ABSENT)
    draws.replace(officer, review, "失联")
    assert review.state == ReviewState.FORMING


def test_without_a_free_seat_or_a_reason_nobody_is_replaced(review, officer, experts):
    drawn(officer, review)
    with pytest.raises(RuleViolation, match="No seat"):
        draws.replace(officer, review, "再来一次")
    vacate(review)
    for reason, said in (("", "Say why"), (" \u3000", "Say why"), ("长" * 501, "at most 500")):
        with pytest.raises(RuleViolation, match=said):
            draws.replace(officer, review, reason)
    assert review.draws.count() == 1


def test_at_the_end_of_the_sequence_a_new_seed_is_drawn_from_a_wider_pool(world, review, officer):
    pool(world, 3)
    drawn(officer, review, levels=[2])
    vacate(review)
    with pytest.raises(RuleViolation, match="come to its end"):
        draws.replace(officer, review, "不能参加")
    above = make.make_expert(world.tree.root)
    draw = draws.commit_draw(officer, review, criteria(), DrawKind.REPLACEMENT, "旗县库已无人选")
    draws.make_draw(officer, draw)
    assert [member.expert for member in draw.members.all()] == [above]
    assert draw.origin is None
    assert review.members.filter(state=MemberState.INVITED).count() == 3


def test_a_new_seed_is_refused_while_the_sequence_has_somebody(review, officer, experts):
    drawn(officer, review)
    vacate(review)
    with pytest.raises(RuleViolation, match="not come to its end"):
        draws.commit_draw(officer, review, criteria(), DrawKind.REPLACEMENT, "换个人")


# --- another panel


@pytest.fixture
def asked(review, officer, experts):
    drawn(officer, review)
    return draws.request_redraw(officer, review, criteria(), "专业不对口")


def test_another_draw_waits_for_a_second_person(review, asked, supervisor, officer):
    assert asked.state == DrawState.REQUESTED
    assert asked.commitment == ""
    with pytest.raises(NotAllowed):
        draws.make_draw(officer, asked)
    draws.allow_redraw(supervisor, asked)
    assert (asked.state, asked.supervisor_id) == (DrawState.COMMITTED, supervisor.user_id)
    old = set(review.members.values_list("expert_id", flat=True))
    reader = make.expert_actor(Expert.objects.get(pk=min(old)))
    draws.make_draw(officer, asked)
    assert Notice.objects.filter(user_id=reader.user_id, kind="review.dismissed").exists()
    states = {member.expert_id: member.state for member in review.members.all()}
    assert {states[pk] for pk in old} == {MemberState.DISMISSED}
    assert len(states) == 6
    assert Notice.objects.filter(user_id=officer.user_id, kind="review.redraw_decided").exists()
    assert sorted(member.alias for member in asked.members.all()) == ["D", "E", "F"]
    events = ["review.draw_requested", "review.draw_committed", "review.drawn"]
    assert all(facts(event, asked)["reason"] == "专业不对口" for event in events)


def test_the_supervisors_are_told_of_it(review, officer, experts, supervisor):
    drawn(officer, review)
    draws.request_redraw(officer, review, criteria(), "专业不对口")
    told = Notice.objects.get(kind="review.redraw")
    assert (told.user_id, told.params["reason"]) == (supervisor.user_id, "专业不对口")


def test_who_asked_for_it_or_organises_does_not_decide(world, review, asked, officer):
    for user in (User.objects.get(pk=officer.user_id), review.organiser):
        both = make_actor("review_supervisor", world.tree.banner, user)
        with pytest.raises(NotAllowed, match="second person"):
            draws.allow_redraw(both, asked)
        with pytest.raises(NotAllowed, match="second person"):
            draws.refuse_redraw(both, asked, "否")


def test_a_refusal_leaves_the_panel(review, asked, supervisor, officer):
    with pytest.raises(RuleViolation, match="Say why"):
        draws.refuse_redraw(supervisor, asked, "")
    draws.refuse_redraw(supervisor, asked, "理由不足")
    assert asked.state == DrawState.REFUSED
    assert facts("review.draw_refused", asked)["reason"] == "理由不足"
    with pytest.raises(NotAllowed, match="decided already"):
        draws.allow_redraw(supervisor, asked)
    assert review.members.filter(state=MemberState.INVITED).count() == 3


def test_calling_a_review_off_does_not_make_another_draw_free(world, review, officer, supervisor, experts):
    drawn(officer, review)
    Review.objects.filter(pk=review.pk).update(state="cancelled")
    again = make.make_review(world.tree.banner, [review.items.get().project], kind=review.kind)
    with pytest.raises(NotAllowed, match="second person"):
        draws.commit_draw(officer, again, criteria())
    asked = draws.request_redraw(officer, again, criteria(), "原评审撤销后重新组织")
    draws.allow_redraw(supervisor, asked)
    draws.make_draw(officer, asked)
    assert again.members.count() == 3


def test_a_draw_that_cannot_be_made_is_given_up_by_a_second_person(review, asked, supervisor, officer):
    member = review.members.first()
    draws.allow_redraw(supervisor, asked)
    ScoreSheet.objects.create(member=member, item=review.items.get(), state=SheetState.SUBMITTED, total=80)
    with pytest.raises(NotAllowed):
        draws.void_draw(officer, asked, "已开始评分")
    draws.void_draw(supervisor, asked, "已开始评分")
    assert (asked.state, asked.revealed) == (DrawState.REFUSED, "")
    assert facts("review.draw_refused", asked)["reason"] == "已开始评分"
    vacate(review)
    assert draws.replace(officer, review, "专家缺席").state == DrawState.DRAWN


def test_after_the_first_sheet_there_is_no_other_panel(review, asked, supervisor, officer):
    member = review.members.first()
    draws.allow_redraw(supervisor, asked)
    ScoreSheet.objects.create(member=member, item=review.items.get(), state=SheetState.SUBMITTED, total=80)
    with pytest.raises(RuleViolation, match="score sheet"):
        draws.make_draw(officer, asked)
    assert not review.members.filter(state=MemberState.DISMISSED).exists()


def test_another_draw_needs_a_reason_and_is_asked_for(review, officer, experts):
    drawn(officer, review)
    with pytest.raises(RuleViolation, match="Say why"):
        draws.request_redraw(officer, review, criteria(), "")
    with pytest.raises(NotAllowed):
        draws.commit_draw(officer, review, criteria(), DrawKind.REDRAW, "直接重抽")
    draws.request_redraw(officer, review, criteria(), "一")
    with pytest.raises(RuleViolation, match="under way"):
        draws.request_redraw(officer, review, criteria(), "二")


# --- who may not, and what cannot be asked


@pytest.mark.parametrize("who", ["upper", "neighbour", "leader", "unit", "expert", "nobody"])
def test_only_the_office_of_the_review_draws(world, review, officer, experts, who):
    banner = world.tree.banner
    actor = {
        "upper": lambda: make.officer(world.tree.league),
        "neighbour": lambda: make.officer(world.tree.neighbour),
        "leader": lambda: make.leader(banner),
        "unit": lambda: make_actor("unit_head", world.unit),
        "expert": lambda: make.expert_actor(experts[0]),
        "nobody": lambda: make.make_actor("auditor", banner),
    }[who]()
    with pytest.raises(NotAllowed):
        draws.commit_draw(actor, review, criteria())
    draw = draws.commit_draw(officer, review, criteria())
    with pytest.raises(NotAllowed):
        draws.make_draw(actor, draw)
    draws.make_draw(officer, draw)
    vacate(review)
    with pytest.raises(NotAllowed):
        draws.replace(actor, review, "不能参加")
    with pytest.raises(NotAllowed):
        draws.request_redraw(actor, review, criteria(), "再抽")
    asked = draws.request_redraw(officer, review, criteria(), "再抽")
    if who != "leader":
        with pytest.raises(NotAllowed):
            draws.allow_redraw(actor, asked)


def test_a_supervisor_of_another_region_decides_nothing(world, asked):
    with pytest.raises(NotAllowed):
        draws.allow_redraw(make.supervisor(world.tree.league), asked)


@pytest.mark.parametrize(
    "bad",
    [
        {"size": 4},
        {"size": True},
        {"size": "3"},
        {"fields": {"grassland": 4}},
        {"fields": {"grassland": 0}},
        {"fields": {"grassland": -1}},
        {"fields": {"grassland": 1.5}},
        {"fields": {"nothing": 1}},
        {"fields": ["grassland"]},
        {"levels": []},
        {"levels": [3]},
        {"levels": [True]},
        {"languages": ["en"]},
        {"languages": "zh"},
        {"min_rank": "chief"},
        {"min_rank": []},
        {"name": "某人"},
    ],
)
def test_bad_criteria_are_refused(review, officer, experts, bad):
    with pytest.raises(RuleViolation):
        draws.commit_draw(officer, review, criteria() | bad)
    assert not Draw.objects.exists()


def test_a_field_that_is_no_longer_used_is_refused(review, officer, experts):
    make.ExpertField.objects.filter(code="grassland").update(is_active=False)
    with pytest.raises(RuleViolation, match="no such field"):
        draws.commit_draw(officer, review, criteria())


def test_signs_go_on_after_z():
    assert [seating.sign(number) for number in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_a_panel_that_no_draw_made_cannot_go_on_in_a_sequence(world, review, officer, experts):
    make.seat(review, experts[:2])
    type(review).objects.filter(pk=review.pk).update(state=ReviewState.FORMING)
    review.refresh_from_db()
    with pytest.raises(RuleViolation, match="come to its end"):
        draws.replace(officer, review, "不能参加")
