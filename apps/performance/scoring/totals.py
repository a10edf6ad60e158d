"""Points added up: execution, ticks of the framework, totals, grades, and what next year's budget loses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from apps.performance.scoring.indicators import HUNDRED, TWO, ZERO, points


def execution_rate(budget: Decimal, executed: Decimal) -> Decimal | None:
    """B/A in per cent, to two places; None without a budget."""
    if budget <= 0:
        return None
    return (executed * HUNDRED / budget).quantize(TWO, ROUND_HALF_UP)


def execution_score(weight: Decimal, budget: Decimal, executed: Decimal) -> Decimal | None:
    """min(w, B/A×w); None without a budget, because nothing could be executed."""
    return points(executed / budget, weight) if budget > 0 else None


def ticked(weight: Decimal, ticks: int, of: int) -> Decimal | None:
    """Points of an item of the framework by what of it was found in order; None where it asks nothing."""
    if of <= 0 or not 0 <= ticks <= of:
        return None
    return points(Decimal(ticks) / of, weight)


@dataclass(frozen=True, slots=True)
class Total:
    """Points, of how many, and how many of these were not scored."""

    score: Decimal
    weight: Decimal
    unscored: Decimal

    @property
    def is_whole(self) -> bool:
        return self.unscored == 0


def add_up(lines: Iterable[tuple[Decimal, Decimal | None]]) -> Total:
    """Lines of (weight, score); what has no score brings nothing and is counted as not scored."""
    rows = list(lines)
    return Total(
        sum((score for _weight, score in rows if score is not None), ZERO),
        sum((weight for weight, _score in rows), ZERO),
        sum((weight for weight, score in rows if score is None), ZERO),
    )


def grade_at(score: Decimal, excellent: Decimal, good: Decimal, fair: Decimal) -> str:
    """优 良 中 差 by where they begin."""
    if score >= excellent:
        return "excellent"
    if score >= good:
        return "good"
    return "fair" if score >= fair else "poor"


def spread(weights: Sequence[Decimal], whole: Decimal) -> list[Decimal]:
    """The weights brought to a sum, to two places; the last one takes what rounding leaves.

    Weights of 0 in all are shared equally.
    """
    if not weights:
        return []
    given = sum(weights, ZERO)
    parts = [weight / given if given else Decimal(1) / len(weights) for weight in weights]
    shared = [points(part, whole) for part in parts[:-1]]
    last = max(whole - sum(shared, ZERO), ZERO).quantize(TWO)
    return [*shared, last]


def cut_of(amount: Decimal, percent: int) -> Decimal:
    """What of an amount is cut, to the cent."""
    return (amount * percent / HUNDRED).quantize(TWO, ROUND_HALF_UP)
