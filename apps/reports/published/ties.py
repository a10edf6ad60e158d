"""Whether the published tables say the same: each check compares what is printed in one with what is printed in another."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.reports.document import Table

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Tie:
    """Two amounts that must be equal; or the first `within` the second."""

    label: str
    left: Decimal
    right: Decimal
    within: bool = False

    @property
    def holds(self) -> bool:
        return self.left <= self.right if self.within else self.left == self.right


def ties(tables: Sequence[Table]) -> list[Tie]:
    """Every check across the twelve tables."""
    balance, income, spent, finance, general, basic, watched, funds, capital, projects, goals, bought = tables
    of_finance = _total(income, 2) + _total(income, 3) + _total(income, 4)
    return [
        Tie(_("income and expenditure: both sides are equal"), _total(balance, 1), _total(balance, 3)),
        Tie(_("income and expenditure = income"), _total(balance, 1), _total(income, 1)),
        Tie(_("income and expenditure = expenditure"), _total(balance, 3), _total(spent, 2)),
        Tie(_("basic + project = expenditure"), _total(spent, 3) + _total(spent, 4), _total(spent, 2)),
        Tie(_("classes of function add up to expenditure"), _lines(spent, 2), _total(spent, 2)),
        Tie(_("budgets add up to income"), _added(income, 2, 8), _total(income, 1)),
        Tie(_("finance appropriations: both sides are equal"), _total(finance, 1), _total(finance, 3)),
        Tie(_("finance appropriations = the three budgets of income"), _total(finance, 1), of_finance),
        Tie(_("general public budget: function = income"), _total(general, 2), _total(income, 2)),
        Tie(_("general public budget: economic class = function, basic"), _total(basic, 2), _total(general, 3)),
        Tie(_("staff + office = basic expenditure"), _total(basic, 3) + _total(basic, 4), _total(basic, 2)),
        Tie(_("government funds: function = income"), _total(funds, 2), _total(income, 3)),
        Tie(_("state capital operations: function = income"), _total(capital, 2), _total(income, 4)),
        Tie(_("projects = project expenditure"), _total(projects, 2), _total(spent, 4)),
        Tie(_("performance goals: every project"), _total(goals, 2), _total(projects, 2)),
        Tie(_("three-public items add up"), _lines(watched, 2), _total(watched, 2)),
        Tie(
            _("three-public items within the general public budget"),
            _total(watched, 2),
            _total(general, 2),
            within=True,
        ),
        Tie(_("government procurement within expenditure"), _total(bought, 2), _total(spent, 2), within=True),
    ]


def _total(table: Table, place: int) -> Decimal:
    """What the table's last row says; an empty table says nothing."""
    return Decimal(table.rows[-1].cells[place]) if table.rows else ZERO


def _added(table: Table, first: int, last: int) -> Decimal:
    return sum((_total(table, place) for place in range(first, last)), ZERO)


def _lines(table: Table, place: int) -> Decimal:
    """The rows that are no sums of others, added up."""
    return sum((row.cells[place] for row in table.rows if row.kind == "line"), ZERO)
