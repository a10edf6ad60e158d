"""The hard stop of the second submission: no fund type asks for more than the control figures issued to the unit."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.budget.checks import Check, Finding, Level, SheetFacts, Uncovered
from apps.budget.models import BudgetLine, ControlFigure, ExpenditureKind
from apps.budget.selectors.control import figures_of, is_controlled
from apps.codes.models import Code

WITHIN = "budget.within_control"
BASIS = _(
    "Control figures of the year; Budget Law, article 32: units compile by the requirements of the finance department."
)


def not_controlled(facts: SheetFacts) -> str | Promise:
    """Why no figures bind the sheet; empty where they do."""
    return (
        ""
        if is_controlled(facts.sheet)
        else _("Control figures bind the second submission, where a region gives them.")
    )


def within_control(facts: SheetFacts) -> Iterator[Finding]:
    """An error for each fund type above its figures; where only one kind of it is above, a warning."""
    figures = figures_of(facts.sheet)
    if not figures:
        text = _("No control figures have been issued to this unit: ask the finance office or your department.")
        yield Finding(Level.ERROR, WITHIN, text, BASIS)
        return
    funds = {line.fund_id: line.fund for line in facts.lines}
    held, asked = _sums(figures), _sums(facts.lines)
    for _pk, fund in sorted(funds.items(), key=lambda each: each[1].code):
        yield from _compared(fund, held[fund.pk], asked[fund.pk])


def _sums(rows: Iterable[BudgetLine | ControlFigure]) -> dict[int, Counter[str]]:
    """Fund type → kind of expenditure → yuan."""
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        sums[row.fund_id][row.kind] += row.amount  # type: ignore[assignment]
    return sums


def _compared(fund: Code, held: Counter[str], asked: Counter[str]) -> Iterator[Finding]:
    used, limit = Decimal(asked.total()), Decimal(held.total())
    if used > limit:
        text = _("%(what)s: %(used)s yuan, %(gap)s more than the control figure %(limit)s.")
        yield Finding(Level.ERROR, WITHIN, text % _gap(fund, used, limit), BASIS)
        return
    for kind in ExpenditureKind:
        used, limit = Decimal(asked[kind]), Decimal(held[kind])
        if used > limit:
            text = _("%(what)s: %(used)s yuan, %(gap)s more than the control figure %(limit)s of this kind alone.")
            yield Finding(Level.WARNING, WITHIN, text % _gap(f"{fund} · {kind.label}", used, limit), BASIS)


def _gap(what: object, used: Decimal, limit: Decimal) -> dict[str, object]:
    return {"what": what, "used": f"{used:,.2f}", "gap": f"{used - limit:,.2f}", "limit": f"{limit:,.2f}"}


CONTROL_CHECKS: dict[str, Check] = {WITHIN: within_control}
CONTROL_UNCOVERED: dict[str, Uncovered] = {WITHIN: not_controlled}
