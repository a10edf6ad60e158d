"""Doors to the rows of the review."""

from imbudget.kit.querysets import ScopedQuerySet


class RegionQuerySet(ScopedQuerySet):
    """Rows of a finance office; units see what concerns them on the pages of their projects."""

    unit_field = None


class OfReviewQuerySet(RegionQuerySet):
    """Rows that lie in a review."""

    league_field = "review__league_id"
    region_field = "review__region_id"
