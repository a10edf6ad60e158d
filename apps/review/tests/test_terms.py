"""Days of a term: those on which the system was seen count, one that was jumped over moves the end on."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.evidence.models import Entry
from apps.projects.models import ProjectState
from apps.review.models import Conclusion, Counting, Publicity, PublicityRule, PublicityState, SeenDay
from apps.review.services import ending, objections, publicity
from apps.review.tests import factories as make
from apps.review.tests.test_publicity import confirmed, object_to
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.django_db
MONDAY = date(2027, 3, 1)
ONE = timedelta(days=1)


class Office:
    """Publishes, and lets the scheduled job run on the days that it is given."""

    def __init__(self, world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world, self.day = world, MONDAY
        for module in (publicity, objections, ending):
            monkeypatch.setattr(module, "certain_today", lambda: self.day)

    def publish(self, days: int = 5, counting: str = Counting.WORKING) -> Publicity:
        PublicityRule.objects.create(region=self.world.tree.banner, days=days, counting=counting)
        conclusion: Conclusion = confirmed(self.world, [make.waiting_project(self.world)])
        return publicity.publish(make.officer(self.world.tree.banner), conclusion, title_zh="公示")

    def run(self, day: date) -> int:
        self.day = day
        return ending.end_due()

    def run_until(self, day: date) -> int:
        """The job runs every day up to this one."""
        settled = 0
        while self.day < day:
            settled += self.run(self.day + ONE)
        return settled


@pytest.fixture
def office(world, monkeypatch):
    office = Office(world, monkeypatch)
    office.run(MONDAY)
    return office


def test_ordinary_days_end_a_term(office):
    notice = office.publish()
    assert notice.last_day == date(2027, 3, 8)
    assert office.run_until(date(2027, 3, 8)) == 0
    assert office.run(date(2027, 3, 9)) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.moved_to) == (PublicityState.ENDED, None)
    assert not Entry.objects.filter(event="review.term_moved").exists()


def test_clocks_set_ahead_end_nothing(office):
    notice = office.publish()
    office.run_until(date(2027, 3, 2))
    assert office.run(date(2027, 3, 12)) == 0
    notice.refresh_from_db()
    assert notice.state == PublicityState.RUNNING
    assert notice.ends_on == date(2027, 3, 8)
    assert notice.last_day == date(2027, 3, 17)  # four working days are left: the 12th, 15th, 16th and 17th
    facts = Entry.objects.get(event="review.term_moved").facts
    assert (facts["last_seen"], facts["seen_again"]) == ("2027-03-02", "2027-03-12")
    assert (facts["planned_end"], facts["moved_to"]) == ("2027-03-08", "2027-03-17")
    assert object_to(notice).pk
    assert office.run_until(date(2027, 3, 17)) == 0


def test_a_jump_over_the_end_is_no_end_without_the_job_either(office):
    notice = office.publish()
    office.day = date(2027, 3, 20)
    with pytest.raises(RuleViolation, match="not seen at work yesterday"):
        publicity.end_publicity(make.officer(notice.region), notice)
    assert notice.items.get().project.state == ProjectState.REVIEW_PENDING


def test_a_jump_on_the_last_day_leaves_one_more(office):
    notice = office.publish()
    office.run_until(notice.last_day)
    assert office.run(date(2027, 3, 19)) == 0
    notice.refresh_from_db()
    assert notice.last_day == date(2027, 3, 19)
    assert office.run(date(2027, 3, 20)) == 1


def test_one_jump_after_another_moves_the_end_each_time(office):
    notice = office.publish()
    assert office.run(date(2027, 3, 10)) == 0
    assert office.run(date(2027, 3, 20)) == 0
    notice.refresh_from_db()
    assert notice.last_day == date(2027, 3, 25)  # a Saturday counts for nothing: four working days after it
    assert Entry.objects.filter(event="review.term_moved").count() == 2


@pytest.mark.parametrize(
    ("counting", "planned", "moved"),
    [(Counting.WORKING, date(2027, 3, 8), date(2027, 3, 10)), (Counting.NATURAL, date(2027, 3, 8), date(2027, 3, 10))],
)
def test_an_outage_of_two_days_moves_the_end_by_two(office, counting, planned, moved):
    notice = office.publish(counting=counting)
    office.run_until(date(2027, 3, 2))
    assert notice.last_day == planned
    office.run(date(2027, 3, 5))  # neither the 3rd nor the 4th was seen
    notice.refresh_from_db()
    assert notice.last_day == moved
    assert office.run_until(moved) == 0
    assert office.run(moved + ONE) == 1
    facts = Entry.objects.get(event="review.publicity_ended").facts
    assert (facts["planned_end"], facts["ends_on"]) == (str(planned), str(moved))


def test_an_outage_on_days_of_rest_moves_no_working_days(office):
    notice = office.publish()
    office.run_until(date(2027, 3, 5))
    office.run(date(2027, 3, 8))
    notice.refresh_from_db()
    assert notice.moved_to is None


def test_a_term_that_was_over_before_is_not_opened_again(office):
    notice = office.publish()
    object_to(notice)  # what holds it beyond its days
    office.run_until(date(2027, 3, 10))
    office.run(date(2027, 3, 20))
    notice.refresh_from_db()
    assert (notice.state, notice.moved_to) == (PublicityState.RUNNING, None)
    with pytest.raises(RuleViolation, match="over"):
        object_to(notice)


def test_the_public_page_tells_that_the_end_was_moved(office):
    notice = office.publish()
    url = reverse("public:notice", args=["zh-hans", notice.region.code, notice.year, notice.number])
    before = Client().get(url)
    office.run(date(2027, 3, 10))
    after = Client().get(url, headers={"if-none-match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "2027-03-16" in after.content.decode()
    assert "2027-03-16" not in before.content.decode()
    assert "2027-03-08" in after.content.decode()


def test_the_day_is_noted_once_and_seen_again(office):
    first = SeenDay.objects.get(day=MONDAY)
    office.run(MONDAY)
    again = SeenDay.objects.get(day=MONDAY)
    assert again.first_at == first.first_at
    assert again.last_at > first.last_at


@pytest.mark.parametrize(
    "change",
    [
        lambda: SeenDay.objects.filter(day=MONDAY).update(day=date(2027, 3, 3)),
        lambda: SeenDay.objects.filter(day=MONDAY).update(last_at="2020-01-01T00:00:00Z"),
        lambda: SeenDay.objects.filter(day=MONDAY).update(first_at="2020-01-01T00:00:00Z"),
        lambda: SeenDay.objects.all().delete(),
        lambda: connection.cursor().execute("TRUNCATE review_seenday"),
    ],
)
def test_a_day_that_was_seen_is_kept(office, change):
    with pytest.raises(Error, match="kept as it is"), transaction.atomic():
        change()
    assert SeenDay.objects.get().day == MONDAY


def test_an_end_that_was_moved_is_never_moved_back(office):
    notice = office.publish()
    office.run(date(2027, 3, 10))
    rows = Publicity.objects.filter(pk=notice.pk)
    for earlier in (None, date(2027, 3, 9), date(2027, 3, 15)):
        with pytest.raises(Error, match="cannot be changed"), transaction.atomic():
            rows.update(moved_to=earlier)
    with pytest.raises(Error, match="cannot be changed"), transaction.atomic():
        rows.update(ends_on=date(2027, 3, 2))
