"""Checks whose rules are data of the classification: watched codes, fund rules, and last year's figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from apps.budget.checks import Check, Finding, Level, SheetFacts
from apps.budget.models import BudgetLine
from apps.budget.selectors.lastyear import LastYear
from apps.codes.models import WatchedItem
from apps.codes.selectors import Watched, fund_rules, watched_items

WATCHED = "budget.watched_not_above_last_year"
FUND = "budget.fund_fits_function"
LAST_YEAR = "budget.last_year_is_given"
BASIS_WATCHED = _(
    "Regulations on Economy and against Waste in Party and Government Bodies: three-public spending only falls"
)
BASIS_FUND = _("Budget Law, article 5: each of the four budgets is complete and stands by itself.")
BASIS_LAST_YEAR = _("Budget Law, article 32: a budget is compiled with regard to how last year's was carried out.")


@dataclass(frozen=True, slots=True)
class _Asked:
    """The lines of one watched item in a sheet."""

    item: str
    codes: Watched
    lines: list[BudgetLine]

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def stated(self) -> Decimal | None:
        """What the lines say was approved last year; None where none of them says anything."""
        given = [line.prior_approved for line in self.lines if line.prior_approved is not None]
        return sum(given, Decimal(0)) if given else None


def watched_not_above_last_year(facts: SheetFacts) -> Iterator[Finding]:
    """Each three-public item asks for no more than was approved for it last year.

    Last year's figure is what the lines state, else what last year's accepted sheet has; without either the item
    is noted as not covered, for an alarm would be a guess.
    """
    if not facts.lines:
        return
    items = watched_items(facts.sheet.year_id)
    if not items:
        text = _("No code is watched in %(year)s: three-public items were not compared with last year.")
        yield Finding(Level.NOTE, WATCHED, text % {"year": facts.sheet.year_id}, BASIS_WATCHED)
    asked = [row for row in _asked(facts, items) if row.amount]
    before: dict[str, Decimal | None] = {row.item: row.stated for row in asked}
    unstated = [row for row in asked if before[row.item] is None]
    if unstated:
        before |= _from_last_year(facts.last_year, unstated)
    for row in asked:
        yield from _compared(row, before[row.item])


def _asked(facts: SheetFacts, items: dict[str, Watched]) -> Iterator[_Asked]:
    for item, codes in items.items():
        lines = [
            line for line in facts.lines if line.department_economic and line.department_economic.code in codes.now
        ]
        if lines:
            yield _Asked(item, codes, lines)


def _from_last_year(last: LastYear, rows: list[_Asked]) -> dict[str, Decimal | None]:
    if not last.is_by_class:
        return dict.fromkeys((row.item for row in rows), None)
    sums = last.sums(set().union(*(row.codes.before for row in rows)))
    return {row.item: sum((sums.get(code, Decimal(0)) for code in row.codes.before), Decimal(0)) for row in rows}


def _compared(row: _Asked, before: Decimal | None) -> Iterator[Finding]:
    number = row.lines[0].number
    label = WatchedItem(row.item).label
    if before is None:
        text = _("%(item)s: last year's figure is not known, so it was not compared.") % {"item": label}
        yield Finding(Level.NOTE, WATCHED, text, BASIS_WATCHED, number)
    elif row.amount > before:
        text = _("%(item)s: %(amount)s yuan, %(gap)s more than the %(before)s of last year.") % {
            "item": label,
            "amount": f"{row.amount:,.2f}",
            "before": f"{before:,.2f}",
            "gap": f"{row.amount - before:,.2f}",
        }
        yield Finding(Level.WARNING, WATCHED, text, BASIS_WATCHED, number)


def fund_fits_function(facts: SheetFacts) -> Iterator[Finding]:
    """A function that has fund rules takes money of those fund types only; the deepest rule decides."""
    rules = fund_rules(facts.sheet.year_id) if facts.lines else {}
    for line in facts.lines:
        ruled = [function for function in rules if line.function.code.startswith(function)]
        funds = rules[max(ruled, key=len)] if ruled else set()
        if funds and not line.fund.code.startswith(tuple(funds)):
            text = _("%(function)s is not paid from %(fund)s but from fund types that begin with %(allowed)s.") % {
                "function": line.function,
                "fund": line.fund,
                "allowed": ", ".join(sorted(funds)),
            }
            yield Finding(Level.WARNING, FUND, text, BASIS_FUND, line.number)


def last_year_is_given(facts: SheetFacts) -> Iterator[Finding]:
    """Where last year's budget is in the system, the lines say what was approved then."""
    if not facts.lines or any(line.prior_approved is not None for line in facts.lines):
        return
    if facts.last_year.is_known:
        text = _("No line says what was approved last year, though last year's sheet was accepted. Copy its figures.")
        yield Finding(Level.NOTE, LAST_YEAR, text, BASIS_LAST_YEAR)


DATA_CHECKS: dict[str, Check] = {
    WATCHED: watched_not_above_last_year,
    FUND: fund_fits_function,
    LAST_YEAR: last_year_is_given,
}
