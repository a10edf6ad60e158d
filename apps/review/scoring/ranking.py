"""Places by score: equal scores share a place, and the next one counts those before it (1, 2, 2, 4)."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Standing:
    """The place of one project, and whether others have the same."""

    rank: int
    is_tied: bool = False


def ranking(scores: Mapping[K, Decimal]) -> dict[K, Standing]:
    """Where each stands; scores are compared as they are shown, to two decimals."""
    often = Counter(scores.values())
    ranks: dict[Decimal, int] = {}
    before = 0
    for score in sorted(often, reverse=True):
        ranks[score] = before + 1
        before += often[score]
    return {key: Standing(ranks[score], often[score] > 1) for key, score in scores.items()}
