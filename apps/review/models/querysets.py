"""Doors to the rows of the review."""

from typing import Any

from imbudget.kit.querysets import ScopedQuerySet


class RegionQuerySet(ScopedQuerySet):
    """Rows of a finance office; units see what concerns them on the pages of their projects."""

    unit_field = None


class OfReviewQuerySet(RegionQuerySet):
    """Rows that lie in a review."""

    league_field = "review__league_id"
    region_field = "review__region_id"


class DrawQuerySet(OfReviewQuerySet):
    """Draws."""

    def before(self, review: Any) -> "DrawQuerySet":
        """Draws made for the same applications in reviews of this kind that were called off since."""
        dossiers = review.items.values("dossier_id")
        same = self.filter(review__kind=review.kind, review__items__dossier_id__in=dossiers)
        return same.filter(state="drawn", review__state="cancelled").exclude(review=review.pk)

    def for_verifying(self) -> "DrawQuerySet":
        """With what a draw is repeated from; the seed stays encrypted, so that a damaged one is found and not fatal."""
        return self.select_related("review", "origin").defer("seed", "origin__seed")
