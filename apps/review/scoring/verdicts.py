"""What a panel concludes of one project: by its opinions and the pass mark, or by what is left of the amount."""

from collections.abc import Iterable
from decimal import Decimal

SUPPORT, PARTIAL, REJECT = "support", "partial", "reject"  # the values of models.Verdict


def panel_verdict(opinions: Iterable[str], score: Decimal | None, pass_mark: Decimal) -> str:
    """By majority: below the pass mark, or where more than half are against it, a project is not supported.

    It is supported where more than half of the opinions support it, and supported in part otherwise. Where nobody gave
    an opinion the score decides alone.
    """
    given = [opinion for opinion in opinions if opinion]
    if score is not None and score < pass_mark:
        return REJECT
    if given.count(REJECT) * 2 > len(given):
        return REJECT
    return SUPPORT if not given or given.count(SUPPORT) * 2 > len(given) else PARTIAL


def verdict_of_amount(submitted: Decimal, amount: Decimal) -> str:
    """The result that an amount stands for: a review that asks how much, and not whether, concludes by it alone."""
    if amount >= submitted:
        return SUPPORT
    return PARTIAL if amount > 0 else REJECT
