"""The lamps of double monitoring (双监控, domain rules 5.5), by the share of the year that the project's own schedule has elapsed.

Shares are held as twelfths of a per cent, so that m/12 of a year is exact and SQL and Python decide alike at every limit.

Decided here, where the regulation is silent: a schedule that expects nothing yet gives no lamp; an upper limit has no pace
(green while it is kept, then by the points that are left of it); a target of or below 0 is reached (green) or not (red); a
rate is held against the whole target, because it does not grow from month to month.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.performance.scoring.indicators import (
    AT_LEAST,
    AT_MOST,
    PER_CENT,
    WORDS,
    Measured,
    Wanted,
    is_fraction,
    share_of,
)

RED, YELLOW, GREEN, BLUE = "red", "yellow", "green", "blue"
WORST = (RED, YELLOW, GREEN, BLUE)
OF_TIER = {"reached": GREEN, "partly": YELLOW, "missed": RED}
MONTHS = 12
FULL = Decimal(1200)  # twelfths of a per cent


@dataclass(frozen=True, slots=True)
class Limits:
    """In per cent of what is expected: red below, yellow below, blue from."""

    red: int = 60
    yellow: int = 80
    blue: int = 120


def elapsed(month: int, curve: Sequence[object] | None = None) -> Decimal:
    """How much of the year's work is expected by the end of a month, in twelfths of a per cent; 1,200 is all of it.

    `curve` has the cumulated per cent of each month; without one the year passes evenly (m/12).
    """
    if curve is None:
        return Decimal(100 * month)
    return Decimal(str(curve[month - 1])) * MONTHS


def pace(done: Decimal, whole: Decimal, share: Decimal) -> Decimal | None:
    """v of the regulation in per cent, to two places, to be shown: done of what was expected. None where nothing was."""
    if whole <= 0 or share <= 0:
        return None
    return (done * 100 * FULL / (whole * share)).quantize(Decimal("0.01"))


def _reaches(done: Decimal, whole: Decimal, share: Decimal, limit: int) -> bool:
    """Whether done is at least `limit` per cent of what was expected; without a division."""
    return done * 100 * FULL >= limit * whole * share


def goal_lamp(wanted: Wanted, measured: Measured, share: Decimal, limits: Limits, *, is_rate: bool = False) -> str:
    """The lamp of an indicator; empty where nothing was recorded, the target is no number, nothing is expected yet, or the
    value is not scored either because it seems to be written as a fraction."""
    if wanted.nature == WORDS:
        return OF_TIER.get(measured.tier, "")
    target, actual = wanted.value, measured.value
    if target is None or actual is None or is_fraction(wanted, measured):
        return ""
    if wanted.nature == AT_MOST:
        return _by_limit(target, actual, limits)
    if target <= 0:
        reached = actual >= target if wanted.nature == AT_LEAST else actual == target
        return GREEN if reached else RED
    if actual >= target:
        return BLUE
    return _by_pace(actual, target, FULL if is_rate else share, limits)


def _by_pace(actual: Decimal, target: Decimal, share: Decimal, limits: Limits) -> str:
    if share <= 0:
        return ""
    if _reaches(actual, target, share, limits.blue):
        return BLUE
    return _graded(actual, target, share, limits)


def _by_limit(target: Decimal, actual: Decimal, limits: Limits) -> str:
    left = share_of(AT_MOST, target, actual)
    return _graded(left, Decimal(1), FULL, limits)


def _graded(done: Decimal, whole: Decimal, share: Decimal, limits: Limits) -> str:
    if not _reaches(done, whole, share, limits.red):
        return RED
    return GREEN if _reaches(done, whole, share, limits.yellow) else YELLOW


def budget_lamp(executed: Decimal, budget: Decimal, share: Decimal, limits: Limits) -> str:
    """The lamp of execution: never blue; empty without a budget, or while nothing is expected to be paid."""
    if budget <= 0 or share <= 0:
        return ""
    return _graded(executed, budget, share, limits)


def is_rate(measure: str, kind: str, source: str) -> bool:
    """Whether a per cent is a rate of quality, benefit or satisfaction, and not a degree of completion."""
    grows = kind in {"quantity", "timeliness"} or source in {"execution", "progress"}
    return measure.strip() in PER_CENT and not grows


def worst(lamps: Iterable[str]) -> str:
    """The worst of several; those that say nothing do not count."""
    found = [lamp for lamp in lamps if lamp]
    return min(found, key=WORST.index, default="")
