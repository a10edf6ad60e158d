"""Whatever is done in whatever order, nobody tied to a project comes onto its panel, and no employer comes twice."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.review.models import Draw, Employment, Expert, Kinship, MemberState, PanelMember, Review
from apps.review.models.panel import SEATED
from apps.review.selectors.avoidance import reasons
from apps.review.selectors.verifying import verify_draw
from apps.review.services import draws
from apps.review.tests import factories as make
from apps.review.tests.drawing import criteria, pool, sealing  # noqa: F401 - a fixture
from imbudget.kit.errors import RuleViolation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealing")]
OPERATIONS = ("commit", "make", "leave", "replace", "ask", "allow", "tie", "kin", "history", "colleague", "suspend")


@contextmanager
def undone() -> Iterator[None]:
    """One example of many in a test's transaction."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


class Office:
    """What people do to one review: acts of the office, and what becomes known of experts meanwhile."""

    def __init__(self, world: Any, officer: Any, supervisor: Any) -> None:
        self.world, self.officer, self.supervisor = world, officer, supervisor
        self.people = pool(world, 9)
        review = make.make_review(world.tree.banner, [make.waiting_project(world)])
        self.key, self.project = review.pk, review.items.get().project_id

    @property
    def review(self) -> Review:
        return Review.objects.get(pk=self.key)

    def run(self, name: str, number: int) -> None:
        expert = self.people[number % len(self.people)]
        getattr(self, name)(expert, number)

    def commit(self, expert: Expert, number: int) -> None:
        draws.commit_draw(self.officer, self.review, criteria())

    def make(self, expert: Expert, number: int) -> None:
        for draw in Draw.objects.filter(state="committed"):
            draws.make_draw(self.officer, draw)

    def replace(self, expert: Expert, number: int) -> None:
        draws.replace(self.officer, self.review, "不能参加")

    def ask(self, expert: Expert, number: int) -> None:
        draws.request_redraw(self.officer, self.review, criteria(), "重抽")

    def allow(self, expert: Expert, number: int) -> None:
        for draw in Draw.objects.filter(state="requested"):
            draws.allow_redraw(self.supervisor, draw)

    def leave(self, expert: Expert, number: int) -> None:
        seated = list(PanelMember.objects.filter(state__in=SEATED))
        if seated:
            one = seated[number % len(seated)]
            PanelMember.objects.filter(pk=one.pk).update(state=MemberState.DECLINED)

    def tie(self, expert: Expert, number: int) -> None:
        Expert.objects.filter(pk=expert.pk).update(employer_unit=self.world.unit)

    def kin(self, expert: Expert, number: int) -> None:
        Kinship.objects.create(expert=expert, kind="spouse", employer="某", employer_key="某", unit=self.world.unit)

    def history(self, expert: Expert, number: int) -> None:
        since = make.years_ago(2)
        Employment.objects.create(expert=expert, employer="某", employer_key="某", unit=self.world.unit, since=since)

    def colleague(self, expert: Expert, number: int) -> None:
        Expert.objects.filter(pk=expert.pk).update(employer="同所", employer_key="同所")

    def suspend(self, expert: Expert, number: int) -> None:
        Expert.objects.filter(pk=expert.pk).update(state="suspended")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 20)), max_size=14))
def test_nobody_tied_to_the_project_is_ever_seated(world, steps):
    officer, supervisor = make.officer(world.tree.banner), make.supervisor(world.tree.banner)
    with undone():
        office = Office(world, officer, supervisor)
        for name, number in [("commit", 0), *steps, ("make", 0), ("leave", 1), ("replace", 0)]:
            before = set(PanelMember.objects.values_list("pk", flat=True))
            with suppress(RuleViolation):
                office.run(name, number)
            new = PanelMember.objects.exclude(pk__in=before).select_related("expert")
            assert not any(reasons([member.expert_id for member in new], [office.project]).values())
            assert all(member.expert.state == "admitted" for member in new)
            seated = list(PanelMember.objects.filter(state__in=SEATED).values_list("employer", flat=True))
            assert len(seated) == len(set(seated)) <= 3
        for draw in Draw.objects.for_verifying():
            assert verify_draw(draw).is_equal
