"""Whatever experts and organiser do in whatever order, no sheet of somebody tied to the project comes to count."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.review.models import Expert, MemberState, ReviewState, SheetState
from apps.review.selectors import avoidance
from apps.review.selectors.progress import last_sheets
from apps.review.services import discussion, panel, sheets
from apps.review.tests.panels import GOOD, Team, make_team
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.django_db
SEATS = st.integers(0, 2)
VERBS = ("accept", "decline", "declare", "lie", "save", "submit", "miss", "open", "revise", "dissent", "tie")
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), SEATS), max_size=30)
BETTER = {"values": {"need": "18", "cost": "9"}, "opinion": "support"}


class Story:
    """Acts by name; those who may not are refused, which is no failure. `tied` are who got a tie, and when."""

    def __init__(self, team: Team, world: Any) -> None:
        self.team, self.world = team, world
        self.item = team.items[0]
        self.tied: set[int] = set()
        self.counted_before: dict[int, set[int]] = {}

    def act(self, verb: str, seat: int) -> None:
        team, member = self.team, self.team.again(seat)
        actor = team.actors[seat]
        team.review.refresh_from_db()
        acts = {
            "accept": lambda: panel.accept(actor, member),
            "decline": lambda: panel.decline(actor, member, "忙"),
            "declare": lambda: panel.declare(actor, member, {self.item.pk: ""}),
            "lie": lambda: panel.declare(actor, member, {self.item.pk: "参与过"}),
            "save": lambda: self.save(seat),
            "submit": lambda: sheets.submit_sheet(actor, member, self.item),
            "miss": lambda: panel.miss(team.organiser, member, "缺席"),
            "open": lambda: discussion.open_discussion(team.organiser, team.review),
            "revise": lambda: discussion.revise_sheet(actor, member, self.item, BETTER, "讨论"),
            "dissent": lambda: discussion.dissent(actor, member, self.item, "不同意"),
            "tie": lambda: self.tie(seat),
        }
        try:
            with transaction.atomic():
                acts[verb]()
        except RuleViolation:
            pass

    def save(self, seat: int) -> None:
        member = self.team.again(seat)
        kept = member.sheets.filter(round=1).first()
        patch = {"values": GOOD, "opinion": "support"}
        sheets.save_sheet(self.team.actors[seat], member, self.item, patch, revision=kept.revision if kept else 0)

    def tie(self, seat: int) -> None:
        """The expert begins to work for the unit that applies: what they handed in before is kept as it was."""
        if seat not in self.tied:
            self.tied.add(seat)
            expert = self.team.experts[seat]
            Expert.objects.filter(pk=expert.pk).update(employer_unit=self.world.unit)
            rows = self.team.members[seat].sheets.filter(state=SheetState.SUBMITTED)
            self.counted_before[seat] = set(rows.values_list("pk", flat=True))

    def check(self) -> None:
        team = self.team
        ties = avoidance.reasons([expert.pk for expert in team.experts], [self.item.project_id])
        for seat, expert in enumerate(team.experts):
            assert bool(ties[expert.pk]) == (seat in self.tied)
            handed_in = {sheet.pk for sheet in team.members[seat].sheets.filter(state=SheetState.SUBMITTED)}
            if seat in self.tied:
                assert handed_in == self.counted_before[seat], "a sheet was handed in by somebody who is tied"
        counted = last_sheets(team.review).get(self.item.pk, [])
        assert all(sheet.member.state == MemberState.DECLARED for sheet in counted)
        assert all(sheet.member.declared_at for sheet in counted)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(steps=STEPS, ready=st.booleans())
def test_no_order_of_acts_lets_a_tied_expert_score(world, steps, ready):
    with transaction.atomic():
        team = make_team(world) if ready else make_team(world, state=ReviewState.FORMING, seats=MemberState.INVITED)
        story = Story(team, world)
        for verb, seat in steps:
            story.act(verb, seat)
            story.check()
        transaction.set_rollback(True)
