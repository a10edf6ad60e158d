"""Five classes of equal size for maps: as many regions in each as can be, equal figures always in the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

CLASSES = 5


class Direction(StrEnum):
    """What a high figure means; it chooses the colour of a map."""

    GOOD = "good"
    BAD = "bad"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class ValueClass:
    """One class: its number (1 to 5, the colour), its least and greatest figure, and how many are in it."""

    number: int
    least: Decimal
    greatest: Decimal
    count: int

    def holds(self, value: Decimal) -> bool:
        return self.least <= value <= self.greatest


def classes_of(values: Iterable[Decimal]) -> list[ValueClass]:
    """Up to five classes; fewer where there are fewer different figures. Zero figures give no class."""
    ordered = sorted(values)
    different = sorted(set(ordered))
    count = min(CLASSES, len(different))
    groups = _groups(ordered, count) if len(different) > CLASSES else [[value] for value in different]
    return [
        ValueClass(
            _colour(place, len(groups)), group[0], group[-1], sum(group[0] <= one <= group[-1] for one in ordered)
        )
        for place, group in enumerate(groups)
    ]


def _groups(ordered: Sequence[Decimal], count: int) -> list[list[Decimal]]:
    """Cut where a fifth of all is reached, but never between equal figures."""
    groups: list[list[Decimal]] = []
    for place, value in enumerate(ordered):
        if groups and (value == groups[-1][-1] or place * count // len(ordered) < len(groups)):
            groups[-1].append(value)
        else:
            groups.append([value])
    return groups


def _colour(place: int, count: int) -> int:
    """Classes spread over the five colours: two are the lightest and the darkest."""
    return 1 + round(place * (CLASSES - 1) / (count - 1)) if count > 1 else 3


def class_of(value: Decimal | None, classes: Iterable[ValueClass]) -> int:
    """The number of the class that holds a figure; 0 where there is none."""
    if value is None:
        return 0
    return next((one.number for one in classes if one.holds(value)), 0)
