"""`verify_draw` says equal of what was drawn, and finds each fact that somebody who owns the database changed."""

import json
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.evidence.models import Entry
from apps.review.models import Draw, MemberState, PanelMember
from apps.review.selectors.verifying import verify_draw
from apps.review.selfchecks import drawings
from apps.review.services import draws
from apps.review.tests import factories as make
from apps.review.tests.drawing import criteria, drawn, entries_of, pool, sealing  # noqa: F401 - a fixture
from imbudget.kit.selfchecks import CheckFailed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealing")]


@pytest.fixture
def officer(world):
    return make.officer(world.tree.banner)


@pytest.fixture
def review(world, officer):
    pool(world, 8)
    return make.make_review(world.tree.banner, [make.waiting_project(world)])


@pytest.fixture
def draw(review, officer):
    return drawn(officer, review)


def fresh(draw):
    return Draw.objects.for_verifying().get(pk=draw.pk)


def problems(draw):
    return {check.name for check in verify_draw(fresh(draw)).problems}


@contextmanager
def owner():
    """Someone who owns the database and switches the triggers off; put back when the test's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


def change(draw, **values):
    with owner():
        Draw.objects.filter(pk=draw.pk).update(**values)


def verify(*arguments, **options):
    out, err = StringIO(), StringIO()
    call_command("verify_draw", *arguments, stdout=out, stderr=err, **options)
    return out.getvalue()


def test_a_draw_is_equal(draw):
    assert problems(draw) == set()
    assert verify(draw.pk) == f"draw {draw.pk}: equal\n"


def test_a_commitment_is_equal_before_the_draw(review, officer):
    draw = draws.commit_draw(officer, review, criteria())
    assert problems(draw) == set()
    assert verify(draw.pk) == f"draw {draw.pk}: equal (not drawn)\n"


def test_replacements_and_another_panel_are_equal(world, review, officer, draw):
    member = review.members.first()
    PanelMember.objects.filter(pk=member.pk).update(state=MemberState.DECLINED)
    later = draws.replace(officer, review, "不能参加")
    asked = draws.request_redraw(officer, review, criteria(), "专业不对口")
    draws.make_draw(officer, draws.allow_redraw(make.supervisor(world.tree.banner), asked))
    for one in (draw, later, asked):
        assert problems(one) == set()
    assert verify(all=True).count(": equal") == 3


def test_another_pool_is_found(draw):
    change(draw, pool=draw.pool.replace("草原研究所", "别的研究所", 1))
    assert {"pool", "result"} <= problems(draw)
    change(draw, pool="no line of a snapshot")
    assert {"pool", "result"} <= problems(draw)


def test_a_pool_made_to_fit_is_found_too(draw):
    """With its digest, and with the result that the algorithm gives for it."""
    from apps.review import drawing
    from apps.review.drawing import Criteria

    tampered = drawing.lines_of(draw.pool)[:4]
    digest = drawing.digest_of_text("\n".join(tampered))
    key = drawing.combined_key(bytes.fromhex(draw.revealed), draw.head, digest, draw.criteria)
    result = drawing.draw(tampered, Criteria.read(draw.criteria), key)
    change(draw, pool="\n".join(tampered), pool_digest=digest, result=result, result_digest=drawing.digest_of(result))
    assert {"pool", "digest"} <= problems(draw)


def test_another_seed_is_found(draw):
    change(draw, revealed="ab" * 32)
    assert {"seed", "result", "digest"} <= problems(draw)


def test_another_seed_with_its_own_commitment_is_found(draw):
    from apps.review import drawing

    change(draw, revealed="ab" * 32, seed="ab" * 32, commitment=drawing.commitment_of(bytes.fromhex("ab" * 32)))
    found = problems(draw)
    assert "seed" not in found
    assert {"criteria", "result", "digest"} <= found


def test_a_damaged_seed_is_found_and_not_fatal(draw):
    with owner() as cursor:
        cursor.execute("UPDATE review_draw SET seed = %s WHERE id = %s", [b"\x01damaged", draw.pk])
    assert problems(draw) == {"seed"}
    change(draw, revealed="no number")
    assert {"seed", "result"} <= problems(draw)


def test_another_result_is_found(draw):
    from apps.review import drawing

    taken = {pk for _place, pk, _field in draw.result["panel"]}
    other = next(entry.id for entry in entries_of(draw) if entry.id not in taken)
    tampered = json.loads(json.dumps(draw.result))
    tampered["panel"][0][1] = tampered["steps"][0][1] = other
    change(draw, result=tampered, result_digest=drawing.digest_of(tampered))
    assert {"result", "digest", "members"} <= problems(draw)


def test_an_expert_barred_afterwards_is_found(draw):
    tampered = json.loads(json.dumps(draw.result))
    tampered["barred"] = {str(entries_of(draw)[0].id): ["kin"]}
    change(draw, result=tampered)
    assert "digest" in problems(draw)


@pytest.mark.parametrize(
    "value", [{}, [], {"panel": []}, {"seated": 1, "seen": 2, "barred": 3, "steps": [], "panel": []}]
)
def test_a_result_that_is_none_is_found(draw, value):
    change(draw, result=value)
    assert {"result", "digest"} <= problems(draw)


@pytest.mark.parametrize(("name", "value"), [("head", "cd" * 32), ("head_number", 999)])
def test_another_head_is_found(draw, name, value):
    change(draw, **{name: value})
    assert "head" in problems(draw)


def test_other_criteria_are_found(draw):
    change(draw, criteria=draw.criteria | {"min_rank": "senior"})
    assert "criteria" in problems(draw)
    change(draw, criteria={"size": "many"})
    assert {"criteria", "result"} <= problems(draw)


def test_another_algorithm_is_found(draw):
    change(draw, algorithm="by hand")
    assert {"criteria", "result"} <= problems(draw)


def test_other_members_are_found(draw, world):
    stranger = make.make_expert(world.tree.banner)
    PanelMember.objects.filter(pk=draw.members.first().pk).update(expert=stranger)
    assert problems(draw) == {"members"}


def test_a_changed_record_is_found(draw):
    for event, name in (("review.draw_committed", "commitment"), ("review.drawn", "record")):
        entry = Entry.objects.get(event=event, subject_id=str(draw.pk))
        with owner():
            Entry.objects.filter(pk=entry.pk).update(facts=entry.facts | {"reason": "别的"})
        assert name in problems(draw)


def test_a_missing_record_is_found(draw):
    with owner():
        Entry.objects.filter(event="review.drawn").delete()
    assert {"record", "digest"} <= problems(draw)


def test_a_batch_sealed_anew_is_found(draw):
    entry = Entry.objects.get(event="review.draw_committed")
    with owner() as cursor:
        cursor.execute("UPDATE evidence_batch SET root = %s WHERE number = %s", [b"\x00" * 32, entry.batch_id])
    assert problems(draw) == {"head"}


def test_a_draw_that_was_taken_away_is_missed(review, officer, draw):
    member = review.members.first()
    PanelMember.objects.filter(pk=member.pk).update(state=MemberState.DECLINED)
    later = draws.replace(officer, review, "不能参加")
    assert problems(later) == set()
    change(draw, number=9)
    assert "numbers" in problems(later)


def test_a_replacement_of_another_sequence_is_found(review, officer, draw):
    member = review.members.first()
    PanelMember.objects.filter(pk=member.pk).update(state=MemberState.DECLINED)
    later = draws.replace(officer, review, "不能参加")
    change(later, revealed="ab" * 32)
    assert {"sequence", "digest"} <= problems(later)


def test_the_command_fails_and_says_what_is_not_equal(draw):
    change(draw, head_number=999)
    err = StringIO()
    with pytest.raises(CommandError, match="1 of 1 draws are not equal"):
        call_command("verify_draw", draw.pk, stdout=StringIO(), stderr=err)
    assert "head:" in err.getvalue()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_draw", draw.pk, "--json", stdout=out, stderr=StringIO())
    found = json.loads(out.getvalue())
    assert (found["equal"], found["checks"]["head"], found["checks"]["seed"]) == (False, False, True)


def test_the_command_wants_draws_that_there_are(db):
    with pytest.raises(CommandError, match="no such draw: 0"):
        verify(0)
    with pytest.raises(CommandError, match="name draws"):
        verify()
    assert verify(all=True) == ""


def test_the_self_check_repeats_the_draws(draw):
    assert drawings() == "1 draws are equal when repeated"
    change(draw, head_number=999)
    with pytest.raises(CheckFailed, match=f"draw {draw.pk}: head, digest"):
        drawings()
