"""The arithmetic of performance (财预〔2020〕10号, 财预〔2019〕136号): no database and no Django, exact in Decimal.

What cannot be scored is None with the reason (`Gap`), never 0: a missing value, a source that gave none, a target that is no
number. Who adds up says how many points were not scored.
"""

from apps.performance.scoring.indicators import (
    PER_CENT,
    TIERS,
    Gap,
    Judged,
    Measured,
    Wanted,
    fits_tier,
    is_fraction,
    judge_indicator,
)
from apps.performance.scoring.lamps import Limits, budget_lamp, elapsed, goal_lamp, pace, worst
from apps.performance.scoring.totals import (
    Total,
    add_up,
    cut_of,
    execution_rate,
    execution_score,
    grade_at,
    spread,
    ticked,
)

__all__ = [
    "PER_CENT",
    "TIERS",
    "Gap",
    "Judged",
    "Limits",
    "Measured",
    "Total",
    "Wanted",
    "add_up",
    "budget_lamp",
    "cut_of",
    "elapsed",
    "execution_rate",
    "execution_score",
    "fits_tier",
    "goal_lamp",
    "grade_at",
    "is_fraction",
    "judge_indicator",
    "pace",
    "spread",
    "ticked",
    "worst",
]
