"""Means of what the members of a panel gave, and which of them lie far off."""

from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from imbudget.kit.money import rounded

K = TypeVar("K", bound=Hashable)
LEAST_TRIMMED = 3  # where the highest and the lowest fall away, something must be left


def mean_of(values: Iterable[Decimal]) -> Decimal:
    """The mean to two decimals, half up. Raises ValueError where there is nothing."""
    given = list(values)
    if not given:
        raise ValueError("no values")
    return rounded(sum(given, Decimal(0)) / len(given))


def trimmed_mean(values: Iterable[Decimal], trim_from: int) -> Decimal:
    """The mean without one highest and one lowest value where there are `trim_from` values or more (0: never).

    Of several equal highest or lowest values one falls away.
    """
    given = sorted(values)
    return mean_of(given[1:-1] if is_trimmed(len(given), trim_from) else given)


def is_trimmed(count: int, trim_from: int) -> bool:
    """Whether of so many values the highest and the lowest fall away."""
    return bool(trim_from) and count >= max(trim_from, LEAST_TRIMMED)


def dropped(scores: Mapping[K, Decimal], trim_from: int) -> tuple[K, K] | None:
    """The keys of the highest and the lowest value where they fall away; of equal ones the last and the first."""
    if not is_trimmed(len(scores), trim_from):
        return None
    lowest, *_between, highest = sorted(scores, key=lambda key: scores[key])
    return highest, lowest


def outliers(scores: Mapping[K, Decimal], share: Decimal) -> set[K]:
    """The keys of the scores farther from the mean of all than this share of it; exactly as far is not far off."""
    if not scores:
        return set()
    total, count = sum(scores.values(), Decimal(0)), len(scores)
    # Multiplied out by the count: a mean such as 200/3 is never rounded before it is compared.
    return {key for key, score in scores.items() if abs(score * count - total) > share * total}
