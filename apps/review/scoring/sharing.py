"""Money after a review: by how much it was cut, and how a given sum is shared out by rank."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from itertools import groupby
from typing import Generic, TypeVar

from imbudget.kit.money import CENT, rounded

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Need(Generic[K]):
    """What one project needs, at its rank."""

    key: K
    rank: int
    amount: Decimal


def reduction_rate(submitted: Decimal, approved: Decimal) -> Decimal | None:
    """审减率: what was cut as a percentage of what was submitted, to two decimals; None where nothing was submitted."""
    return rounded((submitted - approved) * 100 / submitted) if submitted else None


def share_out(needs: Iterable[Need[K]], funds: Decimal) -> dict[K, Decimal]:
    """Give each its whole need by rank as long as the funds last.

    Where they end, those who share the rank share what is left by their needs, to the cent; cents that do not divide go
    to the first of them, one each. Who stands behind gets nothing.
    """
    left = funds
    shares: dict[K, Decimal] = {}
    for _rank, group in groupby(sorted(needs, key=lambda need: need.rank), key=lambda need: need.rank):
        tied = list(group)
        wanted = sum((need.amount for need in tied), Decimal(0))
        given = [need.amount for need in tied] if wanted <= left else _split(left, tied, wanted)
        shares |= {need.key: amount for need, amount in zip(tied, given, strict=True)}
        left -= sum(given, Decimal(0))
    return shares


def _split(left: Decimal, tied: Sequence[Need[K]], wanted: Decimal) -> list[Decimal]:
    parts = [(left * need.amount / wanted).quantize(CENT, ROUND_DOWN) for need in tied]
    spare = int((left - sum(parts, Decimal(0))) / CENT)
    order = [place for place, need in enumerate(tied) if parts[place] < need.amount]
    for place in order[:spare]:
        parts[place] += CENT
    return parts
