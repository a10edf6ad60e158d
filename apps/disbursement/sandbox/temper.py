"""How the sandbox misbehaves: late, twice, out of order, or never; the same seed misbehaves in the same way."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from apps.disbursement.sandbox.accounts import Movement


@dataclass
class Temper:
    """Shares of messages between 0 and 1; `delay` is how many seconds late at most."""

    seed: int = 1
    late: float = 0.0
    delay: float = 5.0
    twice: float = 0.0
    never: float = 0.0
    shuffled: float = 0.0
    failing: float = 0.0
    differing: float = 0.0
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - repeatable, not secret

    def times(self) -> list[float]:
        """In how many seconds a message goes out: none at all, one, or twice."""
        if self.chance.random() < self.never:
            return []
        times = [self._wait()]
        if self.chance.random() < self.twice:
            times.append(self._wait())
        return times

    def _wait(self) -> float:
        return self.chance.uniform(0, self.delay) if self.chance.random() < self.late else 0.0

    def position(self, waiting: int) -> int:
        """Where among the waiting messages a new one is put."""
        return self.chance.randint(0, waiting) if self.chance.random() < self.shuffled else waiting

    def booked(self, movements: Sequence[Movement]) -> list[Movement]:
        """What a statement says was booked: some of it left out, some a cent too much."""
        told = []
        for movement in movements:
            chance = self.chance.random() if self.differing else 1.0
            if chance < self.differing / 2:
                continue
            more = Decimal("0.01") if chance < self.differing else Decimal(0)
            told.append(replace(movement, amount=movement.amount + more))
        return told

    def fails(self) -> bool:
        """Whether a row fails although nothing is wrong with it."""
        return self.chance.random() < self.failing
