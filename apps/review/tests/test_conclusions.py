"""The result of a review: computed, decided with reasons, confirmed by a flow, frozen."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import Error, transaction

from apps.evidence.models import Entry
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.projects.selectors.versions import digest_of
from apps.projects.services.locks import StaleRevision
from apps.review.models import (
    Conclusion,
    ConclusionState,
    Expert,
    MemberState,
    PanelMember,
    ReviewItem,
    ReviewKind,
    ReviewState,
    ScoreSheet,
)
from apps.review.selectors.results import tied_ranks
from apps.review.selfchecks import results
from apps.review.services import conclusions, reviews
from apps.review.services.conclusions import BadDecisions, Decision, LineDecision
from apps.review.tests import factories as make
from apps.review.tests.scored import hand_in, scored_review
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.selfchecks import CheckFailed

pytestmark = pytest.mark.django_db
D = Decimal
WHOLE = D("800000.00")


@pytest.fixture
def officer(world):
    return make.officer(world.tree.banner)


@pytest.fixture
def leader(world):
    call_command("load_flows", verbosity=0)
    return make.leader(world.tree.banner)


def again(row):
    return type(row)._base_manager.get(pk=row.pk)


def save(actor, conclusion, text="总体可行", **decisions):
    fresh = again(conclusion)
    keyed = {int(key.removeprefix("i")): value for key, value in decisions.items()}
    conclusions.save(actor, fresh, revision=fresh.revision, decisions=keyed, text=text)
    return again(conclusion)


def test_the_scores_make_the_result(world, officer):
    # 92, 85.5, 88, 76, 86: without 92 and 76 (85.5 + 88 + 86) / 3 = 86.50
    review, _members, (item,) = scored_review(world, [["92", "85.5", "88", "76", "86"]])
    conclusion = conclusions.compute(officer, review)
    item.refresh_from_db()
    assert (item.score, item.computed_verdict, item.recommended) == (D("86.50"), "support", WHOLE)
    assert (item.verdict, item.amount, item.rank) == ("support", WHOLE, None)
    assert again(review).state == ReviewState.CONCLUDING
    assert (conclusion.region, conclusion.league) == (world.tree.banner, world.tree.league)
    (result,) = Entry.objects.get(event="review.computed").facts["results"]
    assert result["score"] == "86.50"
    assert len(result["sheets"]) == 5


def test_below_the_pass_mark_nothing_is_recommended(world, officer):
    review, _members, (item,) = scored_review(world, [["55", "59", "60"]])
    conclusions.compute(officer, review)
    item.refresh_from_db()
    assert (item.score, item.computed_verdict, item.recommended) == (D("58.00"), "reject", 0)


def test_part_of_the_amount_is_the_mean_of_what_each_would_give(world, officer):
    review, (first, second, third), (item,) = _three(world)
    hand_in(first, item, "80", "partial", amount=D("500000.00"))
    hand_in(second, item, "80", "partial", amount=D("600000.01"))
    hand_in(third, item, "80", "support")
    conclusions.compute(officer, review)
    item.refresh_from_db()
    # (500,000.00 + 600,000.01 + 800,000.00) / 3 = 633,333.336…
    assert (item.computed_verdict, item.recommended) == ("partial", D("633333.34"))


def _three(world, kind=ReviewKind.EVALUATION, **values):
    return scored_review(world, [[None] * 3], kind, **values)


def test_nothing_is_computed_while_a_sheet_is_missing(world, officer):
    review, _members, _items = scored_review(world, [["80", "80", "80"], ["80", "80", None]])
    with pytest.raises(RuleViolation, match="Not every"):
        conclusions.compute(officer, review)
    assert again(review).state == ReviewState.SCORING
    assert not Conclusion.objects.exists()


def test_a_draft_is_not_handed_in(world, officer):
    review, members, (item,) = _three(world)
    hand_in(members[0], item, "80")
    hand_in(members[1], item, "80")
    ScoreSheet.objects.create(member=members[2], item=item, total=D(80))
    with pytest.raises(RuleViolation, match="Not every"):
        conclusions.compute(officer, review)


def test_a_panel_that_lost_a_member_computes_nothing(world, officer):
    review, members, _items = scored_review(world, [["80", "80", "80"]])
    PanelMember.objects.filter(pk=members[0].pk).update(state=MemberState.CONFLICTED)
    with pytest.raises(RuleViolation, match="Not every"):
        conclusions.compute(officer, review)


def test_a_score_far_off_needs_a_written_reason(world, officer):
    # The mean of 90, 90, 50 is 76.67; a fifth of it is 15.33: 50 lies 26.67 off.
    review, members, (item,) = _three(world)
    hand_in(members[0], item, "90")
    hand_in(members[1], item, "90")
    hand_in(members[2], item, "50")
    with pytest.raises(RuleViolation, match="expert C .* written reason"):
        conclusions.compute(officer, review)
    hand_in(members[2], item, "50", round=2, outlier_reason="测算依据不足", change_reason="补充说明")
    conclusions.compute(officer, review)
    item.refresh_from_db()
    assert item.score == D("76.67")


def test_the_last_round_counts(world, officer):
    review, members, (item,) = scored_review(world, [["90", "90", "80"]], state=ReviewState.DISCUSSION)
    hand_in(members[2], item, "84", round=2, change_reason="讨论后调整")
    conclusions.compute(officer, review)
    item.refresh_from_db()
    assert item.score == D("88.00")


def test_lines_of_a_budget_are_cut_one_by_one(world, officer):
    review, members, (item,) = _three(world, ReviewKind.BUDGET)
    amounts = ("700000.00", "750000.00", None)
    for member, amount in zip(members, amounts, strict=True):
        lines = {"1": {"amount": amount, "reason": "单价偏高"}} if amount else {}
        hand_in(member, item, "85", "", lines=lines)
    conclusions.compute(officer, review)
    item.refresh_from_db()
    line = item.findings.get()
    # (700,000 + 750,000 + 800,000) / 3 = 750,000
    assert (line.recommended, line.approved) == (D("750000.00"), D("750000.00"))
    assert line.reason == "A: 单价偏高; B: 单价偏高"
    assert (item.recommended, item.computed_verdict) == (D("750000.00"), "partial")


def test_a_competition_ranks_and_shares_its_funds(world, officer):
    # Means: 90, 80, 80, 55 (not supported); 1,600,000 of funds: 800,000 for the first, the two second ones share the rest.
    scores = [["90", "90", "90"], ["80", "80", "80"], ["82", "80", "78"], ["55", "55", "55"]]
    review, _members, items = scored_review(world, scores, ReviewKind.COMPETITION, funds=D(1_600_000))
    conclusion = conclusions.compute(officer, review)
    found = [(item.rank, item.is_tied, item.computed_verdict, item.recommended) for item in map(again, items)]
    assert found == [
        (1, False, "support", D(800_000)),
        (2, True, "partial", D(400_000)),
        (2, True, "partial", D(400_000)),
        (4, False, "reject", D(0)),
    ]
    (sentence,) = tied_ranks(map(again, items))
    assert "2, 3" in sentence
    assert "place 4 comes next" in sentence
    more = Decision("support", WHOLE, "草原退化严重")
    with pytest.raises(BadDecisions, match="more than the funds"):
        save(officer, conclusion, **{f"i{items[1].pk}": more})


def test_a_deviation_needs_a_reason(world, officer):
    review, _members, (item,) = scored_review(world, [["80", "80", "80"]])
    conclusion = conclusions.compute(officer, review)
    with pytest.raises(BadDecisions) as refused:
        save(officer, conclusion, **{f"i{item.pk}": Decision("partial", D(600_000))})
    assert list(refused.value.errors) == [f"{item.pk}.deviation"]
    save(officer, conclusion, **{f"i{item.pk}": Decision("partial", D(600_000), "财力有限")})
    item.refresh_from_db()
    assert (item.verdict, item.amount, item.deviation) == ("partial", D(600_000), "财力有限")
    save(officer, conclusion, **{f"i{item.pk}": Decision("support", WHOLE, "财力有限")})
    assert again(item).deviation == ""


@pytest.mark.parametrize(
    ("decision", "cell"),
    [
        (Decision("partial", D(800_001), "多给"), "amount"),
        (Decision("partial", D(-1), "少给"), "amount"),
        (Decision("support", D(1), "少给"), "verdict"),
        (Decision("reject", D(1), "不给"), "verdict"),
        (Decision("partial", D(0), "不给"), "verdict"),
        (Decision("splendid", D(1), "好"), "verdict"),
    ],
)
def test_decisions_that_contradict_themselves(world, officer, decision, cell):
    review, _members, (item,) = scored_review(world, [["80", "80", "80"]])
    conclusion = conclusions.compute(officer, review)
    with pytest.raises(BadDecisions) as refused:
        save(officer, conclusion, **{f"i{item.pk}": decision})
    assert list(refused.value.errors) == [f"{item.pk}.{cell}"]
    assert again(item).verdict == "support"


def test_lines_make_the_amount_and_are_cut_with_a_reason(world, officer):
    review, _members, (item,) = scored_review(world, [["80", "80", "80"]], ReviewKind.BUDGET)
    conclusion = conclusions.compute(officer, review)
    key = f"i{item.pk}"
    with pytest.raises(BadDecisions) as refused:
        save(officer, conclusion, **{key: Decision("partial", lines={1: LineDecision(D(700_000))}, deviation="核减")})
    assert f"{item.pk}.line.1.reason" in refused.value.errors
    with pytest.raises(BadDecisions, match="between 0 and"):
        save(officer, conclusion, **{key: Decision("partial", lines={1: LineDecision(D(800_001))}, deviation="加")})
    cut = {1: LineDecision(D(700_000), "询价偏高")}
    save(officer, conclusion, **{key: Decision("partial", D(5), "核减", cut)})
    item.refresh_from_db()
    assert (item.amount, item.findings.get().approved) == (D(700_000), D(700_000))


def test_of_two_editors_the_second_is_told(world, officer):
    review, _members, _items = scored_review(world, [["80", "80", "80"]])
    conclusion = conclusions.compute(officer, review)
    save(officer, conclusion)
    with pytest.raises(StaleRevision):
        conclusions.save(officer, again(conclusion), revision=1, decisions={}, text="旧")


def test_the_leader_confirms_and_the_result_is_frozen(world, officer, leader):
    review, _members, (item,) = scored_review(world, [["80", "80", "80"]], organiser_id=officer.user_id)
    conclusion = save(officer, conclusions.compute(officer, review))
    conclusions.submit_conclusion(officer, conclusion)
    assert again(review).state == ReviewState.CONFIRMING
    assert not Task.objects.filter(user_id=officer.user_id).exists()
    tasks.approve(leader, Task.objects.get(user_id=leader.user_id, state="open"))
    conclusion = again(conclusion)
    assert (conclusion.state, again(review).state) == (ConclusionState.CONFIRMED, ReviewState.CONFIRMED)
    assert conclusion.digest == digest_of(conclusion.body)
    (frozen,) = conclusion.body["items"]
    assert (frozen["code"], frozen["amount"], len(frozen["sheets"])) == (item.project.code, "800000.00", 3)
    assert Entry.objects.get(event="review.confirmed").facts["digest"] == conclusion.digest
    assert results() == "1 confirmed results are as they were confirmed"
    ReviewItem.objects.filter(pk=item.pk).update(amount=D(1))
    with pytest.raises(CheckFailed, match="changed since"):
        results()
    with pytest.raises(Error, match="cannot be changed"), transaction.atomic():
        Conclusion.objects.filter(pk=conclusion.pk).update(text="另一结论")
    with pytest.raises(NotAllowed):
        save(officer, conclusion)
    with pytest.raises(NotAllowed):
        reviews.cancel(officer, again(review), "不要了")


def test_a_returned_conclusion_is_written_anew(world, officer, leader):
    review, _members, (item,) = scored_review(world, [["80", "80", "80"]])
    conclusion = save(officer, conclusions.compute(officer, review))
    conclusions.submit_conclusion(officer, conclusion)
    tasks.send_back(leader, Task.objects.get(user_id=leader.user_id, state="open"), reason="结论过于简略")
    conclusion = again(conclusion)
    assert (conclusion.state, conclusion.return_reason) == (ConclusionState.RETURNED, "结论过于简略")
    assert again(review).state == ReviewState.CONCLUDING
    conclusion = save(officer, conclusion, "总体可行，建议支持", **{f"i{item.pk}": Decision("support", WHOLE)})
    conclusions.submit_conclusion(officer, conclusion)
    tasks.approve(leader, Task.objects.get(user_id=leader.user_id, state="open"))
    assert again(review).state == ReviewState.CONFIRMED


def test_a_conclusion_without_words_is_not_handed_in(world, officer, leader):
    review, _members, _items = scored_review(world, [["80", "80", "80"]])
    conclusion = conclusions.compute(officer, review)
    with pytest.raises(RuleViolation, match="overall conclusion"):
        conclusions.submit_conclusion(officer, conclusion)


def test_a_line_that_experts_cut_without_a_reason_is_not_handed_in(world, officer, leader):
    review, members, (item,) = _three(world, ReviewKind.BUDGET)
    for member in members:
        hand_in(member, item, "85", "", lines={"1": {"amount": "5.00", "reason": ""}})
    conclusion = save(officer, conclusions.compute(officer, review))
    with pytest.raises(RuleViolation, match="say why it is cut"):
        conclusions.submit_conclusion(officer, conclusion)


def test_who_may_not_conclude(world, officer):
    review, _members, _items = scored_review(world, [["80", "80", "80"]])
    done, _seated, _rows = scored_review(world, [["80", "80", "80"]])
    conclusion = conclusions.compute(officer, done)
    for actor in (make.officer(world.tree.league), make.leader(world.tree.banner), make.supervisor(world.tree.banner)):
        with pytest.raises(NotAllowed):
            conclusions.compute(actor, review)
        with pytest.raises(NotAllowed):
            save(actor, conclusion)
        with pytest.raises(NotAllowed):
            conclusions.submit_conclusion(actor, conclusion)


@pytest.mark.parametrize("state", [ReviewState.PREPARING, ReviewState.FORMING, ReviewState.CONCLUDING])
def test_a_result_is_computed_once_and_when_experts_have_scored(world, officer, state):
    review, _members, _items = scored_review(world, [["80", "80", "80"]], state=state)
    with pytest.raises(NotAllowed):
        conclusions.compute(officer, review)


def test_a_score_of_nought_is_a_score(world, officer):
    review, _members, (item,) = scored_review(world, [["0", "0", "0"]])
    conclusions.compute(officer, review)
    assert ReviewItem.objects.get(pk=item.pk).score == 0


def test_a_member_who_is_tied_by_now_leaves_and_nothing_is_computed(world, officer):
    review, members, items = scored_review(world, [["80", "80", "80"]])
    Expert.objects.filter(pk=members[1].expert_id).update(employer_unit=items[0].project.unit)
    with pytest.raises(RuleViolation, match="Expert B is tied"):
        conclusions.compute(officer, review)
    review.refresh_from_db()
    members[1].refresh_from_db()
    assert (members[1].state, review.state) == (MemberState.CONFLICTED, ReviewState.FORMING)
    assert not Conclusion.objects.exists()
