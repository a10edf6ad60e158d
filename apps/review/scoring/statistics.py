"""Statistics over many reviews: durations, agreement of experts, fairness of draws. The one room of numpy and scipy.

Each function fetches its library when it is called: pages that compute nothing do not carry them.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST_EXPECTED = 5  # below so many expected draws of a group the test says nothing (Cochran)


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number of durations is spread."""

    count: int
    median: float
    ninetieth: float


@dataclass(frozen=True, slots=True)
class Fairness:
    """Whether experts were drawn as often as chance lets expect.

    `p_value` is how probable a deviation as great as this one is by chance alone; `groups` is how many groups of
    experts were compared.
    """

    draws: int
    experts: int
    groups: int
    statistic: float
    p_value: float

    @property
    def is_suspicious(self) -> bool:
        """Less probable than one in a hundred: worth looking at, proof of nothing."""
        return self.p_value < 0.01


def spread(values: Iterable[float]) -> Spread | None:
    """Median and 90th percentile, between two values in proportion."""
    import numpy as np

    given = list(values)
    if not given:
        return None
    median, ninetieth = np.percentile(given, [50, 90])
    return Spread(len(given), float(median), float(ninetieth))


def agreement(projects: Iterable[Sequence[float]]) -> float | None:
    """Krippendorff's alpha of the scores that each project got, as of interval data: 1 is full agreement, 0 chance.

    It takes panels of different sizes together. None where it says nothing: fewer than two projects that two experts
    judged, or one and the same score everywhere.
    """
    judged = [list(scores) for scores in projects if len(scores) > 1]
    everything = [score for scores in judged for score in scores]
    if len(judged) < 2 or len(set(everything)) < 2:
        return None
    observed = math.fsum(squares(scores) / (len(scores) - 1) for scores in judged) / len(everything)
    expected = squares(everything) / (len(everything) * (len(everything) - 1))
    return 1 - observed / expected


def squares(scores: Sequence[float]) -> float:
    """The sum of the squared differences of all ordered pairs (Krippendorff 2011, the metric of interval data)."""
    mean = math.fsum(scores) / len(scores)
    return 2 * len(scores) * math.fsum((score - mean) ** 2 for score in scores)


def fairness(drawings: Iterable[tuple[Sequence[int], Sequence[int]]]) -> Fairness | None:
    """Chi-square over drawings, each given as (experts who could be drawn, experts drawn).

    Each expert of a drawing is expected to be drawn with the share that was drawn. Experts are put together, in the
    order of their keys, until five draws are expected of a group. As nobody is drawn twice at once, the true spread is
    a little smaller than the test takes it to be: it raises no false alarm. None where the draws are too few.
    """
    from scipy.special import chdtrc

    expected: dict[int, float] = defaultdict(float)
    observed: dict[int, int] = defaultdict(int)
    count = 0
    for pool, drawn in drawings:
        if not pool or not drawn:
            continue
        count += 1
        for expert in pool:
            expected[expert] += len(drawn) / len(pool)
        for expert in drawn:
            observed[expert] += 1
    groups = _groups(expected, observed)
    if len(groups) < 2:
        return None
    statistic = math.fsum((seen - wanted) ** 2 / wanted for wanted, seen in groups)
    p_value = float(chdtrc(len(groups) - 1, statistic))
    return Fairness(count, len(expected), len(groups), statistic, p_value)


def _groups(expected: dict[int, float], observed: dict[int, int]) -> list[tuple[float, int]]:
    """(expected, observed) of groups of experts; what is left over belongs to the last one."""
    groups: list[tuple[float, int]] = []
    wanted, seen = 0.0, 0
    for expert in sorted(expected):
        wanted += expected[expert]
        seen += observed.get(expert, 0)
        if wanted > LEAST_EXPECTED - 1e-9:
            groups.append((wanted, seen))
            wanted, seen = 0.0, 0
    if groups and wanted:
        last = groups.pop()
        groups.append((last[0] + wanted, last[1] + seen))
    return groups
