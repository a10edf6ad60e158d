"""Panels at work, for tests: experts who sign in, a score sheet of two dimensions, sheets filled in and handed in."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import sign_in
from apps.budget.tests.factories import World, make_world
from apps.lowcode.tests.forms import definition, field
from apps.review.models import Expert, MemberState, PanelMember, Review, ReviewItem, ReviewKind, ReviewState, ScoreSheet
from apps.review.services import sheets
from apps.review.tests import factories as make
from imbudget.kit.actor import Actor
from imbudget.kit.testing.upon import kept_upon

BODY = definition(
    field("need", "score", required=True, max="20", low="8", high="19"),
    field("cost", "score", required=True, max="10", weight="30"),
    field("words", "longtext"),
)
GOOD = {"need": "16", "cost": "8"}  # 16/20×20 + 8/10×30 = 40 of 50: 80


@dataclass
class Team:
    """A review with its panel; `actors[n]` is who sits in `members[n]`."""

    review: Review
    items: list[ReviewItem]
    experts: list[Expert]
    members: list[PanelMember]
    actors: list[Actor]
    organiser: Actor

    def again(self, place: int = 0) -> PanelMember:
        """The member as the next request reads it."""
        return PanelMember.objects.select_related("expert", "review__region").get(pk=self.members[place].pk)


@kept_upon(make_world)
def make_team(
    world: World,
    *,
    kind: str = ReviewKind.EVALUATION,
    state: str = ReviewState.SCORING,
    seats: str = MemberState.DECLARED,
    projects: int = 1,
    size: int = 3,
    **values: Any,
) -> Team:
    """A review of the banner with every seat taken in one state."""
    region = world.tree.banner
    organiser = make.officer(region)
    review = make.make_review(
        region,
        [make.waiting_project(world) for _ in range(projects)],
        kind=kind,
        state=state,
        panel_size=size,
        body=BODY,
        organiser=User.objects.get(pk=organiser.user_id),
        scoring_until=timezone.now() + timedelta(days=7),
        answer_until=timezone.now() + timedelta(days=2),
        **values,
    )
    experts = [make.make_expert(region) for _ in range(size)]
    actors = [make.expert_actor(expert) for expert in experts]
    members = make.seat(review, experts, seats)
    return Team(review, list(review.items.all()), experts, members, actors, organiser)


def filled(team: Team, place: int, item: ReviewItem, values: dict[str, str] | None = None, **parts: Any) -> PanelMember:
    """A complete draft of a sheet."""
    member = team.again(place)
    given = {"values": values or GOOD, "opinion": "support", **parts}
    kept = sheets.sheet_of(member, item)
    sheets.save_sheet(team.actors[place], member, item, given, revision=kept.revision if kept else 0)
    return member


def handed_in(
    team: Team, place: int, item: ReviewItem, values: dict[str, str] | None = None, **parts: Any
) -> ScoreSheet:
    """A sheet that was handed in."""
    return sheets.submit_sheet(team.actors[place], filled(team, place, item, values, **parts), item)


def all_handed_in(team: Team, values: dict[int, dict[str, str]] | None = None, **parts: Any) -> None:
    """Every member on every project."""
    for place in range(len(team.members)):
        for item in team.items:
            handed_in(team, place, item, (values or {}).get(place), **parts)


def client_at(team: Team, place: int) -> Client:
    """The browser of an expert."""
    actor = team.actors[place]
    user = team.experts[place].user
    assert user is not None
    return sign_in(Client(), user, Post.objects.get(pk=actor.post_id))
