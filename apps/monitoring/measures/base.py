"""A measure: its statement, when it is due, and how its parameters are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from imbudget.kit.errors import RuleViolation

# Units whose payments were handed in, or whose authority was posted to, since the last run: others cannot be hit anew.
TOUCHED = """
touched AS (
    SELECT DISTINCT q.unit_id FROM disbursement_paymentrequest q
    WHERE q.year_id = %(year)s AND q.unit_id IS NOT NULL AND q.submitted_at >= %(since)s
)"""
# Payments that count: asked for and not given back, in the region of the rule and below.
PAYMENTS = """
payments AS (
    SELECT q.id, q.region_id, q.unit_id, q.total, q.submitted_at, q.authority_id, q.year_id
    FROM disbursement_paymentrequest q
    JOIN regions_region g ON g.id = q.region_id
    WHERE q.year_id = %(year)s AND q.state IN ('submitted', 'approved', 'paid', 'part')
      AND g.tree_id = %(tree)s AND g.lft BETWEEN %(lft)s AND %(rght)s
      AND q.unit_id IN (SELECT unit_id FROM touched)
)"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that a rule may set: its name, what it starts with, and its bounds."""

    key: str
    label: Any
    default: Decimal
    least: Decimal = Decimal(0)
    most: Decimal = Decimal("1e15")


def number(key: str, label: Any, default: str, least: str = "0", most: str = "1e15") -> Parameter:
    """A parameter by its numbers as text."""
    return Parameter(key, label, Decimal(default), Decimal(least), Decimal(most))


@dataclass(frozen=True, slots=True)
class Measure:
    """`sql` gives rows (key, region_id, unit_id, authority_id, level, amount, figures); level empty: that of the rule.

    `period` names the time that a run is about, so that the same hit is told once in it; a measure that is not due on
    a day gives None. Where `incremental`, a run within a period looks only at what was touched since the last one.
    """

    key: str
    label: Any
    sql: str
    period: Callable[[date], str | None]
    parameters: tuple[Parameter, ...] = ()
    incremental: bool = True

    def read(self, given: Mapping[str, Any]) -> dict[str, Decimal]:
        """The parameters with those that were not given. Raises RuleViolation for unknown ones and numbers out of bounds."""
        known = {parameter.key: parameter for parameter in self.parameters}
        unknown = set(given) - set(known)
        if unknown:
            raise RuleViolation(_("This measure has no parameter “%(name)s”.") % {"name": sorted(unknown)[0][:40]})
        return {key: _read(known[key], given.get(key, known[key].default)) for key in known}


def _read(parameter: Parameter, raw: Any) -> Decimal:
    try:
        value = Decimal(str(raw))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not parameter.least <= value <= parameter.most:
        words = {"name": parameter.label, "least": f"{parameter.least:f}", "most": f"{parameter.most:f}"}
        raise RuleViolation(_("“%(name)s” is a number from %(least)s to %(most)s.") % words)
    return value


def monthly(day: date) -> str | None:
    """Once for each month that is over; nothing before the first is."""
    return f"{day.year}-{day.month - 1:02}" if day.month > 1 else None


def quarterly(day: date) -> str:
    """Once a quarter."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def yearly(day: date) -> str:
    """Once a year."""
    return str(day.year)


def at_the_end(day: date) -> str | None:
    """Once a year, in its last two months."""
    return str(day.year) if day.month >= 11 else None
