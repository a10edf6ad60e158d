"""What is wrong or doubtful about a value before it is kept. Nothing is mended silently: it is refused, or asked about."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.performance.models import Target, Tier
from apps.performance.scoring import PER_CENT, TIERS, Measured, Wanted, fits_tier, is_fraction
from apps.projects.models import GoalSource, IndicatorNature
from imbudget.kit.errors import RuleViolation
from imbudget.kit.formats import format_quantity

FAR = 10  # times the target: more often a slip of the decimal point than a success
LARGEST = Decimal(10) ** 16


@dataclass(frozen=True, slots=True)
class Reached:
    """What is to be kept of a target: a value, a tier or words, or the reason why there is none, and where it is from.

    `subject_label` and `subject_id` name the document that it was read from; `value` is in the target's unit of measure.
    `is_checked`: it looked like a slip and was confirmed.
    """

    as_of: date
    value: Decimal | None = None
    tier: str = ""
    share: Decimal | None = None
    words: str = ""
    gap: str = ""
    source: str = GoalSource.MANUAL
    subject_label: str = ""
    subject_id: str = ""
    is_checked: bool = False


class Doubtful(RuleViolation):
    """The value may be right and looks like a slip: whoever enters it says so once more, or corrects it."""


def refuse_wrong(target: Target, reached: Reached, year: int, today: date) -> None:
    """Raise RuleViolation for a value that cannot be: of another year, of the future, below zero, of the wrong kind."""
    if reached.as_of.year != year:
        raise RuleViolation(_("The day lies outside of the year %(year)s.") % {"year": year})
    if reached.as_of > today:
        raise RuleViolation(_("The day lies in the future: only what was reached is recorded."))
    if reached.gap:
        return
    if target.nature == IndicatorNature.QUALITATIVE:
        _refuse_unfit_tier(reached)
        return
    if reached.value is None:
        raise RuleViolation(_("Enter the value, or say why there is none."))
    if not reached.value.is_finite() or abs(reached.value) >= LARGEST:
        raise RuleViolation(_("The number is too large."))
    if reached.value < 0 and (target.value is None or target.value >= 0):
        raise RuleViolation(_("A value below zero cannot be reached here: the target is not below zero either."))


def _refuse_unfit_tier(reached: Reached) -> None:
    if reached.tier not in TIERS or reached.share is None:
        raise RuleViolation(_("Say how far the goal was reached, and which share of its points that is worth."))
    if not fits_tier(reached.tier, reached.share):
        least, most, _closed = TIERS[reached.tier]
        text = _("“%(tier)s” is worth %(least)s to %(most)s %% of the points.")
        raise RuleViolation(text % {"tier": Tier(reached.tier).label, "least": least, "most": most})


def doubt_about(target: Target, value: Decimal | None) -> str:
    """Why a value looks like a slip, as a question; empty where it does not."""
    if value is None or target.value is None:
        return ""
    written = format_quantity(value)
    if target.measure.strip() in PER_CENT:
        if 0 < value <= 1 and target.value > 2:
            hundredfold = format_quantity(value * 100)
            text = _("The target is %(target)s. Is it really %(value)s %%, or is %(other)s %% meant?")
            return text % {"target": target.said, "value": written, "other": hundredfold}
        if value > 100 >= target.value:
            return _("%(value)s %% is more than the whole. Is it right?") % {"value": written}
    if target.value > 0 and value > FAR * target.value:
        text = _("%(value)s is more than ten times the target %(target)s. Is it right?")
        return text % {"value": written + target.measure, "target": target.said}
    if is_fraction(Wanted(target.nature, target.value, target.weight, target.measure), Measured(value)):
        text = _("%(value)s %% beside the target %(target)s: is one of them written as a fraction, or are both right?")
        return text % {"value": written, "target": target.said}
    return ""


def doubt_about_progress(percent: Decimal) -> str:
    """Whether a share was written where per cent are asked for."""
    if not 0 < percent < 1:
        return ""
    text = _("Is the physical progress really %(value)s %%, or is %(other)s %% meant?")
    return text % {"value": format_quantity(percent), "other": format_quantity(percent * 100)}
