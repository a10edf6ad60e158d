"""Publicity: the clock, the freeze, what may go on and what may not."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.codes.models import CalendarDay, DayKind
from apps.evidence.models import Entry
from apps.projects.models import ProjectState
from apps.review.models import (
    Conclusion,
    ConclusionState,
    Counting,
    DossierState,
    ItemOutcome,
    Objection,
    ObjectionState,
    PublicityRule,
    PublicityState,
    ReviewKind,
    ReviewState,
)
from apps.review.services import clock, objections, publicity
from apps.review.tests import factories as make
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
VISITOR = objections.public_actor("203.0.113.9")


def confirmed(
    world: Any, projects: Any, verdict: str = "support", amount: str = "700000.00", **values: Any
) -> Conclusion:
    """A review whose result has been confirmed."""
    review = make.make_review(world.tree.banner, projects, state=ReviewState.CONFIRMED, **values)
    review.items.update(verdict=verdict, amount=Decimal(amount), score=Decimal("82.50"), rank=1)
    made = Conclusion.objects.create(review=review, state=ConclusionState.CONFIRMED, author=make.UserFactory())
    return Conclusion.objects.get(pk=made.pk)  # with what the database copied


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the day by which terms end; the days before it go by with the system at work."""

    def put(day: date) -> None:
        make.days_pass(day)
        monkeypatch.setattr(publicity, "certain_today", lambda: day)
        monkeypatch.setattr(objections, "certain_today", lambda: day)

    return put


def published(world: Any, today: Any, day: date = date(2027, 3, 1), **values: Any) -> Any:
    today(day)
    conclusion = confirmed(world, [make.waiting_project(world)], **values)
    return publicity.publish(make.officer(world.tree.banner), conclusion, title_zh="草原项目评审结果公示")


def after(notice: Any) -> date:
    return notice.ends_on + timedelta(days=1)


def object_to(notice: Any, **values: Any) -> Objection:
    given = {"ground": "与去年项目重复", "proof": f"p{Objection.objects.count()}"}
    return objections.file_objection(VISITOR, notice.items.get(), **(given | values))


def test_working_days_are_counted_by_the_calendar(world):
    banner = world.tree.banner
    rule = PublicityRule(region=banner, days=5, counting=Counting.WORKING)
    assert publicity.last_day(banner, date(2027, 3, 1), rule) == date(2027, 3, 8)  # Monday to the Monday after
    CalendarDay.objects.create(day=date(2027, 3, 3), kind=DayKind.HOLIDAY, name="那达慕", region=banner)
    assert publicity.last_day(banner, date(2027, 3, 1), rule) == date(2027, 3, 9)


def test_natural_days_end_on_a_working_day(world):
    rule = PublicityRule(region=world.tree.banner, days=5, counting=Counting.NATURAL)
    assert publicity.last_day(world.tree.banner, date(2027, 3, 1), rule) == date(2027, 3, 8)  # the 6th is a Saturday
    assert publicity.last_day(world.tree.banner, date(2027, 3, 2), rule) == date(2027, 3, 8)
    assert publicity.last_day(world.tree.banner, date(2027, 3, 4), rule) == date(2027, 3, 9)


def test_what_is_published_is_frozen_and_names_no_person(world, today):
    notice = published(world, today)
    item = notice.items.get()
    assert (item.amount, item.outcome, notice.state) == (Decimal("700000.00"), ItemOutcome.OPEN, PublicityState.RUNNING)
    shown = {field.name for field in item._meta.fields}
    assert not shown & {"phone", "responsible", "person", "address", "account", "id_number"}
    entry = Entry.objects.get(event="review.published")
    assert entry.facts["digest"] == notice.digest
    assert notice.conclusion.review.state == ReviewState.PUBLISHED


def test_only_the_own_office_publishes_and_only_once(world, today):
    today(date(2027, 3, 1))
    conclusion = confirmed(world, [make.waiting_project(world)])
    for actor in (make.officer(world.tree.league), make.officer(world.tree.neighbour), make.leader(world.tree.banner)):
        with pytest.raises(NotAllowed):
            publicity.publish(actor, conclusion, title_zh="公示")
    own = make.officer(world.tree.banner)
    publicity.publish(own, conclusion, title_zh="公示")
    with pytest.raises(NotAllowed):
        publicity.publish(own, conclusion, title_zh="公示")


def test_nothing_takes_effect_before_the_last_day_is_over(world, today):
    notice = published(world, today)
    today(notice.ends_on)
    with pytest.raises(RuleViolation, match="before the public until"):
        publicity.end_publicity(make.officer(world.tree.banner), notice)
    today(after(notice))
    assert publicity.end_publicity(make.officer(world.tree.banner), notice) == 1
    project = notice.items.get().project
    assert (project.state, project.reviewed) == (ProjectState.STORED, Decimal("700000.00"))
    notice.refresh_from_db()
    assert notice.state == PublicityState.ENDED
    assert publicity.end_publicity(make.officer(world.tree.banner), notice) == 0


def test_a_project_that_is_not_supported_is_not_admitted(world, today):
    notice = published(world, today, verdict="reject", amount="0.00")
    today(after(notice))
    publicity.end_publicity(make.officer(world.tree.banner), notice)
    project = notice.items.get().project
    assert project.state == ProjectState.REFUSED
    assert "公示" in project.return_reason


def test_a_project_waits_until_all_its_reviews_have_ended(world, today):
    today(date(2027, 3, 1))
    project = make.waiting_project(world)
    officer = make.officer(world.tree.banner)
    first = confirmed(world, [project], kind=ReviewKind.EVALUATION, amount="800000.00")
    dossier = project.dossiers.get()
    dossier.kinds = [ReviewKind.EVALUATION, ReviewKind.BUDGET]
    dossier.save()
    second = confirmed(world, [project], kind=ReviewKind.BUDGET, amount="650000.00")
    one = publicity.publish(officer, first, title_zh="一")
    two = publicity.publish(officer, second, title_zh="二")
    assert (one.number, two.number) == (1, 2)
    today(after(two))
    publicity.end_publicity(officer, one)
    project.refresh_from_db()
    assert project.state == ProjectState.REVIEW_PENDING
    publicity.end_publicity(officer, two)
    project.refresh_from_db()
    dossier.refresh_from_db()
    assert (project.state, project.reviewed) == (ProjectState.STORED, Decimal("650000.00"))
    assert dossier.state == DossierState.STORED


def test_an_open_objection_holds_the_project(world, today):
    notice = published(world, today)
    objection = object_to(notice)
    today(after(notice))
    officer, judge = make.officer(world.tree.banner), make.supervisor(world.tree.banner)
    assert publicity.end_publicity(officer, notice) == 0
    notice.refresh_from_db()
    assert notice.state == PublicityState.RUNNING
    objections.accept_objection(judge, objection)
    assert publicity.end_publicity(officer, notice) == 0
    objections.dismiss_objection(judge, objection, "经核实,与去年项目内容不同")
    assert publicity.end_publicity(officer, notice) == 1
    assert notice.items.get().project.state == ProjectState.STORED


def test_an_objection_upheld_sends_the_project_back(world, today):
    notice = published(world, today)
    objection, judge = object_to(notice), make.supervisor(world.tree.banner)
    objections.accept_objection(judge, objection)
    objections.uphold_objection(judge, objection, "测算依据不足,退回补充")
    item = notice.items.get()
    assert (item.outcome, item.project.state) == (ItemOutcome.UPHELD, ProjectState.RETURNED)
    assert item.project.return_reason == "测算依据不足,退回补充"
    today(after(notice))
    assert publicity.end_publicity(make.officer(world.tree.banner), notice) == 0
    notice.refresh_from_db()
    assert notice.state == PublicityState.ENDED
    assert item.item.dossier.state == DossierState.RETURNED


def test_whoever_had_a_part_handles_no_objection(world, today):
    notice = published(world, today)
    objection = object_to(notice)
    banner = world.tree.banner
    for actor in (make.officer(banner), make.leader(banner), make.supervisor(world.tree.league)):
        with pytest.raises(NotAllowed):
            objections.accept_objection(actor, objection)
    author = make.make_actor("review_supervisor", banner, notice.conclusion.author)
    with pytest.raises(NotAllowed, match="had a part"):
        objections.accept_objection(author, objection)
    first, second = make.supervisor(banner), make.supervisor(banner)
    objections.accept_objection(first, objection)
    with pytest.raises(NotAllowed, match="Only the person who took"):
        objections.dismiss_objection(second, objection, "不成立")
    objections.dismiss_objection(first, objection, "不成立")
    with pytest.raises(NotAllowed):
        objections.uphold_objection(first, objection, "成立")


def test_objections_come_in_time_once_and_not_in_floods(world, today):
    notice = published(world, today)
    found = object_to(notice, name="牧民", contact="13800000000")
    assert not found.is_anonymous
    assert len(found.code) == 19
    with pytest.raises(RuleViolation, match="already"):
        object_to(notice, proof=found.proof)
    with pytest.raises(RuleViolation, match="Say what"):
        object_to(notice, ground="  ")
    for _number in range(objections.HOURLY - 1):
        object_to(notice)
    with pytest.raises(RuleViolation, match="Too many"):
        object_to(notice)
    today(after(notice))
    with pytest.raises(RuleViolation, match="over"):
        objections.file_objection(objections.public_actor("203.0.113.10"), notice.items.get(), ground="x", proof="late")


def test_an_objection_may_bring_files_of_few_kinds(world, today):
    notice = published(world, today)
    picture = SimpleUploadedFile("a.png", bytes.fromhex("89504e470d0a1a0a") + b"0" * 100)
    with pytest.raises(RuleViolation):
        object_to(notice, uploads=[SimpleUploadedFile("a.exe", b"MZ" + b"0" * 100)])
    assert not Objection.objects.exists()
    found = object_to(notice, uploads=[picture])
    assert found.files.get().file.region == world.tree.banner


@pytest.mark.covers("B8")
def test_taking_down_needs_a_second_person_and_leaves_a_trace(world, today):
    notice = published(world, today)
    author = make.make_actor("banner_officer", world.tree.banner, notice.author)
    with pytest.raises(NotAllowed, match="Whoever published"):
        publicity.take_down(author, notice, "有误")
    second = make.leader(world.tree.banner)
    with pytest.raises(RuleViolation, match="Say why"):
        publicity.take_down(second, notice, " ")
    publicity.take_down(second, notice, "金额有误")
    assert notice.state == PublicityState.TAKEN_DOWN
    entry = Entry.objects.get(event="review.taken_down")
    assert entry.facts["reason"] == "金额有误"
    assert entry.facts["days_left"] == (notice.ends_on - timezone.localdate()).days
    today(after(notice))
    assert publicity.end_publicity(second, notice) == 0
    assert notice.items.get().project.state == ProjectState.REVIEW_PENDING
    again = publicity.publish(make.officer(world.tree.banner), notice.conclusion, title_zh="更正公示")
    assert again.number == 2


def test_no_term_ends_by_a_clock_that_ran_back_or_ahead(monkeypatch):
    assert clock.certain_today() == timezone.localdate()
    real = timezone.now()
    for shift in (timedelta(days=-3), timedelta(days=9)):
        monkeypatch.setattr(clock.timezone, "now", lambda shift=shift: real + shift)
        with pytest.raises(RuleViolation, match="clock"):
            clock.certain_today()


def test_the_terms_of_a_notice_cannot_be_moved(world, today):
    from django.db import Error, transaction

    notice = published(world, today)
    with pytest.raises(Error, match="cannot be changed"), transaction.atomic():
        type(notice).objects.filter(pk=notice.pk).update(ends_on=date(2027, 3, 2))
    assert isinstance(notice.published_at, datetime)
    assert object_to(notice).state == ObjectionState.FILED
