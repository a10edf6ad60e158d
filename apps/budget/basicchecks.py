"""The check that basic expenditure is what head counts and standards give."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.budget.checks import Check, Finding, Level, SheetFacts, Uncovered
from apps.budget.models import ExpenditureKind

COMPUTED = "budget.basic_is_computed"
BASIS = _("Standard of integrated budget management: basic expenditure is head counts times standards")


def not_computable(facts: SheetFacts) -> str | Promise:
    """Why basic expenditure cannot be computed; empty where it can."""
    basic = facts.basic
    if not basic.ruled:
        return _("No expenditure standard holds for the unit.")
    return "" if basic.counted else _("The unit has not stated its head counts.")


def basic_is_computed(facts: SheetFacts) -> Iterator[Finding]:
    """Each class for which there is a standard asks for the computed amount, within the tolerance."""
    tolerance = facts.number(COMPUTED, "tolerance")
    asked: Counter[int | None] = Counter()
    first: dict[int | None, int] = {}
    for line in facts.lines:
        if line.kind == ExpenditureKind.BASIC:
            asked[line.department_economic_id] += line.amount  # type: ignore[assignment]
            first.setdefault(line.department_economic_id, line.number)
    for row in facts.basic.lines:
        amount = Decimal(asked[row.economic.pk])
        if abs(amount - row.amount) > tolerance:
            text = _("%(class)s: %(amount)s yuan, but head counts and standards give %(computed)s (%(formula)s).") % {
                "class": row.economic,
                "amount": f"{amount:,.2f}",
                "computed": f"{row.amount:,.2f}",
                "formula": row.formula,
            }
            yield Finding(Level.WARNING, COMPUTED, text, BASIS, first.get(row.economic.pk))


BASIC_CHECKS: dict[str, Check] = {COMPUTED: basic_is_computed}
BASIC_UNCOVERED: dict[str, Uncovered] = {COMPUTED: not_computable}
