"""The score of one indicator by its nature (domain rules 5.4), and what about it has to be explained.

A target below zero has no share: it is reached or not. A goal in words is scored by a share of its points inside the tier
that was chosen. What looks like a per cent typed as a fraction (0.95 of 95 %) is neither scored nor lit until it is recorded
anew, or somebody has confirmed that it is right.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

ZERO, HUNDRED, TWO = Decimal(0), Decimal(100), Decimal("0.01")
AT_LEAST, AT_MOST, EQUAL, WORDS = "at_least", "at_most", "equal", "qualitative"
# Tier → from, to (per cent of the points), and whether `to` belongs to it.
TIERS = {
    "reached": (Decimal(80), HUNDRED, True),
    "partly": (Decimal(60), Decimal(80), False),
    "missed": (ZERO, Decimal(60), False),
}
PER_CENT = {"%", "％", "百分比"}


class Gap(StrEnum):
    """Why there is no score."""

    NO_VALUE = "no_value"  # nothing was recorded, or the source gave nothing
    NO_TARGET = "no_target"  # the target is no number
    NO_TIER = "no_tier"  # a goal in words without tier or share
    OFF_TIER = "off_tier"  # the share is not one of the tier
    FRACTION = "fraction"  # per cent typed as a fraction, in the value or in the target
    NO_BUDGET = "no_budget"  # there was no budget to execute


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target: its nature, value (None for words), points and unit of measure."""

    nature: str
    value: Decimal | None
    weight: Decimal
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was reached: a value, or a tier with its share of the points in per cent.

    `is_checked`: somebody has confirmed that it is right as it stands. `is_typed`: people wrote it, no source computed it.
    """

    value: Decimal | None = None
    tier: str = ""
    share: Decimal | None = None
    is_checked: bool = False
    is_typed: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """Points (None with the gap where there are none), and whether over-achievement or the target must be explained."""

    score: Decimal | None
    gap: Gap | None = None
    is_over: bool = False
    is_off: bool = False

    @property
    def needs_reason(self) -> bool:
        return self.gap is not None or self.is_over or self.is_off


def points(share: Decimal, weight: Decimal) -> Decimal:
    """A share of the points, to two places, half up, within 0 and the weight."""
    got = (share * weight).quantize(TWO, ROUND_HALF_UP)
    return min(max(got, ZERO), weight)


def judge_indicator(wanted: Wanted, measured: Measured, *, over: int = 130, off: int = 30) -> Judged:
    """The points of an indicator. `over`: over-achieved from, % of the target; `off`: badly set from, % off it."""
    if wanted.nature == WORDS:
        return _in_words(wanted, measured)
    if wanted.value is None:
        return Judged(None, Gap.NO_TARGET)
    if measured.value is None:
        return Judged(None, Gap.NO_VALUE)
    target, actual = wanted.value, measured.value
    if is_fraction(wanted, measured):
        return Judged(None, Gap.FRACTION)
    score = points(share_of(wanted.nature, target, actual), wanted.weight)
    is_over = wanted.nature != AT_MOST and target > 0 and actual * HUNDRED >= target * over
    is_off = abs(actual - target) * HUNDRED >= abs(target) * off if target else is_no_goal(wanted)
    return Judged(score, None, is_over, is_off)


def is_no_goal(wanted: Wanted) -> bool:
    """At least zero is reached by doing nothing: its points stand, and what was meant has to be said."""
    return wanted.nature == AT_LEAST and wanted.value == 0


def share_of(nature: str, target: Decimal, actual: Decimal) -> Decimal:
    """How much of the points a value brings, 0 to 1."""
    if nature == AT_MOST:
        return _at_most(target, actual)
    if target > 0:
        return min(max(actual / target, ZERO), Decimal(1))
    if nature == EQUAL:
        return Decimal(actual <= 0 if target == 0 else actual == target)
    return Decimal(actual >= target)


def _at_most(target: Decimal, actual: Decimal) -> Decimal:
    if actual <= target:
        return Decimal(1)
    if target <= 0 or actual >= 2 * target:
        return ZERO
    return 1 - (actual - target) / target


def fits_tier(tier: str, share: Decimal) -> bool:
    """Whether a share of the points, in per cent, is one of the tier."""
    low, high, closed = TIERS[tier]
    return low <= share < high or (closed and share == high)


def _in_words(wanted: Wanted, measured: Measured) -> Judged:
    if not measured.tier and measured.share is None:
        return Judged(None, Gap.NO_VALUE)
    if measured.tier not in TIERS or measured.share is None:
        return Judged(None, Gap.NO_TIER)
    if not fits_tier(measured.tier, measured.share):
        return Judged(None, Gap.OFF_TIER)
    return Judged(points(measured.share / HUNDRED, wanted.weight))


def is_fraction(wanted: Wanted, measured: Measured) -> bool:
    """Whether one of two per cent seems to be written as a fraction: 0.95 beside 95. What a source computed is none."""
    target, actual = wanted.value, measured.value
    if target is None or actual is None or wanted.measure.strip() not in PER_CENT or measured.is_checked:
        return False
    small, large = sorted((abs(target), abs(actual)))
    if not measured.is_typed and abs(actual) == small:
        return False
    return 0 < small <= 1 and large >= 30 and large / small >= 30
