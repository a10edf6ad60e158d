"""Whatever people do in whatever order: nobody judges a project of an own employer, nothing passes with an open objection.

Two machines act at random through the services alone. What they check they keep book of themselves: who is tied to whom,
which objection is open, which day it is.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from apps.accounts.models import User
from apps.lowcode.tests.forms import definition, field
from apps.regions.tests.factories import UnitFactory
from apps.review.expertfacts import Relative
from apps.review.models import (
    Expert,
    MemberState,
    PanelMember,
    Review,
    ReviewKind,
    ScoreSheet,
    SheetState,
)
from apps.review.models.panel import SEATED
from apps.review.selectors.pool import facts_of
from apps.review.selectors.results import panel_of
from apps.review.services import conclusions, discussion, draws, experts, panel, sheets
from apps.review.tests import factories as make
from apps.review.tests.drawing import criteria, sealing  # noqa: F401 - a fixture
from apps.review.tests.pool import id_number
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.django_db
SEATS, POOL = 3, 10
KINDS = (ReviewKind.EVALUATION, ReviewKind.BUDGET)
QUIET = list(HealthCheck)
SCORED = {"values": {"need": "80"}, "opinion": "support", "comment": "可行"}
OTHER = {**SCORED, "values": {"need": "85"}}


class Acting(RuleBasedStateMachine):
    """Each run begins from the same rows and leaves none; what the rules refuse has not happened."""

    done: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.run = transaction.atomic()
        self.run.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.run.__exit__(None, None, None)

    def attempt(self, name: str, act: Callable[[], Any]) -> Any:
        """What the act gives; None where a rule refused it."""
        try:
            with transaction.atomic():
                given = act()
        except RuleViolation:
            self.done[f"{name} refused"] += 1
            return None
        self.done[name] += 1
        return given if given is not None else True


@dataclass(frozen=True, slots=True)
class Scene:
    """One review of two projects, a pool, and who acts."""

    review: Review
    officer: Actor
    supervisor: Actor
    experts: list[Expert]
    actors: dict[int, Actor]
    forbidden: tuple[str, ...]


def make_scene(world: Any) -> Scene:
    banner = world.tree.banner
    officer = make.officer(banner)
    second = UnitFactory(region=banner, department__code="151", department__name_zh_hans="林业和草原局")
    sister = UnitFactory(region=banner, department=second.department)
    projects = [make.waiting_project(world), make.waiting_project(world, second)]
    body = definition(field("need", "score", required=True, max="100"))
    organiser = User.objects.get(pk=officer.user_id)
    review = make.make_review(banner, projects, panel_size=SEATS, body=body, organiser=organiser)
    pool = [make.make_expert(banner, id_number=id_number(number), phone="13800000000") for number in range(POOL)]
    names = (world.unit.name_zh_hans, second.name_zh_hans, sister.name_zh_hans, second.department.name_zh_hans)
    actors = {expert.pk: make.expert_actor(expert) for expert in pool}
    return Scene(review, officer, make.supervisor(banner), pool, actors, names)


places = st.integers(min_value=0, max_value=SEATS - 1)
people = st.integers(min_value=0, max_value=POOL - 1)
employers = st.integers(min_value=0, max_value=4)


class PanelAtWork(Acting):
    """Experts change employers, gain kin, answer, score, leave and are replaced; `bonds` is who was ever tied to whom."""

    scene: ClassVar[Scene]

    def __init__(self) -> None:
        super().__init__()
        self.bonds: dict[int, set[str]] = defaultdict(set)
        self.judged: set[int] = set()
        self.draw(self.scene.officer)

    @property
    def review(self) -> Review:
        return Review.objects.get(pk=self.scene.review.pk)

    def draw(self, officer: Actor) -> Any:
        return draws.make_draw(officer, draws.commit_draw(officer, self.review, criteria(SEATS)))

    def seated(self) -> list[PanelMember]:
        rows = PanelMember.objects.filter(review=self.scene.review, state__in=SEATED).order_by("alias")
        return list(rows.select_related("expert", "review__region"))

    def on_seat(self, place: int) -> PanelMember | None:
        seated = self.seated()
        return seated[place] if place < len(seated) else None

    def change(self, expert: Expert, name: str, **facts: Any) -> None:
        expert = Expert.objects.get(pk=expert.pk)
        told = replace(facts_of(expert), **facts)
        if self.attempt("told", lambda: experts.save_expert(self.scene.officer, expert, told) or True):
            self.bonds[expert.pk].add(name)

    def employer(self, number: int) -> str:
        return self.scene.forbidden[number] if number < len(self.scene.forbidden) else "内蒙古大学"

    @rule(number=people, employer=employers)
    def change_employer(self, number: int, employer: int) -> None:
        name = self.employer(employer)
        self.change(self.scene.experts[number], name, employer=name, employer_unit=None)

    @rule(place=places, employer=employers)
    def member_changes_employer(self, place: int, employer: int) -> None:
        if member := self.on_seat(place):
            name = self.employer(employer)
            self.change(member.expert, name, employer=name, employer_unit=None)

    @rule(place=places, employer=employers)
    def member_gains_kin(self, place: int, employer: int) -> None:
        if member := self.on_seat(place):
            name = self.employer(employer)
            self.change(member.expert, name, kin=(Relative("spouse", name),))

    @rule(place=places)
    def decline(self, place: int) -> None:
        if member := self.on_seat(place):
            self.attempt("declined", lambda: panel.decline(self.actor(member), member, "出差"))

    @rule(place=places)
    def declare_an_interest(self, place: int) -> None:
        if member := self.on_seat(place):
            said = dict.fromkeys(self.items(), "曾任顾问")
            self.attempt("interested", lambda: panel.declare(self.actor(member), member, said))

    @rule(place=places)
    def miss(self, place: int) -> None:
        if member := self.on_seat(place):
            self.attempt("missed", lambda: panel.miss(self.scene.officer, member, "未到"))

    @rule()
    def replace(self) -> None:
        self.attempt("replaced", lambda: draws.replace(self.scene.officer, self.review, "席位空缺"))

    @rule()
    def draw_again(self) -> None:
        scene = self.scene
        asked = self.attempt(
            "asked", lambda: draws.request_redraw(scene.officer, self.review, criteria(SEATS), "专业不符")
        )
        if asked:
            allowed = self.attempt("allowed", lambda: draws.allow_redraw(scene.supervisor, asked))
            if allowed:
                self.attempt("drawn again", lambda: draws.make_draw(scene.officer, allowed))

    @rule(place=places)
    def go_on(self, place: int) -> None:
        if member := self.on_seat(place):
            self.next_step(member)

    @rule()
    def everybody_goes_on(self) -> None:
        for member in self.seated():
            self.next_step(member)

    @rule()
    def discuss(self) -> None:
        self.attempt("discussed", lambda: discussion.open_discussion(self.scene.officer, self.review))

    @rule(place=places)
    def revise(self, place: int) -> None:
        if member := self.on_seat(place):
            item = member.review.items.first()
            assert item is not None
            self.attempt(
                "revised", lambda: discussion.revise_sheet(self.actor(member), member, item, OTHER, "讨论后调整")
            )

    @rule()
    def compute(self) -> None:
        """Whoever is tied by now does not count."""
        if self.attempt("computed", lambda: conclusions.compute(self.scene.officer, self.review)):
            for member in panel_of(self.review):
                assert not self.bonds[member.expert_id] & set(self.scene.forbidden)

    def actor(self, member: PanelMember) -> Actor:
        return self.scene.actors[member.expert_id]

    def items(self) -> list[int]:
        return list(self.scene.review.items.values_list("pk", flat=True))

    def next_step(self, member: PanelMember) -> None:
        actor = self.actor(member)
        if member.state == MemberState.INVITED:
            self.attempt("accepted", lambda: panel.accept(actor, member))
        elif member.state == MemberState.ACCEPTED:
            self.attempt("declared", lambda: panel.declare(actor, member, dict.fromkeys(self.items(), "")))
        else:
            self.score(member)

    def score(self, member: PanelMember) -> None:
        """The first sheet that is not in."""
        done = member.sheets.filter(round=1, state=SheetState.SUBMITTED).values("item")
        item = member.review.items.exclude(pk__in=done).first()
        if item is None:
            return
        actor, kept = self.actor(member), member.sheets.filter(item=item, round=1).first()
        revision = kept.revision if kept else 0
        self.attempt("saved", lambda: sheets.save_sheet(actor, member, item, SCORED, revision=revision))
        self.attempt("scored", lambda: sheets.submit_sheet(actor, member, item))
        if sheets.left_the_panel(member):
            self.done["found out"] += 1

    @invariant()
    def nobody_judges_an_own_employer(self) -> None:
        rows = ScoreSheet.objects.filter(state=SheetState.SUBMITTED).exclude(pk__in=self.judged)
        for sheet in rows.select_related("member"):
            assert sheet.member.state == MemberState.DECLARED
            assert not self.bonds[sheet.member.expert_id] & set(self.scene.forbidden)
            self.judged.add(sheet.pk)


@pytest.mark.usefixtures("sealing")
def test_no_sequence_lets_an_expert_score_a_project_of_an_own_employer(world):
    PanelAtWork.scene, PanelAtWork.done = make_scene(world), Counter()
    run_state_machine_as_test(
        PanelAtWork,
        settings=settings(max_examples=8, stateful_step_count=24, derandomize=True, suppress_health_check=QUIET),
    )
    for name in ("scored", "found out", "replaced", "drawn again", "interested"):
        assert PanelAtWork.done[name], name
