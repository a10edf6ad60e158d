"""The discussion: only after all have scored alone; changed sheets with their reason, dissent once, nothing of it goes."""

import pytest
from django.db import Error, transaction

from apps.evidence.models import Entry
from apps.notices.models import Notice
from apps.review.models import DiscussionNote, Dissent, Expert, MemberState, Review, ReviewState, ScoreSheet
from apps.review.selectors.progress import last_sheets
from apps.review.services import discussion
from apps.review.services.sheets import BadSheet
from apps.review.tests import factories as make
from apps.review.tests.panels import GOOD, all_handed_in, handed_in, make_team
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
BETTER = {"values": {"need": "18", "cost": "9"}, "opinion": "support"}  # 18 + 27 = 45 of 50: 90


def talking(world, **values):
    team = make_team(world, **values)
    all_handed_in(team)
    discussion.open_discussion(team.organiser, team.review)
    return team


def test_the_discussion_opens_when_all_sheets_are_in(world):
    team = make_team(world)
    handed_in(team, 0, team.items[0])
    with pytest.raises(RuleViolation, match="Not every score sheet"):
        discussion.open_discussion(team.organiser, team.review)
    for place in (1, 2):
        handed_in(team, place, team.items[0])
    discussion.open_discussion(team.organiser, team.review)
    assert Review.objects.get().state == ReviewState.DISCUSSION
    assert Notice.objects.filter(kind="review.discussion").count() == 3
    assert Entry.objects.filter(event="review.discussion_opened").count() == 1


def test_only_the_office_of_the_region_opens_it(world):
    team = make_team(world)
    all_handed_in(team)
    for actor in (team.actors[0], make.officer(world.tree.league), make.leader(world.tree.banner)):
        with pytest.raises(NotAllowed):
            discussion.open_discussion(actor, team.review)


def test_notes_stay_under_the_sign_of_their_member(world):
    team = talking(world)
    said = discussion.note(team.actors[1], team.again(1), "<b>单价</b>偏高", team.items[0])
    discussion.moderate(team.organiser, team.review, "请注意时间")
    assert (said.member.alias, said.item) == ("B", team.items[0])
    assert DiscussionNote.objects.get(member=None).text == "请注意时间"
    assert [entry.facts["member"] for entry in Entry.objects.filter(event="review.noted").order_by("id")] == ["B", ""]
    with pytest.raises(Error, match="kept for ever"), transaction.atomic():
        said.delete()


@pytest.mark.parametrize("text", ["", " \n", "x" * 4001])
def test_a_note_says_something_of_a_length(world, text):
    team = talking(world)
    with pytest.raises(RuleViolation):
        discussion.note(team.actors[0], team.again(), text)


def test_nobody_speaks_outside_of_the_discussion_or_for_another(world):
    team = make_team(world)
    with pytest.raises(NotAllowed, match="not open"):
        discussion.note(team.actors[0], team.again(), "x")
    with pytest.raises(NotAllowed, match="not open"):
        discussion.moderate(team.organiser, team.review, "x")
    Review.objects.update(state=ReviewState.DISCUSSION)
    with pytest.raises(NotAllowed, match="themselves"):
        discussion.note(team.actors[1], team.again(0), "x")
    with pytest.raises(NotAllowed, match="own region"):
        discussion.moderate(make.officer(world.tree.league), Review.objects.get(), "x")


def test_a_note_is_of_a_project_of_the_review(world):
    team = talking(world)
    other = make.make_review(world.tree.banner, [make.waiting_project(world)])
    with pytest.raises(RuleViolation, match="not before your panel"):
        discussion.note(team.actors[0], team.again(), "x", other.items.get())


def test_a_changed_sheet_stands_beside_the_first_with_its_reason(world):
    team = talking(world)
    made = discussion.revise_sheet(team.actors[0], team.again(), team.items[0], BETTER, "讨论后认可效益")
    assert (made.round, made.state, str(made.total)) == (2, "submitted", "90.00")
    assert made.change_reason == "讨论后认可效益"
    first = ScoreSheet.objects.get(round=1, member=team.members[0])
    assert str(first.total) == "80.00"
    counted = last_sheets(team.review)[team.items[0].pk]
    assert [(sheet.member.alias, str(sheet.total)) for sheet in counted] == [
        ("A", "90.00"),
        ("B", "80.00"),
        ("C", "80.00"),
    ]
    assert Entry.objects.filter(event="review.sheet_submitted", facts__round=2).get().facts["digest"] == made.digest


def test_a_sheet_is_changed_once(world):
    team = talking(world)
    discussion.revise_sheet(team.actors[0], team.again(), team.items[0], BETTER, "x")
    with pytest.raises(RuleViolation, match="already"):
        discussion.revise_sheet(team.actors[0], team.again(), team.items[0], BETTER, "y")


@pytest.mark.parametrize(
    ("patch", "reason", "says"),
    [
        (BETTER, " ", "Give the reason"),
        ({"values": GOOD, "opinion": "support"}, "x", "Nothing differs"),
        ({"values": {"need": "2", "cost": "9"}, "opinion": "support"}, "x", "not complete"),
        ({}, "x", "not complete"),
    ],
)
def test_a_change_is_complete_and_has_a_reason(world, patch, reason, says):
    team = talking(world)
    with pytest.raises(RuleViolation, match=says) as refusal:
        discussion.revise_sheet(team.actors[0], team.again(), team.items[0], patch, reason)
    assert isinstance(refusal.value, BadSheet) == (says == "not complete")
    assert not ScoreSheet.objects.filter(round=2).exists()


def test_no_change_before_the_discussion_or_by_another(world):
    team = make_team(world)
    all_handed_in(team)
    with pytest.raises(NotAllowed, match="not open"):
        discussion.revise_sheet(team.actors[0], team.again(), team.items[0], BETTER, "x")
    Review.objects.update(state=ReviewState.DISCUSSION)
    with pytest.raises(NotAllowed, match="themselves"):
        discussion.revise_sheet(team.actors[1], team.again(0), team.items[0], BETTER, "x")


def test_a_tie_found_in_the_discussion_frees_the_seat(world):
    team = talking(world)
    Expert.objects.filter(pk=team.experts[0].pk).update(employer_unit=world.unit)
    assert discussion.revise_sheet(team.actors[0], team.again(), team.items[0], BETTER, "x") is None
    assert team.again().state == MemberState.CONFLICTED
    assert Review.objects.get().state == ReviewState.FORMING


def test_a_dissent_is_recorded_once_and_stays(world):
    team = talking(world)
    row = discussion.dissent(team.actors[0], team.again(), team.items[0], "不同意支持")
    with pytest.raises(RuleViolation, match="already"):
        discussion.dissent(team.actors[0], team.again(), team.items[0], "再说一次")
    discussion.dissent(team.actors[1], team.again(1), team.items[0], "也不同意")
    assert Dissent.objects.count() == 2
    assert Entry.objects.filter(event="review.dissented").count() == 2
    with pytest.raises(Error, match="cannot be changed"), transaction.atomic():
        Dissent.objects.filter(pk=row.pk).update(text="同意")


@pytest.mark.parametrize("state", [ReviewState.SCORING, ReviewState.CONFIRMING, ReviewState.CONFIRMED])
def test_no_dissent_before_the_discussion_or_after_the_result_is_handed_in(world, state):
    team = make_team(world, state=state)
    with pytest.raises(NotAllowed, match="dissent"):
        discussion.dissent(team.actors[0], team.again(), team.items[0], "x")
