"""Reviews whose panels have scored: what the tests of results stand on."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.budget.tests.factories import World
from apps.regions.models import Region
from apps.review.models import PanelMember, Review, ReviewItem, ReviewKind, ReviewState, ScoreSheet, SheetState
from apps.review.tests import factories as make


def hand_in(member: PanelMember, item: ReviewItem, total: Any, opinion: str = "support", **values: Any) -> ScoreSheet:
    """A sheet of a member as it lies there once it was handed in."""
    return ScoreSheet.objects.create(
        member=member,
        item=item,
        total=None if total is None else Decimal(total),
        opinion=opinion,
        state=SheetState.SUBMITTED,
        submitted_at=timezone.now(),
        digest=f"{member.alias}{item.number}".ljust(64, "0"),
        **values,
    )


def scored_review(
    world: World, scores: Sequence[Sequence[Any]], kind: str = ReviewKind.EVALUATION, **values: Any
) -> tuple[Review, list[PanelMember], list[ReviewItem]]:
    """A review in scoring: for each project the scores of the members, all of them in (None: this one is missing)."""
    region: Region = world.tree.banner
    size = max(map(len, scores))
    given = {"state": ReviewState.SCORING, "panel_size": size, **values}
    review = make.make_review(region, [make.waiting_project(world) for _ in scores], kind=kind, **given)
    members = make.seat(review, [make.make_expert(region) for _ in range(size)])
    items = list(review.items.all())
    for item, row in zip(items, scores, strict=True):
        for member, score in zip(members, row, strict=False):
            if score is not None:
                hand_in(member, item, score)
    return review, members, items
