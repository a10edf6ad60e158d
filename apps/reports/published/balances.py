"""The tables of where money comes from: 收支总表, 收入总表, 财政拨款收支总表."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.codes.models import Catalog
from apps.reports.document import Column, Row, Table
from apps.reports.published.figures import BUDGETS, ZERO, Figures, Sums
from apps.reports.published.pieces import (
    FINANCE,
    FUNCTION_LEVELS,
    budget_names,
    columns_of,
    money,
    sum_of,
    table_of,
    unit_cell,
    unit_code,
    unit_column,
)


def balance(made: Figures) -> Table:
    """收支总表: where the money comes from beside what it is for."""
    names = budget_names()
    sources = [(names[budget], amount) for budget, amount in _of_budgets(made.units.values()).items()]
    goals_ = _classes(made, BUDGETS)
    columns = (
        Column(pgettext("published table", "income")),
        money(pgettext("income", "amount")),
        Column(pgettext("published table", "expenditure")),
        money(pgettext("expenditure", "amount")),
    )
    rows = [
        Row((*(source or ("", None)), *((goal[0], goal[1]) if goal else ("", None))))
        for source, goal in zip_longest(sources, goals_)
    ]
    ends = (
        _("total income"),
        sum_of(amount for _name, amount in sources),
        _("total expenditure"),
        sum_of(goal[1] for goal in goals_),
    )
    return table_of(_("income and expenditure"), columns, rows, ends)


def income(made: Figures) -> Table:
    """收入总表: what each unit has from each budget."""
    names = budget_names()
    columns = (
        unit_column(),
        money(_("total"), adds=tuple(range(2, 2 + len(BUDGETS)))),
        *(money(names[budget]) for budget in BUDGETS),
    )
    rows = [
        Row((unit_cell(made, unit), sum_of(sums.values()), *(sums.get(budget, ZERO) for budget in BUDGETS)))
        for unit, sums in sorted(made.units.items(), key=lambda pair: unit_code(made, pair[0]))
    ]
    return table_of(_("income"), columns, rows, (_("total"), *columns_of(rows, 1)))


def appropriations(made: Figures) -> Table:
    """财政拨款收支总表: what the finance office appropriates and what it is for."""
    names = budget_names()
    totals = _of_budgets(made.units.values())
    sources = [(names[budget], totals[budget]) for budget in FINANCE]
    goals_ = _classes(made, FINANCE)
    columns = (
        Column(pgettext("published table", "income")),
        money(pgettext("income", "amount")),
        Column(pgettext("published table", "expenditure")),
        money(pgettext("expenditure", "amount"), adds=(4, 5, 6)),
        *(money(names[budget]) for budget in FINANCE),
    )
    blank = ("", None, None, None, None)
    rows = [Row((*(source or ("", None)), *(goal or blank))) for source, goal in zip_longest(sources, goals_)]
    sums = [sum_of(goal[place] for goal in goals_) for place in range(1, 5)]
    ends = (_("total income"), sum_of(amount for _name, amount in sources), _("total expenditure"), *sums)
    return table_of(_("income and expenditure of finance appropriations"), columns, rows, ends)


def _classes(made: Figures, budgets: Sequence[str]) -> list[tuple[Any, ...]]:
    """The 类 of function with what they get in all and, of each budget of finance, by itself."""
    sums: dict[str, Sums] = defaultdict(dict)
    for (code, _kind), found in made.functions.items():
        top = sums[code[: FUNCTION_LEVELS[0]]]
        for budget in budgets:
            top[budget] = top.get(budget, ZERO) + found.get(budget, ZERO)
    names = made.names[Catalog.FUNCTION]
    return [
        (names.get(code) or code, sum_of(found.values()), *(found.get(budget, ZERO) for budget in FINANCE))
        for code, found in sorted(sums.items())
        if any(found.values())
    ]


def _of_budgets(found: Iterable[Sums]) -> dict[str, Decimal]:
    totals = dict.fromkeys(BUDGETS, ZERO)
    for sums in found:
        for budget, amount in sums.items():
            totals[budget] += amount
    return totals
