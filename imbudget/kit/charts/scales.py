"""Scales whose marks are round numbers, always with zero on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

SIDE = 1000  # units of the square that a plot is drawn in; the page stretches it
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
PARTS = 5  # marks that a reader wants at most


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high` in equal steps; `low` is never above zero, `high` never below."""

    low: Decimal
    high: Decimal
    step: Decimal

    @property
    def ticks(self) -> list[Decimal]:
        """Marks from high to low, as they stand on a page."""
        count = int((self.high - self.low) / self.step)
        return [self.high - self.step * number for number in range(count + 1)]

    def place(self, value: Decimal) -> int:
        """Where a value stands, counted from the top."""
        return round((self.high - value) * SIDE / (self.high - self.low))

    @property
    def zero(self) -> int:
        return self.place(Decimal(0))

    @property
    def lines(self) -> list[int]:
        """Where the marks stand."""
        return [self.place(tick) for tick in self.ticks]


def scale_of(values: Iterable[Decimal]) -> Scale:
    """The scale on which all values and zero stand; nothing but zeros stands on a scale from 0 to 1."""
    given = [Decimal(0), *values]
    low, high = min(given), max(given)
    if low == high:
        return Scale(Decimal(0), Decimal(1), Decimal(1))
    step = _round_step((high - low) / PARTS)
    return Scale(_to(low, step, ROUND_FLOOR), _to(high, step, ROUND_CEILING), step)


def _round_step(least: Decimal) -> Decimal:
    power = Decimal(1).scaleb(least.adjusted())
    return next(power * step for step in STEPS if power * step >= least)


def _to(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (value / step).quantize(Decimal(1), rounding) * step
