"""Whatever people do in whatever order, nobody judges a project of an own employer.

Acts come at random, through the services alone. The runs keep book themselves of who is tied to whom.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from apps.accounts.models import User
from apps.lowcode.tests.forms import definition, field
from apps.regions.tests.factories import UnitFactory
from apps.review.expertfacts import Relative
from apps.review.models import Expert, MemberState, PanelMember, Review, ScoreSheet, SheetState
from apps.review.models.panel import SEATED
from apps.review.selectors.pool import facts_of
from apps.review.selectors.results import panel_of
from apps.review.services import conclusions, discussion, draws, experts, panel, sheets
from apps.review.tests import factories as make
from apps.review.tests.drawing import criteria, sealing  # noqa: F401 - a fixture
from apps.review.tests.pool import id_number
from apps.review.tests.randomly import Run, Step, sequences
from imbudget.kit.actor import Actor

pytestmark = pytest.mark.django_db
SEATS, POOL = 3, 10
SCORED = {"values": {"need": "80"}, "opinion": "support", "comment": "可行"}
OTHER = {**SCORED, "values": {"need": "85"}}


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


PANEL_ACTS = {
    "everybody_goes_on": 8, "go_on": 2, "change_employer": 3, "gain_kin": 1, "decline": 1, "declare_interest": 1, "miss": 1,
    "replace": 3, "draw_again": 1, "discuss": 2, "revise": 2, "compute": 2,
}  # fmt: skip


class PanelRun(Run):
    """Experts change employers, gain kin, answer, score, leave and are replaced; `bonds` is who was ever tied to whom."""

    def __init__(self, done: Counter[str], scene: Scene) -> None:
        super().__init__(done)
        self.scene = scene
        self.bonds: dict[int, set[str]] = defaultdict(set)
        self.judged: set[int] = set()

    def begin(self) -> None:
        officer = self.scene.officer
        draws.make_draw(officer, draws.commit_draw(officer, self.review, criteria(SEATS)))

    @property
    def review(self) -> Review:
        return Review.objects.get(pk=self.scene.review.pk)

    def seated(self) -> list[PanelMember]:
        rows = PanelMember.objects.filter(review=self.scene.review, state__in=SEATED).order_by("alias")
        return list(rows.select_related("expert", "review__region"))

    def on_seat(self, place: int) -> PanelMember | None:
        seated = self.seated()
        return seated[place % len(seated)] if seated else None

    def tell(self, expert: Expert, name: str, **facts: Any) -> None:
        told = replace(facts_of(expert), **facts)
        if self.attempt("told", lambda: experts.save_expert(self.scene.officer, expert, told)):
            self.bonds[expert.pk].add(name)

    def employer(self, number: int) -> str:
        return [*self.scene.forbidden, "内蒙古大学"][number]

    def change_employer(self, place: int, employer: int) -> None:
        if member := self.on_seat(place):
            name = self.employer(employer)
            self.tell(member.expert, name, employer=name, employer_unit=None)

    def gain_kin(self, place: int, employer: int) -> None:
        if member := self.on_seat(place):
            name = self.employer(employer)
            self.tell(member.expert, name, kin=(Relative("spouse", name),))

    def decline(self, place: int, _other: int) -> None:
        if member := self.on_seat(place):
            self.attempt("declined", lambda: panel.decline(self.actor(member), member, "出差"))

    def declare_interest(self, place: int, _other: int) -> None:
        if member := self.on_seat(place):
            said = dict.fromkeys(self.items(), "曾任顾问")
            self.attempt("accepted", lambda: panel.accept(self.actor(member), member))
            self.attempt("interested", lambda: panel.declare(self.actor(member), member, said))

    def miss(self, place: int, _other: int) -> None:
        if member := self.on_seat(place):
            self.attempt("missed", lambda: panel.miss(self.scene.officer, member, "未到"))

    def replace(self, _place: int, _other: int) -> None:
        self.attempt("replaced", lambda: draws.replace(self.scene.officer, self.review, "席位空缺"))

    def draw_again(self, _place: int, _other: int) -> None:
        scene, wanted = self.scene, criteria(SEATS)
        asked = self.attempt("asked", lambda: draws.request_redraw(scene.officer, self.review, wanted, "专业不符"))
        if asked and self.attempt("allowed", lambda: draws.allow_redraw(scene.supervisor, asked)):
            self.attempt("drawn again", lambda: draws.make_draw(scene.officer, asked))

    def go_on(self, place: int, _other: int) -> None:
        if member := self.on_seat(place):
            self.next_step(member)

    def everybody_goes_on(self, _place: int, _other: int) -> None:
        for member in self.seated():
            self.next_step(member)

    def discuss(self, _place: int, _other: int) -> None:
        self.attempt("discussed", lambda: discussion.open_discussion(self.scene.officer, self.review))

    def revise(self, place: int, _other: int) -> None:
        if member := self.on_seat(place):
            actor, item = self.actor(member), member.review.items.all()[0]
            why = "讨论后调整"
            self.attempt("revised", lambda: discussion.revise_sheet(actor, member, item, OTHER, why) or "left")

    def compute(self, _place: int, _other: int) -> None:
        """Whoever is tied by then does not count."""
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
        if kept is None:
            self.attempt("saved", lambda: sheets.save_sheet(actor, member, item, SCORED, revision=revision))
        self.attempt("scored", lambda: sheets.submit_sheet(actor, member, item))
        if sheets.left_the_panel(member):
            self.done["found out"] += 1

    def check(self) -> None:
        """A sheet that was handed in comes from a member with no tie at that moment."""
        rows = ScoreSheet.objects.filter(state=SheetState.SUBMITTED).exclude(pk__in=self.judged)
        for sheet in rows.select_related("member"):
            assert sheet.member.state == MemberState.DECLARED
            assert not self.bonds[sheet.member.expert_id] & set(self.scene.forbidden)
            self.judged.add(sheet.pk)


ALL_IN = [("everybody_goes_on", 0, 0)] * 4  # accepted, declared, two sheets each
LEFT_FOR_A_WHILE = [("change_employer", 0, 0), ("change_employer", 0, 4)]


@pytest.mark.usefixtures("sealing")
def test_no_sequence_lets_an_expert_score_a_project_of_an_own_employer(world):
    scene, done = make_scene(world), Counter[str]()

    @settings(max_examples=10, derandomize=True, suppress_health_check=list(HealthCheck))
    @example(steps=[*ALL_IN, ("compute", 0, 0)])
    @example(steps=[*ALL_IN, ("change_employer", 0, 0), ("compute", 0, 0)])
    @example(steps=[*ALL_IN, ("discuss", 0, 0), ("revise", 1, 0), ("change_employer", 0, 1), ("revise", 0, 0)])
    @example(steps=[*LEFT_FOR_A_WHILE, *ALL_IN])
    @given(steps=sequences(PANEL_ACTS, 24))
    def run(steps: list[Step]) -> None:
        PanelRun(done, scene).play(steps)

    run()
    for name in ("scored", "found out", "replaced", "drawn again", "interested", "revised", "computed"):
        assert done[name], (name, done)
