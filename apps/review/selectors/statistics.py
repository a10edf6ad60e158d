"""Figures over the reviews of a year: how long, how much was cut, how far experts agree, whether draws were fair."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from apps.regions.models import Region
from apps.review.models import (
    Dossier,
    DossierState,
    Draw,
    DrawState,
    Review,
    ReviewItem,
    ReviewState,
    ScoreSheet,
    SheetState,
)
from apps.review.scoring import reduction_rate
from apps.review.scoring.statistics import Fairness, Spread, agreement, fairness, spread
from apps.review.selectors.draws import candidates_of
from imbudget.kit.actor import Actor

DECIDED = (ReviewState.CONFIRMED, ReviewState.PUBLISHED, ReviewState.CLOSED)
DAY = 86_400


@dataclass(slots=True)
class Figures:
    """The reviews of one kind in one region."""

    region: str
    kind: str
    reviews: set[int] = field(default_factory=set)
    projects: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    submitted: Decimal = Decimal(0)
    approved: Decimal = Decimal(0)
    days: list[float] = field(default_factory=list)
    scores: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def rate(self) -> Decimal | None:
        """审减率 in percent."""
        return reduction_rate(self.submitted, self.approved)

    @property
    def spread(self) -> Spread | None:
        """Days from the application to the decision."""
        return spread(self.days)

    @property
    def alpha(self) -> float | None:
        """How far the experts agree before they talk."""
        return agreement(self.scores.values())


def figures(actor: Actor, within: dict[str, Any], year: int) -> list[Figures]:
    """The figures of a year by region and kind, as far as the actor sees: four statements whatever the number.

    A result counts in the year of its review; a duration in the year of the decision.
    """
    found: dict[tuple[int, str], Figures] = {}
    seen = Review.objects.visible_to(actor).filter(**within)
    names = {region.pk: region.name for region in Region.objects.filter(pk__in=seen.values("region"))}

    def row(region: int, kind: str) -> Figures:
        return found.setdefault((region, kind), Figures(names.get(region, ""), kind))

    reviews = seen.filter(year=year, state__in=DECIDED)
    for pk, region, kind, verdict, submitted, amount in _results(reviews):
        each = row(region, kind)
        each.reviews.add(pk)
        each.projects += 1
        each.verdicts[verdict] += 1
        each.submitted += submitted
        each.approved += amount or Decimal(0)
    for region, kind, item, total in _scores(reviews):
        row(region, kind).scores[item].append(float(total))
    for region, kinds, begun, ended in _decisions(actor, within, year):
        for kind in kinds:
            if (region, kind) in found:
                found[region, kind].days.append((ended - begun).total_seconds() / DAY)
    return sorted(found.values(), key=lambda each: (each.kind, each.region))


def _results(reviews: QuerySet[Review]) -> QuerySet[Any]:
    items = ReviewItem.objects.filter(review__in=reviews).order_by()
    return items.values_list("review_id", "review__region_id", "review__kind", "verdict", "submitted", "amount")


def _scores(reviews: QuerySet[Review]) -> QuerySet[Any]:
    """The scores of the first round: each expert alone."""
    sheets = ScoreSheet.objects.filter(
        item__review__in=reviews, round=1, state=SheetState.SUBMITTED, total__isnull=False, member__state="declared"
    )
    return sheets.order_by().values_list("item__review__region_id", "item__review__kind", "item_id", "total")


def _decisions(actor: Actor, within: dict[str, Any], year: int) -> QuerySet[Any]:
    closed = Dossier.objects.visible_to(actor).filter(**within, closed_at__year=year)
    closed = closed.exclude(state=DossierState.OPEN).order_by()
    return closed.values_list("region_id", "kinds", "version__made_at", "closed_at")


def fairness_of(region: Region, year: int) -> Fairness | None:
    """Whether the draws of a region in a year took the experts of its pool as chance would.

    Seats of a field are drawn from those who know the field, open seats from all. That at most one expert of an
    employer is taken makes colleagues a little rarer than the test expects; it is a sign to look closer, no proof.
    """
    draws = Draw.objects.filter(review__region=region, state=DrawState.DRAWN, drawn_at__year=year)
    return fairness(_drawings(draws.select_related("origin").defer("seed", "origin__seed")))


def _drawings(draws: QuerySet[Draw]) -> Iterator[tuple[list[int], list[int]]]:
    """For each field of each draw, who could be drawn for it and who was; the facts of a draw as `drawing` keeps them."""
    for draw in draws.order_by("pk").iterator(chunk_size=20):
        out = set(draw.result.get("seen", ())) | {int(pk) for pk in draw.result.get("barred", {})}
        free = [person for person in candidates_of(draw) if not person.reasons and person.id not in out]
        drawn: dict[str, list[int]] = defaultdict(list)
        for _place, pk, code in draw.result.get("panel", ()):
            drawn[code].append(pk)
        for code, experts in drawn.items():
            yield [person.id for person in free if person.suits(code)], experts
