"""The arithmetic of reviews: pure functions of numbers, without database and clock."""

from apps.review.scoring.means import dropped, is_trimmed, mean_of, outliers, trimmed_mean
from apps.review.scoring.ranking import Standing, ranking
from apps.review.scoring.sharing import Need, reduction_rate, share_out
from apps.review.scoring.verdicts import panel_verdict, verdict_of_amount

__all__ = [
    "dropped",
    "is_trimmed",
    "Need",
    "Standing",
    "mean_of",
    "outliers",
    "panel_verdict",
    "ranking",
    "reduction_rate",
    "share_out",
    "trimmed_mean",
    "verdict_of_amount",
]
