"""Score sheets: what is kept, when they may be handed in, and that a known tie stops them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from apps.evidence.models import Entry
from apps.notices.models import Notice
from apps.projects.services.locks import StaleRevision
from apps.review import selfchecks
from apps.review.models import Expert, ExpertState, MemberState, Review, ReviewKind, ReviewState, ScoreSheet, SheetState
from apps.review.selectors.desk import what_waits
from apps.review.selectors.progress import all_in, last_sheets, unexplained
from apps.review.selectors.sheets import digest_of_sheet, is_intact
from apps.review.services import panel, sheets
from apps.review.services.sheets import BadSheet
from apps.review.tests import factories as make
from apps.review.tests.panels import GOOD, all_handed_in, filled, handed_in, make_team
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.selfchecks import CheckFailed

pytestmark = pytest.mark.django_db


def save(team, patch, *, place=0, revision=0, item=None):
    return sheets.save_sheet(team.actors[place], team.again(place), item or team.items[0], patch, revision=revision)


def submit(team, place=0):
    return sheets.submit_sheet(team.actors[place], team.again(place), team.items[0])


# --- drafts ---


def test_a_draft_keeps_what_is_right_and_names_what_is_not(world):
    team = make_team(world)
    saved = save(team, {"values": {"need": "21", "cost": "8"}, "comment": "尚可", "opinion": "perhaps", "amount": "x"})
    assert set(saved.errors) == {"values.need", "opinion", "amount"}
    sheet = ScoreSheet.objects.get()
    assert (sheet.values, sheet.comment, sheet.opinion, sheet.amount) == ({"cost": "8"}, "尚可", "", None)
    assert (sheet.state, saved.revision) == (SheetState.DRAFT, 1)


def test_a_draft_goes_on_from_the_revision_that_was_read(world):
    team = make_team(world)
    save(team, {"comment": "一"})
    assert save(team, {"opinion": "partial"}, revision=1).revision == 2
    sheet = ScoreSheet.objects.get()
    assert (sheet.comment, sheet.opinion) == ("一", "partial")
    with pytest.raises(StaleRevision):
        save(team, {"comment": "二"}, revision=1)
    with pytest.raises(RuleViolation, match="gone"):
        save(team, {"comment": "二"}, revision=3, place=1)


@pytest.mark.parametrize(
    "patch",
    [
        {"values": None},
        {"values": [1]},
        {"values": {"need": {"a": 1}, "nothing": 2}},
        {"lines": "x", "amount": ["1"], "comment": {"a": 1}, "opinion": 3},
        {"amount": "-1", "comment": "x" * 4001},
        {"unknown": 1},
    ],
)
def test_whatever_is_sent_a_draft_never_breaks(world, patch):
    team = make_team(world)
    save(team, patch)
    sheet = ScoreSheet.objects.get()
    assert (sheet.values, sheet.lines, sheet.amount, sheet.comment) == ({}, {}, None, "")


def test_nobody_writes_on_the_sheet_of_another(world):
    team = make_team(world)
    for actor in (team.actors[1], team.organiser, make.supervisor(world.tree.banner)):
        with pytest.raises(NotAllowed, match="themselves"):
            sheets.save_sheet(actor, team.again(), team.items[0], {"comment": "x"}, revision=0)
        with pytest.raises(NotAllowed, match="themselves"):
            sheets.submit_sheet(actor, team.again(), team.items[0])


def test_no_sheet_on_a_project_of_another_review(world):
    team = make_team(world)
    other = make.make_review(world.tree.banner, [make.waiting_project(world)])
    with pytest.raises(RuleViolation, match="not before your panel"):
        save(team, {"comment": "x"}, item=other.items.get())


@pytest.mark.parametrize("seats", [MemberState.INVITED, MemberState.ACCEPTED, MemberState.CONFLICTED])
def test_no_sheet_before_the_declaration_or_after_leaving(world, seats):
    team = make_team(world, seats=seats)
    with pytest.raises(NotAllowed):
        save(team, {"comment": "x"})


@pytest.mark.parametrize(
    "state", [ReviewState.FORMING, ReviewState.DISCUSSION, ReviewState.CONCLUDING, ReviewState.CANCELLED]
)
def test_no_sheet_while_the_review_does_not_score(world, state):
    team = make_team(world, state=state)
    with pytest.raises(NotAllowed):
        save(team, {"comment": "x"})


def test_no_score_after_the_deadline(world):
    team = make_team(world)
    filled(team, 0, team.items[0])
    Review.objects.filter(pk=team.review.pk).update(scoring_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotAllowed, match="time for scoring has passed"):
        submit(team)
    with pytest.raises(NotAllowed, match="time for scoring has passed"):
        save(team, {"comment": "x"}, revision=1)
    assert ScoreSheet.objects.get().state == SheetState.DRAFT


# --- handing in ---


def test_a_sheet_is_handed_in_with_its_total_and_digest(world):
    team = make_team(world)
    sheet = handed_in(team, 0, team.items[0], comment="支持", amount="70万元")
    sheet.refresh_from_db()
    assert (sheet.state, sheet.total, sheet.amount) == (SheetState.SUBMITTED, Decimal("80.00"), Decimal(700_000))
    entry = Entry.objects.get(event="review.sheet_submitted")
    assert entry.facts == {"member": "A", "project": team.items[0].project.code, "round": 1, "digest": sheet.digest}
    assert is_intact(ScoreSheet.objects.get())


@pytest.mark.parametrize(("name", "value"), [("total", "81"), ("comment", "x"), ("opinion", "reject"), ("values", {})])
def test_a_digest_tells_a_changed_sheet(world, name, value):
    team = make_team(world)
    sheet = handed_in(team, 0, team.items[0])
    setattr(sheet, name, Decimal(value) if name == "total" else value)
    assert not is_intact(sheet)


def test_an_incomplete_sheet_is_not_handed_in(world):
    team = make_team(world)
    with pytest.raises(RuleViolation, match="Nothing stands"):
        submit(team)
    save(team, {"values": {"need": "5"}})
    with pytest.raises(BadSheet) as refusal:
        submit(team)
    assert set(refusal.value.errors) == {"values.need__comment", "values.cost", "opinion"}
    assert ScoreSheet.objects.get().state == SheetState.DRAFT


def test_who_is_against_a_project_says_why(world):
    team = make_team(world)
    filled(team, 0, team.items[0], opinion="reject")
    with pytest.raises(BadSheet) as refusal:
        submit(team)
    assert set(refusal.value.errors) == {"comment"}


def test_a_sheet_that_was_handed_in_is_not_written_on(world):
    team = make_team(world)
    handed_in(team, 0, team.items[0])
    with pytest.raises(RuleViolation, match="handed in"):
        save(team, {"comment": "x"}, revision=1)
    with pytest.raises(RuleViolation, match="handed in"):
        submit(team)


def test_a_tie_found_later_takes_the_expert_off_instead(world):
    team = make_team(world)
    filled(team, 0, team.items[0])
    Expert.objects.filter(pk=team.experts[0].pk).update(employer_unit=world.unit)
    submit(team)
    assert team.again().state == MemberState.CONFLICTED
    assert ScoreSheet.objects.get().state == SheetState.DRAFT
    team.review.refresh_from_db()
    assert team.review.state == ReviewState.FORMING
    assert Entry.objects.filter(event="review.conflicted").get().facts["ties"] == ["employer"]


def test_who_left_the_pool_hands_nothing_in(world):
    team = make_team(world)
    filled(team, 0, team.items[0])
    Expert.objects.filter(pk=team.experts[0].pk).update(state=ExpertState.REMOVED)
    with pytest.raises(NotAllowed, match="pool"):
        submit(team)


def test_the_organiser_is_told_when_all_are_in(world):
    team = make_team(world, projects=2)
    all_handed_in(team)
    assert all_in(team.review)
    assert Notice.objects.filter(kind="review.scored", user_id=team.review.organiser_id).count() == 1
    assert {item: len(rows) for item, rows in last_sheets(team.review).items()} == {item.pk: 3 for item in team.items}


def test_the_sheets_of_who_left_do_not_count(world):
    team = make_team(world)
    all_handed_in(team)
    panel.miss(team.organiser, team.again(), "撤换")
    assert not all_in(team.review)
    assert len(last_sheets(team.review)[team.items[0].pk]) == 2


# --- budgets ---


def budget_team(world):
    return make_team(world, kind=ReviewKind.BUDGET)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ({}, {"lines.1.amount"}),
        ({"amount": "700000"}, {"lines.1.reason"}),
        ({"amount": "800000.01", "reason": "x"}, {"lines.1.amount"}),
        ({"amount": "-1", "reason": "x"}, {"lines.1.amount"}),
        ({"amount": "1,23", "reason": "x"}, {"lines.1.amount"}),
        ({"amount": "800000"}, set()),
        ({"amount": "0", "reason": "不属支出范围"}, set()),
        ({"amount": "70万元", "reason": "单价偏高"}, set()),
    ],
)
def test_each_cost_line_gets_an_amount_and_a_cut_its_reason(world, line, wrong):
    team = budget_team(world)
    filled(team, 0, team.items[0], lines={"1": line})
    if wrong:
        with pytest.raises(BadSheet) as refusal:
            submit(team)
        assert set(refusal.value.errors) == wrong
    else:
        sheet = submit(team)
        assert sheet.amount == Decimal(sheet.lines["1"]["amount"])


def test_the_amount_of_a_budget_is_the_sum_of_its_lines(world):
    team = budget_team(world)
    save(team, {"values": GOOD, "amount": "5", "lines": {"1": {"amount": "100", "reason": "x"}, "7": {"amount": "9"}}})
    sheet = ScoreSheet.objects.get()
    assert (sheet.amount, sheet.lines) == (Decimal(100), {"1": {"amount": "100.00", "reason": "x"}})


def test_a_budget_without_cost_lines_gets_one_amount(world):
    team = budget_team(world)
    team.items[0].findings.all().delete()
    filled(team, 0, team.items[0])
    with pytest.raises(BadSheet) as refusal:
        submit(team)
    assert set(refusal.value.errors) == {"amount"}
    save(team, {"amount": "1"}, revision=1)
    assert submit(team).amount == Decimal(1)


# --- scores far off ---

LOW = {"need": "8", "cost": "3"}  # 8 + 9 = 17 of 50: 34


def test_a_score_far_off_needs_its_reason_once(world):
    team = make_team(world)
    all_handed_in(team, {2: LOW})  # 80, 80, 34: mean 64.67; 34 lies 47 % and 80 24 % off
    assert len(unexplained(team.review)) == 3
    sheet = sheets.explain_outlier(team.actors[2], team.again(2), team.items[0], "成本测算缺少依据")
    sheet.refresh_from_db()
    assert sheet.outlier_reason == "成本测算缺少依据"
    assert is_intact(ScoreSheet.objects.select_related("member").get(pk=sheet.pk)), "the reason comes after the digest"
    assert len(unexplained(team.review)) == 2
    assert Entry.objects.get(event="review.outlier_explained").facts["sheet"] == sheet.digest
    with pytest.raises(RuleViolation, match="already"):
        sheets.explain_outlier(team.actors[2], team.again(2), team.items[0], "另一个")
    with pytest.raises(Error, match="cannot be changed"), transaction.atomic():
        ScoreSheet.objects.filter(pk=sheet.pk).update(outlier_reason="")
    with pytest.raises(Error, match="cannot be changed"), transaction.atomic():
        ScoreSheet.objects.filter(pk=sheet.pk).update(comment="x", outlier_reason=sheet.outlier_reason)


def test_only_who_lies_far_off_explains_and_only_after_all(world):
    team = make_team(world)
    handed_in(team, 0, team.items[0], LOW)
    with pytest.raises(RuleViolation, match="Not every score sheet"):
        sheets.explain_outlier(team.actors[0], team.again(), team.items[0], "x")
    for place in (1, 2):
        handed_in(team, place, team.items[0], LOW)
    with pytest.raises(RuleViolation, match="does not lie far off"):
        sheets.explain_outlier(team.actors[0], team.again(), team.items[0], "x")
    with pytest.raises(NotAllowed, match="themselves"):
        sheets.explain_outlier(team.actors[1], team.again(0), team.items[0], "x")


def test_a_reason_is_not_empty(world):
    team = make_team(world)
    all_handed_in(team, {2: LOW})
    with pytest.raises(RuleViolation, match="Give the reason"):
        sheets.explain_outlier(team.actors[2], team.again(2), team.items[0], " ")


# --- what the machine looks at ---


def test_the_self_check_finds_a_sheet_that_is_not_the_one_handed_in(world):
    team = make_team(world)
    all_handed_in(team)
    assert selfchecks.sheets() == "3 score sheets are as they were handed in"
    sheet = ScoreSheet.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE review_scoresheet DISABLE TRIGGER review_scoresheet_kept")
        cursor.execute("UPDATE review_scoresheet SET total = 90 WHERE id = %s", [sheet.pk])
    with pytest.raises(CheckFailed, match=f"score sheet {sheet.pk}"):
        selfchecks.sheets()
    sheet.refresh_from_db()
    ScoreSheet.objects.filter(pk=sheet.pk).update(digest=digest_of_sheet(sheet))
    with pytest.raises(CheckFailed, match=f"score sheet {sheet.pk}"):
        selfchecks.sheets()  # it fits its digest again, but not the one in evidence


def test_the_daily_digest_counts_what_waits_for_an_expert(world):
    team = make_team(world, projects=2)
    other = make_team(world, state=ReviewState.FORMING, seats=MemberState.INVITED)
    people = [expert.user_id for expert in (*team.experts, *other.experts)]
    assert {user: lines[0].params["count"] for user, lines in what_waits(people).items()} == dict.fromkeys(people, "1")
    for item in team.items:
        handed_in(team, 0, item)
    assert set(what_waits(people)) == set(people[1:])
    Review.objects.filter(pk=other.review.pk).update(state=ReviewState.CANCELLED)
    assert set(what_waits(people)) == set(people[1:3])
